# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model file promises, read from the file itself; needs no runtime."""

from __future__ import annotations

from ..models.onnxfile import describe, shipped_model
from .base import MrifeAlgorithm
from .messages.errors import bands_in_words
from .messages.facts import facts_page, say
from .parameters.declare import facts_file, numbers, strings
from .parameters.detection import model
from .texts import paragraphs, tr

NUMBERS = (
    "THRESHOLD",
    "SEED",
    "MIN_AREA",
    "OVERLAP",
    "PIXEL_SIZE",
    "BAND_COUNT",
    "WINDOW",
)
STRINGS = ("NAME", "VERSION", "MODEL_ID", "BANDS", "TRAINED_ON", "NOT_SEEN", "LICENCE")


class ModelInfo(MrifeAlgorithm):
    libraries = ()

    def name(self):
        return "modelinfo"

    def displayName(self):
        return tr("Describe model")

    def tags(self):
        return tr("onnx,contract,metadata,landslide,threshold,bands,pixel size").split(
            ","
        )

    def shortDescription(self):
        return tr(
            "Tells what a model file promises: bands, pixel size, window, thresholds, "
            "training data."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Reads the contract inside an ONNX model: which bands it wants, the pixel size and window it was
trained with, the thresholds chosen for it, what it was trained on and what it has not seen.</p>
<p>Works without onnxruntime, also for models made for Deepness.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare(
            [model(tr("mrife.onnx, the plugin's own for images")), facts_file()],
            numbers(*map(named, NUMBERS)) + strings(*map(named, STRINGS)),
        )

    def examine(self, given):
        return describe(given.file("MODEL") or shipped_model())

    def work(self, job, given, feedback):
        facts = promises(job)
        shown = {**facts, "BANDS": bands_in_words(job.contract.bands)}
        rows = [
            (label(name), tr("any") if value is None else value)
            for name, value in shown.items()
        ]
        say(feedback, rows)
        title = tr("Model {}").format(job.contract.name)
        rows += [(tr("File"), job.path), (tr("Bytes"), job.size)]
        facts["HTML"] = given.outputs.text("HTML", lambda: facts_page(title, rows))
        return {name: value for name, value in facts.items() if value is not None}


def named(name):
    """(name, label) of an output."""
    return name, label(name)


def label(name):
    return {
        "NAME": tr("Name"),
        "VERSION": tr("Version"),
        "MODEL_ID": tr("Model identifier"),
        "BANDS": tr("Bands"),
        "BAND_COUNT": tr("Number of bands"),
        "PIXEL_SIZE": tr("Pixel size (m)"),
        "WINDOW": tr("Window (pixels)"),
        "OVERLAP": tr("Overlap"),
        "THRESHOLD": tr("Threshold"),
        "SEED": tr("Seed threshold"),
        "MIN_AREA": tr("Minimum area (m²)"),
        "TRAINED_ON": tr("Trained on"),
        "NOT_SEEN": tr("Never seen"),
        "LICENCE": tr("Licence"),
    }[name]


def promises(model_file):
    contract = model_file.contract
    return {
        "NAME": contract.name,
        "VERSION": contract.version,
        "MODEL_ID": model_file.model_id,
        "BANDS": ", ".join(contract.bands),
        "BAND_COUNT": len(contract.bands),
        "PIXEL_SIZE": contract.pixel_size,
        "WINDOW": contract.window,
        "OVERLAP": contract.overlap,
        "THRESHOLD": contract.threshold,
        "SEED": contract.seed,
        "MIN_AREA": contract.min_area,
        "TRAINED_ON": contract.trained_on,
        "NOT_SEEN": contract.not_seen,
        "LICENCE": contract.licence,
    }
