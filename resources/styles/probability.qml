<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <provider>
      <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour"
                  maxOversampling="2"/>
    </provider>
    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor="" classificationMin="0"
                    classificationMax="1">
      <minMaxOrigin>
        <limits>None</limits>
        <extent>WholeRaster</extent>
        <statAccuracy>Estimated</statAccuracy>
      </minMaxOrigin>
      <rastershader>
        <colorrampshader minimumValue="0" maximumValue="1" colorRampType="INTERPOLATED" classificationMode="1" clip="0"
                         labelPrecision="3">
          <item value="0" color="#fed98e" alpha="0" label="0"/>
          <item value="0.499" color="#fed98e" alpha="0" label=""/>
          <item value="0.5" color="#fed98e" alpha="150" label="threshold"/>
          <item value="0.75" color="#d95f0e" alpha="200" label=""/>
          <item value="1" color="#662506" alpha="230" label="1"/>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
    <rasterresampler maxOversampling="2"/>
    <resamplingStage>resamplingFilter</resamplingStage>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
