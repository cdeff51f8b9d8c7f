"""`ideep-scan view` with options of other genome browsers: what it prints, writes and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs import Command


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<p>page</p>")
    return tmp_path


def test_options_of_other_browsers_go_with_a_finished_run(out: Path, command: Command) -> None:
    for words, reason in (
        (("--igv-port", "9"), "--igv-port goes with --igv"),
        (("--igv", "--live"), "--igv goes with a finished run"),
        (("--ucsc", "https://example.org", "--live"), "--ucsc goes with a finished run"),
        (("--igv", "--variants", "x.vcf"), "--variants goes with the page of the run"),
        (("--igv", "--igv-port", "1"), "holds no igv_session.xml"),
        (("--igv", "--show", "x.bed"), "--show goes with the page of the run"),
        (("--show", "x.bed", "--live"), "--show goes with a finished run"),
        (("--show", "x.bed"), "x.bed: no such file"),
    ):
        said = command("view", out, *words)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert reason in said.err
