"""Windows from a FASTA, from sites of a genome, and with a background."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.jobs.motifs.settings import MotifSettings
from ideep_scan.jobs.motifs.windows import OpenWindows, open_windows
from ideep_scan.kernels.onehot import complement, decode


def _open(**values: Any) -> OpenWindows:
    settings = MotifSettings(("TARDBP",), model="ideep", **values)
    with ExitStack() as stack:
        return open_windows(settings, open_bundles(settings.rbp, "ideep"), stack)


def test_classes_tell_bound_windows_from_unbound_ones(labelled: Path) -> None:
    opened = _open(windows=labelled)
    lines = labelled.read_text().splitlines()
    assert [decode(row) for row in opened.windows.codes] == lines[1::2]
    assert opened.windows.bound.tolist() == ["class:1" in line for line in lines[::2]]
    assert opened.windows.features.windows["sequence"].shape == (55, 4, 101)
    assert opened.files.keys() == {"windows"}


def test_a_background_file_holds_the_unbound_windows(labelled: Path, tmp_path: Path) -> None:
    records = labelled.read_text().replace(" class:1", "").replace(" class:0", "").split(">")[1:]
    bound, unbound = tmp_path / "bound.fa", tmp_path / "unbound.fa"
    bound.write_text("".join(f">{record}" for record in records[:30]))
    unbound.write_text("".join(f">{record}" for record in records[30:]))
    opened, expected = _open(windows=bound, background=unbound), _open(windows=labelled)
    assert np.array_equal(opened.windows.codes, expected.windows.codes)
    assert np.array_equal(opened.windows.bound, expected.windows.bound)
    assert _open(windows=bound).windows.bound.all()
    with pytest.raises(InputError, match=r"windows\.fa, line 1: the header of w0 has a class, beside --background"):
        _open(windows=labelled, background=unbound)


def test_sites_give_the_windows_around_their_centres_on_their_strand(tmp_path: Path) -> None:
    fasta = runs.copy_example(tmp_path) / "example.fa.gz"
    bed = tmp_path / "sites.bed"
    starts = range(20_000, 20_000 + 25 * 150, 150)
    bed.write_text("".join(f"exA\t{start}\t{start + 3}\tx\t0\t{'+-'[start // 150 % 2]}\n" for start in starts))
    opened = _open(sites=bed, fasta=fasta)
    assert opened.windows.bound.all()
    with FastaSource(fasta) as source:
        for row, start in zip(opened.windows.codes, starts, strict=True):
            codes = source.codes("exA", start + 1 - 50, start + 1 + 51)
            assert np.array_equal(row, codes if start // 150 % 2 == 0 else complement(codes[::-1]))
