# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model file promises: written and read in this one place, also in the keys
Deepness and GeoDeep read.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass, fields, replace

from .errors import InvalidModel, Note

KEY = "mrife_contract"
BATCH_SIZE = 8  # windows computed at once by a core, where a run does not say
# name of a band, always the last, in metres and not from the image
ELEVATION = "elevation"
MISSING_ELEVATION = -32768.0  # m: what a pixel without elevation holds
# what all bands of the image hold where there is elevation and no image
NO_IMAGE = -1.0
# averaging cells takes away forms, what lies between them takes away nothing
COARSER_IS_FARTHER = 2.0
# times the network's pixel size: beyond, the image no longer shows what it learned
MAX_COARSENING = 4
# what the usual names of bands mean to a reader
BAND_WORDS = {
    "red": Note("red"),
    "green": Note("green"),
    "blue": Note("blue"),
    "nir": Note("near infrared"),
    "near infrared": Note("near infrared"),
    "red edge": Note("red edge"),
    "swir": Note("shortwave infrared"),
    "panchromatic": Note("panchromatic"),
    ELEVATION: Note("elevation"),
}


def band_word(name: str) -> Note | str:
    """A band's name for a reader: a word where it is a usual one, else as the model has
    it.
    """
    numbered = re.fullmatch(r"band (\d+)", name)
    if numbered:
        return Note("band {}", numbered[1])
    return BAND_WORDS.get(name.lower(), name)


@dataclass(frozen=True)
class Contract:
    """The facts a detector needs around the graph. Lengths in metres, areas in square
    metres, probabilities in 0-1.
    """

    name: str = "model"
    version: str = "0"
    bands: tuple[str, ...] = ("red", "green", "blue")
    # m per pixel the network was trained on; None: any, nothing is resampled
    pixel_size: float | None = None
    # where there are more: all those of images, and those of elevation without an image,
    # (): it needs one. Elevation is then given in `pixel_size` by the pixel's own size, so
    # that slopes are what they are
    pixel_sizes: tuple[float, ...] = ()
    elevation_alone: tuple[float, ...] = ()
    window: int = 256  # pixels a side, input and output
    overlap: float = 0.25  # share of a window shared with the next one
    threshold: float = 0.5  # operating point, chosen on validation
    seed: float = 0.5  # hysteresis: a polygon needs one pixel at or above it
    min_area: float = 0.0  # m2
    # coefficients of a polygon's confidence (inventory/confidence.py); (): none known
    objects: tuple[float, ...] = ()
    # per band the 2nd and 98th percentile of training; a raster that is not 8-bit is
    # stretched onto them, once for the whole raster; None: raw values always
    stretch: tuple[tuple[float, float], ...] | None = None
    # outside the graph, for foreign models only: (x / divide - mean) / std
    divide: float = 1.0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    trained_on: str = ""
    not_seen: str = ""
    licence: str = ""
    calibrated_on: str = ""  # landslides that threshold and confidence were fitted to

    @property
    def image_bands(self) -> tuple[str, ...]:
        """The bands that the image must bring."""
        return tuple(name for name in self.bands if name != ELEVATION)

    @property
    def takes_elevation(self) -> bool:
        """Whether the model sees an elevation model beside the image."""
        return ELEVATION in self.bands

    def with_elevation(self) -> Contract:
        """The same for a network that was extended by elevation, its last band."""
        if self.takes_elevation:
            return self
        return replace(self, bands=(*self.bands, ELEVATION))

    @property
    def takes_elevation_alone(self) -> bool:
        """Whether the raster that is searched may be the elevation model itself."""
        return self.bands == (ELEVATION,) or bool(self.elevation_alone)

    @property
    def height_pixel(self) -> float | None:
        """Size (m) of the pixels on which a height stands for as many metres; None: on
        those of every size.
        """
        if self.pixel_sizes or self.elevation_alone:
            return self.pixel_size
        return None

    def nearest_pixel_size(
        self, across: float, down: float, alone: bool = False
    ) -> float | None:
        """The size (m) that pixels of so many metres are brought to, of those that the
        network knows, the nearest by ratio; `alone`: of elevation without an image, where
        a coarser one counts as COARSER_IS_FARTHER times as far, and one that is too fine
        for them is taken only where all are. None: they stay as they are.
        """
        sizes = self.pixel_sizes
        farther = 1.0
        if alone:
            sizes = self.elevation_alone or sizes
            farther = COARSER_IS_FARTHER
        if not sizes or not self.pixel_size:
            return self.pixel_size

        def distance(size: float) -> tuple[bool, float]:
            ratio = math.log(size / math.sqrt(across * down))
            is_too_fine = max(across, down) > MAX_COARSENING * size
            return alone and is_too_fine, max(farther * ratio, -ratio)

        return min(sizes, key=distance)

    def to_json(self) -> str:
        """As a model file keeps it and `from_json` reads it."""
        return json.dumps(asdict(self))

    def to_metadata(self) -> dict[str, str]:
        """Metadata of an ONNX file: our key, and the keys of Deepness and GeoDeep
        (which divide the input by 255).
        """
        foreign = {
            "model_type": "Segmentor",
            "class_names": {"0": "background", "1": "landslide"},
            "tile_size": self.window,
            "tiles_overlap": round(100 * self.overlap),
            "standardization_mean": [0.0] * len(self.bands),
            "standardization_std": [1 / 255] * len(self.bands),
            "seg_thresh": self.threshold,
            "seg_small_segment": 0,
        }
        if self.pixel_size:
            foreign["resolution"] = round(100 * self.pixel_size, 3)  # cm per pixel
        return {
            KEY: self.to_json(),
            **{k: json.dumps(v) for k, v in foreign.items()},
        }

    @classmethod
    def from_metadata(
        cls, metadata: dict[str, str], channels: int, window: int | None
    ) -> Contract:
        """Read our key, else the Deepness keys; `channels` and `window` are what the
        graph itself says.

        Raises InvalidModel naming what is missing or what contradicts the graph.
        """
        if KEY in metadata:
            contract = cls.from_json(metadata[KEY])
        else:
            contract = cls._foreign(metadata, channels, window)
        if len(contract.bands) != channels:
            raise InvalidModel(
                "The model's contract names {} bands but its graph takes {}; export it "
                "again.",
                len(contract.bands),
                channels,
            )
        if window and contract.window != window:
            raise InvalidModel(
                "The model's contract says windows of {} pixels but its graph takes {}; "
                "export it again.",
                contract.window,
                window,
            )
        return contract

    @classmethod
    def from_json(cls, text: str) -> Contract:
        """Unknown keys are left out; raises InvalidModel for what cannot be read."""
        names = {f.name for f in fields(cls)}
        try:
            stored = json.loads(text)
            return cls(**{k: _frozen(v) for k, v in stored.items() if k in names})
        except (ValueError, TypeError, AttributeError) as error:
            raise InvalidModel(
                "The model's contract cannot be read ({}); export the model again.", error
            ) from error

    @classmethod
    def _foreign(
        cls, metadata: dict[str, str], channels: int, window: int | None
    ) -> Contract:
        keys = _loads(metadata)
        window = window or keys.get("tile_size")
        resolution = keys.get("resolution")
        if not window:
            raise InvalidModel(
                "The model says neither in its graph nor in its metadata (key "
                "'tile_size') how large its windows are; add the key or export it with "
                "a fixed input size."
            )
        if not resolution:
            raise InvalidModel(
                "The model carries no contract and does not say on which pixel size it "
                "was trained; add the metadata key 'resolution' (cm per pixel), and "
                "'standardization_mean' and '..._std' if its input is not simply "
                "divided by 255."
            )
        return cls(
            name=metadata.get("model_name", "foreign model"),
            bands=tuple(f"band {i + 1}" for i in range(channels)),
            pixel_size=float(resolution) / 100,
            window=int(window),
            overlap=float(keys.get("tiles_overlap", 15)) / 100,
            threshold=float(keys.get("seg_thresh", 0.5)),
            seed=float(keys.get("seg_thresh", 0.5)),
            divide=255.0,
            mean=_per_band(keys.get("standardization_mean"), channels),
            std=_per_band(keys.get("standardization_std"), channels),
        )


def _loads(metadata: dict[str, str]) -> dict:
    keys = {}
    for key, value in metadata.items():
        try:
            keys[key] = json.loads(value)
        except ValueError:
            keys[key] = value
    return keys


def _per_band(values: object, channels: int) -> tuple[float, ...] | None:
    if not isinstance(values, list):
        return None
    if len(values) != channels:
        raise InvalidModel(
            "The model's metadata normalises {} bands but its graph takes {}.",
            len(values),
            channels,
        )
    return tuple(float(v) for v in values)


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(v) for v in value)
    return value
