# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters and outputs of fine-tuning, and the values that they stand for."""

from __future__ import annotations

from ..texts import tr
from .declare import (
    advanced,
    choice,
    distance,
    file_output,
    model_file,
    number,
    numbers,
    optional,
    polygon_sink,
    polygon_source,
    raster,
    rasters,
    strings,
    yes_no,
)
from .detection import dem_unit, plain_device
from .language import language

# as of models.finetune.stages, which a start of QGIS has no need of
STAGES = ["auto", "recalibrate", "decoder", "late", "all"]


def inputs():
    yield rasters(
        "INPUTS",
        tr("Images"),
        tr("One or more images on which the polygons were digitized."),
    )
    yield polygon_source(
        "POLYGONS",
        tr("Landslides"),
        tr(
            "Digitized landslides, or a reviewed layer: confirmed and modified polygons "
            "are landslides, rejected ones are taught as ground without landslides, open "
            "ones teach nothing. A field 'weight' (0-1), or the geologist's confidence "
            "of a review (high 1, moderate 0.75, low 0.5), says how much a polygon "
            "counts."
        ),
    )
    yield from reviewed_parameters()
    yield model_file(
        "BASE_MODEL",
        tr("Base model (default: the plugin's own)"),
        tr(
            "What goes on learning: a model of this plugin in floats, or one that was "
            "fine-tuned. Empty: mrife.onnx, the plugin's own for images."
        ),
    )
    yield taught_dem()
    yield dem_unit()


def taught_dem():
    return raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "A raster of elevations in any coordinate system. The network learns from "
            "the form of the ground, too, also where the base model sees the image "
            "alone, and 'Detect relic landslides' needs an elevation model with it from "
            "then on. On the two halves of one slope, each searched by a network that "
            "learned on the other half, average precision was 0.01 and 0.04 higher than "
            "with images alone."
        ),
        optional=True,
    )


def reviewed_parameters():
    """Where all that is no landslide is known to be none."""
    yield polygon_source(
        "REVIEWED_AREA",
        tr("Reviewed area"),
        tr(
            "The area in which every landslide is among the polygons; all other ground "
            "in it is taught as ground without landslides. Empty: a review's own "
            "polygons and a ring around them."
        ),
        optional=True,
    )
    yield yes_no(
        "WHOLE_EXTENT",
        tr("The images were reviewed as a whole"),
        False,
        tr("Every landslide on the images is among the polygons."),
    )


def choices():
    yield advanced(
        choice(
            "STAGE",
            tr("What learns"),
            STAGES,
            tr(
                "automatic: with fewer than 10 landslides the threshold alone, else the "
                "whole network."
            ),
        )
    )
    yield advanced(
        number(
            "STEPS",
            tr("Steps of training (default: 300)"),
            tr(
                "How many steps each of the three networks learns. More take longer, and "
                "are not always better. Empty: 300, without a base model 600."
            ),
            low=4,
            whole=True,
        )
    )
    yield from chance_and_machine()


def chance_and_machine():
    """All advanced."""
    yield advanced(
        number(
            "SEED_NUMBER",
            tr("Seed of the random numbers (default: 0)"),
            tr("The same seed gives the same model. Empty: 0."),
            whole=True,
        )
    )
    yield advanced(shift_parameter())
    yield advanced(plain_device())
    yield language()
    yield advanced(mrife_losses())
    yield advanced(from_nothing())
    yield advanced(unlabelled())


def mrife_losses():
    return yes_no(
        "MRIFE_LOSSES",
        tr("Learn with MRIFE's losses"),
        False,
        tr(
            "Recovery of masked features, contrast and self-distillation beside the loss "
            "of segmentation. Where it was measured they gained no more on the new ground "
            "than that loss alone, at 1.7 times the time."
        ),
    )


def unlabelled():
    return rasters(
        "UNLABELLED",
        tr("Images without polygons to adapt to first"),
        tr(
            "More images of the region, with the same bands: before it sees a polygon the "
            "network learns from them to recover what random masks hide. It takes another "
            "run of as many steps, and on the ground where it was measured it did not pay."
        ),
        optional=True,
    )


def from_nothing():
    return yes_no(
        "FROM_NOTHING",
        tr("Train from nothing, without a base model"),
        False,
        tr(
            "For another sensor or other bands than any base model's, or for an "
            "elevation model alone: bands are those of the first image, the range of "
            "values is that of all, and the pixel size is the coarsest, or a larger one "
            "where landslides are large. Needs 30 landslides or more, learns twice as "
            "long as fine-tuning, and is judged against painting everything. Where there "
            "is a base model for such images, fine-tuning it is better."
        ),
    )


def shift_parameter():
    return distance(
        "MAX_SHIFT",
        tr("Largest shift between polygons and image (default: 10 m)"),
        tr(
            "If the polygons clearly lie farther than this from the landslides on the "
            "image, the run ends with a message and teaches nothing. Empty: 10 m."
        ),
    )


def files():
    yield file_output(
        "OUTPUT_MODEL",
        tr("Fine-tuned model"),
        tr("ONNX models (*.onnx)"),
        tr("For 'Detect relic landslides', and to be fine-tuned again."),
    )
    yield file_output(
        "REPORT",
        tr("Report"),
        tr("HTML files (*.html)"),
        tr("Before and after on ground that was left out, with intervals."),
        optional=True,
    )
    for name, label, text in (
        (
            "MISSED",
            tr("Missed landslides"),
            tr("Landslides that the fine-tuned model does not find."),
        ),
        (
            "FALSE",
            tr("False candidates"),
            tr("Candidates of the fine-tuned model that are no landslides."),
        ),
        (
            "GAINED",
            tr("Landslides gained"),
            tr(
                "Landslides that the fine-tuned model finds, and the base model does not."
            ),
        ),
        (
            "LOST",
            tr("Landslides lost"),
            tr(
                "Landslides that the base model finds, and the fine-tuned model does not."
            ),
        ),
    ):
        sink = polygon_sink(name, label, text, optional=True)
        sink.setCreateByDefault(False)
        yield optional(sink)
    yield advanced(
        file_output(
            "CHECKPOINT",
            tr("Checkpoint"),
            tr("PyTorch checkpoints (*.pt)"),
            tr("The weights for the training commands of the source."),
            optional=True,
            by_default=False,
        )
    )


def outputs():
    wanted = tr(
        "Model to use: the fine-tuned one where it is better beyond chance, else the base"
    )
    return [*figures(), *strings(("MODEL_TO_USE", wanted))]


def figures():
    return numbers(
        ("BETTER", tr("Better beyond chance (1) or not (0); none: not known")),
        ("IOU_BEFORE", tr("IoU of the base on ground left out")),
        ("IOU_AFTER", tr("IoU of the fine-tuned model on ground left out")),
        ("IOU_GAIN_LOW", tr("Gain in IoU, lower end of its interval")),
        ("IOU_GAIN_HIGH", tr("Gain in IoU, upper end of its interval")),
        ("AP_BEFORE", tr("Average precision of the base on ground left out")),
        ("AP_AFTER", tr("Average precision of the fine-tuned model there")),
        ("THRESHOLD", tr("Threshold")),
        ("LANDSLIDES", tr("Landslides that were taught")),
    )


def reviewed_area(given, polygons):
    """WKB polygons of the reviewed area in the CRS of the polygons; None where none is
    given.
    """
    from ...models.evaluation.evaluate import REACH
    from ...models.geo.crs import Crs
    from ...models.geo.reproject import into
    from ..layers.features import outlines_of

    source = given.polygons("REVIEWED_AREA")
    if source is None:
        return None
    target = Crs(polygons.sourceCrs().toWkt())
    wkbs, crs = outlines_of(source)
    return [shape.wkb for shape in into(wkbs, crs, REACH, target)]


def max_shift(given):
    """Metres."""
    from ...models.finetune.prepare import MAX_SHIFT_M

    asked = given.number("MAX_SHIFT")
    if asked is None:
        return MAX_SHIFT_M
    return asked
