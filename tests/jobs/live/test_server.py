"""The server of a live view: what it checks before a genome is read, and the command that its page shows."""

from __future__ import annotations

import shlex
import socket
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.live import server as room
from ideep_scan.jobs.live.server import PAGE, command_of, serve_live, title_of
from ideep_scan.jobs.live.settings import LiveSettings

SETTINGS = LiveSettings(("ELAVL1",), Path("a.fa"))


class ToyLive:
    """A live view that notes what is scored."""

    names = ("ELAVL1", "QKI")
    notes = ("a note",)

    def __init__(self) -> None:
        self.scored: list[tuple[str, int, int]] = []

    def first_view(self) -> tuple[str, int, int]:
        """Choose the first contig."""
        return "chr1", 1000, 5000

    def find(self, locus: str) -> tuple[str, int, int]:
        """Find a locus."""
        if locus != "ABC":
            raise InputError(f"no gene {locus}")
        return "chr2", 7, 8

    def scores(self, chrom: str, start: int, end: int) -> None:
        """Note the interval."""
        self.scored.append((chrom, start, end))


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> ToyLive:
    toy = ToyLive()
    monkeypatch.setattr(room, "open_live", lambda settings, stack: toy)
    monkeypatch.setattr(room, "make_routes", lambda live, title, view, command: {})
    return toy


def test_the_page_is_served_and_one_position_is_scored_before(live):
    with ExitStack() as stack:
        server, address, notes = serve_live(SETTINGS, 0, stack)
        stack.enter_context(server)
        assert live.scored == [("chr1", 1000, 1001)]
        assert notes == ("a note",)
        assert address.endswith(PAGE)
        with urllib.request.urlopen(address, timeout=10) as reply:
            assert b"<html" in reply.read().lower()


def test_the_page_begins_at_the_locus(live):
    with ExitStack() as stack:
        server, *_ = serve_live(LiveSettings(("ELAVL1",), Path("a.fa"), locus="ABC"), 0, stack)
        stack.enter_context(server)
    assert live.scored == [("chr2", 7, 8)]
    with ExitStack() as stack, pytest.raises(InputError, match="no gene DEF"):
        serve_live(LiveSettings(("ELAVL1",), Path("a.fa"), locus="DEF"), 0, stack)


def test_port_and_origins_are_checked_before_the_genome_is_read(monkeypatch):
    monkeypatch.setattr(room, "open_live", None)
    with ExitStack() as stack, socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(InputError, match="is in use"):
            serve_live(SETTINGS, taken.getsockname()[1], stack)
        with pytest.raises(InputError, match="is not an origin"):
            serve_live(SETTINGS, 0, stack, ["*"])


def test_the_command_names_every_input_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = LiveSettings(
        ("ELAVL1", "my model.safetensors"),
        Path("a b.fa"),
        gtf=Path("genes.gtf"),
        cobinding=Path("/x/table.tsv"),
        evidence=("c=phyloP.bw",),
        modalities="sequence,region",
        model="ideep",
    )
    assert shlex.split(command_of(settings)) == [
        *("ideep-scan", "view", "--live", "--rbp", "ELAVL1", "--rbp", "my model.safetensors"),
        *("--model", "ideep"),
        str(tmp_path / "a b.fa"),
        *("--gtf", str(tmp_path / "genes.gtf"), "--cobinding", "/x/table.tsv"),
        *("--evidence", f"c={tmp_path / 'phyloP.bw'}", "--modalities", "sequence,region"),
    ]


def test_the_command_leaves_defaults_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command_of(SETTINGS) == f"ideep-scan view --live --rbp ELAVL1 {tmp_path}/a.fa"


def test_many_models_are_counted_in_the_title():
    assert title_of(["A"]) == "Live: A"
    assert title_of(list("ABCD")) == "Live: A, B, C, D"
    assert title_of(list("ABCDE")) == "Live: 5 models"
