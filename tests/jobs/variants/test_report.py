"""The report of a job: which folders it takes, and that its page appears when it is complete."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import runs
from runs import vcf

from ideep_scan.errors import OutputError
from ideep_scan.jobs.variants import report as room

ROWS = ("exA 17707 first T C . . .", "exA 17708 second C <DEL> . . .", "exA 17720 third A G,T . . .")


def read_rows(page: Path) -> list[dict[str, Any]]:
    texts = re.findall(r'<script type="application/json" id="row\d+">(.*?)</script>', page.read_text(encoding="utf-8"))
    return [json.loads(text) for text in texts]


@pytest.fixture
def variants(example: Path, tmp_path: Path) -> Path:
    import pysam

    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        rows = []
        for row in ROWS:
            chrom, position, name, _, *rest = row.split(" ")
            base = fasta.fetch(chrom, int(position) - 1, int(position)).upper()
            rest[0] = rest[0].replace(base, "A" if base != "A" else "C")
            rows.append(" ".join([chrom, position, name, base, *rest]))
    return vcf(tmp_path, *rows)


def test_the_page_has_the_strongest_effects(example: Path, variants: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "report"
    watcher = runs.RowWatcher()
    summary, text = runs.annotate(example, variants, watcher, report=folder, top=4, min_delta=0)
    assert (watcher.rows, watcher.pictures, watcher.advanced) == (3, 4, 4)
    assert summary.report == folder / "index.html"
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    rows = read_rows(folder / "index.html")
    deltas = [abs(float(delta)) for delta in re.findall(r"\|(-?\d\.\d{4})\|-?\d+\|\w+\|", text)]
    assert len(deltas) == 6
    shown = [abs(row["picture"]["alternate"]["scores"][row["picture"]["center"]]
                 - row["picture"]["reference"]["scores"][row["picture"]["center"]]) for row in rows]  # fmt: skip
    assert shown == pytest.approx(sorted(deltas, reverse=True)[:4], abs=3e-4)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "The strongest 4 of 6 effects" in page
    assert "2 scored, 1 symbolic" in page
    assert str(tmp_path) not in page


def test_changes_of_one_haplotype_are_drawn_together(example: Path, variants: Path, tmp_path: Path) -> None:
    lines = variants.read_text().splitlines()
    lines = [
        line + ("" if line.startswith("##") else "\tFORMAT\tS" if line.startswith("#") else "\tGT\t1|0")
        for line in lines
    ]
    variants.write_text("\n".join(lines) + "\n")
    runs.annotate(example, variants, report=tmp_path / "report", phased="S")
    rows = read_rows(tmp_path / "report" / "index.html")
    joined = [row for row in rows if "&" in row["name"]]
    assert len(joined) == 2  # one per strand
    for row in joined:
        assert row["name"].startswith("exA:17707:")
        assert len(row["picture"]["changed"]) == 2


def test_an_earlier_report_is_replaced_beside_other_files(example: Path, variants: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    runs.annotate(example, variants, report=folder, top=1)
    (folder / "notes.txt").write_text("mine")
    runs.annotate(example, variants, report=folder, top=2)
    assert len(read_rows(folder / "index.html")) == 2
    assert (folder / "notes.txt").read_text() == "mine"


def test_names_that_are_not_utf_8(example: Path, variants: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.vcf")
    path.write_bytes(variants.read_bytes().replace(b"first", b"f\xefrst"))
    runs.annotate(example, path, report=tmp_path / "report", out=tmp_path / "o.vcf")
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "<h1>Variants of caf?.vcf</h1>" in page
    assert any(row["caption"].startswith("f?rst") for row in read_rows(tmp_path / "report" / "index.html"))


def test_no_effect_at_all(example: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    runs.annotate(example, vcf(tmp_path), report=folder)
    assert "No variant has a change of scores" in (folder / "index.html").read_text(encoding="utf-8")


def test_a_failed_run_leaves_nothing(
    example: Path, variants: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room, "render_variant_page", fail)
    folder, out = tmp_path / "report", tmp_path / "o.vcf"
    with pytest.raises(OutputError, match=r"index.html: cannot be written \(No space left on device\)"):
        runs.annotate(example, variants, report=folder, out=out)
    assert not folder.exists()
    assert not out.exists()
