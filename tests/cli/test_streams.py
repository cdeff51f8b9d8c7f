"""Printing never turns a finished run into a failure: closed streams, full disks, other encodings, odd names."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import runs
from runs import Command

from ideep_scan.cli.streams import printable, say
from ideep_scan.errors import Stopped

PROGRAM = Path(sys.executable).with_name("ideep-scan")
POSIX = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
MOVE = "code=$?; mv ünï/out . && exit $code"  # ends with the exit code of the scan


def shell(command: str, example: Path, tmp_path: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of the shell, `$SCAN` being a quick scan of the example, in a folder of its own."""
    scan = f"{PROGRAM} genome --rbp ELAVL1 {example / 'example.fa.gz'} --regions exA:17001-17100 --threads 1"
    environment = {**os.environ, **more, "SCAN": scan, "PROGRAM": str(PROGRAM)}
    return subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("$SCAN -o out >&- 2>&- <&-", {}),
        ("$SCAN -o out > /dev/full 2> /dev/full", {}),
        (
            "mkdir ünï; set -o pipefail; $SCAN -o ünï/out | true; code=$?; mv ünï/out . && exit $code",
            {"PYTHONIOENCODING": "ascii"},
        ),
        ("mkdir ünï; $SCAN -o ünï/out; code=$?; mv ünï/out . && exit $code", POSIX),
    ],
)
def test_a_finished_run_ends_well(command: str, more: dict[str, str], example: Path, tmp_path: Path) -> None:
    done = shell(command, example, tmp_path, **more)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert len(runs.track(tmp_path / "out", "+")["exA"]) == runs.LENGTHS["exA"]


def test_names_are_shown_on_one_line_and_without_markup(
    example: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ("--rbp", "ELAVL1", example / "example.fa.gz", "--regions", "exA:17001-17100")
    said = command("genome", *arguments, "-o", "[red]o\n\x1b[31m")
    assert said.code == 0, said
    assert said.out.splitlines()[-1].startswith(r"[red]o\n\x1b[31m: tracks/")


@pytest.mark.parametrize("arguments", [("-o", "o\udcff"), ("-o", "out", "--gtf", "o\udcff")])
def test_a_name_that_is_not_utf8_is_refused(
    arguments: tuple[str, ...], example: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o\udcff").touch()
    said = command("genome", "--rbp", "ELAVL1", example / "example.fa.gz", *arguments)
    (line,) = said.err.splitlines()
    assert said.code == 2
    assert line.startswith("ideep-scan: o\\udcff: the name is not UTF-8")


def test_a_table_without_a_place_to_go_is_refused(tmp_path: Path, example: Path) -> None:
    (tmp_path / "w.fa").write_text(">w\nACGU\n")
    done = shell("$PROGRAM predict --rbp ELAVL1 w.fa >&-", example, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"ideep-scan: standard output is closed")


@pytest.mark.parametrize("line", ["genme", "genome --strand x", "genome --no-such x", "genome", "models show"])
def test_usage_is_refused_in_one_line(line: str, command: Command) -> None:
    said = command(*line.split())
    (message,) = said.err.splitlines()
    assert (said.code, said.out) == (2, "")
    assert message.startswith("ideep-scan: ")
    assert message.endswith("--help`")


def test_printable() -> None:
    assert printable("a\tü\n\x1b\udcff") == "a\tü\\n\\x1b\\udcff"


class StoppedStream(io.StringIO):
    """A stream whose every write is followed by a signal."""

    def write(self, text: str) -> int:
        super().write(text)
        raise Stopped(2)


def test_a_signal_never_joins_two_lines() -> None:
    stream = StoppedStream()
    for text in ("a note", "stopped"):
        with pytest.raises(Stopped):
            say(text, stream)
    assert stream.getvalue().splitlines() == ["a note", "stopped"]
