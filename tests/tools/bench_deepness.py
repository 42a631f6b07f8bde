# SPDX-License-Identifier: GPL-2.0-or-later
"""One raster, one model: `mrife:detect` beside the QGIS plugin Deepness, by the clock and
in CPU seconds.

    ./build.sh bench --deepness FOLDER        FOLDER: a checkout of its repository, and in
                                              FOLDER/site its OpenCV:
    git clone https://github.com/PUTvision/qgis-plugin-deepness FOLDER
    .venv/bin/python -m pip install --no-deps --target FOLDER/site opencv-python-headless==4.9.0.80

Both run in one QGIS that is up, in turn, and of some rounds the least counts, so that
neither is charged with its imports. Ours is timed from the call of `processing.run` to the
GeoPackage with all attributes, the start of its worker process included. Deepness' own
classes do its work, without a window: entire layer, native pixels, the model's window and
overlap, our batches, its median filter off, the model's threshold; it is timed from the
opening of the layer to the memory layer of polygons without attributes. CPU seconds are
those of the process and of all that it started.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

BANDS = "band"  # what a layer's channels are called


def beside(
    raster_path: str, model_path: str, batch: int, folder: str, rounds: int
) -> dict:
    """Of both, in a process of its own: seconds and CPU seconds, the least of some
    rounds, and polygons.
    """
    sys.path[:0] = [str(Path(folder) / "src"), str(Path(folder) / "site")]
    os.environ.setdefault("MRIFE_PYTHON", sys.executable)
    from plugin_in_qgis import started

    plugin = started()  # lives until all is done
    ours = []
    theirs = []
    for _ in range(rounds):
        ours.append(_timed(lambda: _ours(raster_path, model_path)))
        theirs.append(_timed(lambda: _deepness(raster_path, model_path, batch)))
    del plugin
    return {"ours": _least(ours), "deepness": _least(theirs)}


def _least(rounds: list[dict]) -> dict:
    """Of each figure, whichever round it is of."""
    return {name: min(run[name] for run in rounds) for name in rounds[0]}


def _timed(work: Callable[[], int]) -> dict:
    """What `work` costs, which answers how many polygons it found."""
    started = time.monotonic()
    cpu = _cpu_seconds()
    polygons = work()
    return {
        "seconds": time.monotonic() - started,
        "cpu": _cpu_seconds() - cpu,
        "polygons": polygons,
    }


def _cpu_seconds() -> float:
    """Of this process and of those that it started, once they have ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def _ours(raster_path: str, model_path: str) -> int:
    """The algorithm as it stands in the toolbox, its defaults, to a GeoPackage beside the
    raster.
    """
    import processing
    from qgis.core import QgsProcessingFeedback

    found = Path(raster_path).with_name("found.gpkg")
    for old in found.parent.glob("found.*"):
        old.unlink()
    result = processing.run(
        "mrife:detect",
        {"INPUT": raster_path, "MODEL": model_path, "OUTPUT": str(found)},
        feedback=QgsProcessingFeedback(False),
    )
    return result["COUNT"]


def _deepness(raster_path: str, model_path: str, batch: int) -> int:
    from qgis.core import QgsProject

    processor = _processor(raster_path, model_path, batch)
    processor.run()
    processor._processing_result.gui_delegate()
    layers = QgsProject.instance().mapLayers().values()
    polygons = max(layer.featureCount() for layer in layers if hasattr(layer, "fields"))
    QgsProject.instance().clear()
    return polygons


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
    """Whether a folder holds what `beside` needs."""
    return os.path.isdir(os.path.join(folder, "src", "deepness"))
