"""Pipes among the inputs of a job: which settings may name one, and files that are missing."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.scan_settings import ScanSettings


def pipe(path: Path, text: str) -> Path:
    """Make a named pipe and a thread that fills it."""
    os.mkfifo(path)
    Thread(target=path.write_text, args=(text,), daemon=True).start()
    return path


def settings(folder: Path, **fields) -> ScanSettings:
    (folder / "a.fa").write_text(">a\nACGT\n")
    return ScanSettings(**{"rbp": ("ELAVL1",), "fasta": folder / "a.fa", "out": folder / "out", **fields})


def test_only_pipes_are_replaced(tmp_path):
    given = settings(tmp_path, gtf=pipe(tmp_path / "genes", "genes"), chrom_sizes=pipe(tmp_path / "sizes", "sizes"))
    with Spool() as spool:
        copied = spool_inputs(given, spool)
        assert (copied.fasta, copied.out, copied.cobinding) == (given.fasta, given.out, None)
        assert copied.gtf not in (None, given.gtf)
        assert (copied.gtf.read_text(), copied.chrom_sizes.read_text()) == ("genes", "sizes")


def test_regions_are_files_if_they_have_a_slash(tmp_path):
    regions = ("chr1:1-9", "a.bed", str(pipe(tmp_path / "b.bed", "chr1\t0\t9\n")))
    with Spool() as spool:
        copied = spool_inputs(settings(tmp_path, regions=regions), spool).regions
        assert copied[:2] == regions[:2]
        assert Path(copied[2]).read_text() == "chr1\t0\t9\n"


def test_only_the_named_fields_are_looked_at(tmp_path):
    os.mkfifo(tmp_path / "genes")  # without a writer, so that opening it would wait for ever
    given = settings(tmp_path, gtf=tmp_path / "genes")
    with Spool() as spool:
        assert spool_inputs(given, spool, ("fasta", "regions")) == given


def test_one_pipe_for_two_inputs_is_refused(tmp_path):
    genes = pipe(tmp_path / "genes", "genes")
    with pytest.raises(InputError, match="can be read only once, but is given twice"), Spool() as spool:
        spool_inputs(settings(tmp_path, gtf=genes, cobinding=genes), spool)


@pytest.mark.parametrize("name", ["fasta", "gtf", "cobinding", "chrom_sizes", "expression"])
def test_a_missing_file_is_named_before_any_is_read(tmp_path, name):
    with pytest.raises(InputError, match=r"none: no such file") as caught:
        check_inputs(settings(tmp_path, **{name: tmp_path / "none"}))
    assert caught.value.path == tmp_path / "none"


def test_a_missing_track_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.bw: no such file"):
        check_inputs(settings(tmp_path, evidence=(f"a={tmp_path / 'none.bw'}",)))


def test_pipes_and_standard_input_pass_unread(tmp_path):
    os.mkfifo(tmp_path / "genes")  # without a writer, so that opening it would wait for ever
    check_inputs(settings(tmp_path, gtf=tmp_path / "genes", chrom_sizes=Path("-"), cobinding=None))
