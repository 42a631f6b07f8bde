<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_Hans" sourcelanguage="en">
<context>
<name>MRIFE</name>
<message>
<source>
&lt;p&gt;A landslide that two sheets or two models show becomes one polygon; one that sheet edges cut is
put together, with or without overlap of the sheets. The order of the layers does not matter.&lt;/p&gt;
&lt;p&gt;The outlines of the existing inventory, and those that a person drew, redrew or confirmed, stay
exactly as they are. A candidate is new where none of them has to do with it, known where the
overlap (intersection over union) suffices, and then not added. Where it differs - modified, split,
merged - it goes to the layer of conflicts for a person to decide. What a person wrote of a known
landslide (movement, activity, age, points, remarks, reviewer) goes to the existing polygon where
that says nothing; what contradicts it is a conflict. A candidate that waits there is confirmed,
rejected or sent to a field check as a person decided of it.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;Conflicts&lt;/b&gt; have a field 'resolve': write keep (the existing polygon stays), replace (this
outline, corrected if you like, takes its place), add (both stand) or reject (no landslide), and
give the layer again as a candidate layer, with the inventory as the existing one. What is decided
as keep or reject stays in the layer, and holds as long as it is given, also beside the layers that
it came from.&lt;/p&gt;
&lt;p&gt;What repeats a rejected polygon is left out, unless its confidence (where it is calibrated on
both sides, else the mean probability, of whichever model) rose by the step below; what comes back
is also in the layer of conflicts. Candidates of status 'rejected' count as rejected; where somebody
else has one as a landslide, that is a conflict.&lt;/p&gt;
&lt;p&gt;A polygon put together with a piece on another sheet that nobody has seen is neither known nor
rejected with the rest: it is in the layer of conflicts.&lt;/p&gt;
&lt;p&gt;A polygon put together is measured anew; its probability is the mean by area, its terrain stays
empty unless an elevation model is given.&lt;/p&gt;</source>
<translation>
&lt;p&gt;两幅图或两个模型都显示的滑坡合为一个多边形；被图幅边缘切断的拼合为一个，图幅有无重叠均可。图层次序不影响结果。&lt;/p&gt;
&lt;p&gt;已有编目的轮廓，以及人工绘制、重绘或确认的轮廓，完全保持原样。与它们都无关的疑似滑坡为新增；重叠度（交并比）足够的为已有，不再加入。与之不同的——变化、拆分、合并——进入冲突图层，由人决定。人对已有滑坡的记录（滑动类型、活动状态、年代、评分、备注、审查人）在已有多边形相应内容为空时补入；与之矛盾的列为冲突。已有编目中尚待审查的疑似滑坡，按人的决定确认、剔除或转为野外核查。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;冲突&lt;/b&gt;图层有字段 resolve：填写 keep（保留已有多边形）、replace（以此轮廓替换，可先修改）、add（两者并存）或 reject（不是滑坡），再将该图层作为疑似滑坡图层、编目作为已有编目重新输入即可。决定为 keep 或 reject 的留在该图层中，只要再次输入即继续有效，与冲突所来自的图层一同输入时亦然。&lt;/p&gt;
&lt;p&gt;与剔除的多边形重复的略去，除非其可信度（双方均经校准时用可信度，否则用平均概率，不论何种模型）的升高达到下述幅度；再次出现的也列入冲突图层。状态为剔除的疑似滑坡计为剔除；若他人将其记为滑坡，则列为冲突。&lt;/p&gt;
&lt;p&gt;拼合时带有另一图幅上无人看过的一块的多边形，不随其余部分算作已有或剔除，而是列入冲突图层。&lt;/p&gt;
&lt;p&gt;拼合而成的多边形重新量算；其概率为按面积的平均值，地形属性为空，除非给出高程模型。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Adds the same attributes to any layer of polygons, an old inventory included, that detection
gives its candidates: area and perimeter on the ellipsoid, length and width along and across the
movement, shape; with an elevation model also direction, crown and toe elevation, relief, H/L,
slopes, roughness, scarp height and a check of whether the terrain speaks for a landslide. Metres
and degrees from true north, whatever the coordinate system.&lt;/p&gt;
&lt;p&gt;The layer's own fields stay; where one has the name of one of ours it gets the new value, and the
log says so. A layer without an ls_id gets one from its name and the place. Outlines that cross
themselves, open rings, curves and overlapping parts are repaired and heights dropped: the log names
each feature. A feature without an outline is left out and named.&lt;/p&gt;
&lt;p&gt;Terrain needs 25 elevation cells; with fewer its fields are empty and dem_chk says partial or
none. Coarse cells flatten slopes: compare what was measured on cells of like size (dem_res). Where
the slopes do not agree (azim_r below 0.5) the length is that of the smallest rectangle and H/L
stays empty. Scarp height, depth and volume are estimates.&lt;/p&gt;</source>
<translation>
&lt;p&gt;为任何多边形图层（包括旧编目）添加与识别结果相同的属性：椭球面上的面积和周长，沿滑动方向和垂直滑动方向的长度和宽度，形态；给出高程模型时，还有滑向、后缘和前缘高程、高差、高长比、坡度、粗糙度、后壁高，以及地形是否支持滑坡的检查。无论何种坐标系，均以米和自真北起算的度为单位。&lt;/p&gt;
&lt;p&gt;图层自身的字段保留；与我们的字段同名的写入新值，并在日志中说明。没有 ls_id 的图层，由图层名称和位置生成。自相交的轮廓、未闭合的环、曲线和重叠部分予以修复，高程值（Z）去除：日志逐一列出要素。没有轮廓的要素略去并列出。&lt;/p&gt;
&lt;p&gt;地形属性需要 25 个高程格网；不足时为空，dem_chk 记为 partial 或 none。格网粗会使坡度偏小：只比较格网大小（dem_res）相近的测量结果。坡向不一致时（azim_r 低于 0.5），长度取最小外接矩形的长边，高长比为空。后壁高、厚度和体积均为估计值。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Chooses places for the next round of review: of ten, four that are &lt;b&gt;uncertain&lt;/b&gt;, three
&lt;b&gt;unlike the others&lt;/b&gt; and unlike what was reviewed already, two &lt;b&gt;drawn by lot&lt;/b&gt;, one
&lt;b&gt;large&lt;/b&gt;. The reasons alternate by rank, so that the first few places are such a mixture, too. If
a reason has no place left, the others take its share.&lt;/p&gt;
&lt;p&gt;With candidates the places are candidates that nobody has reviewed; with a probability raster
alone they are square tiles of the map. With both, the tiles are drawn by lot: only there can you
find a landslide that the model gave no candidate for. Look at the whole tile and add it to the
reviewed area afterwards.&lt;/p&gt;
&lt;p&gt;Uncertain: a confidence (else a mean probability) near 0.5; of a tile the mean over its pixels;
with a spread of the probability the mean of both. Unlike the others: in place, size, confidence,
shape and terrain, or in place and probability for a tile. Large: area, of a tile the ground above
the threshold. The same seed draws the same lots.&lt;/p&gt;</source>
<translation>
&lt;p&gt;为下一轮审查挑选地点：每十处中，四处&lt;b&gt;不确定&lt;/b&gt;，三处与其他及已审查的都&lt;b&gt;不同&lt;/b&gt;，两处&lt;b&gt;随机抽取&lt;/b&gt;，一处&lt;b&gt;面积大&lt;/b&gt;。各种理由按次序交替出现，因此前几处也是这样的组合。某种理由已无地点可选时，其份额由其他理由承担。&lt;/p&gt;
&lt;p&gt;给出疑似滑坡时，地点为尚无人审查的疑似滑坡；仅给出概率栅格时，地点为地图上的方形图格。两者都给出时，随机抽取在图格中进行：只有在那里，才可能发现模型没有圈出的滑坡。请查看整个图格，之后将其加入已审查范围。&lt;/p&gt;
&lt;p&gt;不确定：可信度（没有时取平均概率）接近 0.5；图格取其像元的平均值；概率有离散度波段时，取两者的平均值。与其他不同：就位置、大小、可信度、形状和地形而言，图格则就位置和概率而言。面积大：按面积，图格按阈值以上的地面面积。同一种子抽取的地点相同。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Compares candidates with the landslides of an inventory inside an evaluation area, where that
inventory is complete. Writes one HTML page, a table, and three layers to look at: candidates that
are right, landslides that were missed, candidates that are false.&lt;/p&gt;
&lt;p&gt;Scores by ground (precision, recall, intersection over union, in true areas) and by landslide
under three rules that stand beside the numbers; pieces and merged landslides; classes of size;
false candidates per 100 km²; distances of outlines; 95 % intervals by resampling squares of ground
(bootstrap), the same in every run; of fewer than 8 landslides none for recall, F1 and IoU.&lt;/p&gt;
&lt;p&gt;With a probability raster also curves over all thresholds, whether the probability means what it
says, and thresholds for the best F1 and for a recall of 0.8. With the confidence of candidates the
same by polygon, and the threshold that leaves as many as can be looked at. Without candidates the
raster's own outlines are evaluated.&lt;/p&gt;
&lt;p&gt;Polygons count as objects where at least half of them lies in the area; what lies over one covers
it also where most of that lies beyond. Rejected polygons of the reference are no landslides;
candidates count whatever their status.&lt;/p&gt;</source>
<translation>
&lt;p&gt;在参考编目完整的评价范围内，将疑似滑坡与编目中的滑坡对比。输出一个 HTML 页面、一张表和三个可查看的图层：正确的疑似滑坡、漏检的滑坡、
误报。&lt;/p&gt;
&lt;p&gt;按面积（精确率、召回率、交并比，采用真实面积）和按个数评价；按个数采用三种规则，规则写在数字旁边；另有分块检出与合并的滑坡、面积分级、
每 100 平方公里误报数、轮廓间距；区间由地面方格重复抽样得到，每次运行结果相同；滑坡少于 8 个时，召回率、F1 和交并比不给出区间。&lt;/p&gt;
&lt;p&gt;给出概率栅格时，另有全部阈值的曲线、概率是否名副其实，以及 F1 最高和召回率 0.8 的阈值。疑似滑坡带有可信度时，按多边形给出同样内容，
以及剩余数量可供逐一查看的阈值。没有疑似滑坡图层时，评价栅格自身的轮廓。&lt;/p&gt;
&lt;p&gt;至少一半位于评价范围内的多边形才计入个数；覆盖它的多边形即使大半位于范围之外，也算作覆盖。参考编目中已剔除的多边形不是滑坡；疑似滑坡不论状态均参与评价。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Downloads go through QGIS's proxy and certificates, and go on where they stopped when this is run
again. The environment that was there before stays until the new one is whole. To remove it: run
this with 'Remove the environment', or delete its folder.&lt;/p&gt;
&lt;p&gt;Where the internet cannot be reached, bring the wheels that 'Only say what would be done' names
to a folder and choose it.&lt;/p&gt;</source>
<translation>
&lt;p&gt;下载使用 QGIS 的代理和证书；重新运行时会从中断处继续。在新环境完整之前，原有环境保持不变。移除方法：勾选“移除环境”运行本算法，或删除其文件夹。&lt;/p&gt;
&lt;p&gt;无法访问互联网时，请将“仅列出将要做的事”所列的安装包（wheel）带到一个文件夹中并选择它。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Lays the polygons of two runs over each other. A polygon is lost where the later run covers less
than half of it, gained where the earlier one covers less than half of it, the same where one of the
other run has an intersection over union of 0.8 with it, changed else. Polygons count whatever their
review status, rejected ones, too.&lt;/p&gt;
&lt;p&gt;The output holds all polygons of the later run and those that it lost, with the fields of both,
coloured by what became of them. Which run is right, 'Evaluate against an inventory' tells.&lt;/p&gt;</source>
<translation>
&lt;p&gt;将两次结果的多边形叠加对比。后一次覆盖不足一半的为消失，前一次覆盖不足一半的为新增，与另一次某多边形的交并比不小于 0.8 的为不变，
其余为有变化。多边形无论状态如何均参与对比，已剔除的也在内。&lt;/p&gt;
&lt;p&gt;输出后一次的全部多边形和消失的多边形，带有两者的字段，并按变化着色。哪一次更正确，由“与参考编目对比评价”说明。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Looks at images before hours of work are put into them, and says of each what is right, what is
doubtful, what a search would refuse, and what to do. It takes seconds, whatever the size: values
are looked at in up to a hundred blocks of each image. It needs no network and changes no file.&lt;/p&gt;
&lt;h3&gt;Each image&lt;/h3&gt;
&lt;p&gt;Whether it can be read; blocks and pyramids; coordinate system and place; pixel size beside the
model's; which bands reach the network; values beside those of the model's training, clipped or dark
images; missing pixels, collars that nothing declares, holes where dark ground counts as
missing.&lt;/p&gt;
&lt;h3&gt;Several images&lt;/h3&gt;
&lt;p&gt;Other systems, pixels, bands or brightness than the rest; the same ground twice; narrow gaps in
which landslides are cut.&lt;/p&gt;
&lt;h3&gt;Elevation model and polygons&lt;/h3&gt;
&lt;p&gt;Unit, voids, cells, cover of the images; outlines that are invalid or stand twice, and polygons
that lie elsewhere. Whether polygons lie beside what the image shows is measured by 'Fine-tune on
digitized polygons', which runs the network for it.&lt;/p&gt;
&lt;p&gt;The three numbers count inputs (all images together are one), so that a model can stop where one
failed.&lt;/p&gt;</source>
<translation>
&lt;p&gt;在投入数小时工作之前先检查影像，逐一说明哪些没有问题、哪些存疑、哪些会被识别拒绝，以及如何处理。无论影像多大，只需数秒：每幅影像至多抽取一百个块查看像元值。不运行网络，也不改动任何文件。&lt;/p&gt;
&lt;h3&gt;每幅影像&lt;/h3&gt;
&lt;p&gt;能否读取；分块与金字塔；坐标系与位置；像元大小与模型的比较；哪些波段进入网络；像元值与模型训练时的比较，截断或偏暗的影像；缺失像元、未声明的黑边，以及暗色地面被当作缺失而形成的小孔。&lt;/p&gt;
&lt;h3&gt;多幅影像&lt;/h3&gt;
&lt;p&gt;坐标系、像元、波段或亮度与其他影像不同；同一地面重复出现；会截断滑坡的狭窄空隙。&lt;/p&gt;
&lt;h3&gt;高程模型与面&lt;/h3&gt;
&lt;p&gt;单位、空值、格网大小、对影像的覆盖；无效或重复的轮廓，以及位于别处的面。面是否偏离影像所示的滑坡，由“用数字化的面微调模型”测定，它为此运行网络。&lt;/p&gt;
&lt;p&gt;三个数按输入计数（全部影像合看算一项），以便模型在有输入不通过时停止。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Looks for a Python with numpy and onnxruntime as detection does, opens the model in it, and
reports the versions, the providers, the GPU and the device that really runs.&lt;/p&gt;
&lt;p&gt;Paste the report into a bug report. A missing runtime is a result (READY = 0), not an error.&lt;/p&gt;</source>
<translation>
&lt;p&gt;与识别时一样查找带有 numpy 和 onnxruntime 的 Python，在其中打开模型，并报告版本、执行提供程序、GPU 以及实际使用的设备。&lt;/p&gt;
&lt;p&gt;反馈问题时请附上此报告。缺少运行环境是一种结果（READY = 0），不是错误。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;On ground that a model has not learned from it finds less. With 10 to 200 landslides that you
digitized or reviewed on your own images it goes on learning there, and this tells by how much it
got better.&lt;/p&gt;
&lt;h3&gt;What it needs&lt;/h3&gt;
&lt;p&gt;Images, polygons, and the area in which &lt;b&gt;every&lt;/b&gt; landslide is among the polygons: a landslide
that is missing there is taught as ground without landslides. Polygons are checked first: crossing
outlines, duplicates, polygons off the images, and whether they are shifted against the landslides
of the image. With an elevation model the form of the ground is learned, too; the new model then
needs an elevation model wherever it searches.&lt;/p&gt;
&lt;h3&gt;What it does&lt;/h3&gt;
&lt;p&gt;The labelled ground is divided into two parts. A network that learned on one part is tested on
the other and compared with the base model there; the thresholds are chosen on ground on which
neither is tested. A third network learns from all. The new model is the base model, changed by 0.3
of what the three learned in the mean (with 'Train from nothing' it is the third network alone).
After a minute the log says what a new threshold alone brings. The report shows before and after,
with intervals by resampling squares of ground. If the gain may be chance, it says so, and the base
model is the safe choice; it is never overwritten.&lt;/p&gt;
&lt;p&gt;With fewer than 10 landslides only a new threshold is chosen. A run that was stopped or killed
goes on where it was when it is started again with the same inputs and the same output file.
&lt;b&gt;Cancel&lt;/b&gt; keeps the best network so far beside the output, in a file whose name says that it is
unfinished.&lt;/p&gt;
&lt;h3&gt;Runtime&lt;/h3&gt;
&lt;p&gt;Training needs PyTorch and onnx in the Python that runs the network: 'Set up runtime' makes one
with them.&lt;/p&gt;</source>
<translation>
&lt;p&gt;模型用到别处，会失去许多所学。只要有您在自己的影像上数字化或审查过的 10 至 200 个滑坡，它就能在那里继续学习，
本工具并告知它变好了多少。&lt;/p&gt;
&lt;h3&gt;所需数据&lt;/h3&gt;
&lt;p&gt;影像、面，以及其中&lt;b&gt;每个&lt;/b&gt;滑坡都在这些面之中的范围：漏画的滑坡会被当作没有滑坡的地面来学习。面先经检查：
交叉的轮廓、重复、位于影像之外的面，以及面是否与影像所示有偏移。给出高程模型时，网络还学习地形形态；所得模型此后在
所有搜索的地面上都需要高程模型。&lt;/p&gt;
&lt;h3&gt;做法&lt;/h3&gt;
&lt;p&gt;有标注的地面分为两部分。在一部分上学习的网络，在另一部分上与基础模型一同评判，所用阈值由另外的地面选出；第三个网络
在全部地面上学习，您得到的是三者的平均，其所学的 0.3 并入基础模型（从零训练时仅为第三个）。一分钟后日志告知仅调阈值的效果，其余见报告：训练前后的对比，附由重新抽取的地面方格
得出的区间。若增益未超出偶然，会如实说明，基础模型仍是稳妥的选择；它绝不会被覆盖。&lt;/p&gt;
&lt;p&gt;少于 10 个滑坡时只重新设定阈值。被停止或中断的运行，以相同的输入和相同的输出文件再次启动时会继续进行。&lt;b&gt;取消&lt;/b&gt;时，
迄今最好的网络会保留在输出文件旁，文件名注明尚未完成。&lt;/p&gt;
&lt;h3&gt;运行环境&lt;/h3&gt;
&lt;p&gt;训练需要运行网络的 Python 中有 PyTorch 和 onnx：“设置运行环境”可建立带有它们的环境。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;On ground that a model has not learned from, its threshold is too high or too low, and its
confidence promises too much or too little, even where it ranks the polygons well. With a
probability raster that it made and the landslides that are known in an area, this fits threshold
and confidence again and writes a copy of the model file. The network in it is not changed, nor is
the first file.&lt;/p&gt;
&lt;p&gt;The threshold is the one with the best intersection over union by pixel; the seed threshold moves
along with it. The confidence is a logistic regression on properties of the polygons at these
thresholds (mean and 90th percentile of the probability, contrast, size); it needs at least five
polygons that are right and five that are wrong.&lt;/p&gt;
&lt;p&gt;Both are tested on ground that was left out of the fit, in five bands. If the new threshold is
not better there, the old one stays. If the new confidence is not better there, the old one stays,
too, unless the threshold is new: then the confidence is empty. The log says which.&lt;/p&gt;</source>
<translation>
&lt;p&gt;模型用于其他地区时，其排序比数值可靠：那里的阈值偏高或偏低，所谓的把握也不可信。给出该模型生成的概率栅格和某一范围内已知的滑坡，
即可重新确定两者，并写出模型文件的副本。网络本身和原模型保持不变。&lt;/p&gt;
&lt;p&gt;阈值取按像元交并比最高者，种子阈值随之移动。可信度是对多边形自身指标（概率的均值与九十分位、对比度、规模）的逻辑回归，针对这些阈值下的多边形；
至少需要五个正确和五个错误的多边形。&lt;/p&gt;
&lt;p&gt;两者均在留出的地面（五个条带）上检验，新阈值不成立时沿用原阈值；新可信度不成立时沿用原可信度，但阈值已更新时可信度留空。日志中会说明。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Outlines where a landslide probability reaches a threshold, drops what is too small or nowhere
sure enough, and fills the attributes of an inventory.&lt;/p&gt;
&lt;p&gt;The advanced parameters hold the steps, each on or off: contour between pixel centres, holes,
gaps, minimum area by map scale, smoothing, simplifying, exclusions, splitting. The log says how
many polygons and how much area each changed. Polygons are valid and do not overlap.&lt;/p&gt;
&lt;p&gt;Takes the raster that 'Detect relic landslides' writes, or any single band of floats from 0 to 1.
Empty parameters take what the raster says it was made with. Needs no network and no runtime.&lt;/p&gt;</source>
<translation>
&lt;p&gt;勾绘滑坡概率达到阈值的范围，舍去过小或处处可信度不足的部分，并填写编目属性。&lt;/p&gt;
&lt;p&gt;高级参数包含各个步骤，可逐项开关：像元中心间的等值线、孔洞、缝隙、按比例尺的最小面积、平滑、简化、掩膜、拆分。日志写明每一步改变了多少多边形和多少面积。多边形有效且互不重叠。&lt;/p&gt;
&lt;p&gt;输入为“识别古老滑坡”生成的栅格，或任一取值 0 至 1 的单波段浮点栅格。留空的参数取该栅格记录的生成值。不需要网络模型，也不需要运行环境。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Reads the contract inside an ONNX model: which bands it wants, the pixel size and window it was
trained with, the thresholds chosen for it, what it was trained on and what it has not seen.&lt;/p&gt;
&lt;p&gt;Works without onnxruntime, also for models made for Deepness.&lt;/p&gt;</source>
<translation>
&lt;p&gt;读取 ONNX 模型内的约定：需要哪些波段，训练时的像元大小和窗口，为其选定的阈值，用什么资料训练、从未见过什么。&lt;/p&gt;
&lt;p&gt;不需要 onnxruntime；也适用于为 Deepness 制作的模型。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Rivers and lakes are often taken for landslides. This outlines what looks like open water, so
that you can exclude it: &lt;b&gt;look at the polygons, delete what is no water&lt;/b&gt;, and give the layer to
'Detect relic landslides' or 'Vectorize probability' as an exclusion. It is a proposal and changes
no candidate by itself.&lt;/p&gt;
&lt;p&gt;Image: hardly any texture over ten metres beside the contrast of the whole image, and not the
green of plants; the colour may be that of a river in flood. Elevation model: no slope (where there
is one, smooth ground is no water), or a level surface as lidar models have it. The field water_by
says which of them shows the water; the score water_sc says how smooth or level it is and is no
probability.&lt;/p&gt;
&lt;p&gt;Deep shadow, snow, cloud, bare fields and sports grounds can be as smooth as water; rapids,
waves, reflections and streams narrower than about ten metres are missed. Outlines lie on cells of
two metres, or of a pixel where that is larger. Needs no network and no runtime.&lt;/p&gt;</source>
<translation>
&lt;p&gt;河流和湖泊常被误认为滑坡。本算法勾绘疑似开阔水体，以便将其排除：&lt;b&gt;请查看这些多边形，删除不是水体的部分&lt;/b&gt;，再将该图层作为掩膜用于“识别古老滑坡”或“概率矢量化”。它只是推荐，本身不改变任何疑似滑坡。&lt;/p&gt;
&lt;p&gt;影像：与整幅影像的反差相比，十米范围内几乎没有纹理，且不是植被的绿色；颜色可以是洪水期浑浊河水的颜色。高程模型：没有坡度（有坡度处，平滑地面不作为水体），或如激光雷达模型那样的水平面。字段 water_by 说明由哪一种数据显示水体；评分 water_sc 说明其平滑或水平的程度，不是概率。&lt;/p&gt;
&lt;p&gt;浓重阴影、积雪、云、裸地和运动场可能与水体一样平滑；急流、波浪、反光以及宽度不足约十米的溪流会遗漏。轮廓位于两米的格网上，像元更大时位于像元上。无需网络模型和运行环境。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Searches an orthophoto or satellite image for relic landslides with the MRIFE network and
outlines what it finds.&lt;/p&gt;
&lt;p&gt;The result is a layer of &lt;b&gt;candidates&lt;/b&gt; for a geologist's review: expect more false polygons
than true ones, and slides that are missed. 'Describe model' says what the model was trained on and
what it has never seen.&lt;/p&gt;
&lt;h3&gt;Inputs&lt;/h3&gt;
&lt;p&gt;Keep the defaults for a first run: thresholds and the window come from the model. The image is
resampled on the fly to the pixel size of the model; nodata, alpha and empty collars are left
out.&lt;/p&gt;
&lt;h3&gt;Outputs&lt;/h3&gt;
&lt;p&gt;&lt;b&gt;Landslides&lt;/b&gt;: polygons in the image's coordinate system, valid and without overlaps, with
confidence, shape and, where an elevation model is given, terrain; areas and lengths are true metres
on the ellipsoid, what cannot be computed is empty. The advanced parameters hold the steps from mask
to outline, each on or off; the log says how many polygons and how much area each changed.&lt;br&gt;
&lt;b&gt;Landslide probability&lt;/b&gt; (optional): 8-bit, value / 250, on exactly the image's pixels.&lt;/p&gt;
&lt;h3&gt;Runtime&lt;/h3&gt;
&lt;p&gt;The network runs in a Python process of its own with numpy and onnxruntime; 'Check runtime' tells
whether one is found.&lt;/p&gt;
&lt;h3&gt;Method&lt;/h3&gt;
&lt;p&gt;After MRIFE, a mask-recovering and interactive-feature-enhancing semantic segmentation network
for relic landslide detection (He and others 2024, arXiv 2411.17167).&lt;/p&gt;</source>
<translation>
&lt;p&gt;用 MRIFE 网络在正射影像或卫星影像中搜索古老滑坡，并勾绘其轮廓。&lt;/p&gt;
&lt;p&gt;结果是供地质人员审查的&lt;b&gt;疑似滑坡&lt;/b&gt;图层：误报会多于真实滑坡，也会有遗漏。“查看模型”说明模型用什么资料训练、从未见过什么。&lt;/p&gt;
&lt;h3&gt;输入&lt;/h3&gt;
&lt;p&gt;首次运行请保留默认值：阈值和窗口由模型规定。影像会实时重采样到模型的像元大小；无数据、透明和空白边缘不参与搜索。&lt;/p&gt;
&lt;h3&gt;输出&lt;/h3&gt;
&lt;p&gt;&lt;b&gt;滑坡&lt;/b&gt;：影像坐标系的多边形，有效且互不重叠，带有可信度和形态属性，给出高程模型时还有地形属性；面积和长度为椭球面上的实际米制值，无法计算的为空。高级参数包含从概率到轮廓的各个步骤，可逐项开关；日志写明每一步改变了多少多边形和多少面积。&lt;br&gt;
&lt;b&gt;滑坡概率&lt;/b&gt;（可选）：8 位，数值 / 250，与影像像元完全一致。&lt;/p&gt;
&lt;h3&gt;运行环境&lt;/h3&gt;
&lt;p&gt;网络在单独的 Python 进程中运行，需要 numpy 和 onnxruntime；“检查运行环境”说明是否已找到。&lt;/p&gt;
&lt;h3&gt;方法&lt;/h3&gt;
&lt;p&gt;依据 MRIFE：用于古老滑坡识别的掩膜恢复与交互特征增强语义分割网络（He 等，2024，arXiv 2411.17167）。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Searches the map sheets of a county or a province as if they were one image: a landslide on four
sheets is one polygon with one identifier, and no outline ends at the edge of a sheet. The order of
the sheets does not matter.&lt;/p&gt;
&lt;h3&gt;How sheets become one&lt;/h3&gt;
&lt;p&gt;The search goes over one grid: the coordinate system and the pixels of most sheets, counted by
their pixels. A sheet of these pixels is taken as it is (moved by half a pixel at most); any other
one is resampled onto them, bilinearly, and the log says so. Where sheets overlap, each pixel is
that of the first sheet by file name that shows ground there, so that collars and gaps of one are
filled by the next. Brightness is stretched for all sheets alike. A landslide belongs to the sheet
that a point inside it lies on (field 'sheet').&lt;/p&gt;
&lt;h3&gt;What is wrong with a sheet&lt;/h3&gt;
&lt;p&gt;A sheet that is cut short, has no coordinate system, too few bands or values of another type is
left out, and the table says why; the others are searched without it. Grid and brightness are those
of all sheets that could be opened. All sheets have to be images of one sensor, or elevation models
for a network that knows elevation alone.&lt;/p&gt;
&lt;h3&gt;Going on&lt;/h3&gt;
&lt;p&gt;A run that was cancelled, or killed with all of QGIS, goes on when it is started again with the
same output: finished sheets wait in a hidden folder beside it, or in the folder of probability
rasters if you name one. A sheet that no change concerns is not searched again; the log says which
are, and why. If a sheet has changed, it and its neighbours are searched again; if a new one
enlarges the survey, all are. If you name the folder of probability rasters, another threshold takes
seconds.&lt;/p&gt;</source>
<translation>
&lt;p&gt;将一个县或一个省的图幅当作一幅影像识别：跨四幅图的滑坡是一个多边形、一个编号，轮廓不会止于图幅边缘。图幅的次序不影响结果。&lt;/p&gt;
&lt;h3&gt;图幅如何合为一体&lt;/h3&gt;
&lt;p&gt;识别在一个格网上进行：采用多数图幅（按像元数计）的坐标系和像元。像元相同的图幅原样采用（至多移动半个像元）；其余的以双线性插值重采样到该格网，日志中会说明。
图幅重叠处，每个像元取自按文件名排序第一个在该处有影像的图幅，因此一幅的黑边和空缺由下一幅填补。亮度对全部图幅统一拉伸。滑坡归属其内部一点所在的图幅（字段“sheet”）。&lt;/p&gt;
&lt;h3&gt;有问题的图幅&lt;/h3&gt;
&lt;p&gt;文件残缺、没有坐标系、波段不足或数值类型不同的图幅不参与识别，表中说明原因；其余图幅照常识别，格网与亮度仍按所有能打开的图幅共同确定。全部图幅应为同一种传感器的影像；网络只凭高程工作时，应为高程模型。&lt;/p&gt;
&lt;h3&gt;继续运行&lt;/h3&gt;
&lt;p&gt;被取消的运行，或随 QGIS 一起被强行结束的运行，用相同的输出再次启动即可继续：已完成的图幅保存在输出旁的隐藏文件夹中；若指定了概率栅格文件夹，则保存在其中。
所依赖的内容没有变化的，不再重新识别；日志说明哪些重新识别及原因。修改一幅只影响其相邻图幅；使范围扩大的图幅会移动全部窗口。指定概率栅格文件夹后，换一个阈值只需数秒。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Takes the layer of 'Prepare review' after a person has set the status of its polygons, or any
polygon layer with a field 'status'.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;Inventory&lt;/b&gt;: confirmed and modified polygons. Outlines that a person redrew or drew are
measured afresh; all others stay as they are, to the last digit, but for the confidence a review
gives: geo_conf from the points (where those missing do not matter), usgs_conf 3 (likely), 2 where
geo_conf is moderate, 1 where it is low; 5 and 8 stay where a person gave them. A confirmed polygon
whose outline was redrawn counts as modified. One drawn new gets an identifier, the method 'manual',
and image and sheet of the nearest polygon; of one that was split, the largest part keeps the
identifier. Confidence and probabilities of a redrawn outline remain those of the candidate it was;
flags are its own, and what only the image could tell (edge, valid share, advice) is empty. Polygons
that overlap are named.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;Training&lt;/b&gt;: confirmed and modified as landslides (cls 1), rejected as ground that is none, with
their reason (cls 0), without the ground that they share with a landslide. &lt;b&gt;Reviewed area&lt;/b&gt;:
where all else is background. What is still a candidate, waits for a field check or was deleted is
cut out of it: not labelled is not negative. &lt;b&gt;Rejected&lt;/b&gt;: what 'Merge into inventory' keeps from
coming back.&lt;/p&gt;</source>
<translation>
&lt;p&gt;输入为“准备审查”生成、并由人设置了多边形状态的图层，或带有字段 status 的任何多边形图层。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;编目&lt;/b&gt;：确认和修改后确认的多边形。人工重绘或新绘的轮廓重新量算；其余原样保留，一位数字也不改，仅补充审查给出的可信度：geo_conf 由评分得出（缺项不影响等级时），usgs_conf 为 3（很可能），geo_conf 为中时为 2，为低时为 1；5 和 8 仅在人工填写时保留。已确认但轮廓被重绘的多边形计为修改后确认。新绘的多边形获得编号，方法记为“人工”，影像和图幅取自最近的多边形；被拆分的，最大的一块保留原编号。重绘轮廓的可信度和概率仍为原疑似滑坡的值；标记按新轮廓重新给出，只有影像才能判断的内容（边界截断、有效影像比例、建议）留空。相互重叠的多边形会被指出。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;训练&lt;/b&gt;：确认和修改后确认的作为滑坡（cls 1），剔除的连同原因作为非滑坡地面（cls 0），并扣除与滑坡重叠的部分。&lt;b&gt;已审查范围&lt;/b&gt;：其中其余部分均为背景。仍待审、需野外核查或被删除的从中扣除：没有标注不等于负样本。&lt;b&gt;剔除&lt;/b&gt;：供“合并编目”防止其再次出现。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;The network runs in a Python of its own beside QGIS. This fetches that and its packages, holds
each file against a known hash, installs them into a folder of their own, and tries the model in it.
QGIS's own Python is not touched. &lt;b&gt;Run&lt;/b&gt; starts it; 'Only say what would be done' lists it
first.&lt;/p&gt;
&lt;p&gt;On this computer each choice fetches:&lt;/p&gt;</source>
<translation>
&lt;p&gt;网络运行在 QGIS 之外的独立 Python 中。本算法下载该 Python 及其软件包，将每个文件与已知的哈希值核对，安装到单独的文件夹，并在其中试开模型。QGIS 自带的 Python 不受影响。按&lt;b&gt;运行&lt;/b&gt;即开始；“仅列出将要做的事”会先列出内容。&lt;/p&gt;
&lt;p&gt;在本计算机上，各选项将下载：&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Writes one HTML page that needs no network, to read or to print on A4: locator map, counts,
density, size classes, frequency and area, directions, slope, elevation, L/W, H/L, confidence,
review progress, the twenty largest, limits. Beside it a CSV with every number: table, item,
quantity, value, unit.&lt;/p&gt;
&lt;p&gt;Takes any polygons: candidates, a reviewed inventory, an old one without our fields. Areas are
always measured on the ellipsoid from the outlines. Terrain comes from the layer's fields, else from
the elevation model; what is in neither is left out, and the page says so. Density, and its map in
square cells, need an investigated area.&lt;/p&gt;
&lt;p&gt;The exponent of the large landslides is by maximum likelihood from the lower limit with the
smallest Kolmogorov-Smirnov distance (Clauset and others 2009) of all above the rollover that leave
at least 50 landslides, with its goodness of fit; with fewer there is none. The rollover is the mode
of a three-parameter inverse gamma (Malamud and others 2004), by maximum likelihood too;
published exponents of about 2.4 are its ρ + 1. Intervals are bootstrapped.&lt;/p&gt;</source>
<translation>
&lt;p&gt;写出一个不需要网络的 HTML 网页，可阅读或打印为 A4：位置图、数量、密度、规模分级、频率与面积、滑向、坡度、高程、长宽比、高长比、可信度、审查进度、最大的二十处、方法的局限。另附含全部数字的 CSV：表、项目、量、值、单位。&lt;/p&gt;
&lt;p&gt;适用于任何多边形：疑似滑坡、审查后的编目、没有我们字段的旧编目。面积总是由轮廓在椭球面上量算。地形取自图层字段，否则取自高程模型；两者都没有的略去，并在网页中说明。密度及其方格图需要调查范围。&lt;/p&gt;
&lt;p&gt;大滑坡的指数由最大似然法求得，下限取拐点以上、且不少于 50 处滑坡的各下限中柯尔莫哥洛夫－斯米尔诺夫距离最小者（Clauset 等，2009），并给出拟合优度；不足 50 处时不给出。拐点为三参数逆伽马分布的众数（Malamud 等，2004），同样由最大似然法求得，其 ρ + 1 与文献中约 2.4 的指数可比。区间由自助法给出。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Writes polygons for delivery. Takes the layers of this plugin and any other polygon layer; what a
layer does not have stays empty, and fields that people fill are never filled by the machine.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;shapefile&lt;/b&gt; (.shp): all fields, names of at most ten bytes, missing numbers and dates as
nulls, texts of at most 254 bytes, encoding in the .cpg, labels in a .qml for QGIS.
&lt;b&gt;kml&lt;/b&gt; (.kml, .kmz): WGS 84, balloons with labels and words, folders by confidence (the
geologist's, else the network's, named as such), colours by review.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;slido&lt;/b&gt; (Oregon, with lines of head scarps and flanks), &lt;b&gt;usgs&lt;/b&gt;, &lt;b&gt;iffi&lt;/b&gt; (Italy,
points of all, and from 1 ha on polygons, or lines of narrow ones): .gpkg or .shp. &lt;b&gt;inspire&lt;/b&gt;
(Natural Risk Zones, HazardArea): .gml in ETRS89. &lt;b&gt;china&lt;/b&gt; (record form): .gpkg, beside it a
.csv for Excel and an .html with a page to print for each object. Polygons with the status
'rejected' are left out of these five; numbers that the receiving office assigns stay empty.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;Compare with the official template before delivery.&lt;/b&gt; Only a part of the fields was seen in
published tables. Of the words, only IFFI's states of activity and the USGS confidence 1, 2, 3 and 5
were seen. The log names every field that is not verified. The GML was not validated against its
schema, and INSPIRE may rather see an ObservedEvent in a relic landslide.&lt;/p&gt;
&lt;p&gt;For inventories that it pays for the USGS has a schema of its own, of which only an abstract is
public.&lt;/p&gt;
&lt;p&gt;USGS confidence is never above 3 before a polygon is confirmed.&lt;/p&gt;</source>
<translation>
&lt;p&gt;写出供提交的多边形。适用于本插件的图层和其他任何多边形图层；图层没有的内容留空，应由人填写的字段绝不由机器填写。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;shapefile&lt;/b&gt;（.shp）：全部字段，字段名不超过十个字节，缺失的数字和日期写为空值，文本不超过 254 字节，编码写入 .cpg，供 QGIS 使用的标签写入 .qml。&lt;b&gt;kml&lt;/b&gt;（.kml、.kmz）：WGS 84，气泡中为标签和文字，按可信度分文件夹（先用人工可信度，否则用机器可信度并注明），按审查状态着色。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;slido&lt;/b&gt;（美国俄勒冈州，另有后壁和侧缘线）、&lt;b&gt;usgs&lt;/b&gt;、&lt;b&gt;iffi&lt;/b&gt;（意大利，全部滑坡有点，1 公顷及以上的另有多边形，狭长的改为线）：.gpkg 或 .shp。&lt;b&gt;inspire&lt;/b&gt;（自然风险区，HazardArea）：.gml，ETRS89。&lt;b&gt;china&lt;/b&gt;（解译记录表）：.gpkg，另附供 Excel 使用的 .csv 和每处一页、可打印的 .html。状态为“剔除”的多边形不写入这五种；由主管机构给出的编号留空。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;提交前请与正式模板核对。&lt;/b&gt;其字段仅有一部分在公布的表格中见到，用词则仅见到 IFFI 的活动状态和 USGS 的可信度 1、2、3、5；日志列出每个未经核实的字段。GML 未按其模式验证；对于古老滑坡，INSPIRE 可能更适合用 ObservedEvent。&lt;/p&gt;
&lt;p&gt;USGS 对其资助的编目另有模式要求，公开的只有其摘要。&lt;/p&gt;
&lt;p&gt;多边形经确认之前，USGS 可信度不超过 3。&lt;/p&gt;</translation>
</message>
<message>
<source>
&lt;p&gt;Writes the candidates into a GeoPackage with a form (choices, rules, names in English or
Chinese), two styles (by confidence, by status), an order of review and advice. A second layer keeps
the outlines as they were, so that 'Apply review' sees which ones a person redrew.&lt;/p&gt;
&lt;p&gt;Open the attribute table as a form: the list beside it goes by rank. Decide with one click: the
buttons of the form's first tab, the layer's actions in each row of the table and 'Run feature
action' on the map confirm, reject with a reason or send to a field check, say how many are done,
and go on to the next open candidate by rank. Or set the status yourself; a rejected polygon needs a
reason. Redraw outlines with QGIS's own tools; draw what was missed as new polygons.&lt;/p&gt;
&lt;p&gt;&lt;b&gt;Advice&lt;/b&gt; is advice: nothing is dropped. &lt;i&gt;reject&lt;/i&gt;: road-like (area above 8 times the
square of the greatest width), 60 % and more under exclusion masks, or low confidence on flat or
uphill terrain; these come after all other open ones.
&lt;i&gt;accept&lt;/i&gt;: no doubts and calibrated confidence from 0.8, or, without calibration, mean
probability from 0.7 and terrain that agrees. &lt;i&gt;check&lt;/i&gt;: all else. Codes: L road-like, X mask, D
terrain, C low and M moderate confidence, U uncertain, N not calibrated, E edge of the image, S near
the minimum size, K several grown together, O overlaps the inventory.&lt;/p&gt;</source>
<translation>
&lt;p&gt;将疑似滑坡写入 GeoPackage，带有表单（选项、规则、中文或英文名称）、两种样式（按可信度、按状态）、审查次序和建议。另一个图层保存原始轮廓，供“应用审查结果”判断哪些被人工重绘。&lt;/p&gt;
&lt;p&gt;以表单方式打开属性表：左侧列表按次序排列。一键决定：表单首页的按钮、表中每一行的图层动作以及地图上的“执行要素动作”可确认、连同原因剔除或转野外核查，随后提示已完成的数量，并按次序转到下一个待审的疑似滑坡。也可自行设置状态；剔除的须填原因。用 QGIS 自身的工具重绘轮廓；将遗漏的滑坡绘为新多边形。&lt;/p&gt;
&lt;p&gt;&lt;b&gt;建议&lt;/b&gt;只是建议：不删除任何对象。&lt;i&gt;建议剔除&lt;/i&gt;：形似道路（面积大于最大宽度平方的 8 倍）、60 % 及以上位于掩膜内，或可信度低且地面平坦或上低下高；它们排在其他待审者之后。&lt;i&gt;建议接受&lt;/i&gt;：没有疑点且校准可信度不低于 0.8，未校准时平均概率不低于 0.7 且与地形一致。&lt;i&gt;建议检查&lt;/i&gt;：其余所有。代码：L 形似道路，X 掩膜，D 地形，C 低可信度，M 中可信度，U 不确定，N 未校准，E 位于影像边缘，S 接近最小面积，K 多个相连，O 与编目重叠。&lt;/p&gt;</translation>
</message>
<message>
<source>'{}' broke the connection off while '{}' was fetched; run this again, which goes on where it stopped.</source>
<translation>“{}”在下载“{}”时中断了连接；请重新运行，会从中断处继续。</translation>
</message>
<message>
<source>'{}' cannot be a layer of polygons ({}); choose another name, such as landslides.gpkg.</source>
<translation>“{}”不能作为面图层（{}）；请另选名称，如 landslides.gpkg。</translation>
</message>
<message>
<source>'{}' cannot be opened as a raster ({}); choose an existing, complete file.</source>
<translation>无法将“{}”作为栅格打开（{}）；请选择存在且完整的文件。</translation>
</message>
<message>
<source>'{}' cannot be opened; choose a file with polygons.</source>
<translation>“{}”无法打开；请选择含多边形的文件。</translation>
</message>
<message>
<source>'{}' cannot be reached ({}); check the connection to the internet, or give the address of a mirror or a folder of wheels.</source>
<translation>无法连接“{}”（{}）；请检查网络连接，或给出镜像地址或存放安装包（wheel）的文件夹。</translation>
</message>
<message>
<source>'{}' cannot be reached: {}</source>
<translation>无法连接“{}”：{}</translation>
</message>
<message>
<source>'{}' cannot be read ({}); install the plugin again.</source>
<translation>无法读取“{}”（{}）；请重新安装插件。</translation>
</message>
<message>
<source>'{}' cannot be read near row {} ({}).</source>
<translation>“{}”在第 {} 行附近无法读取（{}）。</translation>
</message>
<message>
<source>'{}' cannot be read near row {} ({}); the file may be cut short, copy it again.</source>
<translation>“{}”在第 {} 行附近无法读取（{}）；文件可能不完整，请重新复制。</translation>
</message>
<message>
<source>'{}' cannot be read near row {} of the image ({}).</source>
<translation>“{}”在影像第 {} 行附近无法读取（{}）。</translation>
</message>
<message>
<source>'{}' cannot be read to its end ({}); the file may be damaged or cut short, copy it again.</source>
<translation>“{}”无法读到末尾（{}）；文件可能损坏或不完整，请重新复制。</translation>
</message>
<message>
<source>'{}' cannot be read to its end, only {} of {} features ({}); the file may be damaged or cut short, copy it again or save what can be read of it by 'ogr2ogr -skipfailures'.</source>
<translation>“{}”无法读到末尾，只能读出 {} 个要素（共 {} 个；{}）；文件可能损坏或不完整，请重新复制，或用“ogr2ogr -skipfailures”另存能读出的部分。</translation>
</message>
<message>
<source>'{}' cannot be resampled ({}).</source>
<translation>“{}”无法重采样（{}）。</translation>
</message>
<message>
<source>'{}' cannot be taken away: something runs in it, or its files may not be deleted; end that, or delete the folder yourself, and run this again.</source>
<translation>无法移除“{}”：其中有程序正在运行，或其文件不允许删除；请结束该程序，或自行删除该文件夹，然后重新运行。</translation>
</message>
<message>
<source>'{}' cannot be written ({}); choose another place.</source>
<translation>无法写入“{}”（{}）；请另选位置。</translation>
</message>
<message>
<source>'{}' did not answer in time while '{}' was fetched; run this again, which goes on where it stopped, or give the address of a mirror.</source>
<translation>“{}”在下载“{}”时没有及时应答；请重新运行（会从中断处继续），或给出镜像地址。</translation>
</message>
<message>
<source>'{}' did not answer the self-test; it said: {}</source>
<translation>“{}”未通过自检；其输出为：{}</translation>
</message>
<message>
<source>'{}' did not answer within {} seconds.</source>
<translation>“{}”在 {} 秒内没有应答。</translation>
</message>
<message>
<source>'{}' does not fit the target {}; its name must end in {}.</source>
<translation>“{}”与目标 {} 不符；名称须以 {} 结尾。</translation>
</message>
<message>
<source>'{}' does not say where it lies: it has no geotransform. Georeference it first (Layer &gt; Georeferencer), or put its world file beside it.</source>
<translation>“{}”没有说明位置：缺少地理变换参数。请先作地理配准（图层 &gt; 配准工具），或把坐标文件（world file）放在它旁边。</translation>
</message>
<message>
<source>'{}' from '{}' is not the file whose hash the plugin knows, and was thrown away; give the address of another mirror.</source>
<translation>“{}”（来自“{}”）与插件记录的哈希值不符，已丢弃；请给出另一个镜像的地址。</translation>
</message>
<message>
<source>'{}' gave no answer in {} s</source>
<translation>“{}”在 {} 秒内没有应答</translation>
</message>
<message>
<source>'{}' has a fault of its own (HTTP {}); run this later, or give the address of a mirror.</source>
<translation>“{}”自身有故障（HTTP {}）；请稍后再运行，或给出镜像地址。</translation>
</message>
<message>
<source>'{}' has no coordinate reference system; assign the right one to it first.</source>
<translation>“{}”没有坐标参照系；请先指定正确的坐标系。</translation>
</message>
<message>
<source>'{}' has no field 'ls_id' that says which polygon each outline is of; choose the candidates that the review was prepared from.</source>
<translation>“{}”没有说明各轮廓属于哪个多边形的字段“ls_id”；请选择准备审查时所用的疑似滑坡图层。</translation>
</message>
<message>
<source>'{}' has no field 'ls_id', by which its outlines are held against those before the review; give the field its name back.</source>
<translation>“{}”没有字段“ls_id”，无法与审查前的轮廓对照；请恢复该字段的名称。</translation>
</message>
<message>
<source>'{}' has no field 'status'; choose a layer that 'Prepare review' made and a person reviewed.</source>
<translation>“{}”没有字段 status；请选择由“准备审查”生成并经人工审查的图层。</translation>
</message>
<message>
<source>'{}' has no field 'status'; untick 'Only reviewed polygons' or apply the review first.</source>
<translation>“{}”没有字段 status；请取消“仅导出已审查的多边形”，或先应用审查结果。</translation>
</message>
<message>
<source>'{}' has no valid pixel in bands {} (missing by {}); choose one with data, or correct what it says of missing pixels.</source>
<translation>“{}”的波段 {} 中没有有效像元（缺失依据：{}）；请选择有数据的影像，或更正其对缺失像元的声明。</translation>
</message>
<message>
<source>'{}' has pixels without a size or a place (geotransform {}); georeference it again.</source>
<translation>“{}”的像元没有大小或位置（地理变换参数 {}）；请重新进行地理配准。</translation>
</message>
<message>
<source>'{}' has the same value everywhere ({}); choose an image that shows the ground.</source>
<translation>“{}”处处同值（{}）；请选择能显示地面的影像。</translation>
</message>
<message>
<source>'{}' has {} bytes, and its header promises {}; it is cut short, copy it again.</source>
<translation>“{}”有 {} 字节，而其头文件标明应有 {} 字节；文件不完整，请重新复制。</translation>
</message>
<message>
<source>'{}' holds complex numbers; choose an image.</source>
<translation>“{}”的值为复数；请选择影像。</translation>
</message>
<message>
<source>'{}' holds no polygons; choose a file with polygons.</source>
<translation>“{}”中没有多边形；请选择含有多边形的文件。</translation>
</message>
<message>
<source>'{}' holds no run of this training; name the best.pt or the last.pt of one.</source>
<translation>“{}”中没有本训练程序的运行结果；请给出某次运行的 best.pt 或 last.pt。</translation>
</message>
<message>
<source>'{}' holds numbers of a colour palette and not colours; turn it into red, green and blue first (Raster &gt; Conversion &gt; PCT to RGB).</source>
<translation>“{}”存储的是调色板编号而不是颜色；请先转换为红、绿、蓝（栅格 &gt; 转换 &gt; PCT 转 RGB）。</translation>
</message>
<message>
<source>'{}' holds numbers of type {}, most sheets such of {}; make all of them alike (Raster &gt; Conversion &gt; Translate).</source>
<translation>“{}”的数值类型为 {}，而多数图幅为 {}；请统一类型（栅格 &gt; 转换 &gt; 转换（格式转换））。</translation>
</message>
<message>
<source>'{}' holds one bit a pixel, 0 or 1: a mask or a scanned drawing, not an image of the ground.</source>
<translation>“{}”每个像元只有一位（0 或 1）：是掩膜或扫描图，不是地面影像。</translation>
</message>
<message>
<source>'{}' holds only two values, {} and {}: a mask, not an image of the ground.</source>
<translation>“{}”只有两个值 {} 和 {}：是掩膜，不是地面影像。</translation>
</message>
<message>
<source>'{}' holds several layers of polygons, of which only '{}' is read; write the name of another behind the file, as in file.gpkg|layername=name.</source>
<translation>“{}”包含多个面图层，只读取了其中的“{}”；如需其他图层，请在文件后写明图层名，例如 file.gpkg|layername=名称。</translation>
</message>
<message>
<source>'{}' holds values from {} to {}; probabilities lie between 0 and 1.</source>
<translation>“{}”的值为 {} 至 {}；概率应在 0 与 1 之间。</translation>
</message>
<message>
<source>'{}' holds {} layers ({}), which would all be replaced; choose another file ('Save to GeoPackage' adds a layer to one).</source>
<translation>“{}”含有 {} 个图层（{}），将全部被替换；请另选文件（“保存到 GeoPackage”可在文件中添加图层）。</translation>
</message>
<message>
<source>'{}' holds {} polygons that were reviewed already; choose another name.</source>
<translation>“{}”中有 {} 个已审查的多边形；请换一个名称。</translation>
</message>
<message>
<source>'{}' holds {} rasters, of which none is the file's own; give them one by one, the first as '{}'.</source>
<translation>“{}”含 {} 个栅格，但文件本身不是栅格；请逐个给出，第一个为“{}”。</translation>
</message>
<message>
<source>'{}' in '{}' is not the file whose hash the plugin knows; bring it there anew, or take it away, and it is fetched.</source>
<translation>“{}”（在“{}”中）与插件记录的哈希值不符；请重新拷贝到该文件夹，或将其移走，插件便会下载。</translation>
</message>
<message>
<source>'{}' is Python {}; name one from 3.9 on as the one to start from.</source>
<translation>“{}”是 Python {}；请指定 3.9 或更新版本的 Python 作为基础 Python。</translation>
</message>
<message>
<source>'{}' is a pipe or a device and no file; give the name of a file.</source>
<translation>“{}”是管道或设备，不是文件；请给出文件名。</translation>
</message>
<message>
<source>'{}' is an elevation model and most sheets are images; search elevation models by themselves.</source>
<translation>“{}”是高程模型，而多数图幅是影像；请单独识别高程模型。</translation>
</message>
<message>
<source>'{}' is an image and most sheets are elevation models; search images by themselves.</source>
<translation>“{}”是影像，而多数图幅是高程模型；请单独识别影像。</translation>
</message>
<message>
<source>'{}' is damaged; install the plugin again.</source>
<translation>“{}”已损坏；请重新安装插件。</translation>
</message>
<message>
<source>'{}' is in the way and no probability raster of ours; choose another folder.</source>
<translation>“{}”已存在，且不是本插件的概率栅格；请选择其他文件夹。</translation>
</message>
<message>
<source>'{}' is no GeoPackage, and only such a file holds form and styles; give a name that ends in .gpkg.</source>
<translation>“{}”不是 GeoPackage，只有 GeoPackage 能保存表单和样式；请给出以 .gpkg 结尾的名称。</translation>
</message>
<message>
<source>'{}' is no address of a mirror; it begins with https:// or file:///.</source>
<translation>“{}”不是镜像地址；镜像地址以 https:// 或 file:/// 开头。</translation>
</message>
<message>
<source>'{}' is no address of a package index; it begins with https:// and mostly ends in /simple.</source>
<translation>“{}”不是软件包索引的地址；地址以 https:// 开头，通常以 /simple 结尾。</translation>
</message>
<message>
<source>'{}' is no file of PyTorch's weights, or is cut short; choose another, or remove it where a stopped run left it.</source>
<translation>“{}”不是 PyTorch 权重文件，或文件不完整；请另选一个文件，若是中断的运行留下的，请将其删除。</translation>
</message>
<message>
<source>'{}' is no marker of a requirement that can be read ({}); install the plugin again.</source>
<translation>“{}”不是可读取的软件包条件（{}）；请重新安装插件。</translation>
</message>
<message>
<source>'{}' is not a probability raster; choose one band of 0 to 1 as floats, or of whole numbers with a scale, as detection writes it.</source>
<translation>“{}”不是概率栅格；请选择取值 0 到 1 的单个浮点波段，或如识别结果那样带有比例系数的整数波段。</translation>
</message>
<message>
<source>'{}' is not a program that can be started; name another Python.</source>
<translation>“{}”不是可以启动的程序；请指定另一个 Python。</translation>
</message>
<message>
<source>'{}' is not a program that can be started; {}.</source>
<translation>“{}”不是可以启动的程序；请{}。</translation>
</message>
<message>
<source>'{}' is not an ONNX model; choose a file exported as .onnx.</source>
<translation>“{}”不是 ONNX 模型；请选择导出为 .onnx 的文件。</translation>
</message>
<message>
<source>'{}' is not on '{}'; give the address of another mirror, or a folder of wheels.</source>
<translation>“{}”不在“{}”上；请给出另一个镜像的地址，或存放安装包（wheel）的文件夹。</translation>
</message>
<message>
<source>'{}' is not the ordinary 64-bit CPython, which the packages are made for; name another Python as the one to start from.</source>
<translation>“{}”不是这些软件包所适用的普通 64 位 CPython；请指定另一个 Python 作为基础 Python。</translation>
</message>
<message>
<source>'{}' is not there</source>
<translation>“{}”不存在</translation>
</message>
<message>
<source>'{}' is not there on the machine {} of the cluster; all of them need it under this path.</source>
<translation>“{}”在集群机器 {} 上不存在；所有机器都需要能以此路径访问它。</translation>
</message>
<message>
<source>'{}' is on a server, in an archive or in memory, where rasters are read but nothing is written; choose a place on this machine or a network drive, and copy it from there.</source>
<translation>“{}”位于服务器、压缩包或内存中，那里只读取栅格而不写入；请选择本机或网络驱动器上的位置，再从那里复制过去。</translation>
</message>
<message>
<source>'{}' is open in another program or being edited; close it there or choose another name.</source>
<translation>“{}”已在其他程序中打开或正在编辑；请先关闭，或另选名称。</translation>
</message>
<message>
<source>'{}' is placed by a model of its sensor (RPC or geolocation) and not by a grid; rectify it first with an elevation model (gdalwarp -rpc or -geoloc, or the software of its vendor).</source>
<translation>“{}”由传感器模型（RPC 或地理定位数组）而不是格网定位；请先用高程模型作正射校正（gdalwarp -rpc 或 -geoloc，或厂商软件）。</translation>
</message>
<message>
<source>'{}' is placed by {} ground control points and not by a grid; rectify it first (Raster &gt; Projections &gt; Warp).</source>
<translation>“{}”由 {} 个地面控制点而不是格网定位；请先校正（栅格 &gt; 投影 &gt; 变形）。</translation>
</message>
<message>
<source>'{}' lacks the module venv; install it (Debian, Ubuntu: python3-venv).</source>
<translation>“{}”缺少模块 venv；请安装它（Debian、Ubuntu：python3-venv）。</translation>
</message>
<message>
<source>'{}' leads to a connection without encryption; give the address of another mirror.</source>
<translation>“{}”转到了未加密的连接；请给出另一个镜像的地址。</translation>
</message>
<message>
<source>'{}' leaves its number of bands open; export it with a fixed number of bands.</source>
<translation>“{}”未固定波段数；请以固定波段数导出。</translation>
</message>
<message>
<source>'{}' lies more than {} pixels from the other sheets; look at its coordinate reference system, or search it by itself.</source>
<translation>“{}”距其他图幅超过 {} 个像元；请检查其坐标参照系，或单独识别。</translation>
</message>
<message>
<source>'{}' must give one probability map (N, 1 or 2 classes, height, width), but gives: {}.</source>
<translation>“{}”应给出一幅概率图（N、1 或 2 类、高、宽），实际为：{}。</translation>
</message>
<message>
<source>'{}' must take one float image (N, bands, height, width), but takes: {}.</source>
<translation>“{}”应接受一个浮点影像（N、波段、高、宽），实际为：{}。</translation>
</message>
<message>
<source>'{}' refuses access to '{}' (HTTP {}); set the address of a mirror, or one with your login, in Settings &gt; Options &gt; Processing &gt; Providers &gt; MRIFE landslides.</source>
<translation>“{}”拒绝访问“{}”（HTTP {}）；请在“设置 &gt; 选项 &gt; 数据处理 &gt; 数据源 &gt; MRIFE landslides”中设置镜像地址，或带有您登录信息的地址。</translation>
</message>
<message>
<source>'{}' refuses connections; run this later, or give the address of a mirror.</source>
<translation>“{}”拒绝连接；请稍后再运行，或给出镜像地址。</translation>
</message>
<message>
<source>'{}' stays, because something runs in it; 'Set up runtime' takes it away when it is run again after that.</source>
<translation>“{}”保留，因为其中有程序正在运行；待其结束后再次运行“设置运行环境”时将被删除。</translation>
</message>
<message>
<source>'{}' takes windows of {} x {} pixels; export it with square windows.</source>
<translation>“{}”的窗口为 {} x {} 像元；请以正方形窗口导出。</translation>
</message>
<message>
<source>'{}' will be a GeoTIFF; give a name that ends in .tif.</source>
<translation>“{}”将写成 GeoTIFF；请使用以 .tif 结尾的名称。</translation>
</message>
<message>
<source>'{}': {}</source>
<translation>“{}”：{}</translation>
</message>
<message>
<source>8-bit raster on the image's own grid: value / 250 is the probability, 255 is nodata. From it 'Vectorize probability' makes polygons with another threshold in seconds.</source>
<translation>与影像格网一致的 8 位栅格：数值 / 250 为概率，255 为无数据。用它运行“概率矢量化”，数秒即可得到其他阈值的多边形。</translation>
</message>
<message>
<source>A GeoPackage. A file that holds decisions already is not overwritten.</source>
<translation>GeoPackage 文件。已含审查结论的文件不会被覆盖。</translation>
</message>
<message>
<source>A Python does not answer as Python does; it said: {}</source>
<translation>某个 Python 的应答不像 Python；它的输出：{}</translation>
</message>
<message>
<source>A Python of its own</source>
<translation>自带 Python</translation>
</message>
<message>
<source>A Python of its own cannot be fetched ({}); set a mirror in Settings &gt; Options &gt; Processing &gt; Providers &gt; MRIFE landslides, or name a Python to start from.</source>
<translation>无法下载自带的 Python（{}）；请在“设置 &gt; 选项 &gt; 数据处理 &gt; 数据源 &gt; MRIFE landslides”中设置镜像，或指定基础 Python。</translation>
</message>
<message>
<source>A Python to start from is named ('{}'); leave that empty, or do not ask for a Python of its own.</source>
<translation>已指定基础 Python（“{}”）；请将其留空，或不要选择自带 Python。</translation>
</message>
<message>
<source>A conflict is to replace '{}', which the existing inventory does not have; give the inventory that the conflicts came from.</source>
<translation>冲突要替换“{}”，但已有编目中没有该编号；请给出产生这些冲突的编目。</translation>
</message>
<message>
<source>A copy with another threshold and confidence, for 'Detect relic landslides'.</source>
<translation>阈值和可信度不同的副本，用于“识别古老滑坡”。</translation>
</message>
<message>
<source>A density map needs the area that was investigated; give it, or leave the map out.</source>
<translation>密度图需要调查范围；请给出调查范围，或不输出密度图。</translation>
</message>
<message>
<source>A layout template: one page a candidate by rank, image and hillshade side by side. Open it in the layout manager of the project the review is loaded in.</source>
<translation>布局模板：按次序每个疑似滑坡一页，影像与山体阴影并列。在已加载审查图层的工程的布局管理器中打开。</translation>
</message>
<message>
<source>A map sheet, a county: polygons in any coordinate system. Landslides whose inner point lies outside do not count. Empty: all count, and there is no density.</source>
<translation>图幅或县：任意坐标系的多边形。内点落在其外的滑坡不计。留空：全部计入，不计算密度。</translation>
</message>
<message>
<source>A model from nothing has no base, but '{}' is given as one; leave it empty, or switch training from nothing off.</source>
<translation>从零训练的模型没有基础模型，却给出了“{}”；请将其留空，或关闭从零训练。</translation>
</message>
<message>
<source>A new network for {}, pixels of {} m; it begins with random numbers, as ImageNet's weights are for colours and come with a Python package.</source>
<translation>新网络，波段为 {}，像元 {} m；从随机数开始，因为 ImageNet 的权重只适用于彩色波段，且由一个 Python 软件包提供。</translation>
</message>
<message>
<source>A new network for {}, pixels of {} m; its encoder begins with ImageNet's weights.</source>
<translation>新网络，波段为 {}，像元 {} m；其编码器从 ImageNet 的权重开始。</translation>
</message>
<message>
<source>A policy of this computer forbids programs in '{}'; ask those who look after it to allow the folder, or name a Python that they installed.</source>
<translation>本计算机的策略禁止“{}”中的程序；请让管理员允许该文件夹，或指定由其安装的 Python。</translation>
</message>
<message>
<source>A polygon is kept only if at least one of its pixels has this probability. A lower value finds more landslides and gives more false polygons. It cannot be below the threshold. Empty: {}.</source>
<translation>多边形中至少有一个像元达到此概率才保留；不得低于阈值。取值越低，找到的越多，误报也越多。留空：{}。</translation>
</message>
<message>
<source>A polygon lies where its coordinate reference system is not defined; check the system assigned to the layer.</source>
<translation>有多边形位于其坐标参照系未定义之处；请检查为图层指定的坐标系。</translation>
</message>
<message>
<source>A probability raster: 8-bit with a scale of 1/250 as detection writes it, or floats from 0 to 1.</source>
<translation>概率栅格：识别生成的 8 位栅格（比例 1/250），或取值 0 至 1 的浮点栅格。</translation>
</message>
<message>
<source>A raster of elevations in any coordinate system and cell size; it need not cover all polygons. Empty: shape only.</source>
<translation>任意坐标系和格网大小的高程栅格；不必覆盖所有多边形。留空：仅量算形态。</translation>
</message>
<message>
<source>A raster of elevations in any coordinate system. It is drawn as a hillshade under the map, and gives the slope of polygons that have none yet.</source>
<translation>任意坐标系的高程栅格。在地图底部绘成山体阴影，并为尚无坡度的多边形提供坡度。</translation>
</message>
<message>
<source>A raster of elevations in any coordinate system. The network learns from the form of the ground, too, also where the base model sees the image alone, and 'Detect relic landslides' needs an elevation model with it from then on. On the two halves of one slope, each searched by a network that learned on the other half, average precision was 0.01 and 0.04 higher than with images alone.</source>
<translation>任意坐标系的高程栅格。网络同时学习地形形态，基础模型只看影像时也是如此；此后用所得模型运行“识别古老滑坡”时需要高程模型。在同一斜坡的两半上（各由在另一半学习的网络评判），平均精度比只用影像时提高 0.01 和 0.04。</translation>
</message>
<message>
<source>A raster of elevations in any coordinate system. With it polygons also get terrain attributes, and a model that takes elevation sees it. The plugin's own does so where cells are at most 2.5 m: coarser ones mislead it, and it sees the image alone.</source>
<translation>任意坐标系的高程栅格。给出后，多边形同时获得地形属性；需要高程的模型也会用到它。插件自带的模型在像元不大于 2.5 m 时使用高程：更粗的高程会误导它，此时只看影像。</translation>
</message>
<message>
<source>A raster of elevations in any coordinate system. With it polygons also get terrain attributes.</source>
<translation>任意坐标系的高程栅格。给出后，多边形同时获得地形属性。</translation>
</message>
<message>
<source>A raster of elevations in any coordinate system. With it smooth slopes are no water, and what is level in it is. Empty: the image alone.</source>
<translation>任意坐标系的高程栅格。有高程模型时，平滑的斜坡不作为水体，高程水平的地面作为水体。留空：仅用影像。</translation>
</message>
<message>
<source>A reviewed area is given, and the images are said to be reviewed as a whole; what lies outside the area would be taught as none. Leave one of both out.</source>
<translation>既给出了已审查范围，又声明影像已整体审查；范围之外的地面会被当作非滑坡来学习。请只保留其中一项。</translation>
</message>
<message>
<source>A run over the same ground with another model or threshold, or a new edition of the inventory.</source>
<translation>同一地面上用另一模型或另一阈值的运行结果，或编目的新版本。</translation>
</message>
<message>
<source>A run that was stopped had other images, polygons, elevation model or options: nothing of it is gone on with. What it left lies in '{}'.</source>
<translation>先前中断的一次运行所用的影像、多边形、高程模型或选项与此次不同：不会接着它继续。它留下的内容位于“{}”。</translation>
</message>
<message>
<source>A search on a cluster needs the package distributed, which this Python does not have; install it here and on the workers: {} -m pip install distributed</source>
<translation>在集群上识别需要软件包 distributed，此 Python 中没有；请在本机和各工作机上安装：{} -m pip install distributed</translation>
</message>
<message>
<source>A worker finished sheet {}, but '{}' is not there; choose a folder that all machines share under one path.</source>
<translation>某个工作进程已完成图幅 {}，但“{}”不存在；请选择所有机器以同一路径共用的文件夹。</translation>
</message>
<message>
<source>About {} of '{}' counts as missing and is left out ({}).</source>
<translation>约 {} 的像元（“{}”）按缺失处理，不参与计算（{}）。</translation>
</message>
<message>
<source>Address of a mirror, or several with blanks between them; only these are asked then. Every file is held against the hash that the plugin knows. An address with a login belongs into the Processing options: QGIS logs parameters.</source>
<translation>镜像的地址，多个地址用空格分开；此时只向这些地址请求。每个文件都与插件已知的哈希值核对。带登录信息的地址应填在数据处理选项中：QGIS 会把参数写入日志。</translation>
</message>
<message>
<source>Adds rough estimates of depth and volume from the area. Two common laws differ by a factor of 1.3 at 0.25 ha and of 2.6 at 1 km².</source>
<translation>由面积粗略估算厚度和体积，仅为量级。两种常用经验公式在 0.25 公顷时相差 1.3 倍，在 1 平方公里时相差 2.6 倍。</translation>
</message>
<message>
<source>Advice: accept {}.</source>
<translation>建议接受：{}。</translation>
</message>
<message>
<source>Advice: check {}.</source>
<translation>建议检查：{}。</translation>
</message>
<message>
<source>Advice: reject {}; they come after the other open ones.</source>
<translation>建议剔除：{}；排在其他待审者之后。</translation>
</message>
<message>
<source>Advised to accept</source>
<translation>建议接受</translation>
</message>
<message>
<source>Advised to check</source>
<translation>建议检查</translation>
</message>
<message>
<source>Advised to reject</source>
<translation>建议剔除</translation>
</message>
<message>
<source>All bands hold {} along the border or over whole squares, without a nodata tag: such pixels are taken as missing.</source>
<translation>所有波段在影像边缘或整块方形区域内的值均为 {}，且未标记 nodata：这些像元按缺失处理。</translation>
</message>
<message>
<source>All existing polygons stay as they are.</source>
<translation>已有多边形全部保持原样。</translation>
</message>
<message>
<source>All files (*)</source>
<translation>所有文件 (*)</translation>
</message>
<message>
<source>All ground: step {} of {}, training loss {}.</source>
<translation>全部地面：第 {} 步，共 {} 步，训练损失 {}。</translation>
</message>
<message>
<source>All images together</source>
<translation>全部影像合看</translation>
</message>
<message>
<source>All of its ground lies on sheets before it, by name; it only fills their gaps.</source>
<translation>其范围全部位于名称排在前面的图幅之内；仅用于填补那些图幅的空缺。</translation>
</message>
<message>
<source>All polygons of '{}' lie where its coordinate reference system is not defined; check the system assigned to the layer.</source>
<translation>“{}”的所有多边形都位于其坐标参照系未定义之处；请检查指定给该图层的坐标系。</translation>
</message>
<message>
<source>All polygons of the later run, and those that it lost.</source>
<translation>后一次的全部多边形，以及消失的多边形。</translation>
</message>
<message>
<source>All rasters in it and in its folders, beside the images above; hidden files, mosaics (VRT) of these rasters and the plugin's own probability rasters are left out.</source>
<translation>其中及其子文件夹中的全部栅格，与上面的影像一并识别；隐藏文件、由这些栅格构成的镶嵌（VRT）和本插件生成的概率栅格除外。</translation>
</message>
<message>
<source>All values of the elevation model {} lie between {} and {}, as those of a vegetation index or a probability: check that they are heights.</source>
<translation>高程模型 {} 的数值都在 {} 与 {} 之间，与植被指数或概率相同：请检查其是否为高程。</translation>
</message>
<message>
<source>An NVIDIA GPU answers and is not used; 'Set up runtime' (mrife:setupruntime) has packages for it.</source>
<translation>有 NVIDIA GPU 应答但未被使用；“设置运行环境”（mrife:setupruntime）提供相应的软件包。</translation>
</message>
<message>
<source>An ONNX segmentation model with its contract in its metadata, or one made for Deepness. Empty: {}.</source>
<translation>元数据中带有约定（contract）的 ONNX 分割模型，或为 Deepness 制作的模型。留空：{}。</translation>
</message>
<message>
<source>An interrupted run is continued after row {}.</source>
<translation>从第 {} 行之后继续上次中断的运行。</translation>
</message>
<message>
<source>An inventory of this plugin or of anyone else. Invalid outlines are repaired, heights dropped.</source>
<translation>本插件或他人的编目。无效轮廓将被修复，高程值（Z）去除。</translation>
</message>
<message>
<source>An orthophoto or satellite image as a raster file with a coordinate reference system. It is resampled on the fly where its pixels differ from those the model was trained on. To search an elevation model alone, give it here: the plugin has a model for that, which runs if 'Model' is empty.</source>
<translation>带坐标参照系的正射影像或卫星影像栅格文件。像元大小与模型训练时不同的，实时重采样。若要单独识别高程模型，请在此给出：插件带有相应的模型，“模型”留空时运行。</translation>
</message>
<message>
<source>Another copy of this plugin is switched on already; switch one of the two off under Plugins &gt; Manage and Install Plugins.</source>
<translation>本插件的另一份副本已经启用；请在“插件 &gt; 管理并安装插件”中停用其中一个。</translation>
</message>
<message>
<source>Another run (process {} on {}) is writing to '{}'; wait until it is through, or choose another place.</source>
<translation>另一个运行（进程 {}，主机 {}）正在写入“{}”；请等它完成，或另选位置。</translation>
</message>
<message>
<source>Another whole number draws other lots. Empty: {}.</source>
<translation>换一个整数，随机抽取的地点随之不同。留空：{}。</translation>
</message>
<message>
<source>Apply review</source>
<translation>应用审查结果</translation>
</message>
<message>
<source>Area of all landslides (m²)</source>
<translation>滑坡总面积（平方米）</translation>
</message>
<message>
<source>Area of all polygons (m²)</source>
<translation>多边形总面积（平方米）</translation>
</message>
<message>
<source>Area of the gained ones (m²)</source>
<translation>新增面积（m²）</translation>
</message>
<message>
<source>Area of the lost ones (m²)</source>
<translation>消失面积（m²）</translation>
</message>
<message>
<source>As many as you will look at in one round. Empty: {}.</source>
<translation>一轮中打算查看的数量。留空：{}。</translation>
</message>
<message>
<source>At least half of each lies on landslides of the reference (survey rule).</source>
<translation>每个至少一半面积落在参考滑坡上（调查规则）。</translation>
</message>
<message>
<source>Atlas</source>
<translation>图集</translation>
</message>
<message>
<source>Average precision of the base on ground left out</source>
<translation>基础模型在留出地面上的平均精度</translation>
</message>
<message>
<source>Average precision of the fine-tuned model there</source>
<translation>微调后的模型在留出地面上的平均精度</translation>
</message>
<message>
<source>Average precision of the probability</source>
<translation>概率的平均精度</translation>
</message>
<message>
<source>Band {} is tagged as alpha, but its values vary like those of an image: nothing is left out by it.</source>
<translation>波段 {} 被标记为透明度（alpha），但其值像影像一样变化：不据此剔除任何像元。</translation>
</message>
<message>
<source>Band {} is tagged {} in the file but is used as {}; check the order of the bands.</source>
<translation>波段 {} 在文件中标记为 {}，却作为 {} 使用；请检查波段顺序。</translation>
</message>
<message>
<source>Band {} is used more than once, as it was asked for.</source>
<translation>按要求多次使用波段 {}。</translation>
</message>
<message>
<source>Band {}, of two values alone, is taken as the alpha.</source>
<translation>波段 {} 只有两种值，按透明度（alpha）波段处理。</translation>
</message>
<message>
<source>Bands</source>
<translation>波段</translation>
</message>
<message>
<source>Bands {} were asked for, but the raster has bands 1 to {}.</source>
<translation>要求使用波段 {}，而栅格只有波段 1 至 {}。</translation>
</message>
<message>
<source>Base model (default: the plugin's own)</source>
<translation>基础模型（默认：插件自带模型）</translation>
</message>
<message>
<source>Before and after on ground that was left out, with intervals.</source>
<translation>在留出的地面上训练前后的对比，附区间。</translation>
</message>
<message>
<source>Better beyond chance (1) or not (0); none: not known</source>
<translation>变好超出偶然（1）或否（0）；无值：未知</translation>
</message>
<message>
<source>Better on ground it did not learn from: {} {} before, {} after; gain {}, 95 % interval {} to {}.</source>
<translation>在未学习过的地面上更好：{} 之前 {}，之后 {}；增益 {}，95% 区间 {} 至 {}。</translation>
</message>
<message>
<source>Better on ground that did not choose it: IoU {} before, {} after; gain {}, 95 % interval {} to {}.</source>
<translation>在未参与选取阈值的地面上更好：IoU 由 {} 变为 {}；提高 {}，95% 区间 {} 至 {}。</translation>
</message>
<message>
<source>Better than painting everything, on ground it did not learn from: {} {}, and {} for painting everything; gain {}, 95 % interval {} to {}. That is the lowest floor: look at what it finds.</source>
<translation>在未学习过的地面上优于全部涂满：{} {}，全部涂满为 {}；增益 {}，95% 区间 {} 至 {}。这是最低的底线：请查看它找到了什么。</translation>
</message>
<message>
<source>Between images lie gaps of less than {} pixels ({} of them), in which landslides are cut: see whether each image lies where it should.</source>
<translation>影像之间有不足 {} 个像元宽的空隙（{} 处），滑坡在其中被截断：请检查各影像的位置是否正确。</translation>
</message>
<message>
<source>Bookmarks</source>
<translation>书签</translation>
</message>
<message>
<source>Bookmarks (*.xml)</source>
<translation>书签 (*.xml)</translation>
</message>
<message>
<source>Bookmarks of the first 50, to be imported in the browser or the bookmark manager.</source>
<translation>前 50 个的书签，可在浏览器面板或书签管理器中导入。</translation>
</message>
<message>
<source>Bridges narrow gaps such as roads, never over another polygon or an exclusion; with an elevation model only between pieces that slope the same way, within 60 degrees. 0: off. Two to three pixels are usual.</source>
<translation>连接道路等造成的窄缝，绝不跨越其他多边形或掩膜；给出高程模型时，仅连接坡向相差 60 度以内的碎块。0：不连接。常用两到三个像元。</translation>
</message>
<message>
<source>Brier score of the model's confidence</source>
<translation>模型可信度的布里尔评分</translation>
</message>
<message>
<source>Brier score of the new confidence, ground left out</source>
<translation>新可信度的布里尔评分（留出地面）</translation>
</message>
<message>
<source>By ground: IoU {}, 95 % interval {} to {}.</source>
<translation>按面积：交并比 {}，95% 区间 {} 至 {}。</translation>
</message>
<message>
<source>By ground: IoU {}, without an interval.</source>
<translation>按面积：交并比 {}，无区间。</translation>
</message>
<message>
<source>By how much the confidence must have risen for a rejected polygon to come back. Empty: {}.</source>
<translation>剔除的多边形要再次出现，可信度须升高的幅度。留空：{}。</translation>
</message>
<message>
<source>Bytes</source>
<translation>字节数</translation>
</message>
<message>
<source>CPU</source>
<translation>CPU</translation>
</message>
<message>
<source>CPython 3.12, which no update of QGIS touches: about 50 MB more to fetch. Automatic: where that cannot be fetched, or all packages lie in the folder of wheels, a Python of this computer is taken.</source>
<translation>CPython 3.12，不受 QGIS 更新影响，约多下载 50 MB。自动：无法下载时，或安装包文件夹中已有全部软件包时，改用本计算机上的 Python。</translation>
</message>
<message>
<source>CPython {} (PSF licence), about {} more, which uv (MIT) fetches from {}</source>
<translation>CPython {}（PSF 许可证），约另需 {}，由 uv（MIT）从 {} 下载</translation>
</message>
<message>
<source>CSV files (*.csv)</source>
<translation>CSV 文件 (*.csv)</translation>
</message>
<message>
<source>CUDA and cuDNN: NVIDIA's own, which is not free software ({})</source>
<translation>CUDA 和 cuDNN：NVIDIA 自有许可，并非自由软件（{}）</translation>
</message>
<message>
<source>CUDA was asked for but PyTorch finds no GPU; use device cpu or auto.</source>
<translation>要求使用 CUDA，但 PyTorch 未找到 GPU；请使用设备 cpu 或 auto。</translation>
</message>
<message>
<source>Calibrate a model</source>
<translation>校准模型</translation>
</message>
<message>
<source>Calibrated model</source>
<translation>校准后的模型</translation>
</message>
<message>
<source>Calibration error of the new confidence, ground left out</source>
<translation>新可信度的校准误差（留出地面）</translation>
</message>
<message>
<source>Calibration error of the probability</source>
<translation>概率的校准误差</translation>
</message>
<message>
<source>Candidate</source>
<translation>备选解释器</translation>
</message>
<message>
<source>Candidate layers</source>
<translation>疑似滑坡图层</translation>
</message>
<message>
<source>Candidates</source>
<translation>疑似滑坡</translation>
</message>
<message>
<source>Candidates cover less than half of each (survey rule).</source>
<translation>每个被疑似滑坡覆盖不到一半（调查规则）。</translation>
</message>
<message>
<source>Candidates of the fine-tuned model that are no landslides.</source>
<translation>微调后的模型检出、但并非滑坡的疑似滑坡。</translation>
</message>
<message>
<source>Candidates of this model will have no confidence.</source>
<translation>此模型的疑似滑坡将没有可信度。</translation>
</message>
<message>
<source>Candidates of this model will have no confidence: of those outlined here too few are right, or wrong, to fit one (five of each are needed), or it says no more than their share.</source>
<translation>此模型的疑似滑坡将没有可信度：此处圈出的疑似滑坡中正确或错误的太少，无法拟合（至少各需五个），或拟合的可信度所说不多于正确者所占比例。</translation>
</message>
<message>
<source>Candidates or an inventory, in any coordinate system.</source>
<translation>疑似滑坡或编目，任意坐标系。</translation>
</message>
<message>
<source>Candidates per 100 km² that can be looked at (default: 60)</source>
<translation>每 100 平方公里可查看的疑似滑坡数（默认：60）</translation>
</message>
<message>
<source>Candidates to review: {}.</source>
<translation>{} 个疑似滑坡待审查。</translation>
</message>
<message>
<source>Candidates: {}, {} m².</source>
<translation>疑似滑坡 {} 处，{} 平方米。</translation>
</message>
<message>
<source>Cells of {} m would be {} in the investigated area; give a larger size of cells.</source>
<translation>边长 {} 米的方格在调查范围内将有 {} 个；请给出更大的格网大小。</translation>
</message>
<message>
<source>Changed</source>
<translation>有变化</translation>
</message>
<message>
<source>Changes</source>
<translation>变化</translation>
</message>
<message>
<source>Changes from {} to {}</source>
<translation>从 {} 到 {} 的变化</translation>
</message>
<message>
<source>Check inputs</source>
<translation>检查输入数据</translation>
</message>
<message>
<source>Check runtime</source>
<translation>检查运行环境</translation>
</message>
<message>
<source>Checked inputs</source>
<translation>已检查的输入</translation>
</message>
<message>
<source>Checkpoint</source>
<translation>检查点</translation>
</message>
<message>
<source>Chooses the few candidates, or tiles of the map, whose review teaches most.</source>
<translation>挑选少量疑似滑坡或图格，审查它们收获最大。</translation>
</message>
<message>
<source>Compare two runs</source>
<translation>对比两次结果</translation>
</message>
<message>
<source>Compares candidates or a probability raster with a reference inventory: what is found, missed and false, with intervals, curves and thresholds.</source>
<translation>将疑似滑坡或概率栅格与参考编目对比：检出、漏检与误报，并给出区间、曲线和阈值。</translation>
</message>
<message>
<source>Confidence and size</source>
<translation>可信度与规模</translation>
</message>
<message>
<source>Confidence and size: confidence x log10(area / minimum area). Where there is no calibrated confidence the mean probability counts, where there is neither, the area.</source>
<translation>可信度与规模：可信度 × log10（面积 / 最小面积）。没有校准可信度时用平均概率，两者都没有时用面积。</translation>
</message>
<message>
<source>Confirmed</source>
<translation>确认</translation>
</message>
<message>
<source>Confirmed and modified landslides.</source>
<translation>确认和修改后确认的滑坡。</translation>
</message>
<message>
<source>Confirmed {}, modified {}, rejected {}, field checks {}, still open {}.</source>
<translation>确认 {}，修改后确认 {}，剔除 {}，需野外核查 {}，仍待审 {}。</translation>
</message>
<message>
<source>Conflicts</source>
<translation>冲突</translation>
</message>
<message>
<source>Conflicts for a person to decide: {}.</source>
<translation>须由人决定的冲突：{}。</translation>
</message>
<message>
<source>Conflicts, {}</source>
<translation>冲突，{}</translation>
</message>
<message>
<source>Contour: {n} outlines follow the probability, {area} m² moved.</source>
<translation>等值线：{n} 个轮廓按概率勾绘，移动 {area} 平方米。</translation>
</message>
<message>
<source>Coordinate system of the result</source>
<translation>结果的坐标系</translation>
</message>
<message>
<source>Cuts polygons at necks of probability and width and, with an elevation model, where slopes face more than 90 degrees apart; never across a continuous head scarp. Off: they are flagged with K.</source>
<translation>在概率和宽度的收窄处拆分多边形；给出高程模型时，还在两侧坡向相差 90 度以上处拆分；绝不切断连续的后壁。不勾选：以 K 标记。</translation>
</message>
<message>
<source>Decided conflicts: {} existing outlines stay, {} are replaced, {} outlines are added, {} are no landslides.</source>
<translation>已处理的冲突：{} 个保留已有轮廓，{} 个替换，{} 个另行加入，{} 个不是滑坡。</translation>
</message>
<message>
<source>Deletes the environment that 'Set up runtime' has made. Nothing is fetched.</source>
<translation>删除“设置运行环境”建立的环境。不下载任何东西。</translation>
</message>
<message>
<source>Density map: {} cells of {} m.</source>
<translation>密度图：{} 个方格，边长 {} 米。</translation>
</message>
<message>
<source>Describe model</source>
<translation>查看模型</translation>
</message>
<message>
<source>Detect on map sheets</source>
<translation>按图幅识别</translation>
</message>
<message>
<source>Detect relic landslides</source>
<translation>识别古老滑坡</translation>
</message>
<message>
<source>Detection on the CPU is right for most. The GPU needs an NVIDIA card and its driver, and CUDA with it, about 2 GB. Training fetches PyTorch, too.</source>
<translation>多数情况下用 CPU 识别即可。GPU 需要 NVIDIA 显卡及其驱动，并附带 CUDA，约 2 GB。训练还会下载 PyTorch。</translation>
</message>
<message>
<source>Device</source>
<translation>设备</translation>
</message>
<message>
<source>Device cuda was asked but cannot be had: {} ({}). Choose auto or cpu, or install onnxruntime-gpu with CUDA.</source>
<translation>要求使用设备 cuda，但不可用：{}（{}）。请选择自动（auto）或 cpu，或安装带 CUDA 的 onnxruntime-gpu。</translation>
</message>
<message>
<source>Device that ran</source>
<translation>实际使用的设备</translation>
</message>
<message>
<source>Digitized landslides, or a reviewed layer: confirmed and modified polygons are landslides, rejected ones are taught as ground without landslides, open ones teach nothing. A field 'weight' (0-1), or the geologist's confidence of a review (high 1, moderate 0.75, low 0.5), says how much a polygon counts.</source>
<translation>数字化的滑坡，或经审查的图层：确认和修改后确认的面是滑坡，剔除的按非滑坡学习，待审的不参与学习。字段“weight”（0-1），或审查给出的人工可信度（高 1，中 0.75，低 0.5），决定一个面计入多少。</translation>
</message>
<message>
<source>Disk that a dry run expects (MB)</source>
<translation>试算：所需磁盘（MB）</translation>
</message>
<message>
<source>Drop polygons excluded above, % (default: keep all)</source>
<translation>掩膜重叠超过此比例则去掉，%（默认全部保留）</translation>
</message>
<message>
<source>Duplicates</source>
<translation>重复</translation>
</message>
<message>
<source>Each block of the file is {} MB when unpacked and can only be read as a whole: save it tiled (Raster &gt; Conversion &gt; Translate, option TILED=YES).</source>
<translation>文件的每个块解压后为 {} MB，只能整块读取：请另存为分块格式（栅格 &gt; 转换 &gt; 转换（格式转换），选项 TILED=YES）。</translation>
</message>
<message>
<source>Each window is looked at in {} flips and rotations.</source>
<translation>每个窗口以 {} 种翻转与旋转各看一次。</translation>
</message>
<message>
<source>Earlier run</source>
<translation>前一次结果</translation>
</message>
<message>
<source>Elevation model</source>
<translation>高程模型</translation>
</message>
<message>
<source>Elevation model (this model wants one)</source>
<translation>高程模型（此模型需要）</translation>
</message>
<message>
<source>Elevation model {}.</source>
<translation>高程模型 {}。</translation>
</message>
<message>
<source>Elevation model {}: cells of {} m, elevations in {}.</source>
<translation>高程模型 {}：格网 {} 米，高程单位为{}。</translation>
</message>
<message>
<source>Empty: 10.</source>
<translation>留空：10。</translation>
</message>
<message>
<source>Empty: that of the existing inventory, whose outlines are then not changed by a single digit, else that of the first candidate layer.</source>
<translation>留空：采用已有编目的坐标系，其轮廓一位数字也不改；没有已有编目时采用第一个疑似滑坡图层的坐标系。</translation>
</message>
<message>
<source>Empty: the first of the usual names (ls_id, id, code, {} ..., numbers of rows as fid last) that tells all polygons apart, else the feature's number.</source>
<translation>留空：取第一个能区分所有多边形的常用字段（ls_id、id、code、{} 等，fid 之类的行号排在最后），没有则用要素序号。</translation>
</message>
<message>
<source>Empty: the minimum area.</source>
<translation>留空：最小面积。</translation>
</message>
<message>
<source>Encoding of a Shapefile</source>
<translation>Shapefile 编码</translation>
</message>
<message>
<source>Encoding of texts</source>
<translation>文本编码</translation>
</message>
<message>
<source>Environment</source>
<translation>环境</translation>
</message>
<message>
<source>Evaluate against an inventory</source>
<translation>与参考编目对比评价</translation>
</message>
<message>
<source>Evaluation area</source>
<translation>评价范围</translation>
</message>
<message>
<source>Every check of every input on one page.</source>
<translation>一页列出每项输入的每项检查。</translation>
</message>
<message>
<source>Every landslide on the images is among the polygons.</source>
<translation>影像上的每个滑坡都在这些面之中。</translation>
</message>
<message>
<source>Every number of the report: table, item, quantity, value, unit. UTF-8.</source>
<translation>报告的全部数字：表、项目、量、值、单位。UTF-8。</translation>
</message>
<message>
<source>Examining {} images</source>
<translation>正在检查 {} 幅影像</translation>
</message>
<message>
<source>Exclusions</source>
<translation>掩膜</translation>
</message>
<message>
<source>Exclusions: {n} polygons overlap, {area} m²; {dropped} dropped, {clipped} clipped to {pieces} pieces, {small} smaller ones left out ({small_area} m²).</source>
<translation>掩膜：{n} 个多边形与之重叠，{area} 平方米；略去 {dropped} 个，{clipped} 个裁剪为 {pieces} 块，另有 {small} 块过小略去（{small_area} 平方米）。</translation>
</message>
<message>
<source>Execution providers</source>
<translation>执行提供程序</translation>
</message>
<message>
<source>Existing inventory</source>
<translation>已有编目</translation>
</message>
<message>
<source>Exponent of the frequency density</source>
<translation>频率密度指数</translation>
</message>
<message>
<source>Export inventory</source>
<translation>导出编目</translation>
</message>
<message>
<source>Extent</source>
<translation>范围</translation>
</message>
<message>
<source>F1 by ground</source>
<translation>F1（按面积）</translation>
</message>
<message>
<source>False candidates</source>
<translation>误报</translation>
</message>
<message>
<source>False candidates per 100 km²</source>
<translation>每 100 平方公里误报数</translation>
</message>
<message>
<source>False candidates, {}</source>
<translation>误报，{}</translation>
</message>
<message>
<source>Fast 8-bit model</source>
<translation>快速 8 位模型</translation>
</message>
<message>
<source>Feature {} has no measures: {}</source>
<translation>要素 {} 无法量算：{}</translation>
</message>
<message>
<source>Feature {} has no outline with an area and is left out.</source>
<translation>要素 {} 没有围成面积的轮廓，已略去。</translation>
</message>
<message>
<source>Feature {} of '{}' has no outline with an area in {} and is left out.</source>
<translation>要素 {}（图层“{}”）在 {} 中没有具有面积的轮廓，已略去。</translation>
</message>
<message>
<source>Feature {}: {}.</source>
<translation>要素 {}：{}。</translation>
</message>
<message>
<source>Features without an outline</source>
<translation>没有轮廓的要素</translation>
</message>
<message>
<source>Fetches nothing and writes nothing. The log lists packages, versions, sizes, servers and the folder.</source>
<translation>不下载也不写入任何内容。日志列出软件包、版本、大小、服务器和文件夹。</translation>
</message>
<message>
<source>Fetching {}</source>
<translation>正在下载 {}</translation>
</message>
<message>
<source>Field checks</source>
<translation>需野外核查</translation>
</message>
<message>
<source>Field checks into the inventory</source>
<translation>需野外核查的也写入编目</translation>
</message>
<message>
<source>Field {} of '{}' holds what is no date like 2026-03-04: {}.</source>
<translation>字段 {}（图层“{}”）中有不是日期（如 2026-03-04）的值：{}。</translation>
</message>
<message>
<source>Field {} of '{}' holds what is no number: {}.</source>
<translation>字段 {}（图层“{}”）中有不是数字的值：{}。</translation>
</message>
<message>
<source>Field {} of '{}' holds words that are none of its vocabulary: {}. Known, in English or Chinese, are {}.</source>
<translation>字段 {}（图层“{}”）中有不属于其词表的值：{}。可识别的（英文或中文）有 {}。</translation>
</message>
<message>
<source>Field {}: {} values could not be read and stay empty.</source>
<translation>字段 {}：{} 个值无法读取，留空。</translation>
</message>
<message>
<source>Fields mapped: {}.</source>
<translation>字段对应：{}。</translation>
</message>
<message>
<source>Fields of the layer without a place there: {}.</source>
<translation>目标中没有位置的图层字段：{}。</translation>
</message>
<message>
<source>Fields renamed, as the format cannot hold their names: {}.</source>
<translation>字段已改名，因该格式不能使用原名：{}。</translation>
</message>
<message>
<source>Fields that stay empty: {}.</source>
<translation>留空的字段：{}。</translation>
</message>
<message>
<source>Fields that the format named otherwise or left out: {}.</source>
<translation>被该格式改名或略去的字段：{}。</translation>
</message>
<message>
<source>Fields written as text, as not every format has their type: {}.</source>
<translation>字段已写成文本，因并非每种格式都有其类型：{}。</translation>
</message>
<message>
<source>Fields: {}.</source>
<translation>字段：{}。</translation>
</message>
<message>
<source>File</source>
<translation>文件</translation>
</message>
<message>
<source>Files</source>
<translation>文件</translation>
</message>
<message>
<source>Files in '{}' may not be written, or an antivirus holds them; let it leave that folder alone, or choose another.</source>
<translation>无法写入“{}”中的文件，或文件被杀毒软件占用；请让杀毒软件排除该文件夹，或选择其他文件夹。</translation>
</message>
<message>
<source>Files of packages that were brought here; what lies in it is not fetched. With all of them no network is needed.</source>
<translation>事先带来的软件包文件；其中已有的不再下载。文件齐全时不需要网络。</translation>
</message>
<message>
<source>Fill holes</source>
<translation>填充孔洞</translation>
</message>
<message>
<source>Fill holes that are smaller than one of the two limits below; never a hole in which another polygon lies.</source>
<translation>填充小于以下两项之一的孔洞；其中有其他多边形的孔洞不填。</translation>
</message>
<message>
<source>Finds candidate relic landslides in an orthophoto or satellite image and outlines them.</source>
<translation>在正射影像或卫星影像中识别疑似古老滑坡并勾绘轮廓。</translation>
</message>
<message>
<source>Fine-tune on digitized polygons</source>
<translation>用数字化的面微调模型</translation>
</message>
<message>
<source>Fine-tuned model</source>
<translation>微调后的模型</translation>
</message>
<message>
<source>Finished sheets lie in '{}': each is a probability raster that can be looked at and vectorized while the others are searched.</source>
<translation>已完成的图幅位于“{}”：每幅都是一个概率栅格，在搜索其余图幅期间即可查看和矢量化。</translation>
</message>
<message>
<source>First the network adapts to {} images without labels, in {} steps.</source>
<translation>网络先适应 {} 幅无标注影像，共 {} 步。</translation>
</message>
<message>
<source>Fits threshold and confidence of a model to landslides that are known, in a minute and without training.</source>
<translation>用已知滑坡在一分钟内重新确定模型的阈值和可信度，无需训练。</translation>
</message>
<message>
<source>Fitted here, on ground left out: calibration error {}, Brier score {} (that of always saying the mean: {}).</source>
<translation>此处拟合，在留出地面上：校准误差 {}，布里尔评分 {}（始终取平均值时为 {}）。</translation>
</message>
<message>
<source>Folder (default: {})</source>
<translation>文件夹（默认：{}）</translation>
</message>
<message>
<source>Folder of images</source>
<translation>影像文件夹</translation>
</message>
<message>
<source>Folder of probability rasters</source>
<translation>概率栅格文件夹</translation>
</message>
<message>
<source>Folder of wheels</source>
<translation>存放安装包（wheel）的文件夹</translation>
</message>
<message>
<source>Folder of wheels (default: {})</source>
<translation>存放安装包（wheel）的文件夹（默认：{}）</translation>
</message>
<message>
<source>For 'Detect relic landslides', and to be fine-tuned again.</source>
<translation>供“识别古老滑坡”使用，也可再次微调。</translation>
</message>
<message>
<source>For 'Merge into inventory'.</source>
<translation>供“合并编目”使用。</translation>
</message>
<message>
<source>For Shapefiles. automatic (auto): as the file says; one without a .cpg whose texts are Chinese (GBK, GB 18030) or UTF-8 is read as that, and the log says so.</source>
<translation>用于 Shapefile。自动（auto）：按文件说明；没有 .cpg 而文本为中文（GBK、GB 18030）或 UTF-8 的，按相应编码读取，并写入日志。</translation>
</message>
<message>
<source>For another sensor or other bands than any base model's, or for an elevation model alone: bands are those of the first image, the range of values is that of all, and the pixel size is the coarsest, or a larger one where landslides are large. Needs 30 landslides or more, learns twice as long as fine-tuning, and is judged against painting everything. Where there is a base model for such images, fine-tuning it is better.</source>
<translation>用于与任何基础模型都不同的传感器或波段，或仅有高程模型的情况：波段取自第一幅影像，数值范围取自全部影像，像元大小取最粗的一幅，滑坡较大时取更大的像元。至少需要 30 处滑坡，学习时间为微调的两倍，并以全部涂满为对照进行评判。若已有适用于此类影像的基础模型，微调它更好。</translation>
</message>
<message>
<source>For so many seconds a download may stand still before it is given up.</source>
<translation>下载停顿超过此秒数即放弃。</translation>
</message>
<message>
<source>For the terrain attributes of redrawn outlines; without it theirs are empty. Any coordinate system.</source>
<translation>用于重绘轮廓的地形属性；不给则这些属性为空。任意坐标系。</translation>
</message>
<message>
<source>For the terrain of polygons that are put together; a raster of elevations in any coordinate system.</source>
<translation>用于拼合多边形的地形属性；任意坐标系的高程栅格。</translation>
</message>
<message>
<source>For tiles of the map. Without candidates all places are tiles; beside candidates only those that are drawn by lot.</source>
<translation>用于图格。没有疑似滑坡时，全部地点都是图格；与疑似滑坡一起使用时，仅随机抽取的地点是图格。</translation>
</message>
<message>
<source>Format, or body whose fields are written.</source>
<translation>格式，或按其字段写出的机构。</translation>
</message>
<message>
<source>From</source>
<translation>来源</translation>
</message>
<message>
<source>From {} landslides only the threshold was chosen anew ({}); 10 or more are needed to teach a network.</source>
<translation>仅凭 {} 个滑坡只重新选取了阈值（{}）；训练网络需要 10 个或更多。</translation>
</message>
<message>
<source>From {} landslides the threshold alone was chosen anew ({}), as it was asked for.</source>
<translation>按要求仅凭 {} 个滑坡重新选取了阈值（{}）。</translation>
</message>
<message>
<source>GPU (CUDA)</source>
<translation>GPU（CUDA）</translation>
</message>
<message>
<source>Gain in IoU, lower end of its interval</source>
<translation>交并比增益，区间下限</translation>
</message>
<message>
<source>Gain in IoU, upper end of its interval</source>
<translation>交并比增益，区间上限</translation>
</message>
<message>
<source>Gained</source>
<translation>新增</translation>
</message>
<message>
<source>Gap at sheet edges (default: a pixel)</source>
<translation>图幅边缘缝隙（默认一个像元）</translation>
</message>
<message>
<source>Gaps: {n} pieces joined into {joined} polygons, {area} m² bridged.</source>
<translation>缝隙：{n} 块连接为 {joined} 个多边形，跨越 {area} 平方米。</translation>
</message>
<message>
<source>Goodness of fit of the power law (p)</source>
<translation>幂律拟合优度（p）</translation>
</message>
<message>
<source>Ground flatter than {}° is known by an elevation model alone; choose one, or leave the slope empty.</source>
<translation>坡度小于 {}° 的地面只能由高程模型得知；请选择高程模型，或将坡度留空。</translation>
</message>
<message>
<source>Grown together: {n} polygons look like several slides, {area} m².</source>
<translation>相连：{n} 个多边形疑为多个滑坡，{area} 平方米。</translation>
</message>
<message>
<source>HTML files (*.html)</source>
<translation>HTML 文件 (*.html)</translation>
</message>
<message>
<source>Half of the ground of the elevation model {} would be steeper than {} degrees, as hardly any ground is, and it does not say the unit of its heights: check whether they are metres.</source>
<translation>高程模型 {} 的地面将有一半陡于 {} 度，实际地面几乎没有这样的；该模型又未说明高程单位：请核对是否为米。</translation>
</message>
<message>
<source>Head scarps, flanks and toes</source>
<translation>后壁、侧缘和前缘线</translation>
</message>
<message>
<source>Head scarps, flanks and toes, {}</source>
<translation>后壁、侧缘和前缘线，{}</translation>
</message>
<message>
<source>Hillshade</source>
<translation>山体阴影</translation>
</message>
<message>
<source>Holes: {holes} filled in {n} polygons, {area} m².</source>
<translation>孔洞：填充 {holes} 个，涉及 {n} 个多边形，{area} 平方米。</translation>
</message>
<message>
<source>How many candidates per 100 km² you have time to look at. The third recommended threshold gives about so many. Empty: 60.</source>
<translation>每 100 平方公里您有时间查看的疑似滑坡数。第三个建议阈值约给出这么多。留空：60。</translation>
</message>
<message>
<source>How many steps each of the three networks learns. More take longer, and are not always better. Empty: 300, without a base model 600.</source>
<translation>三个网络各自学习的步数；步数越多耗时越长，但未必更好。留空：300，不用基础模型时为 600。</translation>
</message>
<message>
<source>How this inventory is to be cited, with author and year; polygons that name their own inventory keep it. USGS only.</source>
<translation>本编目的引用名称，含作者和年份；自带编目名称的多边形保留原名称。仅用于 USGS。</translation>
</message>
<message>
<source>IFFI (Italy)</source>
<translation>IFFI（意大利）</translation>
</message>
<message>
<source>IFFI: a point for every landslide; from 1 ha on also a polygon, or a line where one of length and width is at least 8 times the other.</source>
<translation>IFFI：每处滑坡一个点；1 公顷及以上的另有一个多边形，长为宽（或宽为长）的 8 倍及以上时改为一条线。</translation>
</message>
<message>
<source>INSPIRE (Europe)</source>
<translation>INSPIRE（欧洲）</translation>
</message>
<message>
<source>INSPIRE namespace</source>
<translation>INSPIRE 命名空间</translation>
</message>
<message>
<source>Identifier of the existing inventory</source>
<translation>已有编目的编号字段</translation>
</message>
<message>
<source>Identifiers of the existing inventory: {}.</source>
<translation>已有编目的编号：{}。</translation>
</message>
<message>
<source>If the polygons clearly lie farther than this from the landslides on the image, the run ends with a message and teaches nothing. Empty: 10 m.</source>
<translation>若面与影像上的滑坡明显偏移超过此距离，则给出提示并结束，不进行训练。留空：10 米。</translation>
</message>
<message>
<source>Image</source>
<translation>影像</translation>
</message>
<message>
<source>Image (this model wants an elevation model here)</source>
<translation>影像（此模型在此需要高程模型）</translation>
</message>
<message>
<source>Image date</source>
<translation>影像日期</translation>
</message>
<message>
<source>Image {}, model {}, {}.</source>
<translation>影像 {}，模型 {}，{}。</translation>
</message>
<message>
<source>Images</source>
<translation>影像</translation>
</message>
<message>
<source>Images that differ from the others in this: {}; see what is said of each.</source>
<translation>在此项上与其他影像不同的影像：{} 幅；见各影像的说明。</translation>
</message>
<message>
<source>Images without polygons to adapt to first</source>
<translation>先行适应的无面影像</translation>
</message>
<message>
<source>Images without polygons: step {} of {}, training loss {}.</source>
<translation>无多边形的影像：第 {} 步，共 {} 步，训练损失 {}。</translation>
</message>
<message>
<source>In it the environment gets a folder of its own. The choice is remembered.</source>
<translation>环境存放在其中单独的文件夹内。所选位置会被记住。</translation>
</message>
<message>
<source>Inputs that cannot be used as they are</source>
<translation>不能直接使用的输入</translation>
</message>
<message>
<source>Inputs with warnings alone</source>
<translation>仅有警告的输入</translation>
</message>
<message>
<source>Inputs without a warning</source>
<translation>无警告的输入</translation>
</message>
<message>
<source>Inputs: {} passed, {} with warnings, {} failed.</source>
<translation>{} 项输入通过，{} 项有警告，{} 项不通过。</translation>
</message>
<message>
<source>Installing</source>
<translation>正在安装</translation>
</message>
<message>
<source>Interpreter</source>
<translation>解释器</translation>
</message>
<message>
<source>Intersection over union from which two outlines are the same landslide. At 0.5 or more, of several outlines that do not overlap each other only one can be the same. Empty: {}.</source>
<translation>两个轮廓判为同一滑坡的最小交并比。取 0.5 及以上时，若干互不重叠的轮廓中只有一个能与之相同。留空：{}。</translation>
</message>
<message>
<source>Into</source>
<translation>存放于</translation>
</message>
<message>
<source>Inventory</source>
<translation>编目</translation>
</message>
<message>
<source>Inventory statistics and report</source>
<translation>编目统计与报告</translation>
</message>
<message>
<source>Inventory, {}</source>
<translation>编目，{}</translation>
</message>
<message>
<source>Investigated area</source>
<translation>调查范围</translation>
</message>
<message>
<source>Investigated area (m²)</source>
<translation>调查范围面积（平方米）</translation>
</message>
<message>
<source>IoU</source>
<translation>IoU</translation>
</message>
<message>
<source>IoU of the base on ground left out</source>
<translation>基础模型在留出地面上的交并比</translation>
</message>
<message>
<source>IoU of the fine-tuned model on ground left out</source>
<translation>微调后的模型在留出地面上的交并比</translation>
</message>
<message>
<source>It does not fit</source>
<translation>不相配</translation>
</message>
<message>
<source>It does not run on the GPU: see the line above.</source>
<translation>它没有在 GPU 上运行：见上一行。</translation>
</message>
<message>
<source>It goes into the folder {}.</source>
<translation>存放于文件夹 {}。</translation>
</message>
<message>
<source>It is a mosaic (VRT) of {} files that are searched as sheets themselves; to search the mosaic, give it and not the folder.</source>
<translation>它是由 {} 个文件构成的镶嵌（VRT），这些文件本身已作为图幅识别；如需识别该镶嵌，请直接指定它，而不要指定文件夹。</translation>
</message>
<message>
<source>It is there already, and runs.</source>
<translation>环境已经存在，可以运行。</translation>
</message>
<message>
<source>It lacks</source>
<translation>缺少</translation>
</message>
<message>
<source>It lies in {}, most of the other images in {}: 'Detect on map sheets' lays all on one grid and takes it as it is; searched one by one, they give layers in both systems, which 'Merge into inventory' brings together.</source>
<translation>该影像采用 {}，其他影像大多采用 {}：“按图幅识别”会将所有影像统一到一个格网，可直接使用；若逐幅识别，结果将分属两种坐标系，可用“合并编目”合在一起。</translation>
</message>
<message>
<source>It lies outside the area to search.</source>
<translation>位于搜索范围之外。</translation>
</message>
<message>
<source>It lies outside the extent to search.</source>
<translation>位于指定的矩形范围之外。</translation>
</message>
<message>
<source>It shows the ground of '{}' once more: 'Detect on map sheets' takes each pixel from the first by file name that shows ground there; searched one by one, what lies there is found twice, so leave one of them out.</source>
<translation>它与“{}”显示同一片地面：“按图幅识别”对每个像元取文件名排在最前且该处有地面的影像；若逐幅识别，那里的滑坡会被识别两次，请去掉其中一幅。</translation>
</message>
<message>
<source>Its bands are {}, those of most other images {}: another sensor, or another order of the bands; see whether both are right.</source>
<translation>该影像的波段为 {}，其他影像大多为 {}：可能是不同的传感器或波段顺序；请检查两者是否正确。</translation>
</message>
<message>
<source>Its brightness or colour lies off that of the other images by {} of their range: it was balanced in another way or in another season; the model may see more or fewer landslides on it.</source>
<translation>该影像的亮度或颜色与其他影像相差其取值范围的 {}：匀色方式或季节不同；模型在其上可能多检或少检滑坡。</translation>
</message>
<message>
<source>Its extension must fit the target; without one it gets the right one.</source>
<translation>扩展名须与目标相符；不写扩展名时自动添加。</translation>
</message>
<message>
<source>Its outlines stay as they are, and so do most of its fields. What changes: the review rank is new; the relations of an earlier merge (inv_rel, inv_id, inv_iou) become those of this one; empty fields take what a person wrote in the candidate layers; and candidates take what a person decided on them.</source>
<translation>其轮廓原样保留，大部分字段也原样保留。有变化的是：审查次序重排；此前合并所写的关系（inv_rel、inv_id、inv_iou）改为本次合并的；空字段补入人在疑似滑坡图层中的记录；疑似滑坡取人所作的决定。</translation>
</message>
<message>
<source>Its pixels are {} m and those of most other images about {} m: what can be found on it differs; take images of one resolution where you can.</source>
<translation>该影像的像元为 {} 米，其他影像大多约为 {} 米：能发现的内容不同；请尽量使用分辨率一致的影像。</translation>
</message>
<message>
<source>Its search ends the process of the network, also by itself: {}</source>
<translation>搜索它会使网络的进程中止，单独搜索时也是如此：{}</translation>
</message>
<message>
<source>Its standard error</source>
<translation>其标准误差</translation>
</message>
<message>
<source>Join pieces closer than</source>
<translation>连接间距小于此值的碎块</translation>
</message>
<message>
<source>Keep existing polygons that nothing matches</source>
<translation>保留未匹配到的已有多边形</translation>
</message>
<message>
<source>Known</source>
<translation>已有</translation>
</message>
<message>
<source>Labels or reference</source>
<translation>标签或参考编目</translation>
</message>
<message>
<source>Landslide IoU at the model's threshold, ground left out</source>
<translation>模型阈值下的滑坡交并比（留出地面）</translation>
</message>
<message>
<source>Landslide IoU at the new threshold, ground left out</source>
<translation>新阈值下的滑坡交并比（留出地面）</translation>
</message>
<message>
<source>Landslide IoU by ground</source>
<translation>滑坡交并比（按面积）</translation>
</message>
<message>
<source>Landslide IoU by pixel on ground left out: {} at the model's threshold {}, {} at thresholds chosen here.</source>
<translation>留出地面上按像元的滑坡交并比为 {}（模型阈值 {}）和 {}（此处选定的阈值）。</translation>
</message>
<message>
<source>Landslide candidates, {}</source>
<translation>疑似滑坡，{}</translation>
</message>
<message>
<source>Landslide density</source>
<translation>滑坡密度</translation>
</message>
<message>
<source>Landslide density, {}</source>
<translation>滑坡密度，{}</translation>
</message>
<message>
<source>Landslide inventory</source>
<translation>滑坡编目</translation>
</message>
<message>
<source>Landslide mapping, step by step</source>
<translation>滑坡编目：步骤</translation>
</message>
<message>
<source>Landslide mapping, tools</source>
<translation>滑坡编目：辅助工具</translation>
</message>
<message>
<source>Landslide probability</source>
<translation>滑坡概率</translation>
</message>
<message>
<source>Landslide probability, {}</source>
<translation>滑坡概率，{}</translation>
</message>
<message>
<source>Landslide review</source>
<translation>滑坡审查</translation>
</message>
<message>
<source>Landslides</source>
<translation>滑坡</translation>
</message>
<message>
<source>Landslides (cls 1) and rejected polygons, which are none (cls 0).</source>
<translation>滑坡（cls 1）和被剔除的非滑坡多边形（cls 0）。</translation>
</message>
<message>
<source>Landslides below {} m² hold fewer than {} of its cells and get no slope and no direction; take a finer elevation model where there is one.</source>
<translation>小于 {} 平方米的滑坡所含格网单元不足 {} 个，得不到坡度和滑动方向；如有更精细的高程模型，请改用。</translation>
</message>
<message>
<source>Landslides found</source>
<translation>检出滑坡数</translation>
</message>
<message>
<source>Landslides gained</source>
<translation>新检出的滑坡</translation>
</message>
<message>
<source>Landslides in any coordinate system. For old Shapefiles see 'Encoding of texts'.</source>
<translation>任意坐标系的滑坡。旧的 Shapefile 见“文本编码”。</translation>
</message>
<message>
<source>Landslides lost</source>
<translation>不再检出的滑坡</translation>
</message>
<message>
<source>Landslides of the reference</source>
<translation>参考编目滑坡数</translation>
</message>
<message>
<source>Landslides per km²</source>
<translation>每平方公里滑坡数</translation>
</message>
<message>
<source>Landslides that are known, in any coordinate system; those of status 'rejected' are left out.</source>
<translation>已知的滑坡，任意坐标系；状态为“剔除”的不参与。</translation>
</message>
<message>
<source>Landslides that the base model finds, and the fine-tuned model does not.</source>
<translation>基础模型检出而微调后的模型不再检出的滑坡。</translation>
</message>
<message>
<source>Landslides that the fine-tuned model does not find.</source>
<translation>微调后的模型未检出的滑坡。</translation>
</message>
<message>
<source>Landslides that the fine-tuned model finds, and the base model does not.</source>
<translation>微调后的模型检出而基础模型未检出的滑坡。</translation>
</message>
<message>
<source>Landslides that were taught</source>
<translation>学习的滑坡数</translation>
</message>
<message>
<source>Landslides written: {}, to {}.</source>
<translation>{} 处滑坡已写入 {}。</translation>
</message>
<message>
<source>Language</source>
<translation>语言</translation>
</message>
<message>
<source>Large ones</source>
<translation>其中面积大的</translation>
</message>
<message>
<source>Largest first</source>
<translation>最大的在前</translation>
</message>
<message>
<source>Largest hole filled (default: the minimum area)</source>
<translation>填充孔洞的最大面积（默认为最小面积）</translation>
</message>
<message>
<source>Largest hole filled, % of the polygon (default: 10)</source>
<translation>填充孔洞占多边形的最大比例，%（默认 10）</translation>
</message>
<message>
<source>Largest shift between polygons and image (default: 10 m)</source>
<translation>面与影像之间的最大偏移（默认：10 米）</translation>
</message>
<message>
<source>Later run</source>
<translation>后一次结果</translation>
</message>
<message>
<source>Layer '{}' has edits that are not saved, and its file can no longer be written, so they cannot be read; save them under another name and take that layer.</source>
<translation>图层“{}”有未保存的编辑，而其文件已无法写入，因此读不到这些编辑；请另存为新图层后再选用。</translation>
</message>
<message>
<source>Layers of polygons in any coordinate system: water (see 'Propose water to exclude'), built-up ground, quarries. What they cover is cut out of the polygons, or only noted as the share 'excl_fr' (see 'What exclusions do').</source>
<translation>任意坐标系的多边形图层：水体（见“推荐水体掩膜”）、建成区、采石场。被其覆盖的部分从多边形中裁去，或仅将比例写入 excl_fr（见“掩膜的作用”）。</translation>
</message>
<message>
<source>Layout template (*.qpt)</source>
<translation>布局模板 (*.qpt)</translation>
</message>
<message>
<source>Learn with MRIFE's losses</source>
<translation>使用 MRIFE 损失函数学习</translation>
</message>
<message>
<source>Leave blank to fetch all from the index</source>
<translation>留空则全部从索引下载</translation>
</message>
<message>
<source>Leave blank to use what 'Set up runtime' made, or QGIS's own</source>
<translation>留空则使用“设置运行环境”所建立的，或 QGIS 自带的</translation>
</message>
<message>
<source>Leave out ground flatter than, degrees (default: none)</source>
<translation>不搜索坡度小于此值的地面，度（默认：全部搜索）</translation>
</message>
<message>
<source>Less than half of each lies on landslides of the reference (survey rule).</source>
<translation>每个落在参考滑坡上的面积不到一半（调查规则）。</translation>
</message>
<message>
<source>Licence</source>
<translation>许可</translation>
</message>
<message>
<source>Licences</source>
<translation>许可</translation>
</message>
<message>
<source>Lines of the outlines, by part and with their lengths, for polygons whose direction of movement is known: from the elevation model, or from the fields azim_deg and azim_r of the layer. Left and right are seen from the crown.</source>
<translation>轮廓线按部位分段并附长度，仅限滑动方向已知的多边形：方向取自高程模型，或图层的 azim_deg 和 azim_r 字段。左右按从后缘向下看确定。</translation>
</message>
<message>
<source>Link of the inventory</source>
<translation>编目链接</translation>
</message>
<message>
<source>Look only inside</source>
<translation>仅在此范围内查看</translation>
</message>
<message>
<source>Looks at each window in 8 flips and rotations, which takes 8 times as long. The probability becomes their mean; their standard deviation becomes a second band of the probability raster, value / 250, and its mean inside a polygon the attribute p_std. Measured with the shipped model: the mean is a little better (landslide IoU 0.53 instead of 0.52 on counties not seen in training), but the deviation tells wrong from right no better than the probability itself.</source>
<translation>以 8 种翻转与旋转各看一次每个窗口，耗时为 8 倍。概率取其平均值；其标准差成为概率栅格的第二个波段（值 / 250），在多边形内的平均值即属性 p_std。用自带模型测得：平均值略好（训练中未见过的县上，滑坡交并比为 0.53，原为 0.52），但标准差区分对错并不比概率本身更好。</translation>
</message>
<message>
<source>Lost</source>
<translation>消失</translation>
</message>
<message>
<source>MRIFE runtime</source>
<translation>MRIFE 运行环境</translation>
</message>
<message>
<source>Made from</source>
<translation>基础 Python</translation>
</message>
<message>
<source>Makes a GeoPackage in which a geologist confirms, corrects and rejects candidates in a good order.</source>
<translation>生成供地质人员按合理次序确认、修改和剔除疑似滑坡的 GeoPackage。</translation>
</message>
<message>
<source>Makes a Python environment for the network in a folder of its own, or takes it away.</source>
<translation>在单独的文件夹中为网络建立 Python 环境，或将其移除。</translation>
</message>
<message>
<source>Makes landslide polygons from a probability raster with another threshold, in seconds.</source>
<translation>用其他阈值由概率栅格生成滑坡多边形，数秒即可完成。</translation>
</message>
<message>
<source>Makes one inventory of several candidate layers, an existing inventory and rejected polygons.</source>
<translation>将多个疑似滑坡图层、已有编目和剔除的多边形合并为一个编目。</translation>
</message>
<message>
<source>Map scale, sets the minimum area</source>
<translation>制图比例尺（决定最小面积）</translation>
</message>
<message>
<source>Map sheet</source>
<translation>图幅</translation>
</message>
<message>
<source>Map sheets or scenes that make up one survey, in any order, with or without overlap. If one cannot be read, the table says so, and the others are searched all the same. A model that knows elevation alone takes elevation models here; the plugin brings one, which runs where 'Model' is empty.</source>
<translation>组成一次调查的图幅或景，次序不限，有无重叠均可。无法读取的会在表中说明，不影响其他图幅。只凭高程工作的模型在此处使用高程模型；插件自带一个，“模型”留空时运行。</translation>
</message>
<message>
<source>Measure shape and terrain</source>
<translation>量算形态与地形</translation>
</message>
<message>
<source>Measured polygons</source>
<translation>量算后的多边形</translation>
</message>
<message>
<source>Measures of {}</source>
<translation>{} 的量算结果</translation>
</message>
<message>
<source>Median distance of outlines (m)</source>
<translation>轮廓间距中位数（米）</translation>
</message>
<message>
<source>Memory that a dry run expects (MB)</source>
<translation>试算：所需内存（MB）</translation>
</message>
<message>
<source>Merge into inventory</source>
<translation>合并编目</translation>
</message>
<message>
<source>Merged</source>
<translation>合并</translation>
</message>
<message>
<source>Minimum area</source>
<translation>最小面积</translation>
</message>
<message>
<source>Minimum area (default: 5,000 m²)</source>
<translation>最小面积（默认：5,000 m²）</translation>
</message>
<message>
<source>Minimum area (default: the raster's own)</source>
<translation>最小面积（默认取栅格自身的值）</translation>
</message>
<message>
<source>Minimum area (default: unknown)</source>
<translation>最小面积（默认：未知）</translation>
</message>
<message>
<source>Minimum area (m²)</source>
<translation>最小面积（平方米）</translation>
</message>
<message>
<source>Minimum area: {n} polygons left out, {area} m².</source>
<translation>最小面积：略去 {n} 个多边形，{area} 平方米。</translation>
</message>
<message>
<source>Minimum mapping unit (default: the smallest polygon)</source>
<translation>最小上图面积（默认：最小的多边形）</translation>
</message>
<message>
<source>Minutes that a dry run expects</source>
<translation>试算：所需分钟数</translation>
</message>
<message>
<source>Mirror of Python downloads</source>
<translation>Python 下载镜像</translation>
</message>
<message>
<source>Missed landslides</source>
<translation>漏检滑坡</translation>
</message>
<message>
<source>Missed landslides, {}</source>
<translation>漏检滑坡，{}</translation>
</message>
<message>
<source>Missing pixels lie scattered, about {} small holes in a million pixels: dark or bright ground may count as missing; see whether the nodata value is one of its colours.</source>
<translation>缺失像元零散分布，每百万像元约有 {} 个小孔：暗色或亮色地面可能被当作缺失；请检查无数据值是否与影像的某种颜色相同。</translation>
</message>
<message>
<source>Model</source>
<translation>模型</translation>
</message>
<message>
<source>Model identifier</source>
<translation>模型标识</translation>
</message>
<message>
<source>Model to use: the fine-tuned one where it is better beyond chance, else the base</source>
<translation>应使用的模型：微调后的模型若超出偶然地更好则用它，否则用基础模型</translation>
</message>
<message>
<source>Model {}</source>
<translation>模型 {}</translation>
</message>
<message>
<source>Model {}, bands {} of the image.</source>
<translation>模型 {}，影像波段 {}。</translation>
</message>
<message>
<source>Modified</source>
<translation>修改</translation>
</message>
<message>
<source>More images of the region, with the same bands: before it sees a polygon the network learns from them to recover what random masks hide. It takes another run of as many steps, and on the ground where it was measured it did not pay.</source>
<translation>该区域的更多影像，波段相同：网络在看到任何面之前，先由它们学习恢复被随机遮挡的内容。这需要再进行一次同样步数的训练，在做过测量的地面上并不值得。</translation>
</message>
<message>
<source>Most of the image is missing: see whether what it says of missing pixels is right, or choose one that shows more of the ground.</source>
<translation>影像大部分缺失：请检查其对缺失像元的说明是否正确，或选择显示更多地面的影像。</translation>
</message>
<message>
<source>Most of the polygons lie on none of the images: see whether images are left out, and the coordinate systems of both.</source>
<translation>大部分面不在任何影像上：请检查是否漏选影像，以及两者的坐标系。</translation>
</message>
<message>
<source>Most uncertain first</source>
<translation>最不确定的在前</translation>
</message>
<message>
<source>Name</source>
<translation>名称</translation>
</message>
<message>
<source>Name of the inventory</source>
<translation>编目名称</translation>
</message>
<message>
<source>Names shortened to ten bytes: {}.</source>
<translation>字段名缩短为十个字节：{}。</translation>
</message>
<message>
<source>Namespace of the identifiers, as it was assigned to the organisation that delivers the data. INSPIRE only.</source>
<translation>标识符的命名空间，由提交数据的机构取得。仅用于 INSPIRE。</translation>
</message>
<message>
<source>Needed for the curves over all thresholds. Without candidates the outlines of this raster are evaluated.</source>
<translation>绘制全部阈值的曲线时需要。没有疑似滑坡图层时，评估由此栅格圈出的轮廓。</translation>
</message>
<message>
<source>Neither candidates nor landslides of the reference lie in the evaluation area; where that is not meant, look at the place of the area and at the coordinate systems.</source>
<translation>评价范围内既没有疑似滑坡，也没有参考编目中的滑坡；如非有意，请检查范围的位置和坐标系。</translation>
</message>
<message>
<source>Neither layer holds a polygon with an area; choose the candidates of two runs.</source>
<translation>两个图层中都没有具有面积的多边形；请选择两次运行的疑似滑坡。</translation>
</message>
<message>
<source>Never seen</source>
<translation>未曾见过</translation>
</message>
<message>
<source>New</source>
<translation>新增</translation>
</message>
<message>
<source>No Dask scheduler answers at '{}' ({}); give its address as it says it when it starts, such as tcp://10.0.0.1:8786.</source>
<translation>“{}”处没有 Dask 调度器应答（{}）；请给出其启动时显示的地址，例如 tcp://10.0.0.1:8786。</translation>
</message>
<message>
<source>No NVIDIA driver answers (nvidia-smi); install the driver, or choose the packages for the CPU.</source>
<translation>没有 NVIDIA 驱动应答（nvidia-smi）；请安装驱动，或选择用于 CPU 的软件包。</translation>
</message>
<message>
<source>No Python was found to start from; install Python 3.12 or name one.</source>
<translation>没有找到可作为基础的 Python；请安装 Python 3.12 或指定一个。</translation>
</message>
<message>
<source>No Python with numpy and onnxruntime: run 'Set up runtime' (mrife:setupruntime), which makes one, or {}. QGIS's own: {}</source>
<translation>没有带有 numpy 和 onnxruntime 的 Python：请运行“设置运行环境”（mrife:setupruntime）来建立一个，或{}。QGIS 自带的：{}</translation>
</message>
<message>
<source>No candidate has a confidence or a mean probability: none is chosen for being uncertain.</source>
<translation>疑似滑坡均无可信度和平均概率：不按不确定挑选。</translation>
</message>
<message>
<source>No candidate lies in the evaluation area; where that is not meant, look at the place of the area and at the coordinate systems.</source>
<translation>评价范围内没有疑似滑坡；如非有意，请检查范围的位置和坐标系。</translation>
</message>
<message>
<source>No candidates above threshold.</source>
<translation>没有达到阈值的疑似滑坡。</translation>
</message>
<message>
<source>No candidates to review.</source>
<translation>没有需要审查的疑似滑坡。</translation>
</message>
<message>
<source>No checkpoint is written: no network learned.</source>
<translation>未写出检查点：没有网络参与学习。</translation>
</message>
<message>
<source>No evaluation area was given: the bounding rectangle of the reference was taken.</source>
<translation>未指定评价范围：采用参考编目的外接矩形。</translation>
</message>
<message>
<source>No exclusion lies on the raster: nothing is excluded.</source>
<translation>没有掩膜位于栅格上：未排除任何内容。</translation>
</message>
<message>
<source>No landslide lies in the reviewed area; draw it around landslides that are digitized completely.</source>
<translation>已审查范围内没有滑坡；请围绕已完整数字化的滑坡绘制该范围。</translation>
</message>
<message>
<source>No landslide lies on the images inside the reviewed area; look at the coordinate systems of images and polygons.</source>
<translation>已审查范围内的影像上没有滑坡；请检查影像与面的坐标系。</translation>
</message>
<message>
<source>No landslide of the reference lies in the evaluation area; where that is not meant, look at the place of the area, at the coordinate systems, and at the status of the reference.</source>
<translation>评价范围内没有参考编目中的滑坡；如非有意，请检查范围的位置、坐标系以及参考编目的状态字段。</translation>
</message>
<message>
<source>No other threshold holds on ground left out: it stays {}.</source>
<translation>没有其他阈值在留出地面上成立：仍为 {}。</translation>
</message>
<message>
<source>No polygon of '{}' can be expressed in {}; check the system assigned to the layer or choose another for the result.</source>
<translation>“{}”中的多边形都无法在 {} 中表示；请检查为该图层指定的坐标系，或为结果另选坐标系。</translation>
</message>
<message>
<source>No polygon of one run is in the other; where that is not meant, look at the layers and at their coordinate systems.</source>
<translation>两次结果没有任何共同的多边形；如非有意，请检查图层及其坐标系。</translation>
</message>
<message>
<source>No programs may run in '{}'; choose a folder on another disk.</source>
<translation>“{}”中不允许运行程序；请选择另一个磁盘上的文件夹。</translation>
</message>
<message>
<source>No reviewed area was given: only the reviewed polygons and a ring around each count as reviewed.</source>
<translation>未给出已审查范围：仅已审查的多边形及其周围环带计为已审查。</translation>
</message>
<message>
<source>No style is kept beside '{}': QGIS would take it for that of '{}', too. Give one of them another name to keep it.</source>
<translation>“{}”旁不保存样式：QGIS 也会把它当作“{}”的样式。如需保存，请为其中一个另取名称。</translation>
</message>
<message>
<source>No table can be put into '{}' ({}); choose a GeoPackage.</source>
<translation>无法在“{}”中写入表（{}）；请选择 GeoPackage。</translation>
</message>
<message>
<source>No threshold was found that holds better than the model's own ({}), which stays.</source>
<translation>没有找到比模型自身阈值（{}）更可靠的阈值，故保留原值。</translation>
</message>
<message>
<source>No threshold was found that holds better than the model's own ({}), which stays; to teach a network 10 landslides or more are needed, not {}.</source>
<translation>未找到比模型自身阈值（{}）更好的阈值，因此保持不变；训练网络需要至少 10 处滑坡，而此处有 {} 处。</translation>
</message>
<message>
<source>Nobody has confirmed {} of the polygons; say so where you deliver them.</source>
<translation>其中 {} 个多边形未经人工确认；提交时请注明。</translation>
</message>
<message>
<source>None of the {} polygons is a landslide to learn from: nobody here knows what the field '{}' of {} of them says ({}). Name it otherwise, or write 'confirmed' there (1 in a field 'cls').</source>
<translation>{} 个多边形中没有可供学习的滑坡：字段“{}”在其中 {} 个上的取值无法识别（{}）。请将该字段改名，或填入“confirmed”（字段“cls”中填 1）。</translation>
</message>
<message>
<source>None of the {} polygons is a landslide to learn from; digitize some, or confirm some in the review.</source>
<translation>{} 个面中没有可供学习的滑坡；请数字化一些，或在审查中确认一些。</translation>
</message>
<message>
<source>None of the {} polygons lies on an image; look at the coordinate systems of both.</source>
<translation>{} 个面中没有一个位于影像上；请检查两者的坐标系。</translation>
</message>
<message>
<source>None of the {} rasters can be searched; the first one: {}</source>
<translation>{} 个栅格均无法识别；第一个：{}</translation>
</message>
<message>
<source>Not shown to be better on ground it did not learn from: {} {} before, {} after; gain {}, 95 % interval {} to {}. The base model stays the safe choice.</source>
<translation>在未学习过的地面上未能证明更好：{} 之前 {}，之后 {}；增益 {}，95% 区间 {} 至 {}。基础模型仍是稳妥的选择。</translation>
</message>
<message>
<source>Not shown to be better on ground that did not choose it: IoU {} before, {} after; gain {}, 95 % interval {} to {}. The base model stays the safe choice.</source>
<translation>未能证明在未参与选取阈值的地面上更好：IoU 由 {} 变为 {}；变化 {}，95% 区间 {} 至 {}。继续使用基础模型更稳妥。</translation>
</message>
<message>
<source>Not shown to be better than painting everything, on ground it did not learn from: {} {}, and {} for painting everything; gain {}, 95 % interval {} to {}. Do not use it.</source>
<translation>在未学习过的地面上未显示优于全部涂满：{} {}，全部涂满为 {}；增益 {}，95% 区间 {} 至 {}。请勿使用。</translation>
</message>
<message>
<source>Not verified, hold against the official template: {}.</source>
<translation>未经核实，请与正式模板核对：{}。</translation>
</message>
<message>
<source>Nothing can be judged: the images have no pixels where the landslides lie. Choose images that show them, or digitize where these have pixels.</source>
<translation>无法评判：滑坡所在之处影像没有像元。请选用能显示这些滑坡的影像，或在影像有像元处数字化。</translation>
</message>
<message>
<source>Nothing can be written to '{}' ({}); check the connection.</source>
<translation>无法写入“{}”（{}）；请检查连接。</translation>
</message>
<message>
<source>Nothing can be written to the output folder '{}' ({}); choose another.</source>
<translation>无法写入输出文件夹“{}”（{}）；请另选一个。</translation>
</message>
<message>
<source>Nothing more can be written to '{}' ({}); choose another place.</source>
<translation>无法继续写入“{}”（{}）；请另选位置。</translation>
</message>
<message>
<source>Nothing says in which encoding the texts of '{}' are; they are read as {}. Set it in the layer's properties (Source), or put a .cpg file that names it beside the Shapefile.</source>
<translation>没有信息说明“{}”的文本编码，按 {} 读取。请在图层属性（源）中设置编码，或在 Shapefile 旁放置写明编码的 .cpg 文件。</translation>
</message>
<message>
<source>Nothing that was fitted holds: the copy is the model as it was.</source>
<translation>拟合结果均不成立：副本与原模型相同。</translation>
</message>
<message>
<source>Number of bands</source>
<translation>波段数</translation>
</message>
<message>
<source>Number of landslides</source>
<translation>滑坡数量</translation>
</message>
<message>
<source>Number of landslides written</source>
<translation>写出的滑坡数量</translation>
</message>
<message>
<source>Number of places (default: {})</source>
<translation>地点数量（默认：{}）</translation>
</message>
<message>
<source>Number of polygons</source>
<translation>多边形数量</translation>
</message>
<message>
<source>Number of the map sheet; begins the identifiers. Empty: the image's base name.</source>
<translation>图幅编号，作为各编号的开头。留空：影像的文件名。</translation>
</message>
<message>
<source>Numbers of the bands of each image in the order the model wants them, as 3, 2, 1. Empty: by the names, wavelengths or colour tags that each file has of them, else the first ones.</source>
<translation>每幅影像的波段号，按模型所需的次序，如 3, 2, 1。留空：按各文件中波段的名称、波长或颜色标记，否则取前几个。</translation>
</message>
<message>
<source>ONNX model (*.onnx)</source>
<translation>ONNX 模型 (*.onnx)</translation>
</message>
<message>
<source>ONNX models (*.onnx)</source>
<translation>ONNX 模型 (*.onnx)</translation>
</message>
<message>
<source>Of detection, or a review of them, in any coordinate system. Those that a person has reviewed are not chosen, and candidates that resemble them are chosen less often.</source>
<translation>识别所得的疑似滑坡或其审查图层，任意坐标系。已由人员审查的不再列为地点，与其相似的也较少列入。</translation>
</message>
<message>
<source>Of the page, and of what to do in the layer.</source>
<translation>报告页的语言，以及图层中处理建议的语言。</translation>
</message>
<message>
<source>Of {} candidates {} are duplicates; {} pieces were put together into {} polygons.</source>
<translation>{} 个疑似滑坡中 {} 个重复；{} 个碎块拼合为 {} 个多边形。</translation>
</message>
<message>
<source>Of {} polygons too few are right, or wrong, to fit a confidence: five of each are needed.</source>
<translation>{} 个多边形中正确或错误的太少，无法拟合可信度：至少各需五个。</translation>
</message>
<message>
<source>Off: existing polygons that no candidate matches are left out of the inventory.</source>
<translation>不勾选：没有疑似滑坡与之对应的已有多边形不写入编目。</translation>
</message>
<message>
<source>On ground that did not choose it IoU is {} instead of {}; whether that is more than chance is not known from so few landslides, or so little ground. The base model stays the safe choice.</source>
<translation>在未参与选取阈值的地面上 IoU 为 {}，原为 {}；滑坡过少或地面过小，无法知道这是否超出偶然。继续使用基础模型更稳妥。</translation>
</message>
<message>
<source>On the disk</source>
<translation>占用磁盘</translation>
</message>
<message>
<source>On this ground the base is not clearly better than painting everything (IoU {} at its own threshold, {} for painting everything): no threshold can help, and its own ({}) stays. Teach a network, or choose another base.</source>
<translation>在该地区，基础模型并不明显优于把全部地面都划为滑坡（自身阈值下交并比为 {}，全部划为滑坡时为 {}）：任何阈值都无济于事，其自身阈值（{}）保持不变。请训练网络，或选择其他基础模型。</translation>
</message>
<message>
<source>On this ground the model is not clearly better than painting everything, whose IoU is {}: no threshold can help, and it stays {}.</source>
<translation>在该地区，模型并不明显优于把全部地面都划为滑坡（其交并比为 {}）：任何阈值都无济于事，阈值仍为 {}。</translation>
</message>
<message>
<source>On {} there are no wheels of these packages for Python {}, but for {}; name such a Python as the one to start from.</source>
<translation>在 {} 上，这些软件包没有适用于 Python {} 的安装包（wheel），但有适用于 {} 的；请指定这样的 Python 作为基础 Python。</translation>
</message>
<message>
<source>One or more images on which the polygons were digitized.</source>
<translation>数字化这些面所用的一幅或多幅影像。</translation>
</message>
<message>
<source>One or more rasters that are to be searched. If one cannot be opened, that is said, and the others are checked all the same.</source>
<translation>一幅或多幅待识别的栅格。无法打开的会予以说明，不影响其余栅格。</translation>
</message>
<message>
<source>One page that holds all it shows.</source>
<translation>单个网页，所示内容全部包含在内。</translation>
</message>
<message>
<source>Ones drawn by lot</source>
<translation>其中随机抽取的</translation>
</message>
<message>
<source>Ones unlike the others</source>
<translation>其中与其他不同的</translation>
</message>
<message>
<source>Only polygons with the status 'confirmed' or 'modified'.</source>
<translation>仅状态为“确认”（confirmed）或“修改后确认”（modified）的多边形。</translation>
</message>
<message>
<source>Only reviewed polygons</source>
<translation>仅导出已审查的多边形</translation>
</message>
<message>
<source>Only say what it would take</source>
<translation>仅估算所需资源</translation>
</message>
<message>
<source>Only say what would be done</source>
<translation>仅列出将要做的事</translation>
</message>
<message>
<source>Only this part is searched; the result equals a cut of the whole run. Empty: all of the image.</source>
<translation>仅搜索此范围；结果与整幅运行后裁剪相同。留空：整幅影像。</translation>
</message>
<message>
<source>Only this part of the survey is searched. Empty: all of it.</source>
<translation>仅识别这一部分。留空：全部。</translation>
</message>
<message>
<source>Only {} landslide lies on the images; at least 2 are needed, one to learn from and one to judge by.</source>
<translation>影像上只有 {} 个滑坡；至少需要 2 个，一个用于学习，一个用于评判。</translation>
</message>
<message>
<source>Only {} of the evaluation area was searched; landslides elsewhere count as missed.</source>
<translation>评价范围仅有 {} 经过搜索；其余范围的滑坡计为漏检。</translation>
</message>
<message>
<source>Only {} places are left of {}.</source>
<translation>只剩 {} 处地点，要求为 {} 处。</translation>
</message>
<message>
<source>Order of review</source>
<translation>审查次序</translation>
</message>
<message>
<source>Outline</source>
<translation>轮廓</translation>
</message>
<message>
<source>Outlines before the review</source>
<translation>审查前的轮廓</translation>
</message>
<message>
<source>Outlines what looks like open water, to be checked and then given to the detection as an exclusion.</source>
<translation>勾绘疑似开阔水体，供检查后作为掩膜用于识别。</translation>
</message>
<message>
<source>Outlining</source>
<translation>正在勾绘轮廓</translation>
</message>
<message>
<source>Overlap</source>
<translation>重叠</translation>
</message>
<message>
<source>Overlap of known ones (default: {})</source>
<translation>判为已有的重叠度（默认 {}）</translation>
</message>
<message>
<source>Overlap of windows, %</source>
<translation>窗口重叠，%</translation>
</message>
<message>
<source>PROJ knows no transformation between the datums of '{}' ({}) and of {}: its polygons may lie some 100 m beside their place; compare a few points, and move them where that is so.</source>
<translation>PROJ 不知道“{}”（{}）与 {} 的基准面之间如何转换：其多边形可能偏离真实位置约 100 米；请对照若干点检查，如有偏移请移动。</translation>
</message>
<message>
<source>PROJ knows no transformation between the datums of the elevation model {} ({}) and of {}: its heights may lie some 100 m beside their place, and with them slopes and directions; compare a few points, and move it where that is so.</source>
<translation>PROJ 不知道高程模型 {}（{}）与 {} 的基准面之间如何转换：其高程可能偏离实际位置约 100 米，坡度和坡向也随之偏离；请对照若干点检查，如有偏移请移动高程模型。</translation>
</message>
<message>
<source>Package index</source>
<translation>软件包索引</translation>
</message>
<message>
<source>Package index (default: {})</source>
<translation>软件包索引（默认：{}）</translation>
</message>
<message>
<source>Packages</source>
<translation>软件包</translation>
</message>
<message>
<source>Patience (s, default: 60)</source>
<translation>等待时间（秒，默认：60）</translation>
</message>
<message>
<source>Pieces of a landslide that sheet edges cut are put together if they are no farther apart than this. Empty: a pixel of the image, or 1 m where that is not known.</source>
<translation>被图幅边缘切断的滑坡碎块，间距不超过此值的拼合为一个。留空：影像的一个像元；像元大小未知时为 1 米。</translation>
</message>
<message>
<source>Pixel size (m)</source>
<translation>像元大小（米）</translation>
</message>
<message>
<source>Pixels of {} x {} m are resampled to the model's {} m (by {} x {}); the result keeps the raster's own pixels.</source>
<translation>{} x {} 米的像元重采样到模型的 {} 米（比例 {} x {}）；结果仍用栅格自身的像元。</translation>
</message>
<message>
<source>Places</source>
<translation>地点数</translation>
</message>
<message>
<source>Places to look at next</source>
<translation>下一步查看的地点</translation>
</message>
<message>
<source>Places to look at next, {}</source>
<translation>下一步查看的地点，{}</translation>
</message>
<message>
<source>Plugin</source>
<translation>插件</translation>
</message>
<message>
<source>Polygons</source>
<translation>多边形</translation>
</message>
<message>
<source>Polygons cannot be laid onto a grid ({}).</source>
<translation>无法将多边形绘制到栅格网格上（{}）。</translation>
</message>
<message>
<source>Polygons covered to a larger share are left out as a whole, clipped or not. Empty: all are kept; villages do stand on relic landslides.</source>
<translation>覆盖比例更大的多边形整个略去，不论是否裁剪。留空：全部保留；村庄确有坐落在古老滑坡上的。</translation>
</message>
<message>
<source>Polygons for training or evaluation. The checks say whether they are valid, lie on the images, and whether one is there twice.</source>
<translation>用于训练或评判的面：检查其是否有效、是否位于影像上、是否重复。</translation>
</message>
<message>
<source>Polygons in any coordinate system. Empty: everywhere.</source>
<translation>任意坐标系的多边形。留空：不限范围。</translation>
</message>
<message>
<source>Polygons in any coordinate system. Fields that are named as in this plugin are used, others ignored.</source>
<translation>任意坐标系的多边形。使用与本插件同名的字段，其他字段忽略。</translation>
</message>
<message>
<source>Polygons in any coordinate system; what lies outside is not searched and becomes nodata.</source>
<translation>任意坐标系的多边形；其外部不搜索，结果为无数据。</translation>
</message>
<message>
<source>Polygons in the inventory</source>
<translation>编目中的多边形</translation>
</message>
<message>
<source>Polygons of 'Detect relic landslides', 'Vectorize probability' or 'Merge into inventory', or any others; fields of their own are kept. Of a merge those of the existing inventory without a status count as confirmed.</source>
<translation>“识别古老滑坡”“概率矢量化”或“合并编目”的多边形，或其他任何多边形；其自身字段保留。合并结果中，已有编目未注明状态的多边形计为已确认。</translation>
</message>
<message>
<source>Polygons reviewed</source>
<translation>已审查的多边形</translation>
</message>
<message>
<source>Polygons that look like water: {}, {} m². This is a proposal: nothing is excluded before you check them and give them to the detection.</source>
<translation>{} 个多边形（{} m²）疑似水体。这只是推荐：在您检查并将其用于识别之前，不会排除任何区域。</translation>
</message>
<message>
<source>Polygons that the confidence was fitted to</source>
<translation>拟合可信度所用的多边形数</translation>
</message>
<message>
<source>Polygons with rank, reason, score and the coordinates of a point inside.</source>
<translation>多边形，带有次序、理由、得分和内部一点的坐标。</translation>
</message>
<message>
<source>Polygons with what shows the water, a score and the area. Delete what is no water, then give the layer to the detection as an exclusion.</source>
<translation>多边形，含水体依据、评分和面积。请删除不是水体的部分，再将该图层作为掩膜用于识别。</translation>
</message>
<message>
<source>Polygons without a status count always.</source>
<translation>没有状态的多边形总是计入。</translation>
</message>
<message>
<source>Precision by ground</source>
<translation>精确率（按面积）</translation>
</message>
<message>
<source>Precision by landslide, strict rule</source>
<translation>精确率（按个数，严格规则）</translation>
</message>
<message>
<source>Precision by landslide, survey rule</source>
<translation>精确率（按个数，调查规则）</translation>
</message>
<message>
<source>Prepare review</source>
<translation>准备审查</translation>
</message>
<message>
<source>Probability</source>
<translation>概率</translation>
</message>
<message>
<source>Probability from which a pixel belongs to a landslide, 0 to 1. A lower value draws larger outlines, which may grow together. How many polygons there are depends on 'Seed threshold'. Empty: {}.</source>
<translation>像元概率达到此值即归入滑坡，取 0 至 1。取值越低，轮廓越大，并可能连成一片；多边形的多少由“种子阈值”决定。留空：{}。</translation>
</message>
<message>
<source>Program</source>
<translation>程序</translation>
</message>
<message>
<source>Propose water to exclude</source>
<translation>推荐水体掩膜</translation>
</message>
<message>
<source>Proposed water (check before use)</source>
<translation>推荐水体（使用前请检查）</translation>
</message>
<message>
<source>Proposed water (check before use), {}</source>
<translation>推荐水体（使用前请检查），{}</translation>
</message>
<message>
<source>Put together from pieces</source>
<translation>由碎块拼合</translation>
</message>
<message>
<source>PyTorch checkpoints (*.pt)</source>
<translation>PyTorch 检查点 (*.pt)</translation>
</message>
<message>
<source>Python 3.9 or newer of this computer, instead of one that is fetched.</source>
<translation>本计算机上的 Python 3.9 或更新版本，用来代替下载的 Python。</translation>
</message>
<message>
<source>Python of the environment</source>
<translation>环境的 Python</translation>
</message>
<message>
<source>Python to start from</source>
<translation>基础 Python</translation>
</message>
<message>
<source>Python with numpy and onnxruntime</source>
<translation>带有 numpy 和 onnxruntime 的 Python</translation>
</message>
<message>
<source>Python {} at {} cannot load onnxruntime: {}</source>
<translation>Python {}（{}）无法加载 onnxruntime：{}</translation>
</message>
<message>
<source>Python {} at {} lacks {}, which training needs.</source>
<translation>Python {}（{}）缺少 {}，训练需要它。</translation>
</message>
<message>
<source>Python {} at {} lacks {}.</source>
<translation>Python {}（{}）缺少 {}。</translation>
</message>
<message>
<source>Pythons of this computer</source>
<translation>本计算机的 Python</translation>
</message>
<message>
<source>QGIS reads '{}' in its path as another letter; rename the file or its folder</source>
<translation>QGIS 会把其路径中的“{}”读作另一个字符；请重命名该文件或其文件夹</translation>
</message>
<message>
<source>QGIS runs in a sandbox ({}), which hides the Pythons of the system; install QGIS as a package of the system.</source>
<translation>QGIS 运行在沙盒（{}）中，看不到系统的 Python；请将 QGIS 作为系统软件包安装。</translation>
</message>
<message>
<source>QGIS runs in a sandbox ({}): the environment may stop running when that is updated. Then run this again.</source>
<translation>QGIS 运行在沙盒（{}）中：沙盒更新后，环境可能无法运行。届时请重新运行本算法。</translation>
</message>
<message>
<source>QGIS takes shapely from '{}', which does not fit the GEOS of QGIS; take its folder off PYTHONPATH (an environment that is active, often) and start QGIS again.</source>
<translation>QGIS 从“{}”取用 shapely，它与 QGIS 的 GEOS 不相配；请把该文件夹从 PYTHONPATH 中去掉（往往是已激活的虚拟环境），然后重新启动 QGIS。</translation>
</message>
<message>
<source>QGIS takes the style '{}' for that of '{}' and of '{}'; give one of them another name.</source>
<translation>QGIS 会把样式“{}”同时当作“{}”和“{}”的样式；请为其中一个另取名称。</translation>
</message>
<message>
<source>QGIS writes the parameters of each run into its history and log, with the login in this address of a package index; set the address in Settings &gt; Options &gt; Processing &gt; Providers &gt; MRIFE landslides, or in the environment variable {}.</source>
<translation>QGIS 会把每次运行的参数写入历史和日志，该软件包索引地址中的登录信息也在其中；请在“设置 &gt; 选项 &gt; 数据处理 &gt; 数据源 &gt; MRIFE landslides”或环境变量 {} 中设置该地址。</translation>
</message>
<message>
<source>QGIS's Python</source>
<translation>QGIS 的 Python</translation>
</message>
<message>
<source>QGIS's own</source>
<translation>QGIS 自带</translation>
</message>
<message>
<source>QGIS's own Python cannot load {} from '{}', with numpy from '{}' ({}); take away what pip or another plugin put in the place of QGIS's own, and start QGIS again.</source>
<translation>QGIS 自带的 Python 无法加载 {}（位于“{}”，numpy 位于“{}”）：{}；请移除 pip 或其他插件安装、取代了 QGIS 自带库的软件包，然后重新启动 QGIS。</translation>
</message>
<message>
<source>QGIS's own Python has shapely {}, and 1.8 or newer is needed; update QGIS.</source>
<translation>QGIS 自带的 Python 中 shapely 为 {}，而需要 1.8 或更新版本；请更新 QGIS。</translation>
</message>
<message>
<source>QGIS's own Python lacks {}; install {} (Debian, Ubuntu, OSGeo4W Setup) and start QGIS again.</source>
<translation>QGIS 自带的 Python 缺少 {}；请安装 {}（Debian、Ubuntu、OSGeo4W Setup），然后重新启动 QGIS。</translation>
</message>
<message>
<source>Reading the reviewed polygons</source>
<translation>正在读取已审查的多边形</translation>
</message>
<message>
<source>Ready</source>
<translation>就绪</translation>
</message>
<message>
<source>Ready (1) or not (0)</source>
<translation>就绪（1）或未就绪（0）</translation>
</message>
<message>
<source>Recall by ground</source>
<translation>召回率（按面积）</translation>
</message>
<message>
<source>Recall by landslide, strict rule</source>
<translation>召回率（按个数，严格规则）</translation>
</message>
<message>
<source>Recall by landslide, survey rule</source>
<translation>召回率（按个数，调查规则）</translation>
</message>
<message>
<source>Record form (China)</source>
<translation>遥感解译记录表（中国）</translation>
</message>
<message>
<source>Recovery of masked features, contrast and self-distillation beside the loss of segmentation. Where it was measured they gained no more on the new ground than that loss alone, at 1.7 times the time.</source>
<translation>在分割损失之外加入掩膜特征恢复、对比学习与自蒸馏损失。在做过测试的地区，它们在新地区的提升不超过单独使用分割损失，且耗时为 1.7 倍。</translation>
</message>
<message>
<source>Reference inventory</source>
<translation>参考编目</translation>
</message>
<message>
<source>Rejected</source>
<translation>剔除</translation>
</message>
<message>
<source>Rejected before</source>
<translation>以前已剔除</translation>
</message>
<message>
<source>Rejected polygons</source>
<translation>剔除的多边形</translation>
</message>
<message>
<source>Remove the environment</source>
<translation>移除环境</translation>
</message>
<message>
<source>Removed: {}</source>
<translation>已移除：{}</translation>
</message>
<message>
<source>Repaired outlines</source>
<translation>修复的轮廓</translation>
</message>
<message>
<source>Repairs the polygons of any layer and adds what shape and an elevation model say of each.</source>
<translation>修复任何图层的多边形，并添加由形态和高程模型得出的属性。</translation>
</message>
<message>
<source>Report</source>
<translation>报告</translation>
</message>
<message>
<source>Review</source>
<translation>审查</translation>
</message>
<message>
<source>Review of {}</source>
<translation>{} 的审查</translation>
</message>
<message>
<source>Reviewed area</source>
<translation>已审查范围</translation>
</message>
<message>
<source>Reviewed area for training</source>
<translation>训练用已审查范围</translation>
</message>
<message>
<source>Reviewed layer</source>
<translation>已审查图层</translation>
</message>
<message>
<source>Right candidates</source>
<translation>正确的疑似滑坡</translation>
</message>
<message>
<source>Right candidates, {}</source>
<translation>正确的疑似滑坡，{}</translation>
</message>
<message>
<source>Rise of confidence (default: {})</source>
<translation>可信度升高幅度（默认 {}）</translation>
</message>
<message>
<source>Rollover (m²)</source>
<translation>拐点（平方米）</translation>
</message>
<message>
<source>Running on cpu, as asked ({}).</source>
<translation>按要求在 CPU 上运行（{}）。</translation>
</message>
<message>
<source>Running on cpu: {} ({}).</source>
<translation>在 CPU 上运行：{}（{}）。</translation>
</message>
<message>
<source>Running on cuda in floats: {} ({}).</source>
<translation>在 CUDA 上以 32 位浮点运行：{}（{}）。</translation>
</message>
<message>
<source>Running on cuda in half floats: the session holds the CUDA provider ({}).</source>
<translation>在 CUDA 上以半精度浮点（16 位）运行：会话已启用 CUDA 提供程序（{}）。</translation>
</message>
<message>
<source>SLIDO (Oregon)</source>
<translation>SLIDO（美国俄勒冈州）</translation>
</message>
<message>
<source>SLIDO: a second layer has the lines of head scarps and flanks of the landslides whose direction of movement is known. Its areas of heads and flanks, apart from the deposits, are not in one outline a landslide. SLOPE is that beside the landslide, which 'Measure shape and terrain' fills from an elevation model.</source>
<translation>SLIDO：第二个图层为滑动方向已知的滑坡的后壁线和侧缘线。其与堆积体分开的后缘和侧缘面，无法从每处滑坡一个边界中得到。SLOPE 为滑坡两侧的坡度，由“量算形态与地形”根据高程模型填写。</translation>
</message>
<message>
<source>Same</source>
<translation>不变</translation>
</message>
<message>
<source>Search only inside</source>
<translation>仅在范围内搜索</translation>
</message>
<message>
<source>Searches many map sheets as one mosaic: no seams, one layer, and a run that was stopped goes on.</source>
<translation>将多个图幅作为一幅镶嵌影像识别：没有接缝，一个图层，中断后可继续。</translation>
</message>
<message>
<source>Searches nothing and writes nothing. The log says how many sheets and windows there are, how much disk and memory the search takes, and, from a trial of some windows, about how many minutes on this machine, with outlining.</source>
<translation>不识别也不写入任何内容。日志列出图幅数和窗口数、所需磁盘和内存，以及由若干窗口试算出的本机所需分钟数（含勾绘轮廓）。</translation>
</message>
<message>
<source>Searching</source>
<translation>正在搜索</translation>
</message>
<message>
<source>Seconds</source>
<translation>用时（秒）</translation>
</message>
<message>
<source>Seed (default: {})</source>
<translation>随机种子（默认：{}）</translation>
</message>
<message>
<source>Seed of the random numbers (default: 0)</source>
<translation>随机数种子（默认：0）</translation>
</message>
<message>
<source>Seed threshold</source>
<translation>种子阈值</translation>
</message>
<message>
<source>Seed threshold (default: the raster's own)</source>
<translation>种子阈值（默认取栅格自身的值）</translation>
</message>
<message>
<source>Set up runtime</source>
<translation>设置运行环境</translation>
</message>
<message>
<source>Sets the minimum area to a square of 2 mm on the map: 10,000 m² at 1:50,000, 2,500 m² at 1:25,000. A minimum area that is given wins.</source>
<translation>将最小面积设为图上 2 毫米见方：1:50,000 时为 10,000 平方米，1:25,000 时为 2,500 平方米。已给出最小面积时以其为准。</translation>
</message>
<message>
<source>Share of a window that the next one sees again. More is smoother and slower. Empty: {}.</source>
<translation>相邻窗口重复搜索的比例。比例越大结果越平滑，速度越慢。留空：{}。</translation>
</message>
<message>
<source>Share of related ones (default: {})</source>
<translation>判为相关的比例（默认 {}）</translation>
</message>
<message>
<source>Share of the investigated area (0-1)</source>
<translation>占调查范围的比例（0-1）</translation>
</message>
<message>
<source>Sheet {} ({} of {})</source>
<translation>图幅 {}（第 {} 幅，共 {} 幅）</translation>
</message>
<message>
<source>Sheet {} is left out from here on, and what read of it is searched anew: {}</source>
<translation>图幅 {} 从此不再使用，读取过它的部分重新识别：{}</translation>
</message>
<message>
<source>Sheet {} is not searched: {}</source>
<translation>图幅 {} 不参与识别：{}</translation>
</message>
<message>
<source>Sheet {} is put off: {}</source>
<translation>图幅 {} 推后再试：{}</translation>
</message>
<message>
<source>Sheet {} is searched anew, for its raster can no longer be read: {}</source>
<translation>图幅 {} 重新搜索，因为它的栅格已无法读取：{}</translation>
</message>
<message>
<source>Sheets that a dry run would search</source>
<translation>试算：将识别的图幅</translation>
</message>
<message>
<source>Sheets that could not be read</source>
<translation>无法读取的图幅</translation>
</message>
<message>
<source>Sheets that were searched</source>
<translation>已识别的图幅</translation>
</message>
<message>
<source>Sheets with nothing of their own to search</source>
<translation>没有自身范围可识别的图幅</translation>
</message>
<message>
<source>Sheets without ground</source>
<translation>没有影像内容的图幅</translation>
</message>
<message>
<source>Shown beside the image in the atlas.</source>
<translation>在图集中显示于影像旁。</translation>
</message>
<message>
<source>Shows what a later run, another model or a new edition gained, lost and changed.</source>
<translation>显示后一次运行、另一模型或新版编目新增、消失和变化了什么。</translation>
</message>
<message>
<source>Side of a square. Empty: a round length that gives some hundred cells over the investigated area.</source>
<translation>方格边长。留空：取整数长度，使调查范围内约有数百个方格。</translation>
</message>
<message>
<source>Side of a tile (default: {} m)</source>
<translation>图格边长（默认：{} 米）</translation>
</message>
<message>
<source>Simplified Chinese</source>
<translation>简体中文</translation>
</message>
<message>
<source>Simplify (default: a quarter of a pixel)</source>
<translation>简化（默认四分之一像元）</translation>
</message>
<message>
<source>Simplifying: {n} polygons, {area} m² of area changed, {vertices} vertices to {left}; {unsimplified} polygons kept all of them.</source>
<translation>简化：{n} 个多边形，面积变化 {area} 平方米，顶点由 {vertices} 个减为 {left} 个；{unsimplified} 个保留全部顶点。</translation>
</message>
<message>
<source>Size estimates</source>
<translation>规模估计</translation>
</message>
<message>
<source>Size of the cells of the density map (default: by the area)</source>
<translation>密度图的格网大小（默认：由范围决定）</translation>
</message>
<message>
<source>Size on the disk (MB)</source>
<translation>占用磁盘（MB）</translation>
</message>
<message>
<source>Smaller polygons are left out: fields, yards and large roofs are as smooth as ponds. Empty: 5,000 m².</source>
<translation>更小的多边形不输出：农田、场院和大屋顶与池塘一样平滑。留空：5,000 m²。</translation>
</message>
<message>
<source>Smaller polygons are left out; true square metres whatever the coordinate system, measured on the finished outline. Empty: by the map scale, else {}.</source>
<translation>更小的多边形不予保留；无论何种坐标系均按实际平方米计，以完成后的轮廓量算。留空：按比例尺，否则为 {}。</translation>
</message>
<message>
<source>Smallest landslide of the survey, for the order and for advice on what is near it. Empty: 2500 for the order, and for advice the flags of the detection alone.</source>
<translation>调查要求的最小滑坡，用于排序以及对接近该面积者的建议。留空：排序用 2500，建议只依据识别时的标记。</translation>
</message>
<message>
<source>Smooth outlines</source>
<translation>平滑轮廓</translation>
</message>
<message>
<source>Smoothing: {n} polygons, {area} m² of area changed; {fewer} were smoothed less and {unsmoothed} not at all, to keep their area within 2 %.</source>
<translation>平滑：{n} 个多边形，面积变化 {area} 平方米；为使面积变化不超过 2 %，{fewer} 个减少了平滑次数，{unsmoothed} 个未平滑。</translation>
</message>
<message>
<source>Split</source>
<translation>拆分</translation>
</message>
<message>
<source>Split what has grown together</source>
<translation>拆分相连的滑坡</translation>
</message>
<message>
<source>Splitting: {n} polygons cut into {pieces}, {area} m².</source>
<translation>拆分：{n} 个多边形拆为 {pieces} 个，{area} 平方米。</translation>
</message>
<message>
<source>Squares over the investigated area with the landslides per km² and the share of the ground under landslides.</source>
<translation>调查范围内的方格，含每平方公里滑坡数和滑坡面积占比。</translation>
</message>
<message>
<source>Standard output takes nothing more ({}); give it a place that does, or /dev/null.</source>
<translation>标准输出无法再写入（{}）；请将其指向可写入之处，或 /dev/null。</translation>
</message>
<message>
<source>Statuses that count</source>
<translation>计入的状态</translation>
</message>
<message>
<source>Steps of training (default: 300)</source>
<translation>训练步数（默认：300）</translation>
</message>
<message>
<source>Steps: {}.</source>
<translation>步骤：{}。</translation>
</message>
<message>
<source>Still open</source>
<translation>仍待审</translation>
</message>
<message>
<source>Still open, not in the inventory and not taught: {}.</source>
<translation>仍待审，不写入编目，也不用于训练：{} 个。</translation>
</message>
<message>
<source>Stopped before a network was judged: no model is kept. The same inputs and the same output file go on from here.</source>
<translation>在评判出任何网络之前已停止：未保留模型。以相同的输入和相同的输出文件再次启动，会从此处继续。</translation>
</message>
<message>
<source>Stopped. The best network so far is kept in '{}': step {} of {}, on ground it did not see IoU {} and average precision {}. It is unfinished and was not compared with its base; the same inputs and the same output file go on from here.</source>
<translation>已停止。迄今最好的网络保留在“{}”中：第 {} 步，共 {} 步；在它未见过的地面上 IoU {}，平均精度 {}。它尚未完成，也未与基础模型比较；以相同的输入和相同的输出文件再次启动，会从此处继续。</translation>
</message>
<message>
<source>Stretch {} left out: step {} of {}, training loss {}; on that stretch IoU {} and average precision {}.</source>
<translation>第 {} 段除外：第 {} 步，共 {} 步，训练损失 {}；该段上 IoU 为 {}，平均精度为 {}。</translation>
</message>
<message>
<source>System</source>
<translation>系统</translation>
</message>
<message>
<source>Table</source>
<translation>表</translation>
</message>
<message>
<source>Table of sheets</source>
<translation>图幅表</translation>
</message>
<message>
<source>Takes stairs and wobbles away without shrinking (Taubin 1995). An area never changes by more than 2 %.</source>
<translation>去除阶梯和抖动而不收缩（Taubin，1995）。面积变化不超过 2 %。</translation>
</message>
<message>
<source>Target</source>
<translation>目标</translation>
</message>
<message>
<source>Teaches a model the landslides of your own ground, and tells whether it got better there.</source>
<translation>让模型学习您本地的滑坡，并告知它在那里是否变好。</translation>
</message>
<message>
<source>Tells in seconds what is wrong with images, elevation model and polygons, and what to do, before a search.</source>
<translation>在识别之前，几秒内指出影像、高程模型和面有何问题，以及如何处理。</translation>
</message>
<message>
<source>Tells what a model file promises: bands, pixel size, window, thresholds, training data.</source>
<translation>说明模型文件的约定：波段、像元大小、窗口、阈值、训练资料。</translation>
</message>
<message>
<source>Tells which Python runs the network, with which packages and on which device.</source>
<translation>说明由哪个 Python 运行网络、有哪些软件包、使用哪个设备。</translation>
</message>
<message>
<source>Texts of '{}' are read as {}.</source>
<translation>“{}”的文本按 {} 读取。</translation>
</message>
<message>
<source>Texts of '{}' hold characters that were lost when they were read or before (fields {}); set the encoding of the layer.</source>
<translation>“{}”的文本中有在读取时或此前已丢失的字符（字段 {}）；请设置图层的编码。</translation>
</message>
<message>
<source>The GML follows nz-core 4.0 as its schema is described; it was not validated against the official one, and there is a version 5.0. INSPIRE knows no code list of landslide movements: their names are free texts.</source>
<translation>GML 按 nz-core 4.0 模式的描述编写，未用官方模式验证，且已有 5.0 版。INSPIRE 没有滑坡运动类型代码表，类型名称为自由文本。</translation>
</message>
<message>
<source>The INSPIRE namespace is empty; give the one of your body before delivery.</source>
<translation>INSPIRE 命名空间为空；提交前请填写本机构的命名空间。</translation>
</message>
<message>
<source>The NVIDIA driver is {}, and 525 or newer is needed; update it, or choose the packages for the CPU.</source>
<translation>NVIDIA 驱动为 {}，而需要 525 或更新版本；请更新驱动，或选择用于 CPU 的软件包。</translation>
</message>
<message>
<source>The Processing option '{}'</source>
<translation>数据处理选项“{}”</translation>
</message>
<message>
<source>The Python that was fetched is not the one whose hash is known; set another mirror in Settings &gt; Options &gt; Processing &gt; Providers &gt; MRIFE landslides.</source>
<translation>下载的 Python 与已知的哈希值不符；请在“设置 &gt; 选项 &gt; 数据处理 &gt; 数据源 &gt; MRIFE landslides”中设置另一个镜像。</translation>
</message>
<message>
<source>The Python to start from lacks the module venv; install it (Debian, Ubuntu: python3-venv), or name another.</source>
<translation>基础 Python 缺少模块 venv；请安装它（Debian、Ubuntu：python3-venv），或指定另一个。</translation>
</message>
<message>
<source>The Shapefile would exceed 2 GB, which most programs cannot read; export fewer polygons at a time, or a GeoPackage.</source>
<translation>Shapefile 将超过 2 GB，多数程序无法读取；请分批导出，或导出 GeoPackage。</translation>
</message>
<message>
<source>The area in which every landslide is among the polygons; all other ground in it is taught as ground without landslides. Empty: a review's own polygons and a ring around them.</source>
<translation>其中每个滑坡都在这些面之中的范围；范围内其余部分按非滑坡学习。留空：审查过的面及其周围一圈。</translation>
</message>
<message>
<source>The area in which the reference holds every landslide. Empty: the rectangle around the reference; the report says so.</source>
<translation>参考编目中滑坡齐全的范围。留空：参考编目的外接矩形，报告中会注明。</translation>
</message>
<message>
<source>The area to look in and the probability raster do not overlap; choose an area on the raster, or look at the coordinate systems of both.</source>
<translation>查看范围与概率栅格不重叠；请选择位于栅格上的范围，或检查两者的坐标系。</translation>
</message>
<message>
<source>The area to look in holds no polygon with an area; choose a layer that has one, and look at its filter and selection.</source>
<translation>查看范围中没有具有面积的多边形；请选择含有多边形的图层，并检查其过滤和选择。</translation>
</message>
<message>
<source>The area to search and the image do not overlap; choose an area on the image, or look at the coordinate systems of both.</source>
<translation>搜索区与影像不重叠；请选择位于影像上的区域，或检查两者的坐标系。</translation>
</message>
<message>
<source>The area to search holds no polygon; choose a layer that has one, and look at its filter and selection.</source>
<translation>搜索区中没有多边形；请选择含有多边形的图层，并检查其过滤条件和选择集。</translation>
</message>
<message>
<source>The base on this ground: IoU {} at its own threshold {}, and none that one part of the ground chooses is better on the other; average precision {}.</source>
<translation>基础模型在此地面上：IoU 为 {}（用其自身阈值 {}），由一部分地面选出的阈值在另一部分上并不更好；平均精度为 {}。</translation>
</message>
<message>
<source>The base on this ground: IoU {} at its own threshold {}, {} with one that the other part of the ground chooses; average precision {}.</source>
<translation>基础模型在此地面上：IoU 为 {}（用其自身阈值 {}），改用另一部分地面选出的阈值则为 {}；平均精度为 {}。</translation>
</message>
<message>
<source>The base sees the image alone, and what looks at an elevation model is its first layer, which learns with the whole network alone: let all of it learn, or leave the elevation model out.</source>
<translation>基础模型只看影像，而查看高程模型的是它的第一层，该层仅在整个网络学习时才学习：请让整个网络学习，或不使用高程模型。</translation>
</message>
<message>
<source>The base sees the image alone; its network is extended by elevation, and what comes out needs an elevation model.</source>
<translation>基础模型只看影像；现为其网络增加高程输入，所得模型此后需要高程模型。</translation>
</message>
<message>
<source>The candidates and the probability raster do not overlap; choose those of one image, or look at the coordinate systems of both.</source>
<translation>疑似滑坡与概率栅格不重叠；请选择同一影像的两者，或检查两者的坐标系。</translation>
</message>
<message>
<source>The certificate of '{}' is not trusted ({}), as where a firewall opens connections; add the firewall's certificate in Settings &gt; Options &gt; Authentication &gt; Manage Certificates, or give a folder of wheels.</source>
<translation>“{}”的证书不受信任（{}），例如防火墙拆解连接时；请在“设置 &gt; 选项 &gt; 认证 &gt; 管理证书”中添加防火墙的证书，或给出存放安装包（wheel）的文件夹。</translation>
</message>
<message>
<source>The checks say whether it covers the images, and what is doubtful in it.</source>
<translation>检查其是否覆盖影像，以及有何存疑之处。</translation>
</message>
<message>
<source>The confidence of a polygon is calibrated for outlines at the threshold {}; of these, at {}, it stays empty, and the mean probability ranks them.</source>
<translation>多边形的可信度是按阈值 {} 圈出的轮廓校准的；本次阈值为 {}，可信度留空，改按平均概率排序。</translation>
</message>
<message>
<source>The coordinate reference system of the elevation model {} has nothing in common with that of the polygons; choose a model of the same planet.</source>
<translation>高程模型 {} 的坐标参照系与多边形的坐标参照系毫无关联；请选择同一星球的高程模型。</translation>
</message>
<message>
<source>The day the image was taken, year-month-day. Empty: what the image's metadata say, if anything.</source>
<translation>影像获取日期，格式为年-月-日。留空：取影像元数据中的日期（如有）。</translation>
</message>
<message>
<source>The disk of '{}' has {} MB free but about {} MB are needed; free some or choose another folder.</source>
<translation>“{}”所在磁盘剩余 {} MB，约需 {} MB；请清理空间或另选文件夹。</translation>
</message>
<message>
<source>The disk of '{}' is full, and '{}' was not written; make room or choose another folder.</source>
<translation>“{}”所在磁盘已满，“{}”未写入；请腾出空间或另选文件夹。</translation>
</message>
<message>
<source>The disk of '{}' is full; make room or choose another folder.</source>
<translation>“{}”所在的磁盘已满；请腾出空间或选择其他文件夹。</translation>
</message>
<message>
<source>The elevation model '{}' cannot be laid on the image ({}); choose a raster of heights with a coordinate reference system.</source>
<translation>高程模型“{}”无法与影像套合（{}）；请选择带坐标参照系的高程栅格。</translation>
</message>
<message>
<source>The elevation model '{}' cannot be read ({}); the file may be cut short, copy it again.</source>
<translation>无法读取高程模型“{}”（{}）；文件可能不完整，请重新复制。</translation>
</message>
<message>
<source>The elevation model '{}' holds no height: all of it is missing, or its numbers are none; check its nodata value and its unit.</source>
<translation>高程模型“{}”中没有高程：全部缺失，或其数值不是高程；请检查其无数据值和单位。</translation>
</message>
<message>
<source>The elevation model has gaps or ends on {} of the images ({}): landslides there get no measures of terrain; take one that covers them.</source>
<translation>高程模型在 {} 幅影像（{}）上有空缺或未覆盖：那里的滑坡得不到地形指标；请使用能覆盖这些影像的高程模型。</translation>
</message>
<message>
<source>The elevation model has heights at none of the {} landslides; choose one that covers the images, or none.</source>
<translation>高程模型在全部 {} 个滑坡处均无高程；请选择覆盖影像的高程模型，或留空。</translation>
</message>
<message>
<source>The elevation model has heights at {} of {} landslides; where it has none the network sees the image alone.</source>
<translation>高程模型在 {} 个滑坡处有高程（共 {} 个）；无高程处网络只看影像。</translation>
</message>
<message>
<source>The elevation model has no height on any image: it lies elsewhere, or its coordinate reference system is not the right one.</source>
<translation>高程模型在任何影像上都没有高程：它位于别处，或其坐标参照系不正确。</translation>
</message>
<message>
<source>The elevation model is not looked at: the base sees the image alone, and the threshold alone is set anew.</source>
<translation>未使用高程模型：基础模型只看影像，且此次仅重新设定阈值。</translation>
</message>
<message>
<source>The elevation model {} cannot be read where a polygon lies; its file may be damaged.</source>
<translation>高程模型 {} 在多边形处无法读取；文件可能已损坏。</translation>
</message>
<message>
<source>The elevation model {} does not overlap the {}; choose one that covers it.</source>
<translation>高程模型 {} 与{}不重叠；请选择覆盖它的高程模型。</translation>
</message>
<message>
<source>The elevation model {} does not say the unit of its heights; its grid counts in feet, and so are they taken to. Choose metres where they are.</source>
<translation>高程模型 {} 未说明高程单位；其格网以英尺为单位，高程也按英尺处理。若为米，请选择米。</translation>
</message>
<message>
<source>The elevation model {} has no coordinate reference system; assign the right one to it first.</source>
<translation>高程模型 {} 没有坐标参照系；请先为其指定正确的坐标参照系。</translation>
</message>
<message>
<source>The elevation model {} has {} bands: the first is taken for the heights.</source>
<translation>高程模型 {} 有 {} 个波段：取第一个波段作为高程。</translation>
</message>
<message>
<source>The elevation model {} holds 8-bit numbers, as images and hillshades do: check that they are heights.</source>
<translation>高程模型 {} 的数值为 8 位，与影像和山体阴影相同：请检查其是否为高程。</translation>
</message>
<message>
<source>The elevation model {} holds complex numbers; choose a raster of heights.</source>
<translation>高程模型 {} 含有复数；请选择高程栅格。</translation>
</message>
<message>
<source>The elevation model {} holds {} to {} m, which are no heights; check its unit. Nothing is measured with it.</source>
<translation>高程模型 {} 的值为 {} 至 {} 米，不可能是高程；请检查其单位。不用它作任何量测。</translation>
</message>
<message>
<source>The elevation model {} holds {} where no ground can be: such cells count as missing, though the file does not declare them.</source>
<translation>高程模型 {} 含有不可能是地面高程的值 {}：文件虽未声明，这些格网仍按缺失处理。</translation>
</message>
<message>
<source>The elevation model {} is a picture with red, green and blue; choose a raster of heights.</source>
<translation>高程模型 {} 是红绿蓝图片；请选择高程栅格。</translation>
</message>
<message>
<source>The elevation model {} states its heights in '{}', which is not known: metres are taken; choose the unit.</source>
<translation>高程模型 {} 声明的高程单位“{}”无法识别：按米处理；请选择单位。</translation>
</message>
<message>
<source>The elevation model {} states its values in '{}': slopes or aspects, and no heights; choose the model that they were computed from.</source>
<translation>高程模型 {} 标明其数值单位为“{}”：这是坡度或坡向，不是高程；请选择计算它们所用的高程模型。</translation>
</message>
<message>
<source>The environment could not be made: {}. All that was said stands in '{}'; send it with a report.</source>
<translation>无法建立环境：{}。全部输出见“{}”；报告问题时请附上。</translation>
</message>
<message>
<source>The environment variable {}</source>
<translation>环境变量 {}</translation>
</message>
<message>
<source>The environment variable {} names the folder '{}'; leave the folder empty, or clear the variable.</source>
<translation>环境变量 {} 指定了文件夹“{}”；请将文件夹留空，或清除该变量。</translation>
</message>
<message>
<source>The evaluation area and the probability raster '{}' do not overlap; choose an area on the raster, or look at the coordinate systems of both.</source>
<translation>评价范围与概率栅格“{}”没有重叠；请选择栅格上的范围，或检查两者的坐标系。</translation>
</message>
<message>
<source>The evaluation area holds no pixel of a landslide that was searched; calibration needs landslides of the reference on the raster.</source>
<translation>评价范围内没有经过搜索的滑坡像元；校准需要栅格范围内的参考滑坡。</translation>
</message>
<message>
<source>The evaluation area holds no polygon with an area; choose a layer that has one, and look at its filter and selection.</source>
<translation>评价范围中没有具有面积的多边形；请选择含有多边形的图层，并检查其过滤条件和选择集。</translation>
</message>
<message>
<source>The evaluation area is too large to be laid on one plane; choose the area in which all landslides of the reference are known.</source>
<translation>评价范围过大，无法投影到一个平面上；请选择参考编目中滑坡完整的范围。</translation>
</message>
<message>
<source>The evaluation area lies where its coordinate reference system is not defined; check the system assigned to it.</source>
<translation>评价范围位于其坐标参照系未定义之处；请检查为其指定的坐标系。</translation>
</message>
<message>
<source>The existing inventory as it was, and what is new. The review rank puts all on which nobody has decided in one order.</source>
<translation>原样的已有编目，加上新增的。审查次序对所有尚无人判定的统一排列。</translation>
</message>
<message>
<source>The existing inventory has no field '{}'; choose one that it has, or none.</source>
<translation>已有编目没有字段“{}”；请选择它有的字段，或不选。</translation>
</message>
<message>
<source>The extent does not overlap the raster; choose one inside it.</source>
<translation>范围与栅格不重叠；请选择栅格内的范围。</translation>
</message>
<message>
<source>The fast 8-bit model is the shipped one's twin and knows nothing of '{}'; leave the model empty, or switch fast off.</source>
<translation>快速 8 位模型是随插件提供的模型的孪生版本，与“{}”无关；请将模型留空，或关闭快速模型。</translation>
</message>
<message>
<source>The field 'resolve' holds '{}'; it must be one of {}, or empty.</source>
<translation>字段 resolve 的值为“{}”；应为 {} 之一，或留空。</translation>
</message>
<message>
<source>The field 'status' holds {}; it must be one of {}.</source>
<translation>字段 status 的值为 {}；应为 {} 之一。</translation>
</message>
<message>
<source>The field '{}' is not looked at, as it holds no word that says what a polygon is ({}).</source>
<translation>字段“{}”未被采用：其中没有任何能说明多边形是什么的词（{}）。</translation>
</message>
<message>
<source>The field area_m2 of {} polygons holds the area of another outline, and other measures may be old, too; run 'Measure shape and terrain' before delivery.</source>
<translation>{} 个多边形的字段 area_m2 是另一轮廓的面积，其他量算值也可能已过时；交付前请运行“量算形态与地形”。</translation>
</message>
<message>
<source>The field area_m2 of {} polygons holds the area of another outline. Give those that somebody redrew the status modified, or the outlines before the review.</source>
<translation>有 {} 个多边形的字段 area_m2 是另一轮廓的面积。请把被重绘的多边形的审查状态改为“修改后确认”，或提供审查前的轮廓。</translation>
</message>
<message>
<source>The field area_m2 of {} polygons holds the area of another outline; it was measured anew. Their other measures may be old, too: 'Measure shape and terrain' takes all of them anew.</source>
<translation>{} 个多边形的字段 area_m2 是另一轮廓的面积；已重新量算。其他量算值也可能已过时：“量算形态与地形”会全部重新量算。</translation>
</message>
<message>
<source>The file does not say the colours of its {} bands: bands {} are used as {}. Name others where that is not so.</source>
<translation>文件未说明其 {} 个波段各是什么颜色：波段 {} 依次用作 {}。若不符，请另行指定波段。</translation>
</message>
<message>
<source>The file has no pyramids: the search needs none, but QGIS draws the image slowly; build them (layer properties, Pyramids).</source>
<translation>文件没有金字塔：识别不需要，但 QGIS 显示影像会很慢；请建立金字塔（图层属性 &gt; 金字塔）。</translation>
</message>
<message>
<source>The file name '{}' must not hold a bar, behind which QGIS looks for a layer; choose another.</source>
<translation>文件名“{}”不能含竖线，QGIS 会把其后当作图层名；请另选名称。</translation>
</message>
<message>
<source>The files in '{}' cannot be replaced ({}); close them where they are open or choose another name.</source>
<translation>“{}”中的文件无法替换（{}）；请在打开它们的程序中将其关闭，或换一个名称。</translation>
</message>
<message>
<source>The fine-tuned model is not shown to be better than its base on ground left out: look at the report before you use it.</source>
<translation>未能证明微调后的模型在留出的地面上优于基础模型：使用前请查看报告。</translation>
</message>
<message>
<source>The folder '{}' does not exist; choose one with rasters.</source>
<translation>文件夹“{}”不存在；请选择存有栅格的文件夹。</translation>
</message>
<message>
<source>The folder '{}' holds no raster that GDAL reads; choose one with images.</source>
<translation>文件夹“{}”中没有 GDAL 可读的栅格；请选择存有影像的文件夹。</translation>
</message>
<message>
<source>The folder '{}' is not there, and '{}' was not written; choose another.</source>
<translation>文件夹“{}”不存在，“{}”未写入；请另选文件夹。</translation>
</message>
<message>
<source>The folder of the plugin's own environment, '{}', cannot be read ({}); ask for the right to read it, or run 'Set up runtime' (mrife:setupruntime) with another folder.</source>
<translation>无法读取插件自有环境的文件夹“{}”（{}）；请申请读取权限，或指定其他文件夹重新运行“设置运行环境”（mrife:setupruntime）。</translation>
</message>
<message>
<source>The folder of wheels '{}' does not exist.</source>
<translation>存放安装包（wheel）的文件夹“{}”不存在。</translation>
</message>
<message>
<source>The format holds no coordinate reference system; assign it to the layer where it is opened.</source>
<translation>该格式不保存坐标参照系；打开图层时请为其指定。</translation>
</message>
<message>
<source>The format holds no outlines; only the attributes were written.</source>
<translation>该格式不含轮廓；只写入了属性。</translation>
</message>
<message>
<source>The format knows no empty numbers: {} that are not known stand in it as 0; a GeoPackage keeps them empty.</source>
<translation>该格式没有空的数值：{} 个未知的数值在其中写成 0；GeoPackage 会让它们保持为空。</translation>
</message>
<message>
<source>The format takes the coordinate reference system for one that counts in another unit, in which the layer lies elsewhere: write a Shapefile, or assign the right system to the layer where it is opened.</source>
<translation>该格式把坐标参照系当作以另一单位计的坐标系，图层会落在别处：请写成 Shapefile，或在打开图层处为其指定正确的坐标系。</translation>
</message>
<message>
<source>The image date is '{}'; give it as year-month-day, such as 2019-05-28.</source>
<translation>影像日期为“{}”；请按年-月-日填写，如 2019-05-28。</translation>
</message>
<message>
<source>The image is {} than what the model learned from, and 8-bit images are not stretched: take it with more bits, or stretch it over 0 to 255.</source>
<translation>影像比模型训练所用的影像{}，而 8 位影像不作拉伸：请使用位数更高的影像，或将其拉伸到 0 至 255。</translation>
</message>
<message>
<source>The image is {} times coarser than what the model learned from: small landslides do not show on it; take a finer one where there is one.</source>
<translation>影像的像元是模型训练所用像元的 {} 倍：小型滑坡在其上显示不出来；如有更精细的影像，请改用。</translation>
</message>
<message>
<source>The image is {} times finer than the model looks at it: it is averaged, which costs time and shows nothing more; a coarser copy does as well.</source>
<translation>影像的分辨率是模型所用分辨率的 {} 倍：识别时先作平均，费时而不会发现更多；用分辨率较低的副本效果相同。</translation>
</message>
<message>
<source>The image that landslides are searched in, with a coordinate reference system.</source>
<translation>用于识别滑坡的影像，须有坐标参照系。</translation>
</message>
<message>
<source>The image that the reviewer looks at. The atlas shows it, and polygons on it that name no image get its name in the review.</source>
<translation>审查人员对照的影像。图集中显示它；位于其上且未注明影像的多边形，在审查图层中会注明它。</translation>
</message>
<message>
<source>The image's bands in the order the model wants them (see 'Describe model'). Empty: by the names, wavelengths or colour tags that the file has of them, else the first ones.</source>
<translation>按模型要求的顺序给出影像波段（见“查看模型”）。留空：按文件中各波段的名称、波长或颜色标记，否则取前几个波段。</translation>
</message>
<message>
<source>The images were reviewed as a whole</source>
<translation>影像已整幅审查</translation>
</message>
<message>
<source>The inventory also gets the polygons that wait for a field check, with that status. They are not used for training.</source>
<translation>编目也包括需野外核查的多边形，并保留该状态。它们不用于训练。</translation>
</message>
<message>
<source>The investigated area '{}' lies elsewhere than '{}'; choose the area that was investigated, or look at the coordinate systems of both.</source>
<translation>调查范围“{}”与“{}”不在同一位置；请选择实际调查的范围，或检查两者的坐标系。</translation>
</message>
<message>
<source>The investigated area holds no polygon with an area on the Earth; choose a layer that has one, and look at its coordinate reference system.</source>
<translation>调查范围中没有在地球上有面积的多边形；请选择含有这种多边形的图层，并检查其坐标参照系。</translation>
</message>
<message>
<source>The known ground is too small: beside the stretch that is left out to judge on, and a margin between, no landslide is left to learn from. Digitize on more ground, or choose the threshold alone.</source>
<translation>已知的地面太小：除去留作评判的一段及其间的边距，没有滑坡可供学习。请在更大的地面上数字化，或只选择阈值。</translation>
</message>
<message>
<source>The language of all words that are shown: automatic (auto) is QGIS's language, en English, zh Simplified Chinese. What is stored does not depend on it.</source>
<translation>所显示文字的语言：自动（auto）与 QGIS 相同，en 为英文，zh 为简体中文。存储的值与之无关。</translation>
</message>
<message>
<source>The layer 'review' of the review's GeoPackage, or any polygons with a field 'status': candidate, confirmed, modified, rejected, field_check, in English or Chinese.</source>
<translation>审查 GeoPackage 中的图层 review，或带有字段 status 的任何多边形；取值为待审、确认、修改后确认、剔除、需野外核查，中英文均可。</translation>
</message>
<message>
<source>The layer's fields {} get new values.</source>
<translation>图层字段 {} 写入新值。</translation>
</message>
<message>
<source>The loss ({}) is not finite at step {}, images {}; let less of the network learn (or more slowly, where a rate can be set), or look for values far off in the images.</source>
<translation>损失（{}）在第 {} 步（影像 {}）不是有限数；请让网络中更少的部分学习（能设置学习率时也可降低它），或检查影像中是否有异常数值。</translation>
</message>
<message>
<source>The model '{}' is another file on a worker; give one that all machines share.</source>
<translation>模型“{}”在某个工作进程上是另一个文件；请给出所有机器共用的模型。</translation>
</message>
<message>
<source>The model answers a window of {} pixels with an array of shape {}; it must give one probability per pixel.</source>
<translation>对 {} 像元的窗口，模型给出形状为 {} 的数组；应为每个像元一个概率。</translation>
</message>
<message>
<source>The model can use elevation, but none was given: it looks at the image alone.</source>
<translation>该模型可以使用高程，但未提供：只分析影像。</translation>
</message>
<message>
<source>The model carries no contract and does not say on which pixel size it was trained; add the metadata key 'resolution' (cm per pixel), and 'standardization_mean' and '..._std' if its input is not simply divided by 255.</source>
<translation>模型没有约定，也没有说明训练时的像元大小；请添加元数据键 resolution（每像元厘米数）；若输入不是简单地除以 255，还须添加 standardization_mean 和 ..._std。</translation>
</message>
<message>
<source>The model does not open in it: see the line above.</source>
<translation>模型无法在其中打开：见上一行。</translation>
</message>
<message>
<source>The model failed on a batch of {}: {}</source>
<translation>模型在一批 {} 个窗口上运行失败：{}</translation>
</message>
<message>
<source>The model file '{}' cannot be read ({}); choose an existing .onnx file.</source>
<translation>无法读取模型文件“{}”（{}）；请选择存在的 .onnx 文件。</translation>
</message>
<message>
<source>The model gives values from {} to {}, not probabilities between 0 and 1; export it with a sigmoid or softmax at its end.</source>
<translation>模型给出 {} 至 {} 的值，而不是 0 至 1 的概率；请在末端加 sigmoid 或 softmax 后导出。</translation>
</message>
<message>
<source>The model is not shown to be better than painting everything on ground left out: look at the report, and do not use it as it is.</source>
<translation>在留出的地面上，该模型未显示优于全部涂满：请查看报告，不要直接使用。</translation>
</message>
<message>
<source>The model says neither in its graph nor in its metadata (key 'tile_size') how large its windows are; add the key or export it with a fixed input size.</source>
<translation>模型的计算图和元数据（键 tile_size）都没有说明窗口大小；请添加该键，或以固定输入大小导出。</translation>
</message>
<message>
<source>The model takes elevation alone, but '{}' has {} bands; choose an elevation model, or a model for images.</source>
<translation>该模型只使用高程，但“{}”有 {} 个波段；请选择高程模型，或选择用于影像的模型。</translation>
</message>
<message>
<source>The model was made for images of 8 bits (0 to 255), but the raster holds values from {} to {}: these, its 2nd and 98th percentiles, are stretched to {} and {}.</source>
<translation>该模型针对 8 位影像（0 至 255）制作，而此栅格的值为 {} 至 {}：将这两个值（第 2 和第 98 百分位数）拉伸到 {} 和 {}。</translation>
</message>
<message>
<source>The model's confidence here: calibration error {}, Brier score {}.</source>
<translation>模型可信度在此处：校准误差 {}，布里尔评分 {}。</translation>
</message>
<message>
<source>The model's contract cannot be read ({}); export the model again.</source>
<translation>无法读取模型约定（{}）；请重新导出模型。</translation>
</message>
<message>
<source>The model's contract names {} bands but its graph takes {}; export it again.</source>
<translation>模型约定列出 {} 个波段，而其计算图需要 {} 个；请重新导出。</translation>
</message>
<message>
<source>The model's contract says windows of {} pixels but its graph takes {}; export it again.</source>
<translation>模型约定的窗口为 {} 像元，而其计算图需要 {}；请重新导出。</translation>
</message>
<message>
<source>The model's metadata normalises {} bands but its graph takes {}.</source>
<translation>模型元数据对 {} 个波段做标准化，而其计算图需要 {} 个。</translation>
</message>
<message>
<source>The model's own confidence stays.</source>
<translation>保留模型原有的可信度。</translation>
</message>
<message>
<source>The name '{}' is not written in UTF-8; rename the file or its folder.</source>
<translation>名称“{}”不是 UTF-8 编码；请重命名该文件或其所在文件夹。</translation>
</message>
<message>
<source>The name of the inventory is empty; give the one under which yours is to be cited before delivery.</source>
<translation>编目名称为空；提交前请填写本编目的引用名称。</translation>
</message>
<message>
<source>The name of the table '{}' must not hold a bar; choose another.</source>
<translation>表名“{}”不能含有竖线；请另选名称。</translation>
</message>
<message>
<source>The network in '{}' is none that can be trained here; choose a model of this plugin in floats (not the 8-bit twin), or one that was fine-tuned from it.</source>
<translation>“{}”中的网络不能在此训练；请选择本插件的浮点模型（而非 8 位孪生模型），或由其微调而来的模型。</translation>
</message>
<message>
<source>The network's answers are not finite; let less of it learn, or look for values far off in the images.</source>
<translation>网络的输出不是有限数；请让网络的较小部分学习，或检查影像中是否有异常值。</translation>
</message>
<message>
<source>The new confidence does not hold on ground left out: it is not used.</source>
<translation>新的可信度在留出地面上不成立：未采用。</translation>
</message>
<message>
<source>The original outlines share no ls_id with the reviewed layer; choose those that it was prepared from.</source>
<translation>原始轮廓与已审查图层没有相同的 ls_id；请选择准备审查时所用的轮廓。</translation>
</message>
<message>
<source>The outer edge of each raster with its verdict and what to do. What has no place on the map is a row without an outline.</source>
<translation>每幅栅格的外边界及其结论和处理建议。在地图上没有位置的输入为没有轮廓的一行。</translation>
</message>
<message>
<source>The outlines before the review are not known: those of the status modified are measured afresh, all others stay as they are.</source>
<translation>审查前的轮廓未知：状态为修改后确认的重新量算，其余原样保留。</translation>
</message>
<message>
<source>The outlines before the review, with the same ls_id: they show which ones were redrawn. Empty: the layer 'original' of the review's GeoPackage; where there is none, outlines of the status modified count as redrawn.</source>
<translation>审查前的轮廓，ls_id 相同：据此判断哪些轮廓被重绘。留空：审查 GeoPackage 中的图层 original；没有该图层时，状态为修改后确认的轮廓视为重绘。</translation>
</message>
<message>
<source>The outlines lie {} m beside the landslides of the image ({}, {} of them, by what the model sees under {} of them); move them, check their datum, or allow a larger shift.</source>
<translation>轮廓与影像上的滑坡相差 {} 米（{}，{}，依据模型在其中 {} 个之下所见）；请移动轮廓、检查其基准面，或允许更大的偏移。</translation>
</message>
<message>
<source>The outlines lie {} m beside what the model sees ({}, {} of it).</source>
<translation>轮廓与模型所见相差 {} 米（{}，{}）。</translation>
</message>
<message>
<source>The output '{}' is a folder; give a file name.</source>
<translation>输出“{}”是文件夹；请给出文件名。</translation>
</message>
<message>
<source>The output '{}' is one of the inputs; choose another name.</source>
<translation>输出“{}”就是输入之一；请换一个名称。</translation>
</message>
<message>
<source>The output file '{}' exists and may not be overwritten; choose another name.</source>
<translation>输出文件“{}”已存在且不允许覆盖；请换一个名称。</translation>
</message>
<message>
<source>The output folder '{}' does not exist; make it first or choose another.</source>
<translation>输出文件夹“{}”不存在；请先创建或另选一个。</translation>
</message>
<message>
<source>The output folder '{}' is a file; choose another name.</source>
<translation>输出文件夹“{}”是一个文件；请换一个名称。</translation>
</message>
<message>
<source>The overlap of windows is {}; choose one from 0 % to 75 %.</source>
<translation>窗口重叠为 {}；请取 0 % 至 75 %。</translation>
</message>
<message>
<source>The packages do not fit the Python to start from, as '{}' says; name another.</source>
<translation>软件包与基础 Python 不相符，详见“{}”；请指定另一个。</translation>
</message>
<message>
<source>The packages need a newer C library than this system's (glibc {}); update the system, or name a Python that has them.</source>
<translation>这些软件包需要比本系统（glibc {}）更新的 C 库；请更新系统，或指定一个已有这些软件包的 Python。</translation>
</message>
<message>
<source>The packages need a newer macOS than {}; update the system, or name a Python that has them.</source>
<translation>这些软件包需要比 {} 更新的 macOS；请更新系统，或指定一个已有这些软件包的 Python。</translation>
</message>
<message>
<source>The packages need newer libraries than this system's; update the system, or name a Python that has them.</source>
<translation>这些软件包需要比本系统更新的库；请更新系统，或指定一个已有这些软件包的 Python。</translation>
</message>
<message>
<source>The pixels of the raster are {} m wide in its coordinate reference system, too small to be true; assign the system that its coordinates are in, or georeference it again.</source>
<translation>该栅格的像元在其坐标参照系中仅宽 {} 米，小得不可能属实；请为其指定坐标所属的坐标系，或重新配准。</translation>
</message>
<message>
<source>The plugin's own environment does not serve: {} Run 'Set up runtime' (mrife:setupruntime) again, which makes a new one.</source>
<translation>插件自己的环境不可用：{}请再次运行“设置运行环境”（mrife:setupruntime），重新建立一个。</translation>
</message>
<message>
<source>The polygons with their own fields and the measured ones.</source>
<translation>带有自身字段和量测字段的多边形。</translation>
</message>
<message>
<source>The probability raster '{}' does not say which model made it; search again with '{}'.</source>
<translation>概率栅格“{}”未注明由哪个模型生成；请用“{}”重新识别。</translation>
</message>
<message>
<source>The probability raster '{}' was made by the model '{}', not by '{}'; choose the model that made it, or search again with this one.</source>
<translation>概率栅格“{}”由模型“{}”生成，而不是“{}”；请选择生成它的模型，或用此模型重新识别。</translation>
</message>
<message>
<source>The probability raster holds nothing inside the evaluation area; choose an area on the raster, or look at the coordinate systems of both.</source>
<translation>概率栅格在评价范围内没有数据；请选择栅格上的范围，或检查两者的坐标系。</translation>
</message>
<message>
<source>The probability raster of each sheet, and probability.vrt, which joins them, for 'Vectorize probability'. A later run into the same folder searches only what has changed: with another threshold, nothing.</source>
<translation>每个图幅的概率栅格，以及把它们合在一起的 probability.vrt，供“概率矢量化”使用。再次运行到同一文件夹时仅重新识别有变化的部分：只换阈值则无需识别。</translation>
</message>
<message>
<source>The probability raster says '{}' of {}, which is no number; take that item out of its metadata, or make the raster again.</source>
<translation>概率栅格元数据中写着“{}”（{}），不是数字；请从元数据中删去该项，或重新生成该栅格。</translation>
</message>
<message>
<source>The probability raster that 'Detect relic landslides' wrote with this model.</source>
<translation>用此模型由“识别古老滑坡”输出的概率栅格。</translation>
</message>
<message>
<source>The process of the network ended on each of {} sheets, and none is finished: {}</source>
<translation>网络的进程在 {} 幅图上都中止了，没有一幅完成：{}</translation>
</message>
<message>
<source>The process of the network was killed or crashed before its answer (code {}).</source>
<translation>网络的进程在给出结果之前被终止或崩溃（代码 {}）。</translation>
</message>
<message>
<source>The proxy asks for a login; enter it in Settings &gt; Options &gt; Network and run this again.</source>
<translation>代理要求登录；请在“设置 &gt; 选项 &gt; 网络”中填写，然后重新运行。</translation>
</message>
<message>
<source>The proxy does not serve ({}); correct its address or login in Settings &gt; Options &gt; Network.</source>
<translation>代理不可用（{}）；请在“设置 &gt; 选项 &gt; 网络”中更正其地址或登录信息。</translation>
</message>
<message>
<source>The raster has no coordinate reference system that areas can be measured in; assign the right one, projected or geographic, to it first.</source>
<translation>栅格没有可供量算面积的坐标参照系；请先为其指定正确的投影或地理坐标系。</translation>
</message>
<message>
<source>The raster has no coordinate reference system that can be read (a file cannot hold every one, a rotated pole for instance); assign the right one to it first.</source>
<translation>栅格没有可读取的坐标参照系（有些坐标系文件无法保存，例如旋转极坐标系）；请先为其指定正确的坐标参照系。</translation>
</message>
<message>
<source>The raster has {} image band(s), but the model takes {}; choose an image with those bands.</source>
<translation>栅格有 {} 个影像波段，而模型需要 {}；请选择具有这些波段的影像。</translation>
</message>
<message>
<source>The raster lies at {}, {}, where its coordinate reference system is not defined; assign the system that its coordinates are in.</source>
<translation>栅格位于 {}, {}，其坐标参照系在该处无定义；请指定与其坐标相符的坐标系。</translation>
</message>
<message>
<source>The raster's pixels are {} m, but the model was trained on {} m; choose imagery of at most {} m, or another model.</source>
<translation>栅格像元为 {} 米，而模型以 {} 米训练；请选择像元不大于 {} 米的影像，或另选模型。</translation>
</message>
<message>
<source>The reference holds no polygon with an area, and no evaluation area was given; give the area, or look at the reference's filter and selection.</source>
<translation>参考编目中没有带面积的多边形，也未指定评价范围；请指定评价范围，或检查参考编目图层的过滤器和选择。</translation>
</message>
<message>
<source>The report's heading. Empty: the name of the layer.</source>
<translation>报告的标题。留空：图层名称。</translation>
</message>
<message>
<source>The review is a temporary file, which is gone when QGIS is closed: run again with a file name before you decide anything.</source>
<translation>审查文件是临时文件，关闭 QGIS 后即消失：请指定文件名重新运行，再作决定。</translation>
</message>
<message>
<source>The reviewed area '{}' holds nothing of '{}'; choose the area that was looked through, or look at the coordinate systems of both.</source>
<translation>已审查范围“{}”中没有“{}”的任何多边形；请选择实际查看过的区域，或检查两者的坐标系。</translation>
</message>
<message>
<source>The reviewed area holds no polygon with an area; draw where all landslides were digitized, or tick that the whole image was reviewed.</source>
<translation>已审查范围中没有带面积的面；请绘出所有滑坡均已数字化之处，或勾选整幅影像已审查。</translation>
</message>
<message>
<source>The reviewed area lies on none of the images; look at its coordinate system.</source>
<translation>已审查范围不在任何影像上；请检查其坐标系。</translation>
</message>
<message>
<source>The run in {} was begun with another {}; choose another output folder or the same settings.</source>
<translation>{} 中的运行是以另一 {} 开始的；请选择另一个输出文件夹或相同的设置。</translation>
</message>
<message>
<source>The same facts as a page that can be kept or sent.</source>
<translation>同样内容的网页，便于保存或发送。</translation>
</message>
<message>
<source>The same seed gives the same model. Empty: 0.</source>
<translation>相同的种子得到相同的模型。留空：0。</translation>
</message>
<message>
<source>The scheduler at {} has no worker, and the search waits for one: python -m dask worker {}</source>
<translation>位于 {} 的调度器没有工作进程，搜索正在等待：python -m dask worker {}</translation>
</message>
<message>
<source>The scheduler at {} no longer answers; start it and the same command again: finished sheets are kept.</source>
<translation>位于 {} 的调度器不再应答；请重新启动调度器并再次运行同一命令：已完成的图幅会保留。</translation>
</message>
<message>
<source>The search goes by the form of the ground alone, with the elevations of all sheets.</source>
<translation>仅按地形形态搜索，高程来自全部图幅。</translation>
</message>
<message>
<source>The search goes by the form of the ground alone, with the elevations of {}.</source>
<translation>仅按地形形态搜索，高程来自 {}。</translation>
</message>
<message>
<source>The seed threshold {} is below the threshold {}; it must be at least that.</source>
<translation>种子阈值 {} 低于阈值 {}；种子阈值不得低于阈值。</translation>
</message>
<message>
<source>The shipped model in 8-bit numbers where they are twice as fast: on a CPU with instructions for them. Old CPUs and GPUs run the model in floats, also with this on; outlines differ a little. Without effect on a model of your own, and where an elevation model stands in the place of the image.</source>
<translation>随插件提供的模型的 8 位版本，仅在速度约为两倍的地方使用，即具有相应指令的 CPU。旧 CPU 和 GPU 即使勾选此项也运行浮点模型；轮廓略有差异。对您自己的模型无效，以高程模型代替影像时也无效。</translation>
</message>
<message>
<source>The smallest landslide that was to be mapped. The report compares it with the rollover. Empty: the smallest polygon.</source>
<translation>要求编绘的最小滑坡。报告将其与拐点比较。留空：最小的多边形。</translation>
</message>
<message>
<source>The threshold becomes {}.</source>
<translation>阈值改为 {}。</translation>
</message>
<message>
<source>The tiles of the map are squares with sides of this length. Empty: {} m.</source>
<translation>地图上正方形图格的边长。留空：{} 米。</translation>
</message>
<message>
<source>The weights for the training commands of the source.</source>
<translation>供源代码中的训练命令使用的权重。</translation>
</message>
<message>
<source>The worker process '{}' did not start: {}.</source>
<translation>工作进程“{}”未能启动：{}。</translation>
</message>
<message>
<source>The worker process ended before its answer (code {}); nothing was written. Its last words: {}</source>
<translation>工作进程在应答之前结束（代码 {}）；没有写出任何内容。其最后的输出：{}</translation>
</message>
<message>
<source>The worker process was killed or crashed before its answer (code {}); nothing was written. Its last words: {}</source>
<translation>工作进程在应答之前被终止或崩溃（代码 {}）；没有写出任何内容。其最后的输出：{}</translation>
</message>
<message>
<source>The worker ran out of memory; choose a smaller batch.</source>
<translation>工作进程内存不足；请选择较小的批次。</translation>
</message>
<message>
<source>The worker was asked to run before a model was opened.</source>
<translation>工作进程在打开模型之前被要求运行。</translation>
</message>
<message>
<source>The {} images without labels are not looked at: the threshold alone is set anew.</source>
<translation>不使用这 {} 幅无标注影像：只重新设定阈值。</translation>
</message>
<message>
<source>There is no coordinate reference system to measure in; assign the right one, projected or geographic, to the layer first.</source>
<translation>没有可供量算的坐标参照系；请先为图层指定正确的投影或地理坐标系。</translation>
</message>
<message>
<source>There is no raster to search; give images or a folder of them.</source>
<translation>没有可识别的栅格；请给出影像或存有影像的文件夹。</translation>
</message>
<message>
<source>There is no room without landslides in the reviewed area: a network also learns from what is none. Draw a larger area, of some hundred metres around the landslides.</source>
<translation>已审查范围内没有不含滑坡的空间：网络也要从非滑坡处学习。请把范围画大一些，在滑坡周围留出数百米。</translation>
</message>
<message>
<source>There is nothing to check; give one or more images.</source>
<translation>没有可检查的内容；请提供一幅或多幅影像。</translation>
</message>
<message>
<source>There is nothing to choose places from; give candidates, a probability raster, or both.</source>
<translation>没有可供挑选的对象；请给出疑似滑坡、概率栅格，或两者。</translation>
</message>
<message>
<source>There is nothing to evaluate; give candidates, a probability raster, or both.</source>
<translation>没有可评价的内容；请指定疑似滑坡图层、概率栅格或两者。</translation>
</message>
<message>
<source>There is nothing to remove in {}.</source>
<translation>{} 中没有可移除的内容。</translation>
</message>
<message>
<source>These packages are not made for {}; choose other packages, or name a Python that has them.</source>
<translation>这些软件包没有适用于 {} 的版本；请选择其他软件包，或指定一个已有它们的 Python。</translation>
</message>
<message>
<source>Threshold</source>
<translation>阈值</translation>
</message>
<message>
<source>Threshold (default: the raster's own)</source>
<translation>阈值（默认取栅格自身的值）</translation>
</message>
<message>
<source>Threshold with the best F1</source>
<translation>F1 最高的阈值</translation>
</message>
<message>
<source>Threshold {} and seed threshold {} must lie between 0 and 1.</source>
<translation>阈值 {} 和种子阈值 {} 必须介于 0 和 1 之间。</translation>
</message>
<message>
<source>Threshold {}, seed {}, minimum area {} m².</source>
<translation>阈值 {}，种子阈值 {}，最小面积 {} 平方米。</translation>
</message>
<message>
<source>Tiles of {} m are smaller than the raster's pixels of {} m; choose larger ones, as {} m.</source>
<translation>边长 {} 米的图格小于栅格的像元（{} 米）；请选择更大的图格，如 {} 米。</translation>
</message>
<message>
<source>Tiles of {} m would be {} on this raster; choose tiles of at least {} m.</source>
<translation>边长 {} 米的图格在此栅格上将有 {} 个；请选择边长不小于 {} 米的图格。</translation>
</message>
<message>
<source>Title</source>
<translation>标题</translation>
</message>
<message>
<source>To fetch</source>
<translation>需要下载</translation>
</message>
<message>
<source>To install</source>
<translation>需要安装</translation>
</message>
<message>
<source>To remove it</source>
<translation>移除方法</translation>
</message>
<message>
<source>Train from nothing, without a base model</source>
<translation>从零训练，不用基础模型</translation>
</message>
<message>
<source>Trained on</source>
<translation>训练数据</translation>
</message>
<message>
<source>Training cannot write its checkpoints ({}); make room on the disk or choose another folder.</source>
<translation>训练无法写入检查点（{}）；请腾出磁盘空间或选择另一个文件夹。</translation>
</message>
<message>
<source>Training needs more than detection: {} Run 'Set up runtime' (mrife:setupruntime) with the packages for training, or install them there (python -m pip install torch onnx), or in another Python and {}.</source>
<translation>训练所需的组件多于识别：{}请用训练的软件包运行“设置运行环境”（mrife:setupruntime），或在该 Python 中安装（python -m pip install torch onnx），或装在另一个 Python 中并{}。</translation>
</message>
<message>
<source>Training polygons</source>
<translation>训练多边形</translation>
</message>
<message>
<source>Training ran out of memory; close other programs, or let less of the network learn.</source>
<translation>训练时内存不足；请关闭其他程序，或让网络的较小部分学习。</translation>
</message>
<message>
<source>Training runs in {}.</source>
<translation>训练在 {} 中运行。</translation>
</message>
<message>
<source>Turns a reviewed layer into the final inventory and into what the next training may learn.</source>
<translation>将审查过的图层转为最终编目，以及可供下次训练使用的资料。</translation>
</message>
<message>
<source>Two outlines are related, as parts of one landslide or as one that has changed, if at least this share of the smaller lies within the larger. Empty: {}.</source>
<translation>较小者落在较大者内的比例达到此值，即认为两个轮廓相关：互为局部，或同一滑坡发生了变化。留空：{}。</translation>
</message>
<message>
<source>Two outputs have the same name '{}'; choose another for one.</source>
<translation>两个输出同名“{}”；请为其中一个另取名称。</translation>
</message>
<message>
<source>USGS (United States)</source>
<translation>USGS（美国）</translation>
</message>
<message>
<source>USGS confidence of {} unconfirmed polygons lowered to 3.</source>
<translation>{} 个未确认多边形的 USGS 可信度已降为 3。</translation>
</message>
<message>
<source>UTF-8 is read by QGIS and by ArcMap from 10.2.1 on; GBK (code page 936) by older ArcMap on Chinese Windows.</source>
<translation>QGIS 和 ArcMap 10.2.1 及以上版本可读 UTF-8；中文 Windows 上较旧的 ArcMap 请用 GBK（代码页 936）。</translation>
</message>
<message>
<source>Uncertain ones</source>
<translation>其中不确定的</translation>
</message>
<message>
<source>Uncertainty from flips and rotations</source>
<translation>由翻转与旋转得出的不确定性</translation>
</message>
<message>
<source>Under {} polygons the elevation model {} rises more than {} degrees on average, as no ground does: their terrain fields are empty. Check its unit and its voids.</source>
<translation>{} 个多边形范围内，高程模型 {} 的平均坡度超过 {}°，不可能是地面：其地形字段留空。请检查高程模型的单位和空值。</translation>
</message>
<message>
<source>Unit of the elevations</source>
<translation>高程单位</translation>
</message>
<message>
<source>Valid polygons that do not overlap, with confidence, shape and terrain.</source>
<translation>有效且互不重叠的多边形，带有可信度、形态和地形属性。</translation>
</message>
<message>
<source>Vectorize probability</source>
<translation>概率矢量化</translation>
</message>
<message>
<source>Version</source>
<translation>版本</translation>
</message>
<message>
<source>Vertices are left out as long as the outline moves by no more than this on the ground, and the area by no more than 2 %. 0: off. Empty: a quarter of a pixel.</source>
<translation>在轮廓的地面移动不超过此值、面积变化不超过 2 % 的前提下减少顶点。0：不简化。留空：四分之一像元。</translation>
</message>
<message>
<source>Waiting for a field check, and in the reviewed layer only: {}. 'Field checks into the inventory' keeps them.</source>
<translation>待野外核查、仅保留在审查图层中：{} 个。启用“需野外核查的也写入编目”可保留它们。</translation>
</message>
<message>
<source>What a person has to decide, with the reason in the field 'conflict'.</source>
<translation>须由人决定的，原因见字段 conflict。</translation>
</message>
<message>
<source>What a person rejected before, as 'Apply review' writes it.</source>
<translation>以前由人剔除的多边形，即“应用审查结果”所写出的。</translation>
</message>
<message>
<source>What a person rejected, as 'Apply review' writes it. With it the report says what share of the candidates were landslides; the inventory alone cannot say that.</source>
<translation>“应用审查结果”写出的剔除多边形：编目中没有这些多边形，不指定时无从得知疑似滑坡中滑坡所占比例。</translation>
</message>
<message>
<source>What became of each sheet: done, empty, failed or skipped, why, how many candidates, how many seconds. UTF-8.</source>
<translation>每个图幅的结果：done（完成）、empty（无影像）、failed（失败）或 skipped（跳过），原因，疑似滑坡数量，耗时（秒）。UTF-8 编码。</translation>
</message>
<message>
<source>What detection found, in any coordinate system. Empty: the outlines of the probability raster at its own threshold.</source>
<translation>识别所得的疑似滑坡，任意坐标系。留空：按概率栅格自身阈值圈出的轮廓。</translation>
</message>
<message>
<source>What detection found, in any coordinate systems: sheets with or without overlap, runs of several models.</source>
<translation>识别的结果，任意坐标系：有无重叠的各图幅，或多个模型的运行结果。</translation>
</message>
<message>
<source>What exclusions do</source>
<translation>掩膜的作用</translation>
</message>
<message>
<source>What for</source>
<translation>用途</translation>
</message>
<message>
<source>What goes on learning: a model of this plugin in floats, or one that was fine-tuned. Empty: mrife.onnx, the plugin's own for images.</source>
<translation>继续学习的模型：本插件的浮点模型，或微调过的模型。留空：插件自带的影像模型 mrife.onnx。</translation>
</message>
<message>
<source>What learns</source>
<translation>学习的部分</translation>
</message>
<message>
<source>What the area to search has in common with the image is smaller than a pixel of it; choose a larger area.</source>
<translation>搜索区与影像的共同部分小于影像的一个像元；请选择更大的区域。</translation>
</message>
<message>
<source>Where a person also looked for landslides that were missed. Empty: only the reviewed polygons and a ring around each, as wide as its radius.</source>
<translation>人工也检查过有无遗漏滑坡的范围。留空：仅为已审查的多边形及其周围与其半径等宽的环带。</translation>
</message>
<message>
<source>Where all else is background.</source>
<translation>其中其余部分均为背景。</translation>
</message>
<message>
<source>Where all was looked at already. A candidate is left out where half of it lies there, a tile where more than half of it does.</source>
<translation>已全部查看过的范围。疑似滑坡有一半位于其中即不再列入，图格有一半以上位于其中即不再列入。</translation>
</message>
<message>
<source>Where this inventory is published. USGS only.</source>
<translation>本编目的发布网址。仅用于 USGS。</translation>
</message>
<message>
<source>Where was everything looked at? Give a reviewed area in which all landslides are digitized, or tick that the whole image was reviewed; without it nothing is known to be background.</source>
<translation>哪里已全部查看过？请给出其中所有滑坡均已数字化的已审查范围，或勾选整幅影像已审查；否则无从得知何处是背景。</translation>
</message>
<message>
<source>Whether it is better is not known: {} {} before, {} after, from so few landslides, or so little ground left out, that there is no interval. The base model stays the safe choice.</source>
<translation>是否更好尚不可知：{} 由 {} 变为 {}，但滑坡过少，或留出的地面过小，无法给出区间。继续使用基础模型更稳妥。</translation>
</message>
<message>
<source>Whether it is better than painting everything is not known: {} {}, and {} for painting everything, from so few landslides, or so little ground left out, that there is no interval. Do not use it.</source>
<translation>是否优于把全部地面都划为滑坡尚不可知：{} 为 {}，全部划为滑坡时为 {}，但滑坡过少，或留出的地面过小，无法给出区间。请勿使用。</translation>
</message>
<message>
<source>Whether the polygons lie shifted beside what the images show is not measured here; 'Fine-tune on digitized polygons' measures it before it learns.</source>
<translation>此处不测定面与影像所示滑坡之间是否有偏移；“用数字化的面微调模型”会在学习之前测定。</translation>
</message>
<message>
<source>Window (pixels)</source>
<translation>窗口（像元）</translation>
</message>
<message>
<source>Windows computed at once; does not change the result. Halved by itself when memory runs out. Empty: {} for each processor core, fewer of large windows or of many cores.</source>
<translation>同时计算的窗口数，不影响结果。内存不足时自动减半。留空：每个处理器核心 {} 个，窗口较大或核心较多时更少。</translation>
</message>
<message>
<source>Windows lacks the Visual C++ runtime that the packages need; install Microsoft's Visual C++ Redistributable (x64) and run this again.</source>
<translation>Windows 缺少软件包所需的 Visual C++ 运行库；请安装微软的 Visual C++ Redistributable（x64），然后重新运行。</translation>
</message>
<message>
<source>Windows of which all ground is flatter by the elevation model are not computed and become nodata; elsewhere the result is the same. Ground without a height is searched. Plains take no time then, but the toe of a landslide may run out on them: more than 2 or 3 degrees is much. Empty: all ground is searched.</source>
<translation>按高程模型，范围内全部地面坡度都小于此值的窗口不计算，结果为无数据；其余地方结果不变。没有高程的地面照常搜索。这样平原不耗时间，但滑坡前缘可能滑到平地上：大于 2 或 3 度就偏大了。留空：搜索全部地面。</translation>
</message>
<message>
<source>Windows of {} pixels, overlap {}, in the Python of {}.</source>
<translation>窗口为 {} 像元，重叠 {}，运行于 {} 的 Python。</translation>
</message>
<message>
<source>Windows per batch (default: {} for each core)</source>
<translation>每批窗口数（默认每核心 {} 个）</translation>
</message>
<message>
<source>Windows that a dry run would search</source>
<translation>试算：将识别的窗口</translation>
</message>
<message>
<source>With each comes CPython {} (PSF licence): uv (MIT, {}) from {} fetches about {} from {}. Where that cannot be done, a Python of this computer is taken.</source>
<translation>每种选择都附带 CPython {}（PSF 许可证）：uv（MIT，{}，来自 {}）下载约 {}（来自 {}）。无法做到时，改用本计算机上的 Python。</translation>
</message>
<message>
<source>Without a base model nothing can stay as it was: let the whole network learn, or choose a base model.</source>
<translation>没有基础模型就没有可以保持不变的部分：请让整个网络学习，或选择一个基础模型。</translation>
</message>
<message>
<source>Without an elevation model the terrain attributes of redrawn outlines are empty.</source>
<translation>没有高程模型，重绘轮廓的地形属性为空。</translation>
</message>
<message>
<source>Words and labels in KML, and words in a Shapefile: automatic (auto) is QGIS's language, en English (a Shapefile then keeps the values as stored), zh Simplified Chinese. The bodies prescribe their own language.</source>
<translation>KML 中的文字和标签，以及 Shapefile 中的文字：自动（auto）为 QGIS 的语言，en 为英文（此时 Shapefile 保持存储值），zh 为简体中文。各机构的字段采用其规定的语言。</translation>
</message>
<message>
<source>Worse on ground it did not learn from: {} {} before, {} after; gain {}, 95 % interval {} to {}. Keep the base model.</source>
<translation>在未学习过的地面上更差：{} 之前 {}，之后 {}；增益 {}，95% 区间 {} 至 {}。请保留基础模型。</translation>
</message>
<message>
<source>Writes an inventory as Shapefile, KML, or in the fields of SLIDO, USGS, IFFI, INSPIRE or the Chinese record form.</source>
<translation>将编目写为 Shapefile、KML，或按 SLIDO、USGS、IFFI、INSPIRE 或中国解译记录表的字段写出。</translation>
</message>
<message>
<source>Writes the report of a sheet or county as one HTML page with map, charts and tables, and a CSV.</source>
<translation>将图幅或县的报告写成一个含地图、图表和表格的 HTML 网页，另附 CSV。</translation>
</message>
<message>
<source>Writing the review</source>
<translation>正在写入审查文件</translation>
</message>
<message>
<source>Z or M values dropped</source>
<translation>去除 Z 或 M 值</translation>
</message>
<message>
<source>a complete raster file</source>
<translation>完整的栅格文件</translation>
</message>
<message>
<source>a coordinate reference system that says where on the ground it lies</source>
<translation>能说明其地面位置的坐标参照系</translation>
</message>
<message>
<source>a unit is {} m</source>
<translation>一个单位为 {} 米</translation>
</message>
<message>
<source>all alike</source>
<translation>全部一致</translation>
</message>
<message>
<source>always</source>
<translation>始终</translation>
</message>
<message>
<source>an elevation model in place of an image</source>
<translation>以高程模型代替影像</translation>
</message>
<message>
<source>another version made them, or the date of their images is another one</source>
<translation>它们由另一版本生成，或影像日期已改变</translation>
</message>
<message>
<source>any</source>
<translation>任意</translation>
</message>
<message>
<source>are cut out</source>
<translation>从多边形中裁去</translation>
</message>
<message>
<source>are cut out (clip): of what is left, pieces below the minimum area are left out, and each of the others is a polygon of its own. drop polygons (drop): outlines stay whole, and those covered above the share below are dropped.</source>
<translation>“从多边形中裁去”（clip）将被覆盖的部分从多边形中裁去；小于最小面积的碎块略去，其余每块各为一个多边形。“去掉多边形”（drop）保持轮廓完整，仅略去覆盖比例超过上限的多边形。</translation>
</message>
<message>
<source>at least {}</source>
<translation>不小于 {}</translation>
</message>
<message>
<source>at least {} m²</source>
<translation>至少 {} 平方米</translation>
</message>
<message>
<source>at least {} of each image</source>
<translation>每幅影像至少 {}</translation>
</message>
<message>
<source>at least {} of {} sampled blocks cannot be read</source>
<translation>至少 {} 个块无法读取（抽样 {} 个）</translation>
</message>
<message>
<source>at most {}</source>
<translation>最多 {}</translation>
</message>
<message>
<source>at most {} m</source>
<translation>不超过 {} 米</translation>
</message>
<message>
<source>at most {} of their range from the others</source>
<translation>与其他影像相差至多为其取值范围的 {}</translation>
</message>
<message>
<source>automatic</source>
<translation>自动</translation>
</message>
<message>
<source>automatic (auto) takes the GPU where one really works; GPU (cuda) refuses to run without. The log says which ran, and why.</source>
<translation>自动（auto）在 GPU 确实可用时使用 GPU；选 cuda 时若无可用 GPU 则拒绝运行。日志写明实际使用的设备及原因。</translation>
</message>
<message>
<source>automatic (auto): the unit that the file states; where it states none, feet if its coordinates count in feet, else metres.</source>
<translation>自动（auto）：按文件注明的单位；未注明时，坐标以英尺计的为英尺，否则为米。</translation>
</message>
<message>
<source>automatic: with fewer than 10 landslides the threshold alone, else the whole network.</source>
<translation>自动：少于 10 个滑坡时只调阈值，否则整个网络学习。</translation>
</message>
<message>
<source>average precision</source>
<translation>平均精度</translation>
</message>
<message>
<source>band {}</source>
<translation>波段 {}</translation>
</message>
<message>
<source>between {} and {}</source>
<translation>介于 {} 和 {} 之间</translation>
</message>
<message>
<source>blocks of at most {} MB, pyramids beyond {} million pixels</source>
<translation>块不超过 {} MB；像元数超过 {} 百万时有金字塔</translation>
</message>
<message>
<source>blocks of {} x {} pixels, {} levels of pyramids</source>
<translation>块大小 {} x {} 像元，金字塔 {} 级</translation>
</message>
<message>
<source>blue</source>
<translation>蓝</translation>
</message>
<message>
<source>brighter</source>
<translation>更亮</translation>
</message>
<message>
<source>contour of the probability</source>
<translation>概率等值线</translation>
</message>
<message>
<source>contour of the probability (contour) follows the threshold between pixel centres; edges of pixels (pixel) are stairs, which 'Smooth outlines' and 'Simplify' straighten.</source>
<translation>概率等值线（contour）在像元中心之间按阈值勾绘；像元边缘（pixel）沿像元边缘，呈阶梯状，由“平滑轮廓”和“简化”拉直。</translation>
</message>
<message>
<source>contrast</source>
<translation>对比</translation>
</message>
<message>
<source>curves made straight pieces</source>
<translation>曲线化为折线</translation>
</message>
<message>
<source>darker</source>
<translation>更暗</translation>
</message>
<message>
<source>detection and fine-tuning, on the CPU</source>
<translation>识别与微调，使用 CPU</translation>
</message>
<message>
<source>detection, on an NVIDIA GPU</source>
<translation>识别，使用 NVIDIA GPU</translation>
</message>
<message>
<source>detection, on the CPU</source>
<translation>识别，使用 CPU</translation>
</message>
<message>
<source>distillation</source>
<translation>蒸馏</translation>
</message>
<message>
<source>drop polygons</source>
<translation>去掉多边形</translation>
</message>
<message>
<source>edges of pixels</source>
<translation>像元边缘</translation>
</message>
<message>
<source>elevation</source>
<translation>高程</translation>
</message>
<message>
<source>feet</source>
<translation>英尺</translation>
</message>
<message>
<source>green</source>
<translation>绿</translation>
</message>
<message>
<source>heights in a unit that the file states, voids declared</source>
<translation>文件注明高程单位，并声明空值</translation>
</message>
<message>
<source>in half floats its probabilities would differ by {}, more than {}</source>
<translation>使用半精度浮点时，其概率会相差 {}，超过 {}</translation>
</message>
<message>
<source>it is empty</source>
<translation>为空</translation>
</message>
<message>
<source>it is no layer of features</source>
<translation>它不是要素图层</translation>
</message>
<message>
<source>its format does not give them back</source>
<translation>其格式不能还原它们</translation>
</message>
<message>
<source>its format knows no transactions</source>
<translation>其格式不支持事务</translation>
</message>
<message>
<source>landslide,calibrate,threshold,confidence,model,onnx,reference,inventory,reliability</source>
<translation>滑坡,校准,阈值,可信度,模型,onnx,参考,编目,可靠性</translation>
</message>
<message>
<source>landslide,compare,difference,change,gained,lost,run,model,version,inventory</source>
<translation>滑坡,对比,差异,变化,新增,消失,运行,模型,版本,编目</translation>
</message>
<message>
<source>landslide,evaluate,accuracy,precision,recall,iou,validation,reference,threshold,calibration,confidence,report,html,csv</source>
<translation>滑坡,评价,精度,精确率,召回率,交并比,验证,参考,阈值,校准,可信度,报告,html,csv</translation>
</message>
<message>
<source>landslide,export,shapefile,kml,kmz,google earth,slido,dogami,usgs,iffi,inspire,gml,record form,crosswalk,deliver</source>
<translation>滑坡,导出,提交,记录表,谷歌地球,编目,shapefile,kml,kmz,slido,dogami,usgs,iffi,inspire,gml,export</translation>
</message>
<message>
<source>landslide,inventory,statistics,report,density,frequency,area,power law,rollover,rose,map,html,csv</source>
<translation>滑坡,编目,统计,报告,密度,频率,面积,幂律,拐点,玫瑰图,地图,html,csv,landslide,statistics</translation>
</message>
<message>
<source>landslide,merge,conflate,inventory,duplicates,seam,sheet,mosaic,update,compare,known,new</source>
<translation>滑坡,合并,融合,编目,重复,接边,图幅,镶嵌,更新,比较,已有,新增,landslide,merge</translation>
</message>
<message>
<source>landslide,morphometry,shape,terrain,slope,direction,azimuth,relief,length,width,scarp,volume,inventory,repair,legacy</source>
<translation>滑坡,形态量算,形态,地形,坡度,滑向,方位,高差,长度,宽度,后壁,体积,编目,修复,旧编目,landslide,morphometry</translation>
</message>
<message>
<source>landslide,polygonize,threshold,hysteresis,probability,contour,vector,inventory</source>
<translation>滑坡,矢量化,阈值,滞后,概率,等值线,矢量,编目,landslide,polygonize</translation>
</message>
<message>
<source>landslide,relic,ancient,landslip,geohazard,mass movement,inventory,deep learning,neural network,ai,onnx,segmentation,orthophoto,satellite</source>
<translation>滑坡,古滑坡,老滑坡,古老滑坡,地质灾害,解译,识别,编目,深度学习,神经网络,人工智能,分割,正射影像,卫星影像,landslide,onnx</translation>
</message>
<message>
<source>landslide,relic,sheets,tiles,mosaic,batch,folder,county,province,seam,resume,inventory,deep learning</source>
<translation>滑坡,古滑坡,图幅,分幅,镶嵌,批处理,文件夹,县,省,接边,续跑,编目,深度学习,landslide,sheets,mosaic</translation>
</message>
<message>
<source>landslide,review,active learning,uncertain,diverse,sample,random,next,rank,tile,fine-tune</source>
<translation>滑坡,审查,主动学习,不确定,多样,样本,随机,下一步,次序,图格,微调</translation>
</message>
<message>
<source>landslide,review,form,rank,triage,candidates,bookmarks,atlas,geopackage</source>
<translation>滑坡,审查,表单,次序,建议,疑似滑坡,书签,图集,geopackage,landslide,review</translation>
</message>
<message>
<source>landslide,review,inventory,training,hard negatives,confirmed,rejected</source>
<translation>滑坡,审查,编目,训练,困难负样本,确认,剔除,landslide,review</translation>
</message>
<message>
<source>landslide,train,fine-tune,learn,polygons,review,neural network,model,onnx,transfer,active learning</source>
<translation>滑坡,训练,微调,学习,面,审查,神经网络,模型,onnx,迁移,主动学习</translation>
</message>
<message>
<source>less than {}, in one piece</source>
<translation>少于 {}，且连成一片</translation>
</message>
<message>
<source>made for another version of the plugin; run 'Set up runtime' again</source>
<translation>为插件的另一个版本所建；请再次运行“设置运行环境”</translation>
</message>
<message>
<source>metres</source>
<translation>米</translation>
</message>
<message>
<source>metres (the file does not say)</source>
<translation>米（文件未说明）</translation>
</message>
<message>
<source>mrife.onnx, the plugin's own for images</source>
<translation>插件自带的影像模型 mrife.onnx</translation>
</message>
<message>
<source>near infrared</source>
<translation>近红外</translation>
</message>
<message>
<source>never</source>
<translation>从不</translation>
</message>
<message>
<source>no</source>
<translation>否</translation>
</message>
<message>
<source>no narrow ones</source>
<translation>无狭窄空隙</translation>
</message>
<message>
<source>no part of this model is known to bear half floats</source>
<translation>该模型没有已知可用半精度浮点计算的部分</translation>
</message>
<message>
<source>no reason given</source>
<translation>未说明原因</translation>
</message>
<message>
<source>no unit stated; one unit is taken as {} m</source>
<translation>未注明单位；一个单位按 {} 米处理</translation>
</message>
<message>
<source>none</source>
<translation>无</translation>
</message>
<message>
<source>not found.</source>
<translation>未找到。</translation>
</message>
<message>
<source>not known</source>
<translation>未知</translation>
</message>
<message>
<source>nothing</source>
<translation>无</translation>
</message>
<message>
<source>numbers of its features</source>
<translation>其要素编号</translation>
</message>
<message>
<source>of less contrast</source>
<translation>反差更小</translation>
</message>
<message>
<source>on the images</source>
<translation>位于影像上</translation>
</message>
<message>
<source>onnx,contract,metadata,landslide,threshold,bands,pixel size</source>
<translation>模型,约定,元数据,滑坡,阈值,波段,像元大小,onnx,contract</translation>
</message>
<message>
<source>onnxruntime cannot be loaded by {} ({}).</source>
<translation>{} 无法加载 onnxruntime（{}）。</translation>
</message>
<message>
<source>onnxruntime is built for</source>
<translation>onnxruntime 构建类型</translation>
</message>
<message>
<source>onnxruntime {} cannot open '{}': {}</source>
<translation>onnxruntime {} 无法打开“{}”：{}</translation>
</message>
<message>
<source>onnxruntime,python,gpu,cuda,device,diagnose,landslide</source>
<translation>运行环境,显卡,设备,诊断,滑坡,onnxruntime,python,gpu,cuda</translation>
</message>
<message>
<source>onnxruntime,python,install,gpu,cuda,pytorch,landslide</source>
<translation>运行环境,安装,显卡,滑坡,onnxruntime,python,gpu,cuda,pytorch</translation>
</message>
<message>
<source>open ring closed</source>
<translation>闭合未闭合的环</translation>
</message>
<message>
<source>other windows are left out for their flat ground</source>
<translation>因地面平坦而不搜索的窗口不同</translation>
</message>
<message>
<source>outline that crosses itself taken apart</source>
<translation>拆解自相交的轮廓</translation>
</message>
<message>
<source>overlapping or adjacent parts joined</source>
<translation>合并重叠或相邻的部分</translation>
</message>
<message>
<source>pairs that overlap: {}; ground shown twice: {}</source>
<translation>重叠的影像对：{}；重复显示的地面：{}</translation>
</message>
<message>
<source>panchromatic</source>
<translation>全色</translation>
</message>
<message>
<source>pieces of ground: {}; holes in them: {}</source>
<translation>地面片数：{}；其中孔洞：{}</translation>
</message>
<message>
<source>preflight,check,quality,bands,nodata,pixel size,coordinate system,overlap,elevation,labels,landslide</source>
<translation>预检,检查,质量,波段,无数据,像元大小,坐标系,重叠,高程,标签,滑坡</translation>
</message>
<message>
<source>recovery</source>
<translation>恢复</translation>
</message>
<message>
<source>red</source>
<translation>红</translation>
</message>
<message>
<source>red edge</source>
<translation>红边</translation>
</message>
<message>
<source>repeated vertices dropped</source>
<translation>去除重复顶点</translation>
</message>
<message>
<source>ring without area dropped</source>
<translation>去除没有面积的环</translation>
</message>
<message>
<source>rows are missing</source>
<translation>有记录缺失</translation>
</message>
<message>
<source>run this with 'Remove the environment', or delete that folder</source>
<translation>勾选“移除环境”运行本算法，或删除该文件夹</translation>
</message>
<message>
<source>segmentation</source>
<translation>分割</translation>
</message>
<message>
<source>set its path in Settings &gt; Options &gt; Processing &gt; Providers &gt; MRIFE landslides, or in the environment variable MRIFE_PYTHON</source>
<translation>在“设置 &gt; 选项 &gt; 数据处理 &gt; 数据源 &gt; MRIFE landslides”或环境变量 MRIFE_PYTHON 中设置其路径</translation>
</message>
<message>
<source>shortwave infrared</source>
<translation>短波红外</translation>
</message>
<message>
<source>that of the plugin's own models which made the raster</source>
<translation>插件自带模型中生成该栅格的那一个</translation>
</message>
<message>
<source>the area to search is another one</source>
<translation>搜索范围已改变</translation>
</message>
<message>
<source>the bands are others</source>
<translation>波段已改变</translation>
</message>
<message>
<source>the common stretch of all images is another one</source>
<translation>全部影像共用的拉伸已改变</translation>
</message>
<message>
<source>the decoder</source>
<translation>解码器</translation>
</message>
<message>
<source>the decoder and the encoder's last stage</source>
<translation>解码器与编码器的最后阶段</translation>
</message>
<message>
<source>the elevation model is another one</source>
<translation>高程模型已改变</translation>
</message>
<message>
<source>the ground of all sheets, or the extent, is another one</source>
<translation>全部图幅的范围或指定的矩形范围已改变</translation>
</message>
<message>
<source>the model is another one</source>
<translation>模型已改变</translation>
</message>
<message>
<source>the overlap of windows is another one</source>
<translation>窗口重叠已改变</translation>
</message>
<message>
<source>the plugin's own environment</source>
<translation>插件自己的环境</translation>
</message>
<message>
<source>the plugin's own, mrife.onnx for images, mrife-dem.onnx for images beside an elevation model with cells of at most 2.5 m, or mrife-terrain.onnx for an elevation model in the place of the image</source>
<translation>使用插件自带的模型，影像用 mrife.onnx，影像另附像元不大于 2.5 m 的高程模型时用 mrife-dem.onnx，以高程模型代替影像时用 mrife-terrain.onnx</translation>
</message>
<message>
<source>the session fell back to the CPU, so CUDA or cuDNN of the right version is missing</source>
<translation>会话退回到 CPU，说明缺少版本相符的 CUDA 或 cuDNN</translation>
</message>
<message>
<source>the threshold</source>
<translation>与阈值相同</translation>
</message>
<message>
<source>the threshold alone</source>
<translation>仅阈值</translation>
</message>
<message>
<source>the whole network</source>
<translation>整个网络</translation>
</message>
<message>
<source>their images, or those beside them, are others</source>
<translation>其影像或相邻影像已改变</translation>
</message>
<message>
<source>there is no layer and no file of this name</source>
<translation>没有此名称的图层或文件</translation>
</message>
<message>
<source>this onnxruntime has no CUDA provider (it has {})</source>
<translation>此 onnxruntime 不含 CUDA 提供程序（现有：{}）</translation>
</message>
<message>
<source>uncertainty was switched on or off</source>
<translation>不确定性选项已改变</translation>
</message>
<message>
<source>units of {} m</source>
<translation>以 {} 米为单位</translation>
</message>
<message>
<source>valid, each once</source>
<translation>有效，各出现一次</translation>
</message>
<message>
<source>vertices that lie nowhere dropped</source>
<translation>去除坐标无效的顶点</translation>
</message>
<message>
<source>water,river,lake,reservoir,mask,exclusion,landslide</source>
<translation>水体,河流,湖泊,水库,掩膜,排除,滑坡,water,river,mask</translation>
</message>
<message>
<source>what the model says</source>
<translation>由模型规定</translation>
</message>
<message>
<source>what the raster was made with, else {}</source>
<translation>生成该栅格时所用的值，否则为 {}</translation>
</message>
<message>
<source>where that cannot be had, {}</source>
<translation>无法获得时改用 {}</translation>
</message>
<message>
<source>yes</source>
<translation>是</translation>
</message>
<message>
<source>{title}, {source}</source>
<translation>{title}，{source}</translation>
</message>
<message>
<source>{} (2nd to 98th percentile)</source>
<translation>{}（第 2 至第 98 百分位数）</translation>
</message>
<message>
<source>{} (Debian, Ubuntu, OSGeo4W Setup)</source>
<translation>{}（Debian、Ubuntu、OSGeo4W Setup）</translation>
</message>
<message>
<source>{} (default: the model's own)</source>
<translation>{}（默认：模型自带的值）</translation>
</message>
<message>
<source>{} (model: {})</source>
<translation>{}（模型：{}）</translation>
</message>
<message>
<source>{} (raster: {})</source>
<translation>{}（栅格：{}）</translation>
</message>
<message>
<source>{} ({})</source>
<translation>{}（{}）</translation>
</message>
<message>
<source>{} ({}, 2nd to 98th percentile)</source>
<translation>{}（{}，第 2 至第 98 百分位数）</translation>
</message>
<message>
<source>{} = {}</source>
<translation>{} = {}</translation>
</message>
<message>
<source>{} The environment is made from '{}' instead.</source>
<translation>{}改为用“{}”建立环境。</translation>
</message>
<message>
<source>{} and {} more</source>
<translation>{}等，另有 {} 个</translation>
</message>
<message>
<source>{} are new and {} known; {} modified, {} split and {} merged ones differ from what stands.</source>
<translation>{} 个新增，{} 个已有；与现状不同的有：变化 {} 个，拆分 {} 个，合并 {} 个。</translation>
</message>
<message>
<source>{} band(s) were named, but the model takes {}, in this order.</source>
<translation>给出了 {} 个波段，而模型需要 {}，且按此顺序。</translation>
</message>
<message>
<source>{} bands</source>
<translation>{} 个波段</translation>
</message>
<message>
<source>{} candidates of status rejected count as rejected polygons. What the existing inventory does not have of them is in their own layers only.</source>
<translation>{} 个疑似滑坡的状态为剔除，按剔除多边形处理；其中已有编目里没有的，只保留在各自的图层中。</translation>
</message>
<message>
<source>{} candidates, {} existing and {} rejected polygons.</source>
<translation>疑似滑坡 {} 个，已有 {} 个，剔除 {} 个。</translation>
</message>
<message>
<source>{} characters that GBK does not know became question marks; UTF-8 keeps them.</source>
<translation>{} 个 GBK 没有的字符变为问号；UTF-8 可保留这些字符。</translation>
</message>
<message>
<source>{} confirmed polygons had been redrawn and count as modified.</source>
<translation>{} 个已确认的多边形曾被重绘，计为修改后确认。</translation>
</message>
<message>
<source>{} drawn new got an identifier.</source>
<translation>{} 个新绘的多边形获得编号。</translation>
</message>
<message>
<source>{} existing polygons take over what a person recorded: {}.</source>
<translation>{} 个已有多边形补入了人工记录：{}。</translation>
</message>
<message>
<source>{} existing polygons that nothing matches are left out.</source>
<translation>{} 个没有任何匹配的已有多边形未被保留。</translation>
</message>
<message>
<source>{} existing polygons were given up by these decisions.</source>
<translation>{} 个已有多边形因这些处理意见而移除。</translation>
</message>
<message>
<source>{} features of '{}' hold no polygon and are left out.</source>
<translation>有 {} 个要素（图层“{}”）不含多边形，已略去。</translation>
</message>
<message>
<source>{} features of '{}' hold points or lines beside their polygons, which are left out.</source>
<translation>有 {} 个要素（图层“{}”）除多边形外还含点或线，这些点或线已略去。</translation>
</message>
<message>
<source>{} features of '{}' lie where its coordinate reference system is not defined, and are left out.</source>
<translation>有 {} 个要素（图层“{}”）位于其坐标参照系未定义之处，已略去。</translation>
</message>
<message>
<source>{} features without an area were left out.</source>
<translation>略去 {} 个没有面积的要素。</translation>
</message>
<message>
<source>{} had a status that is none of ours; it was moved to the remarks.</source>
<translation>{} 个的状态不属于规定取值，已移入备注。</translation>
</message>
<message>
<source>{} had no identifier and got one.</source>
<translation>{} 个没有编号，已编号。</translation>
</message>
<message>
<source>{} had the identifier of another polygon and got one of their own.</source>
<translation>{} 个与其他多边形编号相同，已另行编号。</translation>
</message>
<message>
<source>{} invalid outlines repaired.</source>
<translation>修复 {} 个无效轮廓。</translation>
</message>
<message>
<source>{} invalid polygons were repaired, {} without area left out.</source>
<translation>修复 {} 个无效多边形，略去 {} 个没有面积的。</translation>
</message>
<message>
<source>{} is wrong: {}</source>
<translation>{}有误：{}</translation>
</message>
<message>
<source>{} is {}; it must be {}.</source>
<translation>{}为 {}，应{}。</translation>
</message>
<message>
<source>{} landslides are smaller</source>
<translation>有 {} 个滑坡小于此值</translation>
</message>
<message>
<source>{} landslides are smaller than {} m², {} pixels of the model, and are left out.</source>
<translation>{} 个滑坡小于 {} 平方米（模型的 {} 个像元），已略去。</translation>
</message>
<message>
<source>{} landslides are too few to train a model from nothing: at least {} are needed. Digitize more, or fine-tune a base model.</source>
<translation>{} 处滑坡不足以从零训练模型：至少需要 {} 处。请多勾绘一些，或微调一个基础模型。</translation>
</message>
<message>
<source>{} lines of head scarps, flanks and toes; {} polygons have none, for their direction of movement is not known.</source>
<translation>后壁、侧缘和前缘线 {} 条；{} 个多边形因滑动方向未知而没有。</translation>
</message>
<message>
<source>{} m</source>
<translation>{} 米</translation>
</message>
<message>
<source>{} m to the east</source>
<translation>偏东 {} 米</translation>
</message>
<message>
<source>{} m to the north</source>
<translation>偏北 {} 米</translation>
</message>
<message>
<source>{} m to the south</source>
<translation>偏南 {} 米</translation>
</message>
<message>
<source>{} m to the west</source>
<translation>偏西 {} 米</translation>
</message>
<message>
<source>{} m; as it is from {} to {} m, resampled beyond</source>
<translation>{} 米；{} 至 {} 米之间直接使用，此外重采样</translation>
</message>
<message>
<source>{} names a Python that does not serve: {}</source>
<translation>{}指定的 Python 不可用：{}</translation>
</message>
<message>
<source>{} names another Python ({}), and detection runs in that one: clear it to use the new one.</source>
<translation>{}指定了另一个 Python（{}），识别会在其中运行：清除该项即可使用新的环境。</translation>
</message>
<message>
<source>{} numbers too large for a Shapefile stay empty.</source>
<translation>{} 个数值超出 Shapefile 的范围，留空。</translation>
</message>
<message>
<source>{} of the image lies in the area to search.</source>
<translation>影像的 {} 位于搜索区内。</translation>
</message>
<message>
<source>{} of the images, {} of {}</source>
<translation>占全部影像的 {}；最少为 {}（{}）</translation>
</message>
<message>
<source>{} of the pixels hold the largest or the smallest value of a band: what was brighter or darker is lost; take the image as it was before it was stretched, where there is one.</source>
<translation>{} 的像元取某一波段的最大值或最小值：更亮或更暗的信息已丢失；如有拉伸之前的影像，请改用。</translation>
</message>
<message>
<source>{} of them got image, image date and sheet of the nearest polygon.</source>
<translation>其中 {} 个采用最近多边形的影像、影像日期和图幅。</translation>
</message>
<message>
<source>{} of these are polygons of the existing inventory without a status: they count as confirmed.</source>
<translation>其中 {} 个是已有编目中未注明状态的多边形：计为已确认。</translation>
</message>
<message>
<source>{} of these are polygons of the existing inventory: they count as confirmed. Where the word means something else, set their status.</source>
<translation>其中 {} 个是已有编目的多边形，按已确认处理；若该词另有含义，请设置其审查状态。</translation>
</message>
<message>
<source>{} of {} bands</source>
<translation>{}（共 {} 个波段）</translation>
</message>
<message>
<source>{} of {} candidates are left out: reviewed, in the reviewed area or outside the area to look in.</source>
<translation>{} 处疑似滑坡（共 {} 处）未列入：已审查、位于已审查范围内，或位于查看范围外。</translation>
</message>
<message>
<source>{} of {} existing polygons were found again.</source>
<translation>再次识别到 {} 个已有多边形，共有 {} 个。</translation>
</message>
<message>
<source>{} of {} images: {}</source>
<translation>{} 幅（共 {} 幅）：{}</translation>
</message>
<message>
<source>{} of {} landslides found, {} of {} candidates right (survey rule).</source>
<translation>检出滑坡 {} / {} 处，疑似滑坡正确 {} / {} 处（调查规则）。</translation>
</message>
<message>
<source>{} of {} polygons lie partly where there are no elevations: those of crown and toe, relief and H / L are empty.</source>
<translation>{} 个（共 {} 个）多边形有一部分没有高程数据：其后缘和前缘高程、高差、高长比为空。</translation>
</message>
<message>
<source>{} of {} sampled blocks of the elevation model {} cannot be read; the file may be cut short, copy it again.</source>
<translation>有 {} 个块（抽样 {} 个）无法读取（高程模型 {}）；文件可能不完整，请重新复制。</translation>
</message>
<message>
<source>{} of {} sheets ({}) have another reference system or other pixels than most and are resampled onto theirs, bilinearly.</source>
<translation>{} 幅（共 {} 幅：{}）与多数图幅的坐标参照系或像元不同，以双线性插值重采样到多数图幅的格网。</translation>
</message>
<message>
<source>{} of {} sheets were searched before and are taken as they are.</source>
<translation>{} 幅（共 {} 幅）此前已识别，直接采用。</translation>
</message>
<message>
<source>{} of {} windows ({}) see only ground flatter than {}° and are not searched.</source>
<translation>{} 个窗口（共 {} 个，{}）内的地面坡度全都小于 {}°，不搜索。</translation>
</message>
<message>
<source>{} outlines nobody redrew are invalid and were left as they are; run 'Fix geometries' on them.</source>
<translation>{} 个未经重绘的轮廓无效，保持原样；请对其运行“修正几何图形”。</translation>
</message>
<message>
<source>{} outlines of the layer 'original' were changed after the review was prepared; give the untouched candidates as 'Outlines before the review'.</source>
<translation>图层 original 中有 {} 个轮廓在准备审查之后被改动；请将未改动的疑似滑坡作为“审查前的轮廓”给出。</translation>
</message>
<message>
<source>{} outlines that people have as landslides stay out, as a decision of 'reject' says that they are none: {}.</source>
<translation>有 {} 个被人认定为滑坡的轮廓未纳入：冲突图层中“reject”（不是滑坡）的决定仍然有效：{}。</translation>
</message>
<message>
<source>{} outlines were invalid and were repaired.</source>
<translation>{} 个轮廓无效，已修复。</translation>
</message>
<message>
<source>{} pairs of polygons in the inventory overlap; a sum of their areas counts that ground twice: {}.</source>
<translation>编目中有 {} 对多边形相互重叠，面积求和时该范围会被重复计入：{}。</translation>
</message>
<message>
<source>{} pieces of split polygons got identifiers of their own.</source>
<translation>{} 个拆分出的部分获得各自的编号。</translation>
</message>
<message>
<source>{} polygons are undecided and not taught: nobody here knows what their field '{}' says ({}).</source>
<translation>{} 个多边形未定，不参与学习：其字段“{}”的取值无法识别（{}）。</translation>
</message>
<message>
<source>{} polygons count less than others, by their fields 'weight' or 'geo_conf'.</source>
<translation>{} 个面按其字段“weight”或“geo_conf”比其他面计入得少。</translation>
</message>
<message>
<source>{} polygons have no area and are left out.</source>
<translation>{} 个面没有面积，已略去。</translation>
</message>
<message>
<source>{} polygons have no area and were left out.</source>
<translation>{} 个多边形没有面积，已略去。</translation>
</message>
<message>
<source>{} polygons hold fewer than {} cells with heights of the elevation model {}: their terrain fields are empty.</source>
<translation>{} 个多边形内有高程的像元少于 {} 个（高程模型 {}）：其地形字段为空。</translation>
</message>
<message>
<source>{} polygons left out that are not confirmed.</source>
<translation>略去 {} 个未确认的多边形。</translation>
</message>
<message>
<source>{} polygons lie on none of the images.</source>
<translation>{} 个面不在任何影像上。</translation>
</message>
<message>
<source>{} polygons measured, {} m²; {} outlines repaired, {} features left out.</source>
<translation>量算 {} 个多边形，{} 平方米；修复 {} 个轮廓，略去 {} 个要素。</translation>
</message>
<message>
<source>{} polygons of '{}' do not count as rejected: they have another status.</source>
<translation>有 {} 个多边形（图层“{}”）不按剔除处理：其审查状态不是剔除。</translation>
</message>
<message>
<source>{} polygons of the review are missing, deleted or left out by a filter or selection: they are neither landslides nor negatives; reject those deleted, with a reason, to keep them from coming back.</source>
<translation>审查中的 {} 个多边形缺失（已被删除，或被过滤器或选择排除）：既不算滑坡，也不算负样本；对已删除的，请改为剔除并填写原因，以免其再次出现。</translation>
</message>
<message>
<source>{} polygons read, {} of them count; {} lie outside the investigated area.</source>
<translation>读取 {} 个多边形，其中 {} 个计入；{} 个位于调查范围之外。</translation>
</message>
<message>
<source>{} polygons stand twice; one of each counts.</source>
<translation>{} 个面重复；每个只计一次。</translation>
</message>
<message>
<source>{} polygons were invalid and are mended for this.</source>
<translation>{} 个面无效，已为此修复。</translation>
</message>
<message>
<source>{} polygons, {} of them landslides</source>
<translation>{} 个面，其中滑坡 {} 个</translation>
</message>
<message>
<source>{} polygons, {} of them right.</source>
<translation>共 {} 个多边形，其中 {} 正确。</translation>
</message>
<message>
<source>{} ranked by area: they have neither confidence nor probability.</source>
<translation>{} 个按面积排序：既无可信度也无概率。</translation>
</message>
<message>
<source>{} ranked by calibrated confidence.</source>
<translation>{} 个按校准可信度排序。</translation>
</message>
<message>
<source>{} ranked by mean probability: they have no calibrated confidence.</source>
<translation>{} 个按平均概率排序：没有校准可信度。</translation>
</message>
<message>
<source>{} redrawn or new outlines measured afresh.</source>
<translation>{} 个重绘或新绘的轮廓已重新量算。</translation>
</message>
<message>
<source>{} redrawn outlines were invalid and were repaired.</source>
<translation>{} 个重绘轮廓无效，已修复。</translation>
</message>
<message>
<source>{} rejected polygons left out.</source>
<translation>略去 {} 个已剔除的多边形。</translation>
</message>
<message>
<source>{} rejected polygons of the reference are left out.</source>
<translation>参考编目中 {} 个已剔除的多边形未参与评价。</translation>
</message>
<message>
<source>{} rejected polygons overlap a landslide: {} m² of them are taught as landslide only.</source>
<translation>有 {} 个剔除的多边形与滑坡重叠：其中 {} 平方米仅作为滑坡样本。</translation>
</message>
<message>
<source>{} rejected without a reason: 'other' was set; a reason helps whoever trains.</source>
<translation>{} 个剔除时未填原因，已记为“其他”；填写原因对训练有帮助。</translation>
</message>
<message>
<source>{} repeat a rejected polygon and were left out; {} lie mostly in a better one or clash with a person's outline.</source>
<translation>{} 个与剔除的多边形重复，已略去；{} 个大部分位于更好的多边形内，或与人工轮廓冲突。</translation>
</message>
<message>
<source>{} sheets are searched anew: {}.</source>
<translation>{} 幅重新识别：{}。</translation>
</message>
<message>
<source>{} sheets with {} windows are to be searched: about {} minutes on {} with the outlines of all sheets, about {} MB of memory, and at most {} MB of disk.</source>
<translation>将识别 {} 个图幅、{} 个窗口：连同全部图幅的轮廓约 {} 分钟（设备 {}），内存约 {} MB，磁盘至多 {} MB。</translation>
</message>
<message>
<source>{} texts are longer than the format holds and were cut.</source>
<translation>{} 处文本超过该格式的长度，已截短。</translation>
</message>
<message>
<source>{} texts are longer than their fields hold and were cut.</source>
<translation>{} 处文本超过其字段长度，已截短。</translation>
</message>
<message>
<source>{} texts cut at 254 bytes.</source>
<translation>{} 处文本截断为 254 字节。</translation>
</message>
<message>
<source>{} the same, {} changed, {} gained, {} lost.</source>
<translation>不变 {} 个，有变化 {} 个，新增 {} 个，消失 {} 个。</translation>
</message>
<message>
<source>{} to {} m</source>
<translation>{} 至 {} 米</translation>
</message>
<message>
<source>{} uncertain, {} unlike the others, {} drawn by lot, {} large.</source>
<translation>不确定 {} 处，与其他不同 {} 处，随机抽取 {} 处，面积大 {} 处。</translation>
</message>
<message>
<source>{} very long outlines keep their pixel edges.</source>
<translation>{} 个很长的轮廓保留像元边缘。</translation>
</message>
<message>
<source>{} were reviewed before; they come last.</source>
<translation>{} 个此前已审查，排在最后。</translation>
</message>
<message>
<source>{} windows in {} s.</source>
<translation>{} 个窗口，用时 {} 秒。</translation>
</message>
<message>
<source>{} windows of {} pixels, overlap {}, in the Python of {}.</source>
<translation>{} 个窗口，每个 {} 像元，重叠 {}，运行于 {} 的 Python。</translation>
</message>
<message>
<source>{} workers of the cluster were lost on it, one after the other; look at the log of the last one, {}, and at its memory.</source>
<translation>集群先后有 {} 个工作进程因它而中止；请查看最后一个（{}）的日志和内存。</translation>
</message>
<message>
<source>{} x {} cells</source>
<translation>{} x {} 个格网单元</translation>
</message>
<message>
<source>{} x {} m</source>
<translation>{} x {} 米</translation>
</message>
<message>
<source>{} x {} pixels, {} bands, {}; all blocks of a sample can be read</source>
<translation>{} x {} 像元，{} 个波段，{}；抽样块均可读取</translation>
</message>
<message>
<source>{}, about {} minutes left</source>
<translation>{}，约剩 {} 分钟</translation>
</message>
<message>
<source>{}, in degrees: measured in metres on the ground</source>
<translation>{}，单位为度：按地面上的米量算</translation>
</message>
<message>
<source>{}, less than a minute left</source>
<translation>{}，剩余不到一分钟</translation>
</message>
<message>
<source>{}, stretched onto those of the training</source>
<translation>{}，拉伸到训练时的范围</translation>
</message>
<message>
<source>{}, whose metre is {} m on the ground here: measured on the ground</source>
<translation>{}，图上一米在此处为地面 {} 米：按地面量算</translation>
</message>
<message>
<source>{}, {}</source>
<translation>{}、{}</translation>
</message>
<message>
<source>{}: '{}' cannot be opened ({}); choose a layer of polygons.</source>
<translation>{}：“{}”无法打开（{}）；请选择多边形图层。</translation>
</message>
<message>
<source>{}: '{}' cannot be opened as a raster; choose an existing, complete raster file.</source>
<translation>{}：无法将“{}”作为栅格打开；请选择存在且完整的栅格文件。</translation>
</message>
<message>
<source>{}: '{}' cannot be read as a number; write it with digits and a decimal point, as 0.5 or 1000.</source>
<translation>{}：“{}”不是可识别的数字；请用数字和小数点书写，例如 0.5 或 1000。</translation>
</message>
<message>
<source>{}: '{}' cannot be read as an extent; give four numbers with decimal points, west, east, south, north, as 500000.5,501000,3000000,3001000.</source>
<translation>{}：“{}”不是可识别的范围；请按西、东、南、北的顺序给出四个带小数点的数字，例如 500000.5,501000,3000000,3001000。</translation>
</message>
<message>
<source>{}: '{}' comes from a '{}' service; save it as a raster file first.</source>
<translation>{}：“{}”来自“{}”服务；请先将其另存为栅格文件。</translation>
</message>
<message>
<source>{}: '{}' has no coordinate reference system; assign the right one to it first.</source>
<translation>{}：“{}”没有坐标参照系；请先为其指定正确的坐标参照系。</translation>
</message>
<message>
<source>{}: '{}' has no result; correct the expression.</source>
<translation>{}：“{}”没有结果；请更正表达式。</translation>
</message>
<message>
<source>{}: '{}' has other pixels or another place than its file, by the options that it was opened with; save it as a raster file first.</source>
<translation>{}：“{}”因其打开选项而与文件的像元或位置不同；请先将其另存为栅格文件。</translation>
</message>
<message>
<source>{}: '{}' holds no polygons ({}); choose a layer that does.</source>
<translation>{}：“{}”中没有多边形（{}）；请选择含多边形的图层。</translation>
</message>
<message>
<source>{}: '{}' is in a coordinate reference system without an identifier, and the image in {}; give it in that one.</source>
<translation>{}：“{}”所用的坐标参照系没有标识符，而影像使用 {}；请用影像的坐标参照系给出。</translation>
</message>
<message>
<source>{}: '{}' is neither true nor false; give one of them.</source>
<translation>{}：“{}”既不是 true 也不是 false；请给出其中之一。</translation>
</message>
<message>
<source>{}: '{}' is no coordinate reference system that QGIS knows; correct it or leave it out.</source>
<translation>{}：“{}”不是 QGIS 认识的坐标参照系；请更正或略去。</translation>
</message>
<message>
<source>{}: '{}' is no whole number; give one.</source>
<translation>{}：“{}”不是整数；请给出整数。</translation>
</message>
<message>
<source>{}: '{}' is no {}; choose such a file.</source>
<translation>{}：“{}”不是{}；请选择此类文件。</translation>
</message>
<message>
<source>{}: '{}' is none of the choices; give one of {}.</source>
<translation>{}：“{}”不在可选值之中；请给出其中之一：{}。</translation>
</message>
<message>
<source>{}: '{}' is not known; choose one of the list.</source>
<translation>{}：未知的“{}”；请从列表中选择。</translation>
</message>
<message>
<source>{}: bands {} of the image.</source>
<translation>{}：影像波段 {}。</translation>
</message>
<message>
<source>{}: none is given; choose one or more layers of polygons.</source>
<translation>{}：未给出图层；请选择一个或多个多边形图层。</translation>
</message>
<message>
<source>{}: nothing is appended to '{}', which would be replaced; choose a new layer and merge both afterwards.</source>
<translation>{}：不会向“{}”追加要素，而是会替换它；请选择新图层，之后再合并两者。</translation>
</message>
<message>
<source>{}: the name of this file must end in {}, and '{}' does not; choose another.</source>
<translation>{}：文件名必须以 {} 结尾，而“{}”不是；请另选名称。</translation>
</message>
<message>
<source>{}: {}</source>
<translation>{}：{}</translation>
</message>
<message>
<source>{}: {} polygons.</source>
<translation>{}：{} 个多边形。</translation>
</message>
<message>
<source>{}; turned by {} degrees</source>
<translation>{}；旋转 {} 度</translation>
</message>
<message>
<source>{}; {} of {} on the images</source>
<translation>{}；位于影像上 {} 个，共 {} 个</translation>
</message>
<message>
<source>ρ + 1 of the inverse gamma</source>
<translation>逆伽马分布的 ρ + 1</translation>
</message>
</context>
</TS>
