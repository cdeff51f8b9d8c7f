"""Finished runs that can and cannot be used."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.intersect.finished_runs import AxisContig, GenomeAxis, genome_axis, open_runs, read_models


@pytest.fixture
def copy(complete_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(complete_run, tmp_path / "copy"))


def edit(folder: Path, change: Any) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def read(*folders: Path) -> list[int]:
    opened = open_runs(folders)
    return [len(model) for model in read_models(opened, genome_axis(opened))]


def test_a_run_has_the_sites_of_its_tables(complete_run: Path, copy: Path) -> None:
    assert read(complete_run, copy) == [len(runs.table(complete_run))] * 2
    assert [run.name for run in open_runs([complete_run, copy])] == [complete_run.name, "copy"]


def test_contigs_follow_each_other_on_the_axis() -> None:
    axis = GenomeAxis({"a": 10, "chr2": 5, "c": 0})
    assert axis.offsets.tolist() == [0, 11, 17]
    assert axis.contig("a") == AxisContig(0, 10, None)
    assert axis.contig("2") == axis.contig("chr2") == AxisContig(11, 5, None)
    assert axis.contig("d") is None


def test_a_run_without_motif_hits(copy: Path) -> None:
    edit(copy, lambda manifest: manifest.update(tracks=[t for t in manifest["tracks"] if t["role"] != "motifs"]))
    assert read(copy) == [len(runs.table(copy))]


def test_folders_without_a_finished_run(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match=r"manifest\.json"):
            open_runs([folder])


def test_a_file_instead_of_a_folder(complete_run: Path) -> None:
    with pytest.raises(InputError, match=r"manifest\.json: is not a folder; give folders of finished runs, then"):
        open_runs([complete_run / "manifest.json"])


def test_runs_of_different_genomes(complete_run: Path, copy: Path) -> None:
    edit(copy, lambda manifest: manifest["assembly"]["sizes"].update(exA=130_000))
    with pytest.raises(InputError, match=r"exA is 120,000 nt long in .*, but 130,000 nt in .*give runs of one genome"):
        open_runs([complete_run, copy])


def test_a_run_without_a_table_of_sites(copy: Path) -> None:
    edit(copy, lambda manifest: manifest.update(tracks=[t for t in manifest["tracks"] if t["kind"] != "table"]))
    with pytest.raises(InputError, match="copy: has no table of sites of ELAVL1: run the scan again"):
        read(copy)


@pytest.mark.parametrize("name", ["hits/ELAVL1.tsv.gz", "motifs/ELAVL1.tsv.gz"])
@pytest.mark.parametrize("fault", ["missing", "cut", "garbled", "replaced"])
def test_a_run_with_a_damaged_table(copy: Path, name: str, fault: str) -> None:
    path = copy / name
    data = path.read_bytes()
    if fault == "missing":
        path.unlink()
    elif fault == "cut":
        path.write_bytes(data[:-9])
    elif fault == "garbled":
        path.write_bytes(data[:200] + b"garbage" + data[207:])
    else:
        path.write_bytes(gzip.compress(b"chrom\tstart\n"))
        edit(copy, lambda manifest: manifest["files"].pop(name))
    with pytest.raises(InputError, match=rf"{name}.*(scan|download it) again"):
        read(copy)
