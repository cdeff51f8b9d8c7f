"""Strongest variants of a bigBed, against all of its rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideep_scan.formats.bigbed import Row, write_bigbed
from ideep_scan.formats.variants.variant_bigbed import VARIANTS
from track_hubs.manifest import HubError
from track_hubs.run_page.variant_rows import COLUMNS, read_strongest_variants

CONTIGS = {"chr1": 700_000, "chr2": 1000}
NAMES = tuple(name for _, name, _ in VARIANTS.extra)


def make_row(chrom: str, start: int, model: str, delta: float, site: str = "none") -> Row:
    extra = (model, site, f"{delta:.4g}", f"{abs(delta):.4g}", "0.1", "0.9", ".", ".", "A", "G", ".", ".")
    bed = ("x", "0", "+", str(start), str(start + 9), "0,0,0")
    return chrom, start, start + 9, "\t".join((*bed, *extra))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 699_000), st.sampled_from("AB"), st.integers(-999, 999)), min_size=1, max_size=40)
)
def test_the_strongest_of_all_and_of_each_model(tmp_path: Path, effects: list[tuple[int, str, int]]) -> None:
    """Rows may cross the ends of the pieces that are read at a time."""
    effects = sorted(effects)
    rows = [make_row("chr1", start, model, delta / 1000) for start, model, delta in effects]
    write_bigbed(tmp_path / "v.bb", CONTIGS, rows, VARIANTS)
    variants = read_strongest_variants([(tmp_path / "v.bb", NAMES)], 5, 2)
    ranked = sorted(((abs(delta), -number) for number, (_, _, delta) in enumerate(effects)), reverse=True)
    expected = ranked[:5]
    for model in "AB":
        expected += [pair for pair in ranked if effects[-pair[1]][1] == model][:2]
    shown = [(row.start, row.columns["model"], round(1000 * row.delta)) for row in variants.rows]
    assert shown == [effects[-number] for _, number in sorted(set(expected), reverse=True)]
    assert variants.count == len(effects)


def test_a_row_at_an_end_of_a_piece_is_there_once(tmp_path: Path) -> None:
    rows = [
        make_row("chr1", (1 << 18) - 4, "A", 0.5),
        make_row("chr1", 1 << 18, "A", 0.4),
        make_row("chr2", 3, "A", 0.3),
    ]
    write_bigbed(tmp_path / "v.bb", CONTIGS, rows, VARIANTS)
    variants = read_strongest_variants([(tmp_path / "v.bb", NAMES)] * 2, 9, 9)
    assert [(row.chrom, row.start) for row in variants.rows] == [
        place for place in (("chr1", (1 << 18) - 4), ("chr1", 1 << 18), ("chr2", 3)) for _ in range(2)
    ]


@pytest.mark.parametrize("names", [NAMES[1:], ()])
def test_columns_of_another_kind_are_one_line(tmp_path: Path, names: tuple[str, ...]) -> None:
    write_bigbed(tmp_path / "v.bb", CONTIGS, [make_row("chr1", 3, "A", 0.5)], VARIANTS)
    with pytest.raises(HubError, match=r"v\.bb: has a row that is not of a variant"):
        read_strongest_variants([(tmp_path / "v.bb", names)], 9, 9)


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "v.bb").write_bytes(b"x" * 200)
    with pytest.raises(HubError, match="cannot be read as bigBed"):
        read_strongest_variants([(tmp_path / "v.bb", NAMES)], 9, 9)


def test_every_column_of_the_list_is_written() -> None:
    assert set(COLUMNS) <= set(NAMES)
