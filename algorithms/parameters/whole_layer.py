# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers read to their last feature, or refused: where the file behind a layer is damaged,
QGIS ends early or leaves features out, in silence.
"""

from __future__ import annotations

from itertools import islice

from qgis.core import QgsVectorLayer

from ...models.errors import MrifeError

AT_ONCE = 256  # features, by which GDAL is asked whether it failed
UNKNOWN = -1  # number of features


def remember_file(source, layer):
    """By which `to_the_end` reads the file of a source anew; `layer` is the one behind it,
    None where QGIS knows none.
    """
    if layer is not None and layer.providerType() == "ogr":
        source.file_behind = layer.source()


def to_the_end(features, source, expected=UNKNOWN):
    """The features of a source, of which `features()` is QGIS's iterator. Raises
    MrifeError where some are missing because the file is damaged.

    It is looked at for damage where GDAL failed meanwhile or fewer than `expected` came.
    Neither is a proof: QGIS may ask for a row by a number that is out of date, and some
    formats keep a count that is.
    """
    from ...models.geo.gdal_errors import quiet

    number = 0
    doubted = False
    iterator = None
    batch = None
    while batch is None or len(batch) == AT_ONCE:
        with quiet() as error:
            if iterator is None:
                iterator = features()
            batch = list(islice(iterator, AT_ONCE))
        if error.failed and not doubted:
            doubted = True
            check_whole(source)
        number += len(batch)
        yield from batch
    if number < expected and not doubted:
        check_whole(source)


def check_whole(source):
    """Raises MrifeError where GDAL cannot read the file of a source from the first feature
    to the last one, without filter, selection, joins and edits.
    """
    from ...models.geo.gdal_errors import quiet

    path = getattr(source, "file_behind", None)
    if path is None:
        return
    with quiet() as error:
        layer = QgsVectorLayer(path, "", "ogr")
        layer.setSubsetString("")
        number = sum(1 for _ in layer.getFeatures())
    if not error.failed:
        return
    if number < layer.featureCount():
        raise MrifeError(
            "'{}' cannot be read to its end, only {} of {} features ({}); the file may be "
            "damaged or cut short, copy it again or save what can be read of it by "
            "'ogr2ogr -skipfailures'.",
            source.sourceName(),
            number,
            layer.featureCount(),
            error.words,
        )
    raise MrifeError(
        "'{}' cannot be read to its end ({}); the file may be damaged or cut short, copy "
        "it again.",
        source.sourceName(),
        error.words,
    )
