"""Settings of hubs: known names, valid values, and the columns that they name."""

from __future__ import annotations

import pytest

from track_hubs.setting_patterns import GENOME, HUB, TRACK, accepts, column_of


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("type", "bigWig"),
        ("type", "bigWig -1 1"),
        ("type", "bigBed 9 +"),
        ("viewLimits", "-1.5:2e3"),
        ("dimensions", "dimX=assay dimY=protein"),
        ("sortOrder", "protein=+ assay=-"),
        ("subGroup9", "strand Strand plus=Plus minus=Minus"),
        ("filter.rawScore", "0.5"),
        ("filter.rawScore", "0:1"),
        ("filterValues.driver", "a,b"),
    ],
)
def test_valid_values_of_a_track(setting: str, value: str) -> None:
    assert accepts(setting, TRACK, value) is True


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("type", "bigBed"),
        ("type", "bigBed 9 9"),
        ("type", "bigWig 1"),
        ("viewLimits", "0:1:2"),
        ("viewLimits", "0:"),
        ("bigDataUrl", "a b.bw"),
        ("color", "red"),
        ("color", "1,2,3\n4"),
        ("visibility", "Full"),
        ("visibility", ""),
        ("subGroup1", "strand Strand"),
        ("filter.rawScore", "high"),
    ],
)
def test_values_that_a_track_cannot_have(setting: str, value: str) -> None:
    assert accepts(setting, TRACK, value) is False


@pytest.mark.parametrize("setting", ["colour", "subGroup", "subGroupA", "filter.", "filter", "filters.rawScore"])
def test_unknown_settings(setting: str) -> None:
    assert accepts(setting, TRACK, "1") is None


def test_each_kind_of_stanza_has_its_own_settings() -> None:
    assert accepts("email", HUB, "me@a.org") is True
    assert accepts("email", HUB, "me") is False
    assert accepts("email", GENOME, "me@a.org") is None
    assert accepts("filter.rawScore", HUB, "1") is None
    assert accepts("defaultPos", GENOME, "chr1:1-10") is True


@pytest.mark.parametrize(
    ("setting", "column"),
    [
        ("filter.rawScore", "rawScore"),
        ("filterLabel.a.b", "a.b"),
        ("filterComposite", None),
        ("filter.", ""),
        ("color", None),
        ("x.rawScore", None),
    ],
)
def test_the_column_that_a_setting_names(setting: str, column: str | None) -> None:
    assert column_of(setting) == column
