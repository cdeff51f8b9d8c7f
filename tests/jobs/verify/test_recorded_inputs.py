"""Inputs and models that are missing or are others."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pyBigWig
import pytest
import runs
import toys

from ideep_scan.errors import InputError
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.verify.run import VerifySummary
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP

Verify = Callable[..., VerifySummary]
START, END = 108_000, 108_100


def test_a_changed_base_of_the_genome_is_refused(copy: Path, verify: Verify, tmp_path: Path, example: Path) -> None:
    letters = bytearray(gzip.decompress((example / "example.fa.gz").read_bytes()))
    letters[1000] = ord("A") if letters[1000] != ord("A") else ord("C")
    other = tmp_path / "example.fa"
    other.write_bytes(letters)
    with pytest.raises(InputError, match=r"example\.fa: is not the fasta of the run.*give the file that the run read"):
        verify(copy, fasta=other)


def test_an_input_is_found_by_name_or_asked_for(
    small_run: Path, copy: Path, verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert verify(small_run, inputs=()).count == 0  # the copy for browsers is the same file
    shutil.rmtree(copy / "genome")
    assert all(line.startswith("genome/") for line in verify(copy, inputs=()).differences)  # the log names its folder
    (copy / "run_log.json").unlink()
    with pytest.raises(
        InputError, match=r"the fasta of the run, example\.fa\.gz, is in none of .*give --fasta FILE or"
    ):
        verify(copy, inputs=())
    assert verify(copy, inputs=(), fasta=example / "example.fa.gz").count > 0  # files are missing
    os.symlink(example / "example.fa.gz", tmp_path / "example.fa.gz")
    assert all(line.startswith("genome/") for line in verify(copy, inputs=()).differences)


def test_an_input_that_the_run_did_not_read_is_refused(small_run: Path, verify: Verify, example: Path) -> None:
    with pytest.raises(InputError, match="the run read no annotation: leave --gtf out"):
        verify(small_run, gtf=example / "genes.gtf")


def test_another_model_of_the_same_name_is_refused(example: Path, verify: Verify, tmp_path: Path) -> None:
    bundle = runs.recalibrated(tmp_path, "mine", runs.toy_calibration())
    out = tmp_path / "out"
    runs.scan(example, out, rbp=(bundle,), gtf=None, regions="exA:108,001-108,050")
    assert verify(out, inputs=(example, tmp_path)).count == 0
    runs.recalibrated(tmp_path, "mine", runs.toy_calibration(sites=299))
    with pytest.raises(InputError, match=r"the model ELAVL1 is not that of the run .*or with its bundle"):
        verify(out, inputs=(example, tmp_path))


def test_a_run_from_a_pipe_needs_its_content_in_a_file(example: Path, verify: Verify, tmp_path: Path) -> None:
    content = gzip.decompress((example / "example.fa.gz").read_bytes())
    folder, out = tmp_path / "piped", tmp_path / "out"
    folder.mkdir()
    (folder / "genome.fa").write_bytes(content)
    os.mkfifo(tmp_path / "pipe")
    feeder = os.fork()
    if not feeder:
        (tmp_path / "pipe").write_bytes(content)
        os._exit(0)
    runs.scan(example, out, fasta=tmp_path / "pipe", gtf=None, regions="exA:108,001-108,050")
    os.waitpid(feeder, 0)
    with pytest.raises(InputError, match="the run read its fasta from a pipe: give a file with the same content"):
        verify(out)
    assert verify(out, fasta=folder / "genome.fa").count == 0


def test_a_run_of_another_version_is_told(copy: Path, verify: Verify) -> None:
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["receipts"]["tool"] = "ideep-scan 0.1.9"
    path.write_text(json.dumps(manifest))
    (note,) = verify(copy).notes
    assert note.startswith("the run was made by ideep-scan 0.1.9, this is ideep-scan ")
    manifest["receipts"]["features"] = "0" * 32
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"other features than ideep-scan 0\.1\.9"):
        verify(copy)
    manifest["receipts"]["settings"]["shape"] = "round"
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="a setting that this version does not know"):
        verify(copy)
    del manifest["receipts"]["inputs"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="does not tell how to score its positions again"):
        verify(copy)


def test_tables_and_regions_in_files_are_found_by_name(example: Path, verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "tpm.tsv").write_text("gene\tTPM\nEXA1\t5\nEXA2\t0.1\n")
    (tmp_path / "regions.bed.gz").write_bytes(gzip.compress(b"exA\t15000\t15200\nexA\t20000\t20100\n"))
    values = {"expression": tmp_path / "tpm.tsv", "regions": (str(tmp_path / "regions.bed.gz"), "exA:15,301-15,400")}
    runs.scan(example, tmp_path / "out", **values)
    summary = verify(tmp_path / "out", inputs=(example, tmp_path))
    assert summary.differences == ()
    assert summary.positions > 100
    (tmp_path / "regions.bed.gz").write_bytes(gzip.compress(b"exA\t15000\t15201\nexA\t20000\t20100\n"))
    with pytest.raises(InputError, match=r"regions\.bed\.gz: is not the regions 1 of the run"):
        verify(tmp_path / "out", inputs=(example, tmp_path))
    (tmp_path / "tpm.tsv").unlink()
    with pytest.raises(
        InputError, match=r"the expression of the run, tpm\.tsv, is in none of .*: give --inputs FOLDER"
    ):
        verify(tmp_path / "out", inputs=(example, tmp_path))


def test_a_run_with_sites_of_other_proteins_agrees(example: Path, verify: Verify, tmp_path: Path) -> None:
    spec = load_bundle(find_entries(["ELAVL1"], list_entries(IDEEP))[0].path).spec
    network = toys.network(spec, {"cobinding": 3})
    toys.bundle("TOY", network, spec, modalities=("sequence", "cobinding")).save(tmp_path / "TOY.safetensors")
    (tmp_path / "sites.bed").write_text("exA\t108050\t108070\tsite\t0\t+\n")
    (tmp_path / "table.tsv").write_text("23_PARCLIP_PUM2_hg19\tsites.bed\n")
    values = {"rbp": (str(tmp_path / "TOY.safetensors"),), "gtf": None, "regions": "exA:108,001-108,150"}
    runs.scan(example, tmp_path / "out", cobinding=tmp_path / "table.tsv", tracks="no_cobinding", **values)
    assert verify(tmp_path / "out", inputs=(example, tmp_path)).differences == ()
    (tmp_path / "sites.bed").write_text("exA\t108051\t108070\tsite\t0\t+\n")
    with pytest.raises(InputError, match=r"sites\.bed: is not the .* of the run"):
        verify(tmp_path / "out", inputs=(example, tmp_path))


def test_a_run_with_a_track_of_the_user_agrees(example: Path, verify: Verify, tmp_path: Path) -> None:
    with pyBigWig.open(str(tmp_path / "wave.bw"), "w") as file:
        file.addHeader([("exA", 120_000)])
        file.addEntries(["exA"], [108_020], ends=[108_060], values=[2.5])
    spec = FeatureSpec((), (), evidence=("wave",))
    network = toys.network(spec, {"evidence": 6})
    toys.bundle("WAVE", network, spec, modalities=("sequence", "evidence")).save(tmp_path / "WAVE.safetensors")
    values = {"rbp": (str(tmp_path / "WAVE.safetensors"),), "gtf": None, "regions": "exA:108,001-108,100"}
    runs.scan(example, tmp_path / "out", evidence=(f"wave={tmp_path / 'wave.bw'}",), **values)
    assert verify(tmp_path / "out", inputs=(example, tmp_path)).differences == ()
    (tmp_path / "wave.bw").unlink()
    with pytest.raises(InputError, match=r"the evidence wave of the run, wave\.bw, is in none of"):
        verify(tmp_path / "out", inputs=(example, tmp_path))


@pytest.mark.parametrize("name", ["resume", "shard", "dask", "out", "threads"])
def test_settings_that_no_score_depends_on_are_ignored(copy: Path, verify: Verify, name: str) -> None:
    if name not in {field.name for field in fields(ScanSettings)}:
        pytest.skip("scans have no such setting")
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["receipts"]["settings"][name] = "anything"
    path.write_text(json.dumps(manifest))
    assert verify(copy).count == 0
