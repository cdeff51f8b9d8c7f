"""A page in one file: what it holds, and what is refused in one line."""

from __future__ import annotations

import base64
import json
import re
import shutil
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.view import save_page as module
from ideep_scan.jobs.view.save_page import save_page


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    example = runs.copy_example(folder / "example")
    runs.scan(example, folder / "out", rbp=("ELAVL1", "U2AF2"), regions="exA:1-60000")
    return folder / "out"


def read_drawings(path: Path) -> list[tuple[dict[str, Any], np.ndarray]]:
    """Read the drawings that a page holds."""
    drawings = []
    for packed in re.findall(r'id="drawing\d+">([^<]+)</script>', path.read_text(encoding="utf-8")):
        line, content = zlib.decompress(base64.b64decode(packed)).split(b"\n", 1)
        head = json.loads(line)
        drawings.append((head, np.frombuffer(content, np.uint8).reshape(len(head["groups"]), -1)))
    return drawings


def test_a_page_holds_all_isoforms_with_scores_sites_and_letters(run: Path, tmp_path: Path) -> None:
    page = save_page(run, tmp_path / "a.html", genes=["exa1", "EXT0000021"])
    assert page.size == page.path.stat().st_size
    heads = [head for head, _ in read_drawings(page.path)]
    assert [head["gene"] for head in heads] == ["EXA1", "EXA1", "EXA2"]
    assert heads[2]["transcript"] == "EXT0000021.1"
    ((first, letters),) = heads[2]["letters"]
    assert (first, len(letters), set(letters) <= set("ACGUN")) == (0, 12_600, True)
    text = page.path.read_text(encoding="utf-8")
    assert "predictions, not measurements" in text
    assert all(f">{site['name']}</td>" in text for site in heads[2]["sites"][:5])
    assert "<h1>EXA1, EXA2</h1>" in text


def test_scores_are_those_of_the_track(run: Path, tmp_path: Path) -> None:
    page = save_page(run, tmp_path / "a.html", loci=["exA:17501-18000"])
    plus, minus = read_drawings(page.path)
    assert (plus[0]["strand"], minus[0]["strand"], plus[0]["locus"]) == ("+", "-", True)
    for strand, rows in (("+", plus[1][0]), ("-", minus[1][0][::-1])):
        written = runs.track(run, strand, "ELAVL1")["exA"][17_500:18_000]
        expected = np.where(np.isnan(written), 255, np.rint(np.nan_to_num(written) * 254))
        assert np.abs(rows - expected).max() <= 1


def test_a_site_of_a_gene_and_of_a_place_is_one_row(run: Path, tmp_path: Path) -> None:
    page = save_page(run, tmp_path / "a.html", genes=["EXA2"], loci=["exA:17501-18000"])
    rows = re.findall(r'<tr data-site="([^"]+)" data-model="([^"]+)"', page.path.read_text(encoding="utf-8"))
    assert rows
    assert len(rows) == len(set(rows))


def test_models_can_be_chosen(run: Path, tmp_path: Path) -> None:
    page = save_page(run, tmp_path / "a.html", genes=["EXA2"], proteins=["u2af2"])
    ((head, rows),) = read_drawings(page.path)
    assert (head["groups"], len(rows)) == ([0], 1)
    assert "ELAVL1 in" not in page.path.read_text(encoding="utf-8")


def test_the_folder_of_the_run_stays_as_it_is_and_no_path_is_told(run: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    page = save_page(run, tmp_path / "a.html", genes=["EXA2"])
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
    text = page.path.read_text(encoding="utf-8")
    assert str(run.parent) not in text
    assert not re.findall(r'(?:src|href)="(?!data:)[^"]', text)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs at least one --gene NAME or --locus"),
        ({"genes": ["EXA9x"]}, "not in the gene models of this run; similar names: EXA"),
        ({"loci": ["exA:70001-71000"]}, "exA:70001-71000: nothing was scored there"),
        ({"genes": ["EXA1"], "proteins": ["ELAVL"]}, "--rbp ELAVL: is not a model of this run; similar names: ELAVL1"),
        ({"loci": ["EXA1"]}, "--locus EXA1: give a place as chr:start-end, or the name of a gene by --gene"),
        ({"loci": ["exZ:1-100"]}, "no contig exZ"),
        ({"loci": ["exA:1-900000"]}, "reaches past the end of exA"),
    ],
)
def test_a_page_that_cannot_be_made_is_refused(run: Path, tmp_path: Path, options: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        save_page(run, tmp_path / "a.html", **options)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "a.html").exists()


def test_other_names_of_the_file_are_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.html"):
        save_page(run, tmp_path / "a.pdf", genes=["EXA2"])
    path = tmp_path / "a.html"
    path.write_text("mine")
    with pytest.raises(InputError, match="pass --overwrite"):
        save_page(run, path, genes=["EXA2"])
    assert path.read_text() == "mine"
    assert save_page(run, path, genes=["EXA2"], overwrite=True).size > 1000


def test_a_page_that_would_be_too_large_is_refused(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SIZE", 10_000)
    with pytest.raises(InputError, match="save fewer genes, smaller places, or fewer proteins"):
        save_page(run, tmp_path / "a.html", genes=["EXA2"])


def test_a_folder_without_a_run_is_refused_and_a_run_without_its_fasta_has_no_letters(
    run: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="needs the folder of one finished run"):
        save_page(tmp_path, tmp_path / "a.html", genes=["EXA2"])
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    next((copy / "genome").glob("*.fa.gz")).unlink()
    ((head, _),) = read_drawings(save_page(copy, tmp_path / "b.html", genes=["EXA2"]).path)
    assert head["letters"] == []
