"""Settings of single stanzas: labels, limits, mouse-over and filters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_hubs.manifest import Assembly, Manifest, Track
from track_hubs.setting_patterns import GENOME, HUB, TRACK, accepts
from track_hubs.stanzas import Settings
from track_hubs.ucsc_settings import (
    NO_EMAIL,
    choose_view_limits,
    define_subgroup,
    format_limits,
    make_bigbed_settings,
    make_bigwig_settings,
    make_composite_settings,
    make_genome_settings,
    make_graph_settings,
    make_hub_settings,
)

SCORE = Track("tracks/a b.bw", "bigWig", "score", "A", "A +", "score of A", (1, 2, 3), "+")
SITES = Track(
    "hits/A.bb", "bigBed", "sites", "A", "A sites", "sites of A", (1, 2, 3), None, 9, 2,
    extra_names=("rawScore", "geneName"),
)  # fmt: skip


def sites_settings(**fields: object) -> dict[str, str]:
    """Settings of the sites with some fields of the track replaced."""
    return settings_of(make_bigbed_settings(replace(SITES, **fields), "A_sites", "run", "descriptions/A.html"))


def settings_of(stanza: Settings, patterns: dict[str, str] = TRACK) -> dict[str, str]:
    """Settings by name; each must be known, valid and unique."""
    settings = dict(stanza)
    assert len(settings) == len(stanza)
    assert [pair for pair in stanza if not accepts(pair[0], patterns, pair[1])] == []
    return settings


def test_filters_and_mouse_over_name_columns_that_are_there() -> None:
    sites = sites_settings()
    assert sites["mouseOver"] == "${name}, score ${rawScore}"
    assert (sites["filter.rawScore"], sites["filterLimits.rawScore"], sites["filterText.geneName"]) == ("0", "0:1", "*")
    assert "filterValues.driver" not in sites
    motifs = sites_settings(role="motifs", bed_fields=6)
    assert "mouseOver" not in motifs  # UCSC shows none for less than nine plain columns
    assert "filter.rawScore" not in motifs
    assert (motifs["type"], motifs["color"]) == ("bigBed 6 +", "1,2,3")


def test_columns_that_are_not_named_are_not_spoken_of() -> None:
    sites = sites_settings(extra_fields=0, extra_names=())
    assert sites["type"] == "bigBed 9 ."
    assert not [name for name in sites if name.startswith(("filter", "mouseOver"))]


def test_choices_become_filters() -> None:
    choices = {"region": ("CDS", "3'UTR", "a,b"), "other": ("x",)}
    sites = sites_settings(extra_names=("region",), choices=choices)
    assert sites["filterValues.region"] == "CDS,3'UTR,a,,b"
    assert sites["filterLabel.region"] == "Region"
    assert "filterValues.other" not in sites


def test_a_number_that_each_site_has_is_shown_and_filtered() -> None:
    names = ("rawScore", "expectedPrecision", "motif", "motifProtein")
    sites = sites_settings(extra_names=names, ranges={"expectedPrecision": (0.0, 1.0)})
    assert sites["mouseOver"] == (
        "${name}, score ${rawScore}, expected precision ${expectedPrecision}, motif ${motif}, known for ${motifProtein}"
    )
    assert sites["filter.expectedPrecision"] == "0"
    assert sites["filterLimits.expectedPrecision"] == "0:1"
    assert sites["filterLabel.expectedPrecision"] == "Expected precision, 0 to 1"


def test_a_motif_with_a_name_is_shown_by_it() -> None:
    sites = sites_settings(extra_names=("rawScore", "motif", "motifName", "motifProtein", "motifOrigin"))
    assert sites["mouseOver"] == "${name}, score ${rawScore}, motif ${motifName}"


def test_a_number_that_sites_lack_is_neither_shown_nor_filtered() -> None:
    sites = sites_settings(extra_names=("rawScore", "expectedPrecision"))
    assert sites["mouseOver"] == "${name}, score ${rawScore}"
    assert "filter.expectedPrecision" not in sites


def test_q_values_of_earlier_versions_are_not_shown() -> None:
    sites = sites_settings(extra_names=("rawScore", "pValue", "qValue", "driver"))
    assert sites["mouseOver"] == "${name}, score ${rawScore}, driver ${driver}"


def test_the_minus_strand_points_down() -> None:
    plus = settings_of(make_bigwig_settings(SCORE, "A_plus", "A_score", "a b.html"))
    assert (plus["type"], plus["bigDataUrl"], plus["html"]) == ("bigWig 0 1", "tracks/a%20b.bw", "a%20b.html")
    assert not {"negateValues", "altColor"} & set(plus)
    minus = settings_of(make_bigwig_settings(replace(SCORE, strand="-", label="A -"), "A_minus", "A_score", "a.html"))
    assert (minus["type"], minus["negateValues"], minus["altColor"]) == ("bigWig -1 0", "on", "1,2,3")
    assert minus["shortLabel"] == "A -"


LIMITS = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted).map(tuple)


@given(st.lists(st.tuples(LIMITS, st.sampled_from(["+", "-", None])), min_size=1, max_size=4))
def test_limits_are_whole_numbers_around_all_values(tracks: list[tuple[tuple[float, float], str | None]]) -> None:
    low, high = choose_view_limits([replace(SCORE, limits=limits, strand=strand) for limits, strand in tracks])
    assert low.is_integer()
    assert high.is_integer()
    signed = [value * (-1 if strand == "-" else 1) for limits, strand in tracks for value in limits]
    assert low <= min(signed) < low + 1
    assert high - 1 < max(signed) <= high


def test_limits_of_a_graph_include_values_without_negation() -> None:
    minus = replace(SCORE, strand="-", limits=(-0.5, 2.5))
    assert format_limits([minus]) == "-3:1"
    assert settings_of(make_graph_settings([minus]))["viewLimits"] == "-3:3"
    assert format_limits([replace(SCORE, strand="-", limits=(0.0, 6.0))]) == "-6:0"  # no negative zero


def test_a_genome_that_goes_with_the_hub() -> None:
    assembly = Assembly("my genome", "a <genome>", None, {"c1": 500, "c2": 9}, two_bit="genome/my genome.2bit")
    genome = settings_of(make_genome_settings(assembly, None), GENOME)
    assert genome["genome"] == "my_genome"
    assert genome["twoBitPath"] == "genome/my%20genome.2bit"
    assert genome["chromSizes"] == "genome/my%20genome.chrom.sizes"
    assert (genome["defaultPos"], genome["description"]) == ("c1:1-500", "a (genome)")
    assert dict(make_genome_settings(assembly, "c2:3-4"))["defaultPos"] == "c2:3-4"
    long = replace(assembly, sizes={"c1": 10_001})
    assert dict(make_genome_settings(long, None))["defaultPos"] == "c1:1-10000"


def test_a_genome_of_ucsc_has_a_name_alone() -> None:
    assert make_genome_settings(Assembly("hg38", "human genome", None, {"chr1": 5}), "chr1:1-5") == [("genome", "hg38")]


@pytest.mark.parametrize(
    ("title", "name"), [("A run: α, b", "A_run_b"), ("αβ", "hub"), ("", "hub"), ("x" * 80, "x" * 60)]
)
def test_a_hub_has_a_plain_name(title: str, name: str) -> None:
    manifest = Manifest(title, Assembly("hg38", "human genome", None, {"chr1": 5}), (SITES,))
    hub = settings_of(make_hub_settings(manifest), HUB)
    assert (hub["hub"], hub["email"]) == (name, NO_EMAIL)
    assert settings_of(make_hub_settings(replace(manifest, contact="me@a.org")), HUB)["email"] == "me@a.org"


def test_a_composite_is_known_to_its_parent() -> None:
    stanza = make_composite_settings("sites", "run", "a" * 18, long_label="all sites", data_type="bigBed 9 +")
    composite = settings_of(stanza)
    assert (composite["track"], composite["parent"], composite["shortLabel"]) == ("sites", "run", "a" * 15 + "..")


def test_titles_of_subgroups_are_single_words() -> None:
    members = {"PARCLIP": "PAR-CLIP", "b": "a = b | c"}
    text = define_subgroup("assay", "Assay", members)
    assert text == "assay Assay PARCLIP=PAR-CLIP b=a_b_c"
    assert accepts("subGroup1", TRACK, text)
