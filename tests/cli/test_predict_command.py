"""`ideep-scan predict` on the real command line: what it says, and what it refuses in one line without a file."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest
import runs
from runs import Command, standard_input

from ideep_scan.models.device_network import DeviceNetwork

PROGRAM = Path(sys.executable).with_name("ideep-scan")
ROW = "exA\t17000\t17001\tsite\t0\t+\n"
FILES = {
    "good.bed": ROW,
    "good.fa": ">w\nACGUUUAUUUUAACG\n",
    "empty.bed": "",
    "header.bed": "#chrom\ntrack name=x\n",
    "four.bed": ROW + "exA\t1\t2\tx\n",
    "dot.bed": ROW + "exA\t1\t2\tx\t0\t.\n",
    "star.bed": "exA\t1\t2\tx\t0\t*\n",
    "words.bed": "exA\tone\t2\tx\t0\t+\n",
    "backwards.bed": "exA\t2\t1\tx\t0\t+\n",
    "two.bed": ROW + ROW + "exA\t5\n",
    "beyond.bed": ROW + "exB\t79990\t80001\tx\t0\t-\n",
    "strange.bed": "chrQ\t1\t2\tx\t0\t+\n",
    "third.bed": 4 * ROW + 2 * "chrQ\t1\t2\tx\t0\t+\n",
    "left_out.bed": "chrQ\t1\t2\tq\t0\t+\n" + ROW + "exA\t1\t2\tdotted\n" + 28 * ROW,
    "prose.txt": "Dear reader,\nthis is no BED.\n",
    "protein.fa": ">sp|P1\nMKVLAAGIVGLLLAQWERTYIPSDFGHKLCVNM\n",
    "nameless.fa": ">a\nACGT\n>\nACGT\n",
    "void.fa": ">a\nACGT\n>b\n>c\nACGT\n",
}
GENOME = ("--fasta", "{bad}/example.fa.gz")
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no file": (("gone.bed", *GENOME), ("gone.bed", "no such file")),
    "a folder": (("folder", *GENOME), ("is a folder",)),
    "nothing": (("empty.bed", *GENOME), ("is empty",)),
    "no site": (("header.bed", *GENOME), ("header.bed: holds no site", "BED6", "FASTA of windows")),
    "no strand column": (("four.bed", *GENOME, "--strict"), ("four.bed, line 2", "without a strand", "column 6")),
    "a strand of '.'": (("dot.bed", *GENOME, "--strict"), ("dot.bed, line 2", "without a strand", "column 6")),
    "another strand": (("star.bed", *GENOME), ("star.bed, line 1", "with a strand other", "exA 1 2 x 0 *")),
    "no number": (("words.bed", *GENOME), ("words.bed, line 1", "not a whole number", "one")),
    "backwards": (("backwards.bed", *GENOME), ("backwards.bed, line 1", "start < end")),
    "too few columns": (("two.bed", *GENOME, "--strict"), ("two.bed, line 3", "fewer than 3 columns")),
    "past the end": (("beyond.bed", *GENOME, "--strict"), ("beyond.bed, line 2", "past the end", "exB:79991-80001")),
    "another genome": (("strange.bed", *GENOME), ("strange.bed, line 1", "contig", "chrQ", "exA, exB")),
    "more than a tenth": (
        ("third.bed", *GENOME),
        ("third.bed", "2 of 6 sites cannot be used", "the first is chrQ:2-2"),
    ),
    "prose": (("prose.txt", *GENOME), ("prose.txt: no site can be used", "the first is Dear reader,")),
    "a table of bytes": (("example.fa.gz.gzi", *GENOME), ("example.fa.gz.gzi", "binary")),
    "sites without a genome": (("good.bed",), ("good.bed", "give --fasta")),
    "windows with a genome": (("good.fa", *GENOME), ("good.fa", "--fasta cannot be used", "BED6")),
    "windows with genes": (("good.fa", "--gtf", "{bad}/genes.gtf"), ("good.fa", "--gtf cannot be used")),
    "windows with sites": (("good.fa", "--cobinding", "{bad}/prose.txt"), ("good.fa", "--cobinding cannot be used")),
    "a protein": (("protein.fa",), ("protein.fa", "not a nucleotide")),
    "a window without a name": (("nameless.fa",), ("nameless.fa, line 3", "without a name")),
    "a window without a base": (("void.fa",), ("void.fa, line 3", "no sequence")),
    "region of windows": (("good.fa", "--modalities", "sequence,region"), ("region", "sequences of a FASTA", "leave")),
    "region without genes": (("good.bed", *GENOME, "--modalities", "sequence,region"), ("region", "--gtf")),
    "no genome": (("good.bed", "--fasta", "{bad}/gone.fa"), ("gone.fa", "no such file")),
    "malformed genes": (("good.bed", *GENOME, "--gtf", "{bad}/prose.txt"), ("prose.txt", "tab-separated GTF")),
    "an unknown protein": (("good.fa", "--rbp", "ELAVL1X"), ("no model for 'ELAVL1X'",)),
    "an unknown modality": (("good.fa", "--modalities", "foo"), ("'foo' is not known",)),
    "an unknown device": (("good.fa", "--device", "tpu"), ("--device tpu",)),
    "fewer threads than none": (("good.fa", "--threads", "-1"), ("--threads -1",)),
    "the input as output": (("good.fa", "-o", "{bad}/folder/../good.fa"), ("good.fa", "is an input", "-o")),
    "a folder as output": (("good.fa", "-o", "{bad}/folder"), ("folder: is a folder", "name a file")),
    "below a file": (("good.fa", "-o", "{bad}/good.bed/t.tsv"), ("t.tsv: cannot be written",)),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = runs.copy_example(tmp_path_factory.mktemp("bad"))
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "folder").mkdir()
    return folder


@pytest.mark.parametrize("case", CASES)
def test_refusal(case: str, bad: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeviceNetwork, "score_rows", None)  # a wrong input must be found before the first window
    (name, *asked), words = CASES[case]
    given = [part.format(bad=bad) for part in asked]
    given += [] if "--rbp" in given else ["--rbp", "ELAVL1", "--model", "ideep"]
    given += [] if "-o" in given else ["-o", str(tmp_path / "t.tsv")]
    before = {path: (bad / path).read_bytes() for path in runs.files(bad)}
    said = command("predict", bad / name, *given)
    assert (said.code, said.out) == (2, ""), said
    (line,) = said.err.splitlines()
    assert line.startswith("ideep-scan: ")
    assert all(word in line for word in words), line
    assert not (tmp_path / "t.tsv").exists()
    assert not (tmp_path / "t.tsv.part").exists()
    assert {path: (bad / path).read_bytes() for path in runs.files(bad)} == before


@pytest.mark.parametrize("missing", ["--rbp", "file"])
def test_what_must_be_given(missing: str, bad: Path, command: Command) -> None:
    said = command("predict", *([bad / "good.fa"] if missing == "--rbp" else ["--rbp", "ELAVL1"]))
    assert said.code == 2
    assert missing in said.err.lower()


def test_the_table_is_on_standard_output_and_nothing_else_is(bad: Path, command: Command, tmp_path: Path) -> None:
    arguments = ["predict", "--rbp", "HuR", bad / "good.bed", "--fasta", bad / "example.fa.gz", "--threads", "1"]
    said = command(*arguments)
    assert said.code == 0, said
    header, row = said.out.splitlines()
    assert header.split("\t") == ["name", "chrom", "start", "end", "strand", "rbp", "score", "p", "modalities"]
    assert row.startswith("site\texA\t17000\t17001\t+\tELAVL1\t0.")
    *notes, last = said.err.splitlines()
    assert notes
    assert all(note.startswith("note: ") for note in notes)
    assert re.match(r"1 row, ELAVL1, \d+ s: 1 scored, 0 without a score$", last)
    output = command(*arguments, "-o", tmp_path / "t.tsv")
    assert output.out == ""
    assert output.err.splitlines()[-1].endswith(f"; {tmp_path / 't.tsv'}")
    assert (tmp_path / "t.tsv").read_text() == said.out


def test_rows_without_a_score_are_counted(bad: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "s.bed").write_text("exA\t0\t1\tend\t0\t+\n" + ROW)
    said = command("predict", "--rbp", "ELAVL1", tmp_path / "s.bed", "--fasta", bad / "example.fa.gz")
    assert said.code == 0
    assert said.err.rstrip().endswith(": 1 scored, 1 without a score")
    assert [line.split("\t")[6] == "" for line in said.out.splitlines()[1:]] == [True, False]


def test_help_shows_a_worked_example_and_the_defaults(command: Command) -> None:
    said = command("predict", "--help")
    assert said.code == 0
    text = " ".join(said.out.split())
    assert "Example: ideep-scan predict" in text
    for option in ("--rbp", "--fasta", "--gtf", "--cobinding", "--out", "--modalities", "--device", "--precision"):
        assert option in text


def test_a_reader_that_has_enough_and_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "w.fa").write_text(">w\nACGUUUAUUUUAACG\n" * 5000)
    arguments = f"{PROGRAM} predict --rbp ELAVL1 --threads 1 {tmp_path / 'w.fa'}"
    said = subprocess.run(["bash", "-c", f"{arguments} | head -n 1"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("name\tchrom")
    assert all(line.startswith("note: ") for line in said.stderr.splitlines()), said.stderr
    if os.path.exists("/dev/full"):
        said = subprocess.run(["bash", "-c", f"{arguments} > /dev/full"], capture_output=True, text=True, check=False)
        assert said.returncode == 2
        *_, last = said.stderr.splitlines()
        assert last.startswith("ideep-scan: standard output: cannot be written (No space left on device)")
        assert "Traceback" not in said.stderr
        assert "ignored" not in said.stderr


def test_rows_that_cannot_be_used_are_empty_and_counted(bad: Path, command: Command) -> None:
    said = command("predict", "--rbp", "ELAVL1", bad / "left_out.bed", "--fasta", bad / "example.fa.gz")
    assert said.code == 0, said
    lines = said.out.splitlines()
    assert len(lines) == 1 + 31
    assert lines[1].startswith("q\tchrQ\t1\t2\t+\tELAVL1\t\t\t")
    assert lines[3].startswith("dotted\texA\t1\t2\t.\tELAVL1\t\t\t")
    table = pd.read_csv(io.StringIO(said.out), sep="\t")
    assert table["score"].isna().tolist() == table["p"].isna().tolist() == [True, False, True] + 28 * [False]
    notes = [line for line in said.err.splitlines() if "left_out.bed" in line]
    assert len(notes) == 2
    assert "1 site on a contig that the FASTA lacks" in notes[0]
    assert "the first is chrQ:2-2 (line 1)" in notes[0]
    assert "1 site without a strand" in notes[1]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["good.bed", "good.fa"])
def test_standard_input_and_pipes_are_read_like_files(
    name: str, packed: bool, bad: Path, command: Command, tmp_path: Path
) -> None:
    given = ["predict", "--rbp", "ELAVL1", *([] if name == "good.fa" else ["--fasta", str(bad / "example.fa.gz")])]
    data = (bad / name).read_bytes()
    sent = gzip.compress(data) if packed else data
    (tmp_path / "file").write_bytes(sent)
    os.mkfifo(tmp_path / "pipe")
    pipe = Thread(target=(tmp_path / "pipe").write_bytes, args=(sent,))
    pipe.start()

    def table(path: object, sent: bytes = b"") -> str:
        with standard_input(sent):
            said = command(*given, path)
        assert said.code == 0, said
        return said.out

    expected = table(tmp_path / "file")
    assert len(expected.splitlines()) == 2
    assert table("-", sent) == table("/dev/stdin", sent) == table(tmp_path / "pipe") == expected
    pipe.join()


@pytest.mark.parametrize(
    ("sent", "more", "words"),
    [
        (b"", (), "standard input is empty"),
        (b"x\ty\n", (), "standard input, line 1: no site can be used"),
        (ROW.encode(), ("--gtf", "-"), "standard input can be read only once"),
    ],
)
def test_standard_input_that_cannot_be_used(
    sent: bytes, more: tuple[str, ...], words: str, bad: Path, command: Command
) -> None:
    with standard_input(sent):
        said = command("predict", "--model", "ideep", "--rbp", "ELAVL1", "-", "--fasta", bad / "example.fa.gz", *more)
    assert (said.code, said.out) == (2, "")
    (line,) = said.err.splitlines()
    assert line.startswith(f"ideep-scan: {words}")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--gtf", "{bad}/gone.gtf"), "gone.gtf: no such file"),
        (("--modalities", "foo"), "--modalities 'foo'"),
        (("--device", "tpu"), "--device tpu"),
        (("-o", "{bad}/folder"), "folder: is a folder"),
        (("--cobinding", "{bad}/prose.txt"), "prose.txt, line 1"),
        (("--cobinding", "{bad}/gone.tsv"), "gone.tsv: no such file"),
        (("--rbp", "ELAVL1X"), "no model for"),
    ],
)
def test_what_costs_nothing_is_checked_before_a_pipe_is_read(
    option: tuple[str, ...], words: str, bad: Path, command: Command, tmp_path: Path
) -> None:
    """A pipe that nobody writes into would block."""
    os.mkfifo(tmp_path / "genome.fa")
    given = [part.format(bad=bad) for part in option]
    model = ("--model", "ideep")
    said = command("predict", *model, "--rbp", "ELAVL1", bad / "good.bed", "--fasta", tmp_path / "genome.fa", *given)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
