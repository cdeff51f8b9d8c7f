"""`ideep-scan variants` on the real command line: what it prints, and what it refuses in one line without a file."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import runs
from runs import Command

from ideep_scan.jobs.variants import scoring

PROGRAM = "import sys; sys.argv[0] = 'ideep-scan'; from ideep_scan.cli.app import main; main()"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
ROW = "exA\t17707\t.\tT\tTG\t.\t.\t.\n"
FILES = {
    "good.vcf": COLUMNS + ROW,
    "windows.vcf": (COLUMNS + ROW).replace("\n", "\r\n"),
    "no_end.vcf": (COLUMNS + ROW).rstrip("\n"),
    "no_header.vcf": ROW,
    "blanks.vcf": (COLUMNS + ROW).replace("\t", " "),
    "few.vcf": COLUMNS + ROW + "exA\t5\t.\tA\n",
    "word.vcf": COLUMNS + ROW.replace("17707", "chr"),
    "other.vcf": COLUMNS + ROW + 2 * ROW.replace("\tT\t", "\tA\t"),
    "foreign.vcf": f"##contig=<ID=20,length=64444167>\n{COLUMNS}20\t5\t.\tA\tG\t.\t.\t.\n",
    "samples.vcf": COLUMNS.replace("INFO", "INFO\tFORMAT\tNA1\tNA2") + ROW.replace(".\n", ".\tGT\t0|1\t0/1\n"),
    "empty.vcf": "",
}
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no file": (("gone.vcf",), ("gone.vcf: no such file",)),
    "nothing": (("empty.vcf",), ("empty.vcf: is empty",)),
    "no header": (("no_header.vcf",), ("no_header.vcf, line 1", "no header line that begins with #CHROM")),
    "blanks for tabs": (("blanks.vcf",), ("blanks.vcf, line 1", "tab-separated columns")),
    "too few columns": (("few.vcf",), ("few.vcf, line 3", "has 4 tab-separated columns")),
    "a word for POS": (("word.vcf",), ("word.vcf, line 2", "the position 'chr'", "whole number")),
    "a FASTA": (("example.fa.gz",), ("example.fa.gz: is FASTA", "give VCF")),
    "another REF": (("other.vcf",), ("2 of 3 records do not fit the FASTA", "the FASTA has T, not A", "no output")),
    "another assembly": (("foreign.vcf",), ("no_contig 1", "fits hg38", "give the FASTA of hg38")),
    "an unknown sample": (("samples.vcf", "--phased", "NA3"), ("--phased NA3", "its samples are NA1, NA2")),
    "no samples": (("good.vcf", "--phased", "NA3"), ("--phased NA3", "it has no samples")),
    "another output": (("good.vcf", "-o", "{bad}/o.txt"), ("o.txt: the output ends in .vcf, .vcf.gz or .bcf",)),
    "another table": (("good.vcf", "-t", "{bad}/t.csv"), ("t.csv: a table ends in .tsv, .tsv.gz or .parquet",)),
    "the input as output": (("good.vcf", "-o", "{bad}/folder/../good.vcf"), ("good.vcf: is an input", "-o")),
    "the FASTA as table": (("good.vcf", "-t", "{bad}/example.fa.gz"), ("is an input", "--table")),
    "a folder": (("good.vcf", "-o", "{bad}/folder"), ("folder: is a folder",)),
    "a folder for other files": (("good.vcf", "--report", "{bad}"), ("holds other files", "--report")),
    "a file for a report": (("good.vcf", "--report", "{bad}/empty.vcf"), ("empty.vcf: is a file", "--report")),
    "a length without a report": (("good.vcf", "--top", "100"), ("--top", "--report")),
    "an empty report": (("good.vcf", "--report", "{bad}/new", "--top", "0"), ("--top 0",)),
    "below a file": (("good.vcf", "-o", "{bad}/good.vcf/o.vcf"), ("o.vcf: cannot be written",)),
    "a large delta": (("good.vcf", "--min-delta", "2"), ("--min-delta 2",)),
    "two thresholds": (("good.vcf", "--threshold", "0.5", "--fdr", "0.8"), ("--threshold and --fdr both",)),
    "a small share": (("good.vcf", "--fdr", "0.0001"), ("--fdr 0.0001",)),
    "an unknown protein": (("good.vcf", "--rbp", "ELAVL1X"), ("no model for 'ELAVL1X'",)),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = runs.copy_example(tmp_path_factory.mktemp("bad"))
    for name, text in FILES.items():
        (folder / name).write_bytes(text.encode())
    (folder / "folder").mkdir()
    return folder


def arguments(bad: Path, *asked: object) -> list[str]:
    given = ["--fasta", bad / "example.fa.gz", "--gtf", bad / "genes.gtf", "--threads", "1", *asked]
    return list(map(str, given if "--rbp" in given else ["--rbp", "ELAVL1", "--model", "ideep", *given]))


@pytest.mark.parametrize("case", CASES)
def test_refusal(case: str, bad: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "score_alleles", None)  # a wrong input must be found before the first window
    (name, *asked), words = CASES[case]
    given = [part.format(bad=bad) for part in asked]
    given += [] if "-o" in given else ["-o", str(tmp_path / "o.vcf.gz")]
    before = {path: (bad / path).read_bytes() for path in runs.files(bad)}
    said = command("variants", bad / name, *arguments(bad, *given))
    assert (said.code, said.out) == (2, ""), said
    (line,) = said.err.splitlines()
    assert line.startswith("ideep-scan: ")
    assert all(word in line for word in words), line
    assert list(tmp_path.glob("*.vcf*")) == []
    assert {path: (bad / path).read_bytes() for path in runs.files(bad)} == before


@pytest.mark.parametrize("missing", ["--rbp", "--fasta", "VCF"])
def test_what_must_be_given(missing: str, bad: Path, command: Command) -> None:
    given = {"--rbp": ["ELAVL1"], "--fasta": [bad / "example.fa.gz"]}
    options = [part for option, values in given.items() if option != missing for part in (option, *values)]
    said = command("variants", *options, *([] if missing == "VCF" else [bad / "good.vcf"]))
    assert said.code == 2
    assert missing in said.err


@pytest.mark.parametrize("name", ["good.vcf", "windows.vcf", "no_end.vcf"])
def test_the_vcf_is_on_standard_output_and_nothing_else_is(name: str, bad: Path, command: Command) -> None:
    asked = arguments(bad, "--threshold", "0.5")
    said = command("variants", bad / name, *asked)
    assert said.code == 0, said
    *header, row = said.out.splitlines()
    assert [line.partition("=")[0] for line in header] == ["##INFO"] * 4 + ["##ideep_scan_variants", COLUMNS.rstrip()]
    assert row.startswith("exA\t17707\t.\tT\tTG\t.\t.\tRBP=TG|ELAVL1|+|EXA1|3'UTR|")
    assert row.endswith(";RBP_STATUS=scored")
    *notes, summary, sites = said.err.splitlines()
    assert all(note.startswith("note: ") for note in notes)
    assert re.match(r"1 record, ELAVL1, \d+ s: 1 scored, 0 not$", summary)
    assert sites == "sites: 0 gained, 0 lost, 2 kept, 0 moved"
    assert command("variants", bad / name, *asked, "-o", "-").out == said.out


def test_files_and_statuses_are_named_at_the_end(bad: Path, command: Command, tmp_path: Path) -> None:
    rows = 3 * ROW + 2 * ROW.replace("TG", "*") + ROW.replace("TG", "<DEL>")
    (tmp_path / "in.vcf").write_text(COLUMNS + rows)
    out, table = tmp_path / "o.vcf.gz", tmp_path / "t.tsv.gz"
    said = command("variants", tmp_path / "in.vcf", *arguments(bad, "-o", out, "-t", table, "--threshold", "0.5"))
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines()[-5:] == [
        said.err.splitlines()[-5],
        "  2 star: ALT is *, an allele that another record deletes (the commonest cause)",
        "  1 symbolic: ALT is symbolic or a breakend",
        "sites: 0 gained, 0 lost, 6 kept, 0 moved",
        f"{out}, {table}",
    ]
    assert said.err.splitlines()[-5].endswith(": 3 scored, 3 not")
    assert len(gzip.decompress(table.read_bytes()).splitlines()) == 1 + 6 + 3


def test_a_report_is_named_at_the_end(bad: Path, command: Command, tmp_path: Path) -> None:
    page = tmp_path / "changes" / "index.html"
    said = command("variants", bad / "good.vcf", *arguments(bad, "--report", page.parent, "--top", "1"))
    assert (said.code, said.err.splitlines()[-1]) == (0, str(page))
    assert page.is_file()


def test_a_pipe_in_and_a_pipe_out(bad: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-c", PROGRAM, "variants", "-", *arguments(bad)]
    done = subprocess.run(program, input=FILES["good.vcf"].encode(), capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[-1].startswith("exA\t17707\t")


def test_ctrl_c_leaves_nothing(bad: Path, tmp_path: Path) -> None:
    (tmp_path / "in.vcf").write_text(COLUMNS + 200_000 * ROW.replace("17707", "17708").replace("\tT\t", "\tN\t") + ROW)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    given = arguments(bad, "-o", tmp_path / "out" / "o.vcf.gz", "-t", tmp_path / "out" / "t.tsv")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "variants", str(tmp_path / "in.vcf"), *given],
        stderr=subprocess.PIPE,
        env=environment,
    )
    while process.poll() is None and not list((tmp_path / "out").glob(".*")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert error.decode().splitlines()[-1] == "ideep-scan: stopped; nothing half-finished is left"
    assert list((tmp_path / "out").iterdir()) == []
