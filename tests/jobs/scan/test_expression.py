"""A scan of expressed genes: silent genes have no score, the others have the scores of a scan without the table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import ScanSettings

GENES = ("EXA1", "EXA2", "EXA3", "EXA4", "EXA5", "EXA6", "EXA7", "EXA8", "EXB1", "EXB2", "EXB3", "EXB4")


def write(folder: Path, *silent: str, more: str = "") -> Path:
    """Write a table in which these genes are silent; it lacks EXB5."""
    path = folder / "tpm.tsv"
    path.write_text("gene\tTPM\n" + "".join(f"{name}\t{0.9 if name in silent else 1}\n" for name in GENES) + more)
    return path


def test_silent_genes_have_no_score_and_the_others_keep_theirs(example: Path, tmp_path: Path) -> None:
    asked = {"regions": "exA:14,000-36,000"}
    table = write(tmp_path, "EXA2", "EXA3", more="ABC\t7\n")
    watcher = runs.Watcher()
    full = runs.scan(example, tmp_path / "full", **asked)
    summary = runs.scan(example, tmp_path / "out", watcher, expression=table, **asked)
    before, after = (runs.track(tmp_path / name, "+")["exA"] for name in ("full", "out"))
    expressed = np.zeros(before.size, bool)
    expressed[13_999:18_000] = True  # the part of EXA1
    np.testing.assert_array_equal(after, np.where(expressed, before, np.nan))
    assert np.isfinite(before[~expressed]).any()
    assert not (tmp_path / "out/tracks/ELAVL1.minus.bw").exists()  # EXA2
    assert summary.positions < full.positions
    assert watcher.expected is not None
    assert watcher.expected.planned == 4001
    assert summary.silent == "not scanned because of less than 1 TPM: 2 of 13 genes"
    assert {note for note in watcher.notes if note.startswith("tpm.tsv")} == {
        f"tpm.tsv: {summary.silent}",
        "tpm.tsv: genes of the annotation that it lacks, which are scanned: 1",
        "tpm.tsv: rows without a gene of the annotation on the contigs of the FASTA: 1 of 13, the first is ABC",
    }
    receipts = json.loads((tmp_path / "out/manifest.json").read_text())["receipts"]
    assert receipts["expression"] == {"min_tpm": 1.0, "expressed": 10, "silent": 2, "unlisted": 1, "unknown": 1}
    assert receipts["inputs"]["expression"]["name"] == "tpm.tsv"
    assert receipts["settings"]["expression"] == "tpm.tsv"
    assert "expression" not in json.loads((tmp_path / "full/manifest.json").read_text())["receipts"]["settings"]


def test_the_expressed_gene_names_the_sites_where_a_silent_one_overlaps(example: Path, tmp_path: Path) -> None:
    lines = (example / "genes.gtf").read_text().splitlines(keepends=True)
    copies = [line.replace("EXG000001.1", "EXG9").replace("EXA1", "SHORT") for line in lines if "EXT0000011.1" in line]
    (tmp_path / "genes.gtf").write_text("".join([*lines, *(line.replace("EXT0000011.1", "Z") for line in copies)]))
    asked = {"gtf": tmp_path / "genes.gtf", "regions": "exA:4,001-18,000", "strand": "plus", "threshold": 0.01}
    runs.scan(example, tmp_path / "full", **asked)
    runs.scan(example, tmp_path / "out", expression=write(tmp_path, "EXA1", more="SHORT\t3\n"), **asked)
    assert "EXA1" in set(runs.table(tmp_path / "full")["gene_name"])
    assert set(runs.table(tmp_path / "out")["gene_name"]) == {"SHORT"}


def test_a_gene_that_is_asked_for_but_silent_is_named(example: Path, tmp_path: Path) -> None:
    table = write(tmp_path, "EXA4", "EXB4")
    watcher = runs.Watcher()
    runs.scan(example, tmp_path / "out", watcher, expression=table, gene=("EXA4", "EXA5", "EXB4"))
    assert "not scanned because of less than 1 TPM: EXA4, EXB4" in watcher.notes
    with pytest.raises(InputError, match=r"tpm\.tsv: nothing to scan: no gene has 1 TPM or more: .* lower --min-tpm"):
        runs.scan(example, tmp_path / "none", expression=table, gene=("EXA4",))
    with pytest.raises(InputError, match="no expressed transcript"):
        runs.scan(example, tmp_path / "none", expression=table, regions="exA:43,001-44,000", strand="minus")
    assert not (tmp_path / "none").exists()


def test_a_table_of_another_species_is_refused(example: Path, tmp_path: Path) -> None:
    table = tmp_path / "mouse.tsv"
    table.write_text("ENSMUSG00000000001.4\t12\n")
    with pytest.raises(InputError, match=r"mouse\.tsv: none of its genes .*it has ENSMUSG.*the annotation has EXA1"):
        runs.scan(example, tmp_path / "out", expression=table)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"expression": Path("x.tsv")}, "--expression needs an annotation .*give --gtf"),
        ({"min_tpm": 2.0}, "--min-tpm needs a table of expression: give --expression TABLE"),
        *[
            ({"expression": Path("x"), "gtf": Path("y"), "min_tpm": value}, "--min-tpm .*give a number above 0")
            for value in (0.0, -1.0, float("nan"), float("inf"))
        ],
    ],
)
def test_options_that_do_not_fit(values: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ScanSettings(("ELAVL1",), Path("a.fa"), **values).check()  # type: ignore[arg-type]
