# SPDX-License-Identifier: GPL-2.0-or-later
"""One raster, one model: the whole job beside that of the QGIS plugin Deepness, by the
clock and in CPU seconds.

    ./build.sh bench --deepness FOLDER        FOLDER: a checkout of its repository, and in
                                              FOLDER/site its OpenCV:
    git clone https://github.com/PUTvision/qgis-plugin-deepness FOLDER
    .venv/bin/python -m pip install --no-deps --target FOLDER/site opencv-python-headless==4.9.0.80

Its own classes do the work, without a window: entire layer, native pixels, the model's
window and overlap, our batches, its median filter off, the model's threshold. It is timed
from the opening of the layer to the memory layer of polygons without attributes, QGIS
being up; ours from the start of Python to the GeoPackage with all attributes.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

BANDS = "band"  # what a layer's channels are called


def deepness(raster_path: str, model_path: str, batch: int, folder: str) -> dict:
    """Seconds, CPU seconds and polygons of one run, in a process of its own."""
    sys.path[:0] = [str(Path(folder) / "src"), str(Path(folder) / "site")]
    from qgis.core import QgsApplication, QgsProject

    application = QgsApplication([], False)
    application.initQgis()
    started = time.monotonic()
    cpu = _cpu_seconds()
    processor = _processor(raster_path, model_path, batch)
    processor.run()
    processor._processing_result.gui_delegate()
    layers = QgsProject.instance().mapLayers().values()
    polygons = max(layer.featureCount() for layer in layers if hasattr(layer, "fields"))
    result = {
        "seconds": time.monotonic() - started,
        "cpu": _cpu_seconds() - cpu,
        "polygons": polygons,
    }
    QgsProject.instance().clear()
    return result


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _processor(raster_path: str, model_path: str, batch: int):
    """Deepness' task for the whole of a raster."""
    from deepness.common.channels_mapping import (
        ChannelsMapping,
        ImageChannelStandaloneBand,
    )
    from deepness.common.processing_overlap import (
        ProcessingOverlap,
        ProcessingOverlapOptions,
    )
    from deepness.common.processing_parameters.map_processing_parameters import (
        ProcessedAreaType,
    )
    from deepness.common.processing_parameters.segmentation_parameters import (
        SegmentationParameters,
    )
    from deepness.processing.map_processor.map_processor_segmentation import (
        MapProcessorSegmentation,
    )
    from deepness.processing.models.segmentor import Segmentor
    from qgis.core import QgsProject, QgsRasterLayer

    layer = QgsRasterLayer(raster_path, "image")
    QgsProject.instance().addMapLayer(layer)
    model = Segmentor(model_path)
    mapping = ChannelsMapping()
    mapping.set_image_channels(
        [
            ImageChannelStandaloneBand(band_number=number, name=BANDS)
            for number in range(1, layer.bandCount() + 1)
        ]
    )
    mapping.set_number_of_model_inputs(model.get_number_of_channels())
    overlap = ProcessingOverlap(
        ProcessingOverlapOptions.OVERLAP_IN_PERCENT,
        percentage=model.get_metadata_tiles_overlap(),
    )
    parameters = SegmentationParameters(
        resolution_cm_per_px=layer.rasterUnitsPerPixelX() * 100,
        tile_size_px=model.get_metadata_tile_size(),
        batch_size=batch,
        local_cache=False,
        processed_area_type=ProcessedAreaType.ENTIRE_LAYER,
        mask_layer_id=None,
        input_layer_id=layer.id(),
        input_channels_mapping=mapping,
        postprocessing_dilate_erode_size=0,
        processing_overlap=overlap,
        pixel_classification__probability_threshold=(
            model.get_metadata_segmentation_threshold()
        ),
        model=model,
    )
    return MapProcessorSegmentation(
        rlayer=layer, vlayer_mask=None, map_canvas=None, params=parameters
    )


def is_deepness(folder: str) -> bool:
    """Whether a folder holds what `deepness` needs."""
    return os.path.isdir(os.path.join(folder, "src", "deepness"))
