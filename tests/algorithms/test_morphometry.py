# SPDX-License-Identifier: GPL-2.0-or-later
"""Slides of known direction, size and relief measured in many systems, and inventories
as surveys have them.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from running import refused
from samples import wkt
from shapely import affinity, wkb
from shapely.geometry import Point, Polygon, box, shape
from slopes import IMAGE, X, Y, dem, plane, turn
from systems import MARS, moved

from models.errors import UnsuitableRaster
from models.geo.crs import Crs
from models.geo.dem import ElevationModel
from models.inventory.morphometry.morphometry import Morphometry
from models.inventory.schema import BY_NAME, SHAPE, SIZE, TERRAIN

REAL = Path(__file__).resolve().parents[3] / "shared/data/relict-polygons"


class Slide:
    """An elliptic slide on a planar slope with hummocks: everything about it is known."""

    def __init__(self, seed: int, area: float, noise: float = 0.0):
        self._rng, self._noise = np.random.default_rng(99 + seed), noise
        rng = np.random.default_rng(seed)
        self.azimuth, self.slope = rng.uniform(0, 360), rng.uniform(10, 25)
        ratio = rng.uniform(0.5, 2.5)  # a third of them wider than long
        self.length = 2 * math.sqrt(area / math.pi * ratio)
        self.width = self.length / ratio
        ellipse = affinity.scale(Point(0, 0).buffer(0.5, 32), self.width, self.length)
        ellipse = affinity.rotate(ellipse, -self.azimuth, origin=(0, 0))
        self.polygon = affinity.translate(
            ellipse, X + rng.uniform(-5, 5), Y + rng.uniform(-5, 5)
        )
        self._waves = rng.uniform((12, 0, 0, 0.2), (40, 7, 7, 0.5), (8, 4))
        corners = (
            np.array(self.polygon.exterior.coords)[None]
            * np.linspace(0, 1, 40)[:, None, None]
        )
        inner = corners + np.array(self.polygon.centroid.coords[0]) * (
            1 - np.linspace(0, 1, 40)[:, None, None]
        )
        heights = self.height(inner[..., 0] - X, inner[..., 1] - Y)
        self.relief = heights.max() - heights.min()

    def height(self, east, north):
        return plane(self.azimuth, self.slope)(east, north) + sum(
            high
            * np.sin(
                (east * np.cos(turned) + north * np.sin(turned)) / long * 2 * math.pi
                + phase
            )
            for long, turned, phase, high in self._waves
        )

    def rough(self, east, north):
        """As an elevation model shows it."""
        return self.height(east, north) + self._rng.normal(0, self._noise, east.shape)


@pytest.mark.parametrize(
    "cell, noise, area, degrees",
    [
        (2, 0.2, 1e4, 4),
        (5, 0.5, 1e4, 4),
        (12.5, 1.5, 1e4, 9),
        (12.5, 1.5, 4e4, 4),
        (30, 3, 4e4, 15),
    ],
)
def test_what_is_known_of_a_slide_is_found(tmp_path, cell, noise, area, degrees):
    relief = []
    for seed in range(12):
        slide = Slide(seed, area, noise)
        path = dem(tmp_path / "d.tif", slide.rough, cell, half=250)
        found = Morphometry(IMAGE.crs, ElevationModel(path)).measure(slide.polygon)
        assert (
            turn(found["azim_deg"], slide.azimuth) < degrees and found["dem_chk"] == "ok"
        )
        assert found["length_m"] == pytest.approx(slide.length, rel=0.05)
        assert found["width_m"] == pytest.approx(slide.width, rel=0.05)
        assert (found["lw_ratio"] < 1) == (slide.length < slide.width)
        assert found["slope_pln"] == pytest.approx(slide.slope, abs=1.5)
        relief.append(found["relief_m"] / slide.relief - 1)
    assert abs(np.mean(relief)) < 0.05 and np.std(relief) < 0.08


@pytest.mark.parametrize(
    "epsg, dem_epsg",
    [(4490, 32648), (4544, 32648), (4525, 4326), (2327, 3857), (3857, 4547)],
)
def test_neither_the_system_of_the_outline_nor_that_of_the_model_matters(
    tmp_path, epsg, dem_epsg
):
    slide = Slide(5, 3e4)
    path = dem(tmp_path / "d.tif", slide.height, 5 if dem_epsg != 4326 else 5.0, dem_epsg)
    found = Morphometry(Crs(wkt(epsg)), ElevationModel(path)).measure(
        moved(slide.polygon, 32648, epsg)
    )
    assert turn(found["azim_deg"], slide.azimuth) < 1
    assert found["length_m"] == pytest.approx(slide.length, rel=0.01)
    assert found["width_m"] == pytest.approx(slide.width, rel=0.01)
    assert found["relief_m"] == pytest.approx(slide.relief, rel=0.05)
    assert found["h_l"] == pytest.approx(slide.relief / slide.length, rel=0.06)
    assert found["reach_deg"] == pytest.approx(
        math.degrees(math.atan(found["h_l"])), abs=0.1
    )


def test_fields_are_what_is_filled(tmp_path):
    path = dem(tmp_path / "d.tif", plane(90, 15))
    for model, sizes, fields in (
        (None, False, SHAPE),
        (path, True, (*SHAPE, BY_NAME["dem_src"], BY_NAME["dem_res"], *TERRAIN, *SIZE)),
        (None, True, SHAPE + SIZE),
    ):
        morphometry = Morphometry(IMAGE.crs, model and ElevationModel(model), sizes)
        assert morphometry.fields == fields
        assert set(morphometry.measure(Point(X, Y).buffer(50))) == {
            field.name for field in fields
        }
    found = Morphometry(IMAGE.crs, ElevationModel(path)).measure(Point(X, Y).buffer(50))
    assert (found["dem_src"], found["dem_res"]) == ("d.tif", 2.0)


def test_an_unreliable_direction_gives_no_length_and_no_reach(tmp_path):
    path = dem(
        tmp_path / "d.tif",
        lambda e, n: plane(0, 3)(e, n) + 12 * np.sin(e / 12) * np.sin(n / 12),
    )
    found = Morphometry(IMAGE.crs, ElevationModel(path)).measure(
        affinity.scale(Point(X, Y).buffer(100), 1.6, 0.8)
    )
    assert (
        found["azim_r"] < 0.5
        and found["lw_meth"] == "mbr"
        and found["length_m"] == pytest.approx(320, rel=0.01)
    )
    assert found["h_l"] is None and found["reach_deg"] is None and found["relief_m"] > 0


@pytest.mark.parametrize(
    "unit, stated, slope",
    [
        ("auto", "", 45),
        ("feet", "", 16.95),
        ("auto", "ft", 16.95),
        ("metres", "ft", 45),
        ("feet", "m", 16.95),
    ],
)
def test_feet_where_the_file_or_the_user_says_so(tmp_path, unit, stated, slope):
    path = dem(tmp_path / "d.tif", plane(0, 45))
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetUnitType(stated)
    del dataset
    assert Morphometry(IMAGE.crs, ElevationModel(path, unit)).measure(
        Point(X, Y).buffer(50)
    )["slope_pln"] == pytest.approx(slope, abs=0.1)


def test_a_vertical_system_in_feet(tmp_path):
    path = dem(tmp_path / "d.tif", plane(0, 45))
    dataset = gdal.Open(path, gdal.GA_Update)
    compound = osr.SpatialReference()
    compound.SetFromUserInput("EPSG:32648+6360")  # NAVD88 height (ftUS)
    dataset.SetProjection(compound.ExportToWkt())
    del dataset
    found = Morphometry(IMAGE.crs, ElevationModel(path)).measure(Point(X, Y).buffer(50))
    assert found["slope_pln"] == pytest.approx(16.95, abs=0.1)


def test_what_qgis_is_told_of_a_model_counts(run, tmp_path):
    """The system of its layer, where the file has another one, and what is missing, in
    heights as QGIS shows them.
    """
    from qgis.core import (
        QgsCoordinateReferenceSystem,
        QgsFeature,
        QgsGeometry,
        QgsRasterLayer,
        QgsRasterRange,
        QgsVectorLayer,
    )

    path = dem(tmp_path / "d.tif", lambda e, n: 10 * plane(90, 20)(e, n), epsg=32648)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetProjection(wkt(32647))
    band = dataset.GetRasterBand(1)
    band.SetScale(0.1)
    heights = band.ReadAsArray()
    heights[:200] = 7000
    band.WriteArray(heights)
    dataset = band = None
    layer = QgsRasterLayer(path, "heights")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32648"))
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(700, 700)])
    inventory = QgsVectorLayer("Polygon?crs=EPSG:32648", "slides", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(Point(X, Y).buffer(50).wkt))
    inventory.dataProvider().addFeature(feature)
    result = run("morphometry", {"INPUT": inventory, "DEM": layer, "OUTPUT": "memory:"})
    measured = next(result["OUTPUT"].getFeatures())
    assert measured["slope_mean"] == pytest.approx(20, abs=0.1)
    assert measured["dem_chk"] == "partial"


def test_a_model_elsewhere_is_refused(tmp_path):
    path = dem(tmp_path / "away.tif", plane(0, 1), transform=(X + 5000, 2, 0, Y, 0, -2))
    for crs, extent in (
        (IMAGE.crs, IMAGE),
        (Crs(wkt(32648)), (X - 9, Y - 9, X + 9, Y + 9)),
    ):
        with pytest.raises(UnsuitableRaster, match="away.tif does not overlap"):
            Morphometry(crs, ElevationModel(path), extent=extent)


def test_a_model_of_another_planet_is_refused(tmp_path):
    with pytest.raises(UnsuitableRaster, match="same planet"):
        Morphometry(Crs(MARS), ElevationModel(dem(tmp_path / "d.tif", plane(0, 10))))


# --- the algorithm ----------------------------------------------------------------------
# -----------------------------


def write(
    path, epsg, features, fields=("name",), driver="GPKG", kind=ogr.wkbUnknown, options=()
):
    """A layer of (geometry or WKT or None, values); its path."""
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    source = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    layer = source.CreateLayer(Path(path).stem, srs, kind, options=list(options))
    for name in fields:
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    for geometry, values in features:
        feature = ogr.Feature(layer.GetLayerDefn())
        for name, value in zip(fields, values):
            feature[name] = value
        if geometry is not None:
            feature.SetGeometry(
                ogr.CreateGeometryFromWkt(geometry)
                if isinstance(geometry, str)
                else ogr.CreateGeometryFromWkb(wkb.dumps(geometry))
            )
        layer.CreateFeature(feature)
    del feature, layer, source
    return str(path)


def rows(path):
    """Geometries and values of a layer."""
    source = ogr.Open(str(path))
    return [
        (wkb.loads(bytes(f.geometry().ExportToWkb())), f.items())
        for f in source.GetLayer()
    ]


def test_wide_slump_road_cut_and_terrace(run, tmp_path):
    """Scenario 15: a valley side of 18 degrees above a flat terrace."""
    path = dem(
        tmp_path / "d.tif",
        lambda e, n: 1000 + np.maximum(0, n) * math.tan(math.radians(18)),
        half=400,
    )
    slump = affinity.scale(Point(X, Y + 150).buffer(100), 1.6, 0.7)
    road = box(X - 300, Y + 330, X + 300, Y + 338)
    terrace = Point(X, Y - 150).buffer(60)
    layer = write(
        tmp_path / "in.gpkg",
        32648,
        [(slump, ["slump"]), (road, ["road"]), (terrace, ["terrace"])],
    )
    result = run(
        "morphometry", {"INPUT": layer, "DEM": path, "OUTPUT": str(tmp_path / "out.gpkg")}
    )
    found = {values["name"]: values for _, values in rows(result["OUTPUT"])}
    assert found["slump"]["lw_meth"] == "dem" and found["slump"][
        "lw_ratio"
    ] == pytest.approx(70 / 160, abs=0.01)
    assert turn(found["slump"]["azim_deg"], 180) < 1 and found["slump"]["dir8"] == "S"
    assert found["slump"]["dem_chk"] == "ok" and found["slump"][
        "reach_deg"
    ] == pytest.approx(18, abs=0.5)
    assert found["road"]["lw_ratio"] < 0.02 and found["road"]["dem_chk"] == "low_relief"
    assert found["terrace"]["dem_chk"] == "flat" and found["terrace"]["relief_m"] == 0
    assert result["COUNT"] == 3 and result["REPAIRED"] == result["SKIPPED"] == 0


def test_degrees_gauss_krueger_and_utm_together(run, tmp_path):
    """Scenario 5: nothing to reproject by hand."""
    slide = Slide(8, 4e4)
    path = dem(tmp_path / "d.tif", slide.height, 5, 32648)
    for epsg in (4490, 4544, 2327):
        layer = write(
            tmp_path / f"{epsg}.gpkg", epsg, [(moved(slide.polygon, 32648, epsg), ["a"])]
        )
        result = run(
            "morphometry",
            {"INPUT": layer, "DEM": path, "OUTPUT": str(tmp_path / f"out{epsg}.gpkg")},
        )
        ((polygon, values),) = rows(result["OUTPUT"])
        assert values["area_m2"] == pytest.approx(
            slide.polygon.area / 0.9996**2, rel=1e-3
        )
        assert values["length_m"] == pytest.approx(slide.length, rel=0.02)
        assert turn(values["azim_deg"], slide.azimuth) < 1
        source = ogr.Open(result["OUTPUT"])
        assert source.GetLayer().GetSpatialRef().GetAuthorityCode(None) == str(epsg)
        assert (
            polygon.centroid.distance(moved(slide.polygon, 32648, epsg).centroid) < 1e-3
        )


def test_a_coarse_model_with_voids_and_partial_cover(run, tmp_path):
    """Scenario 6: what cannot be known is empty, with the reason; the log says how many."""
    slope = plane(60, 16)
    path = dem(
        tmp_path / "d.tif",
        lambda e, n: np.where(
            (e > 600) | (np.hypot(e - 200, n) < 150), -9999, slope(e, n)
        ),
        30,
        half=900,
        nodata=-9999,
    )
    places = {
        "good": (X - 400, Y, 113),
        "large": (X + 600, Y - 400, 200),
        "small": (X - 400, Y + 400, 50),
        "void": (X + 200, Y, 113),
        "half": (X + 600, Y + 400, 113),
        "outside": (X + 1500, Y, 113),
    }
    layer = write(
        tmp_path / "in.gpkg",
        32648,
        [(Point(x, y).buffer(r), [name]) for name, (x, y, r) in places.items()],
    )
    result = run(
        "morphometry", {"INPUT": layer, "DEM": path, "OUTPUT": str(tmp_path / "out.gpkg")}
    )
    found = {values["name"]: values for _, values in rows(result["OUTPUT"])}
    assert {name: values["dem_chk"] for name, values in found.items()} == {
        "good": "ok",
        "large": "partial",
        "small": "partial",
        "void": "none",
        "half": "partial",
        "outside": "none",
    }
    assert turn(found["good"]["azim_deg"], 60) < 15
    for name in ("small", "void", "outside"):
        assert (
            found[name]["relief_m"] is None
            and found[name]["lw_meth"] == "mbr"
            and found[name]["area_m2"] > 0
        )
    assert "4 polygons hold fewer than 25 cells with heights" in run.log
    # its toe is unknown
    large = found["large"]
    assert (large["z_min"], large["h_l"], large["lw_meth"]) == (None, None, "dem")
    assert large["slope_mean"] == pytest.approx(16, abs=0.5)
    assert "1 of 6 polygons lie partly where there are no elevations" in run.log


def gbk_inventory(folder: Path) -> str:
    """Scenario 9: a Shapefile as of 2009, in Xi'an 80 Gauss-Krueger, GBK without a
    .cpg, with Z and faults.
    """
    kept = gdal.GetConfigOption("SHAPE_ENCODING")  # QGIS sets it for the whole process
    gdal.SetConfigOption("SHAPE_ENCODING", None)
    x, y = 18500000.0, 3300000.0  # zone 18, 105 E
    path = write(
        folder / "滑坡2009.shp",
        2332,
        [
            (
                f"POLYGON Z (({x} {y} 1,{x + 100} {y + 100} 1,{x + 100} {y} 1,{x} "
                f"{y + 100} 1,{x} {y} 1))",
                ["树坪滑坡", "老滑坡"],
            ),
            (
                f"MULTIPOLYGON Z ((({x + 300} {y} 5,{x + 400} {y} 5,{x + 400} {y + 100} "
                f"5,{x + 300} {y} 5)),(({x + 500} {y} 5,{x + 600} {y} 5,{x + 600} "
                f"{y + 100} 5,{x + 500} {y} 5)))",
                ["巴东滑坡", ""],
            ),
            (None, ["无界线", "待查"]),
        ],
        ("名称", "备注"),
        "ESRI Shapefile",
        ogr.wkbPolygon25D,
        ["ENCODING=CP936"],
    )
    gdal.SetConfigOption("SHAPE_ENCODING", kept)
    Path(path).with_suffix(".cpg").unlink(missing_ok=True)
    return path


@pytest.mark.parametrize("encoding", ["auto", "GB18030"])
def test_a_chinese_inventory_of_2009(run, tmp_path, encoding):
    folder = tmp_path / "张三 文件"
    folder.mkdir()
    result = run(
        "morphometry",
        {
            "INPUT": gbk_inventory(folder),
            "ENCODING": encoding,
            "OUTPUT": str(folder / "结果.gpkg"),
        },
    )
    found = rows(result["OUTPUT"])
    assert [(values["名称"], values["备注"]) for _, values in found] == [
        ("树坪滑坡", "老滑坡"),
        ("巴东滑坡", None),
    ]
    assert all(polygon.is_valid and not polygon.has_z for polygon, _ in found)
    assert [len(polygon.geoms) for polygon, _ in found] == [2, 2]
    assert found[1][1]["area_m2"] == pytest.approx(10000, rel=1e-3)
    assert (result["COUNT"], result["REPAIRED"], result["SKIPPED"]) == (2, 1, 1)
    assert result["AREA_M2"] == pytest.approx(15000, rel=1e-3)
    assert 104.9 < found[0][1]["lon"] < 105.1
    assert (
        found[0][1]["ls_id"].startswith("滑坡2009_")
        and found[0][1]["ls_id"] != found[1][1]["ls_id"]
    )
    for words in (
        "read as GB18030",
        "Feature 0: outline that crosses itself",
        "Feature 2 has no outline",
        "Z or M values dropped: 2 polygons",
    ):
        assert words in run.log


def test_own_fields_and_identifiers_stay_and_old_measures_are_renewed(run, tmp_path):
    layer = write(
        tmp_path / "in.gpkg",
        32648,
        [(Point(X, Y).buffer(50), ["A-17", "12", "x"])],
        ("ls_id", "AREA_M2", "name"),
    )
    result = run(
        "morphometry",
        {"INPUT": layer, "SIZES": True, "OUTPUT": str(tmp_path / "out.gpkg")},
    )
    ((_, values),) = rows(result["OUTPUT"])
    assert values["ls_id"] == "A-17" and values["name"] == "x"
    assert (
        values["area_m2"] == pytest.approx(7850, rel=0.01)
        and values["vol_meth"] == "scaling"
    )
    assert "fields AREA_M2 get new values" in run.log


def test_dates_and_numbers_stay_what_they_are_and_twins_get_names_of_their_own(
    run, tmp_path
):
    circle = Point(X, Y).buffer(50)
    layer = write(tmp_path / "in.gpkg", 32648, [(circle, ["a"]), (circle, ["b"])])
    source = ogr.Open(layer, 1)
    for name, kind in (
        ("seen", ogr.OFTDate),
        ("rank", ogr.OFTInteger),
        ("share", ogr.OFTReal),
    ):
        source.GetLayer().CreateField(ogr.FieldDefn(name, kind))
    feature = source.GetLayer().GetFeature(1)
    feature["seen"], feature["rank"], feature["share"] = "2009-07-23", 7, 0.25
    source.GetLayer().SetFeature(feature)
    del feature, source
    first, second = (
        values
        for _, values in rows(
            run("morphometry", {"INPUT": layer, "OUTPUT": str(tmp_path / "out.gpkg")})[
                "OUTPUT"
            ]
        )
    )
    assert (first["seen"], first["rank"], first["share"]) == ("2009/07/23", 7, 0.25)
    assert (
        second["seen"] is None
        and second["rank"] is None
        and first["ls_id"] != second["ls_id"]
    )


def test_a_temporary_layer_with_dates(run, tmp_path):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
    from qgis.PyQt.QtCore import QDate

    layer = QgsVectorLayer(
        "Polygon?crs=EPSG:32648&field=seen:date", "temporary", "memory"
    )
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(Point(X, Y).buffer(50).wkt))
    feature.setAttributes([QDate(2009, 7, 23)])
    layer.dataProvider().addFeatures([feature])
    ((_, values),) = rows(
        run("morphometry", {"INPUT": layer, "OUTPUT": str(tmp_path / "out.gpkg")})[
            "OUTPUT"
        ]
    )
    assert values["seen"] == "2009/07/23" and values["ls_id"].startswith("temporary_")


def test_only_what_is_selected_in_a_layer_of_another_encoding(run, tmp_path):
    from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProject, QgsVectorLayer

    layer = QgsVectorLayer(gbk_inventory(tmp_path), "selected", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([1])
    result = run(
        "morphometry",
        {
            "INPUT": QgsProcessingFeatureSourceDefinition(layer.id(), True),
            "OUTPUT": str(tmp_path / "out.gpkg"),
        },
    )
    assert [values["名称"] for _, values in rows(result["OUTPUT"])] == ["巴东滑坡"]
    QgsProject.instance().removeMapLayer(layer.id())


def test_invalid_outlines_are_repaired_also_where_qgis_is_set_to_stop_at_them(
    provider, tmp_path
):
    import processing
    from qgis.core import QgsFeatureRequest, QgsProcessingContext, QgsProcessingFeedback

    bow_tie = f"POLYGON (({X} {Y},{X + 9} {Y + 9},{X + 9} {Y},{X} {Y + 9},{X} {Y}))"
    layer, context = (
        write(tmp_path / "in.gpkg", 32648, [(bow_tie, ["a"])]),
        QgsProcessingContext(),
    )
    context.setInvalidGeometryCheck(
        QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid
    )
    result = processing.run(
        "mrife:morphometry",
        {"INPUT": layer, "OUTPUT": str(tmp_path / "out.gpkg")},
        context=context,
        feedback=QgsProcessingFeedback(False),
    )
    assert result["COUNT"] == result["REPAIRED"] == 1


def test_a_second_run_gives_the_same(run, tmp_path):
    layer = write(
        tmp_path / "in.gpkg",
        4490,
        [(Point(105 + i / 100, 30).buffer(0.001), [str(i)]) for i in range(3)],
    )
    first, second = (
        rows(
            run("morphometry", {"INPUT": layer, "OUTPUT": str(tmp_path / name)})["OUTPUT"]
        )
        for name in ("a.gpkg", "b.gpkg")
    )
    assert [values for _, values in first] == [values for _, values in second]
    again = rows(
        run(
            "morphometry",
            {"INPUT": str(tmp_path / "a.gpkg"), "OUTPUT": str(tmp_path / "c.gpkg")},
        )["OUTPUT"]
    )
    assert [values for _, values in again] == [values for _, values in first]


def test_the_real_outlines_pass_without_a_loss(run, tmp_path):
    files = list(REAL.glob("*.geojson"))
    if not files:
        pytest.skip("no real outlines beside this checkout (shared/data/relict-polygons)")
    result = run(
        "morphometry", {"INPUT": str(files[0]), "OUTPUT": str(tmp_path / "out.gpkg")}
    )
    drawn = [
        shape(feature["geometry"])
        for feature in json.loads(files[0].read_text("utf-8"))["features"]
    ]
    found = rows(result["OUTPUT"])
    assert result["COUNT"] == len(found) == len(drawn) == 276 and result["SKIPPED"] == 0
    assert all(polygon.is_valid for polygon, _ in found)
    assert len({values["ls_id"] for _, values in found}) == 276
    assert all(
        0 < values["solidity"] <= 1 and values["length_m"] >= values["width_m"] > 0
        for _, values in found
    )


@pytest.mark.parametrize(
    "change, words",
    [
        ({"DEM": "away"}, "does not overlap"),
        ({"INPUT": "nowhere.gpkg"}, "nowhere.gpkg"),
        ({"DEM": "nowhere.tif"}, "nowhere.tif"),
    ],
)
def test_what_cannot_serve_is_refused_before_anything_is_written(
    run, tmp_path, change, words
):
    layer = write(tmp_path / "in.gpkg", 32648, [(Point(X, Y).buffer(50), ["a"])])
    away = dem(tmp_path / "away.tif", plane(0, 1), transform=(X + 5000, 2, 0, Y, 0, -2))
    change = {key: away if value == "away" else value for key, value in change.items()}
    assert words in refused(
        run,
        "morphometry",
        {"INPUT": layer, "OUTPUT": str(tmp_path / "out.gpkg"), **change},
    )
    assert not (tmp_path / "out.gpkg").exists()


def test_an_empty_layer_stays_an_empty_layer(run, tmp_path):
    layer = write(tmp_path / "in.gpkg", 32648, [(None, ["x"])], kind=ogr.wkbPolygon)
    path = dem(tmp_path / "d.tif", plane(0, 10))
    result = run(
        "morphometry", {"INPUT": layer, "DEM": path, "OUTPUT": str(tmp_path / "out.gpkg")}
    )
    assert (result["COUNT"], result["SKIPPED"], result["AREA_M2"]) == (0, 1, 0) and rows(
        result["OUTPUT"]
    ) == []


def test_a_polygon_where_its_system_ends_is_kept_without_measures(run, tmp_path):
    far = Polygon([(9e7, 9e7), (9e7, 9.1e7), (9.1e7, 9e7)])
    layer = write(
        tmp_path / "in.gpkg", 32648, [(Point(X, Y).buffer(50), ["a"]), (far, ["b"])]
    )
    result = run("morphometry", {"INPUT": layer, "OUTPUT": str(tmp_path / "out.gpkg")})
    found = {values["name"]: values for _, values in rows(result["OUTPUT"])}
    assert (
        found["b"]["area_m2"] is None
        and found["a"]["area_m2"] > 0
        and "Feature 2 has no measures" in run.log
    )
