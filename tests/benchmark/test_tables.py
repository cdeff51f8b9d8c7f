"""Tables of the benchmark, read back as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ideep_scan.benchmark.records import Anchor, Mean, Row, Subject
from ideep_scan.benchmark.tables import COLUMNS, Page, Section, write_page, write_tsv
from ideep_scan.errors import OutputError
from ideep_scan.records.estimate import Estimate

FIRST, SECOND = Subject(1, "1_A", "ALPHA", "PAR-CLIP"), Subject(2, "2_B", "BETA")
ANCHOR = Anchor(0.95, 0.85, 0.01, 0.97, 0.87)


def row(method: str, subject: Subject, auc: float, **fields) -> Row:
    estimate = Estimate(auc, auc - 0.01, auc + 0.01, 0.005)
    return Row("published", method, subject, estimate, replace(estimate, value=auc / 3), 12.34, **fields)


def mean(method: str, **fields) -> Mean:
    values = {"experiments": 2, "auc": 0.85, "auc_sd": 0.002, "auprc": 0.3, "auprc_sd": 0.004, "seconds": 12.4}
    return Mean("published", method, **{**values, **fields})


ROWS = [row("m", FIRST, 0.1 + 0.2, cross=(0.25, 1 / 3)), row("m", SECOND, 0.9)]


def test_the_table_has_a_row_per_method_and_experiment_in_full_precision(tmp_path):
    write_tsv(tmp_path / "x.tsv", ROWS)
    header, *rows = [line.split("\t") for line in (tmp_path / "x.tsv").read_text().splitlines()]
    table = dict(zip(header, zip(*rows, strict=True), strict=True))
    assert tuple(header) == COLUMNS
    assert list(map(float, table["AUC"])) == [0.1 + 0.2, 0.9]
    assert list(map(float, table["auPRC"])) == [(0.1 + 0.2) / 3, 0.9 / 3]
    assert table["experiment"] == ("1_A", "2_B")
    first, second = table["cross_validation_AUC"]
    assert ([float(text) for text in first.split(",")], second) == ([0.25, 1 / 3], ".")


def page(tmp_path, section: Section, **fields) -> list[str]:
    write_page(tmp_path / "x.md", Page("Made today.", [section], **fields))
    return (tmp_path / "x.md").read_text().splitlines()


def test_a_page_has_provenance_notes_and_a_section(tmp_path):
    section = Section("published", "About.", [mean("m", paper=0.83)], ROWS, [("figures/a.png", "A caption.")])
    lines = page(tmp_path, section, notes=["A note."])
    assert lines[:4] == ["# Benchmark on the published CLIP experiments", "", "Made today.", ""]
    for line in ("A note.", "## Published matrices", "About.", "### Means", "### m", "![A caption.](figures/a.png)"):
        assert line in lines
    assert "| m | 2 | 0.850 ± 0.002 | 0.300 ± 0.004 | 0.83 | +0.020 | 12 |" in lines
    assert "| 1 ALPHA, PAR-CLIP | 0.300 (0.290-0.310) | 0.100 (0.290-0.310) | 0.292 (0.250-0.333) |" in lines
    assert "| 2 BETA | 0.900 (0.890-0.910) | 0.300 (0.890-0.910) |  |" in lines


def test_every_row_of_a_table_has_as_many_cells_as_its_head(tmp_path):
    rows = [*ROWS, row("other", FIRST, 0.5, anchor=ANCHOR), row("other", SECOND, 0.4)]
    for protocol in ("published", "own"):
        for method in ("m", "other"):
            section = Section(protocol, "About.", [mean(method), mean("m")], rows)
            tables = "\n".join(page(tmp_path, section)).split("\n\n")
            for table in (part.splitlines() for part in tables if part.startswith("|")):
                assert len({line.count("|") for line in table}) == 1


def test_results_behind_a_re_run_are_marked(tmp_path):
    rows = [row("m", FIRST, 0.9, anchor=ANCHOR), row("m", SECOND, 0.95, anchor=ANCHOR)]
    lines = page(tmp_path, Section("published", "About.", [mean("m")], rows))
    assert "| 1 ALPHA, PAR-CLIP | 0.900 (0.890-0.910) | 0.300 (0.890-0.910) | 0.950 | 0.850 | **behind** |" in lines
    assert "| 2 BETA | 0.950 (0.940-0.960) | 0.317 (0.940-0.960) | 0.950 | 0.850 |  |" in lines
    assert "behind: more than two bootstrap standard deviations below the re-run." in lines


def test_the_best_method_of_an_experiment_is_bold_and_ties_are_all(tmp_path):
    rows = [row("a", FIRST, 0.8), row("b", FIRST, 0.8004), row("c", FIRST, 0.7), row("a", SECOND, 0.6)]
    lines = page(tmp_path, Section("published", "About.", [mean(name) for name in "abc"], rows))
    assert "| 1 ALPHA, PAR-CLIP | **0.800** | **0.800** | 0.700 |" in lines
    assert "| 2 BETA | **0.600** |  |  |" in lines


def test_one_method_needs_no_comparison(tmp_path):
    lines = page(tmp_path, Section("published", "About.", [mean("m")], ROWS))
    assert not any(line.endswith("of every method") for line in lines)


def test_a_folder_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_tsv(tmp_path / "file" / "x.tsv", ROWS)
