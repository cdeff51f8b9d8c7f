"""Text of a model's card: cells of the list, sections, and aligned lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.cli.card import COLUMNS, aligned, row, sections
from ideep_scan.models.measured_precision import HELD_OUT_SITES
from ideep_scan.models.store import Entry

AUC = {"value": 0.92345, "low": 0.9, "high": 0.95}


def entry(**card):
    return Entry(Path("x.safetensors"), "TOY1", "TOY", ("Toy-1", "p17"), ("sequence", "region"), card)


def test_a_bare_card_is_a_row_of_dots():
    cells = dict(zip(COLUMNS, row(entry()), strict=True))
    assert cells == {**dict.fromkeys(COLUMNS, "."), "name": "TOY1", "protein": "TOY", "aliases": "Toy-1,p17"}


def test_entries_that_are_null_are_dots_as_well():
    cells = row(entry(protocol=None, experiment=None, number=None, note=None, licence=None))
    assert all(isinstance(cell, str) for cell in cells)
    assert dict(sections(entry(protocol=None, experiment=None, note=None, licence=None))).keys() == {
        "TOY1",
        "Calibration",
    }


def test_the_list_has_the_figures_of_fasta_with_annotation():
    figures = {"FASTA": {"AUC": {**AUC, "value": 0.5}}, "FASTA + annotation": {"AUC": AUC}}
    cells = dict(zip(COLUMNS, row(entry(**{"published test windows": figures})), strict=True))
    assert (cells["AUC"], cells["auPRC"]) == ("0.923", ".")


@pytest.mark.parametrize(
    ("card", "heading", "cells"),
    [
        ({"counts": {"training": 12345}}, "Data, windows", ("training", "12,345")),
        (
            {"published test windows": {"FASTA": {"AUC": AUC}}},
            "Published test windows (95 % interval)",
            ("FASTA", "0.923 (0.900-0.950)", "."),
        ),
        (
            {"published figures": {"iDeep": {"auPRC": 0.5}}},
            "Published test windows (95 % interval)",
            ("published: iDeep", ".", "0.500"),
        ),
        (
            {"gain": {"region": {**AUC, "beside": "sequence"}}},
            "What each kind of evidence adds to the AUC (95 % interval)",
            ("region", "beside sequence", "+0.9234 (+0.9000 to +0.9500)", "used by auto"),
        ),
        (
            {"gain": {"motifs": {"value": -0.01, "low": -0.02, "high": 0.0, "beside": "sequence"}}},
            "What each kind of evidence adds to the AUC (95 % interval)",
            ("motifs", "beside sequence", "-0.0100 (-0.0200 to +0.0000)", "not used by auto"),
        ),
        (
            {"top region": {"region": "3'UTR", "share": 0.612, "background share": 0.2}},
            "Where it binds",
            ("top region", "3'UTR: 61% of its sites, 20% of the background"),
        ),
        (
            {
                "inside transcripts": {"genes": 1200, "peaks": 30, "regions": "chr20", "lists": ["L"]},
                "experiments": ["L"],
            },
            "Inside transcripts (95 % interval)",
            ("judged by", "peaks of experiments that the model learned from, 1,200 genes, 30 peaks; chr20"),
        ),
        (
            {"inside transcripts": {"peaks": 30, "regions": "chr20", "lists": ["L"]}, "experiments": ["M"]},
            "Inside transcripts (95 % interval)",
            ("judged by", "peaks of CLIP experiments, 30 peaks; chr20"),
        ),
        (
            {"inside transcripts": {"truth": "published sites", "regions": "chr20", "auPRC": {"value": 0.5}}},
            "Inside transcripts (95 % interval)",
            ("auPRC", "0.500"),
        ),
        (
            {"inside transcripts": {"truth": HELD_OUT_SITES, "peaks": 12}},
            "Inside transcripts (95 % interval)",
            ("judged by", f"{HELD_OUT_SITES}, 12 sites"),
        ),
        ({"cobinding experiments": ["A", "B"]}, "TOY1", ("--cobinding", "A, B")),
        ({"citation": ["A 2017"]}, "Licence and citation", ("cite", "A 2017")),
        ({"threshold": "0.5"}, "Calibration", ("threshold", "0.5")),
    ],
)
def test_a_section_has_a_row_for_each_entry(card, heading, cells):
    assert cells in dict(sections(entry(**card)))[heading]


def test_a_section_without_entries_is_left_out():
    assert [heading for heading, _ in sections(entry())] == ["TOY1", "Calibration"]
    assert dict(sections(entry()))["Calibration"] == [("p-values", "none: the model is not calibrated")]


def test_the_background_of_variants_is_counted_for_each_combination():
    kinds = {"sequence+region": {"snv": {"effects": 2492}, "other": {"effects": 229}}, "sequence": {}}
    calibration = {"variants": {"kinds": kinds, "limits": "few genes"}}
    calibrated = Entry(Path("x"), "TOY1", "TOY", (), ("sequence",), {}, calibration)
    assert dict(sections(calibrated))["Calibration"] == [
        ("P of variants", "sequence + region: effects of 2,492 common SNVs, 229 other common changes"),
        ("P of variants", "sequence: effects of none"),
        ("limits", "few genes"),
    ]


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        ("eCLIP of K562", "80 peaks; best F1: precision 0.40 (0.20-0.60), finds 0.25 of the peaks"),
        (HELD_OUT_SITES, "80 sites; at the threshold: precision 0.40 (0.20-0.60), finds 0.25 of the sites"),
    ],
)
def test_measured_calls_are_described(truth, words):
    table = {"logits": [-2.0, 0.0], "calls": [1000, 50], "hits": [30, 20], "low": [0.01, 0.2], "high": [0.05, 0.6],
             "recall": [0.9, 0.25], "threshold": 0.0, "genes": 12, "peaks": 80, "truth": truth}  # fmt: skip
    calibration = {"smoothing": 120, "measured": {"sequence+region": table}}
    rows = dict(sections(Entry(Path("x"), "TOY1", "TOY", (), ("sequence",), {}, calibration)))["Calibration"]
    assert rows == [
        ("smoothing", "120 nt, before sites are called"),
        (
            "measured calls",
            f"sequence + region: 1,000 calls in 12 genes, {words}; {truth}",
        ),
    ]


def test_a_damaged_calibration_leaves_the_list_as_it_is():
    damaged = Entry(Path("x"), "TOY1", "TOY", (), ("sequence",), {}, {"kinds": 5})
    assert row(damaged)[COLUMNS.index("lowest_fdr")] == "."


CELL = st.text("ab ", max_size=6).map(str.strip)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=4).map(tuple), min_size=1, max_size=6)


@given(ROWS)
def test_columns_begin_at_one_place_in_every_line(rows):
    lines = aligned(rows)
    count = max(map(len, rows))
    padded = [(*cells, *[""] * (count - len(cells))) for cells in rows]
    widths = [max(map(len, column)) for column in zip(*padded, strict=True)]
    for line, cells in zip(lines, padded, strict=True):
        start = 0
        for cell, width in zip(cells, widths, strict=True):
            assert line[start : start + width].rstrip() == cell
            start += width + 2
        assert line == line.rstrip()
