"""Bad input on the real command line: exit code 2, one line that says what, where and what to do, and no file."""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import runs
from runs import Command, Said

import ideep_scan
from ideep_scan.jobs.scan import run as genome_job
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP

GENES = (runs.PACKAGED / "genes.gtf").read_text()
BED12 = "exA\t4000\t18000\tEXA1\t0\t+\t4000\t18000\t0\t2\t100,200,\t0,13800,\n"
PUM2 = "23_PARCLIP_PUM2_hg19"


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())


FASTAS: dict[str, bytes] = {
    "empty.fa": b"",
    "blank.fa": b"\n\n",
    "prose.fa": b"Dear reader,\nthis is no FASTA.\n",
    "protein.fa": b">sp|P1\nMKVLAAGIVGLLLAQWERTYIPSDFGHKLCVNM\n",
    "twice.fa": b">exA\nACGTACGT\n>exA\nACGTACGT\n",
    "plain.fa.gz": packed(">exA\nACGTACGT\n"),
    "cut.fa.gz": (runs.PACKAGED / "example.fa.gz").read_bytes()[:30_000],
}
ANNOTATIONS: dict[str, bytes] = {
    "empty.gtf": b"",
    "prose.gtf": b"not an annotation\n",
    "cut.gtf": GENES[: GENES.rindex("\texon\t") + 8].encode(),
    "cut.gtf.gz": packed(GENES * 5)[:-1000],
    "cut.bed": (BED12 + BED12[:20] + "\n").encode(),
    "blocks.bed": BED12.replace("0,13800,", "0,13900,").encode(),
    "words.gtf": GENES.replace("\t104001\t", "\tfour\t").encode(),
    "styles.gtf": GENES.replace("exA", "chr1").replace("exB", "chr2").encode(),
    "long.gtf": GENES.replace("\t117000\t", "\t127000\t").encode(),
}
OTHERS: dict[str, bytes] = {
    "unknown.tsv": b"23_PARCLIP_PUM3_hg19\tsites.bed\n",
    "missing.tsv": f"{PUM2}\tnowhere.bed\n".encode(),
    "one.tsv": f"{PUM2}\n".encode(),
    "elsewhere.tsv": f"{PUM2}\telsewhere.bed\n".encode(),
    "elsewhere.bed": b"chr7\t10\t20\n",
    "counts.tsv": b"Geneid\tLength\ta.bam\nEXA1\t100\t7\n",
    "mouse.tsv": b"Exa9\t7\n",
    "short.sizes": b"exA\t100\nexB\t80000\n",
    "lacking.sizes": b"exA\t120000\n",
    "words.sizes": b"exA long\n",
    "beyond.bed": b"exA\t10\t20\nexB\t79990\t80010\n",
    "malformed.bed": b"exA\t10\n",
    "strange.bed": b"chrQ\t10\t20\n",
    "cut.safetensors": list_entries(IDEEP)[0].path.read_bytes()[:5000],
    "none.safetensors": b"not a bundle",
}


@pytest.fixture(scope="module")
def bad(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example and everything that is wrong."""
    folder = runs.copy_example(tmp_path_factory.mktemp("bad"))
    for name, data in (FASTAS | ANNOTATIONS | OTHERS).items():
        (folder / name).write_bytes(data)
    (folder / "folder").mkdir()
    return folder


@pytest.fixture(autouse=True)
def nothing_is_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong input must be found before the first window."""
    monkeypatch.setattr(DeviceNetwork, "score_rows_and_drivers", None)
    monkeypatch.setattr(genome_job, "estimate_scan", None)


def refused(said: Said, *words: str) -> str:
    """Assert exit code 2 and one line with all the words; the line."""
    assert said.code == 2, said
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("ideep-scan: ")
    for word in words:
        assert word in line, line
    return line


Case = tuple[str, ...]
FASTA_CASES = {
    "nowhere.fa": ("no such file", "check the path"),
    "empty.fa": ("is empty",),
    "blank.fa": ("holds nothing",),
    "folder": ("is a folder", "name a file"),
    "prose.fa": ("is not a FASTA",),
    "protein.fa": ("not a nucleotide",),
    "twice.fa": ("cannot be indexed", "must differ"),
    "plain.fa.gz": ("is gzip, not bgzip", "bgzip >"),
    "cut.fa.gz": ("truncated", "again"),
}
GTF_CASES = {
    "nowhere.gtf": ("no such file",),
    "folder": ("is a folder",),
    "empty.gtf": ("is empty",),
    "prose.gtf": ("line 1", "is not tab-separated GTF, GFF3 or BED12"),
    "cut.gtf": ("cut.gtf, line",),
    "cut.gtf.gz": ("truncated",),
    "blocks.bed": ("line 1", "block"),
    "styles.gtf": ("the annotation has chr1, chr2", "the FASTA has exA, exB"),
    "example.fa.gz": ("is FASTA; give GTF, GFF3 or BED12",),
}
# Annotations with one record that is left out unless --strict is given.
STRICT_CASES = {
    "cut.bed": ("line 2", "without 12 tab-separated columns", "--strict"),
    "words.gtf": ("line", "four", "--strict"),
    "long.gtf": ("EXT0000081", "past the end", "exA", "--strict"),
}
OPTION_CASES: dict[str, tuple[Case, Case]] = {
    "an unknown protein": (("--rbp", "ELAVL1X"), ("no model for 'ELAVL1X'", "ELAVL1", "models list")),
    "a bundle cut short": (("--rbp", "{bad}/cut.safetensors"), ("cut.safetensors", "not a model bundle")),
    "a file that is no bundle": (("--rbp", "{bad}/none.safetensors"), ("none.safetensors", "not a model bundle")),
    "a bundle that is not there": (("--rbp", "{bad}/gone.safetensors"), ("gone.safetensors", "no such bundle")),
    "no stride": (("--stride", "0"), ("--stride 0", "1 or more")),
    "a threshold of nothing": (("--threshold", "0"), ("threshold of 0", "above 0 and at most 1")),
    "a threshold no score has": (("--threshold", "2"), ("threshold of 2", "at most 1")),
    "a threshold of nan": (("--threshold", "nan"), ("threshold of nan", "at most 1")),
    "a threshold and a rate": (("--threshold", "0.5", "--fdr", "0.1"), ("--threshold and --fdr", "give one of them")),
    "a rate and a threshold": (("--fdr", "0.1", "--threshold", "0.9"), ("--threshold and --fdr", "give one of them")),
    "a rate of nothing": (("--fdr", "0"), ("--fdr 0", "between 0 and 1")),
    "a rate of everything": (("--fdr", "1"), ("--fdr 1", "between 0 and 1")),
    "a rate in percent": (("--fdr", "10"), ("--fdr 10", "between 0 and 1", "like 0.8")),
    "a prior of nothing": (("--prevalence", "0"), ("--prevalence 0", "between 0 and 1")),
    "a prior of everything": (("--prevalence", "1", "--fdr", "0.1"), ("--prevalence 1", "between 0 and 1")),
    "a rate of nan": (("--fdr", "nan"), ("--fdr nan", "between 0 and 1")),
    "an infinite rate": (("--fdr", "inf"), ("--fdr inf", "between 0 and 1")),
    "a rate of minus infinity": (("--fdr=-inf",), ("--fdr -inf", "between 0 and 1")),
    "a prior of nan": (("--prevalence", "nan"), ("--prevalence nan", "between 0 and 1")),
    "an infinite prior": (("--prevalence", "inf"), ("--prevalence inf", "between 0 and 1")),
    "a prior of minus infinity": (("--prevalence=-inf",), ("--prevalence -inf", "between 0 and 1")),
    "a batch below a window": (("--batch", "5"), ("--batch 5", "1024")),
    "fewer threads than none": (("--threads", "-1"), ("--threads -1", "0 (all cores)")),
    "an unknown device": (("--device", "tpu"), ("--device tpu", "cpu")),
    "a card that is not there": (("--device", "cuda:99"), ("--device cuda:99", "--device cpu")),
    "a device that computes nothing": (("--device", "meta"), ("--device meta", "--device cpu")),
    "an unknown modality": (("--modalities", "foo"), ("'foo' is not known", "sequence, region")),
    "no modality": (("--modalities", " "), ("--modalities", "is not known")),
    "no sequence": (("--modalities", "region"), ("without sequence", "add sequence")),
    "region without annotation": (("--modalities", "sequence,region", "-gtf"), ("region", "--gtf")),
    "co-binding without a table": (("--modalities", "sequence,cobinding"), ("cobinding", "--cobinding")),
    "a gene without annotation": (("--gene", "EXA1", "-gtf"), ("--gene", "give --gtf")),
    "an unknown gene": (("--gene", "EXA11"), ("no gene 'EXA11'", "did you mean", "EXA1")),
    "a region that is malformed": (("--regions", "exA:10"), ("'exA:10' is malformed", "write it like")),
    "a region from base 0": (("--regions", "exA:0-10"), ("before base 1",)),
    "a region backwards": (("--regions", "exA:20-10"), ("ends before it begins",)),
    "a region past the end": (("--regions", "exA:119,000-120,001"), ("past the end of exA", "120000 bases")),
    "a region elsewhere": (("--regions", "chr20:1-10"), ("no contig chr20", "exA, exB")),
    "a BED that is not there": (("--regions", "{bad}/gone.bed"), ("gone.bed", "no such file")),
    "a BED past the end": (("--regions", "{bad}/beyond.bed", "--strict"), ("beyond.bed, line 2", "past the end")),
    "a BED that is malformed": (("--regions", "{bad}/malformed.bed"), ("malformed.bed, line 1",)),
    "a BED of other contigs": (
        ("--regions", "{bad}/strange.bed"),
        ("strange.bed, line 1", "on a contig that the FASTA lacks", "chrQ:11-20"),
    ),
    "a region without transcripts": (("--regions", "exA:1-100"), ("nothing to scan", "--gtf")),
    "a strand without transcripts": (("--gene", "EXA4", "--strand", "plus"), ("nothing to scan", "strand")),
    "an unknown experiment": (("--cobinding", "{bad}/unknown.tsv"), ("unknown.tsv, line 1", "PUM3", PUM2)),
    "sites that are not there": (("--cobinding", "{bad}/missing.tsv"), ("missing.tsv, line 1", "nowhere.bed")),
    "a table of one column": (("--cobinding", "{bad}/one.tsv"), ("one.tsv, line 1", "write two")),
    "no table": (("--cobinding", "{bad}/gone.tsv"), ("gone.tsv", "no such file")),
    "sites of another genome": (("--cobinding", "{bad}/elsewhere.tsv"), ("elsewhere.bed", "chr7", "exA, exB")),
    "an unknown track": (
        ("--tracks", "score,energies"),
        ("--tracks 'energies' is not known", "score, neglog10p, no_cobinding"),
    ),
    "no track": (("--tracks", " "), ("--tracks '' is not known", "score, neglog10p, no_cobinding")),
    "a score without the co-binding that is not read": (
        ("--tracks", "no_cobinding"),
        ("--tracks no_cobinding: ELAVL1", "no co-binding is read", "--cobinding", "leave the track out"),
    ),
    "lengths too short": (("--chrom-sizes", "{bad}/short.sizes"), ("short.sizes", "exA has 120000 bases", "100")),
    "lengths that lack a contig": (("--chrom-sizes", "{bad}/lacking.sizes"), ("lacking.sizes", "exB", "is missing")),
    "no expression": (("--expression", "{bad}/gone.tsv"), ("gone.tsv", "no such file")),
    "counts as expression": (("--expression", "{bad}/counts.tsv"), ("counts.tsv, line 1", "has no column TPM")),
    "expression of other genes": (("--expression", "{bad}/mouse.tsv"), ("mouse.tsv", "none of its genes", "EXA1")),
    "expression without annotation": (("--expression", "{bad}/mouse.tsv", "-gtf"), ("--expression", "give --gtf")),
    "a TPM without expression": (("--min-tpm", "2"), ("--min-tpm", "give --expression TABLE")),
    "no lengths": (("--chrom-sizes", "{bad}/words.sizes"), ("words.sizes, line 1", "is not a contig and its length")),
}


@pytest.mark.parametrize("name", FASTA_CASES)
def test_fasta(name: str, bad: Path, command: Command, tmp_path: Path) -> None:
    before = runs.files(bad)
    said = command("genome", "--rbp", "ELAVL1", bad / name, "-o", tmp_path / "out")
    refused(said, f"{bad / name}: ", *FASTA_CASES[name])
    assert not (tmp_path / "out").exists()
    assert runs.files(bad) == before


@pytest.mark.parametrize("name", GTF_CASES)
def test_annotation(name: str, bad: Path, command: Command, tmp_path: Path) -> None:
    said = command("genome", "--rbp", "ELAVL1", bad / "example.fa.gz", "--gtf", bad / name, "-o", tmp_path / "out")
    refused(said, str(bad / name), *GTF_CASES[name])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", STRICT_CASES)
def test_annotation_read_strictly(name: str, bad: Path, command: Command, tmp_path: Path) -> None:
    given = ("--gtf", bad / name, "--strict", "-o", tmp_path / "out")
    refused(command("genome", "--rbp", "ELAVL1", bad / "example.fa.gz", *given), str(bad / name), *STRICT_CASES[name])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", OPTION_CASES)
def test_option(name: str, bad: Path, command: Command, tmp_path: Path) -> None:
    asked, words = OPTION_CASES[name]
    given = [part.format(bad=bad) for part in asked if part != "-gtf"]
    given += [] if "-gtf" in asked else ["--gtf", str(bad / "genes.gtf")]
    given += [] if "--rbp" in asked else ["--rbp", "ELAVL1", "--model", "ideep"]
    refused(command("genome", bad / "example.fa.gz", *given, "-o", tmp_path / "out"), *words)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (["--strand", "sideways"], "sideways"),
        (["--precision", "x"], "precision"),
        (["--stride", "some"], "--stride"),
        (["--no-such-option"], "no-such-option"),
        (["--rbp"], "rbp"),
    ],
)
def test_usage_is_refused_by_the_parser(
    asked: list[str], word: str, bad: Path, command: Command, tmp_path: Path
) -> None:
    said = command("genome", bad / "example.fa.gz", "--rbp", "ELAVL1", "-o", tmp_path / "out", *asked)
    assert said.code == 2
    assert word in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("missing", ["--rbp", "fasta"])
def test_what_must_be_given(missing: str, bad: Path, command: Command) -> None:
    given = [bad / "example.fa.gz"] if missing == "--rbp" else ["--rbp", "ELAVL1"]
    said = command("genome", *given)
    assert said.code == 2
    assert missing in said.err.lower()


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("manifest.json", ("holds another run", "--overwrite", "-o")),
        ("thesis.docx", ("no run of ideep-scan", "-o")),
    ],
)
def test_output_folder_in_use(held: str, words: tuple[str, ...], bad: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "out" / held).parent.mkdir(parents=True)
    (tmp_path / "out" / held).write_text("precious")
    said = command("genome", "--rbp", "ELAVL1", bad / "example.fa.gz", "-o", tmp_path / "out")
    refused(said, str(tmp_path / "out"), *words)
    assert runs.files(tmp_path / "out") == {held}
    assert (tmp_path / "out" / held).read_text() == "precious"


def test_other_files_are_not_overwritten(bad: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious")
    for arguments in (["genome", "--rbp", "ELAVL1", bad / "example.fa.gz", "--overwrite"], ["demo"]):
        refused(command(*arguments, "-o", tmp_path), "no run of ideep-scan")
    assert (tmp_path / "thesis.docx").read_text() == "precious"


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_output_folder_that_is_a_file(out: str, bad: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    said = command("genome", "--rbp", "ELAVL1", bad / "example.fa.gz", "-o", tmp_path / out, "--overwrite")
    refused(said, str(tmp_path / out), "cannot be written", "-o")
    assert (tmp_path / "file").read_text() == "precious"


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder of root's that this process, no longer root, may only read."""
    folder = Path(tempfile.mkdtemp())
    was_root = os.geteuid() == 0
    try:
        runs.copy_example(folder)
        for module in walk_packages(ideep_scan.__path__, "ideep_scan."):  # Python may lie where only root may read
            import_module(module.name)
        (folder / "secret.gtf").write_text(GENES)
        (folder / "secret.gtf").chmod(0)
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        if was_root:
            os.seteuid(65534)
            if not os.access(runs.PACKAGED / "genes.gtf", os.R_OK, effective_ids=True):
                pytest.skip("the package lies where only root may read")
        yield folder
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_an_output_in_whose_place_something_else_is(example: Path, command: Command, tmp_path: Path) -> None:
    fasta = runs.copy_example(tmp_path / "own") / "example.fa.gz"
    (tmp_path / "dangling").symlink_to("nowhere")
    before = fasta.read_bytes()
    for out in (tmp_path / "dangling", fasta, fasta / "out"):
        said = command("genome", "--rbp", "ELAVL1", fasta, "-o", out)
        refused(said, str(out), "cannot be written", "in its place", "-o")
    assert fasta.read_bytes() == before
    assert (tmp_path / "dangling").is_symlink()


@pytest.mark.parametrize("number", ["-1", "1" + "0" * 20])
@pytest.mark.parametrize("option", ["--stride", "--batch", "--threads"])
def test_numbers_out_of_range(option: str, number: str, example: Path, command: Command, tmp_path: Path) -> None:
    said = command("genome", "--rbp", "ELAVL1", example / "example.fa.gz", option, number, "-o", tmp_path / "out")
    refused(said, f"{option} {number}", "give")


def test_folders_and_files_out_of_reach(command: Command, tmp_path: Path) -> None:
    with nobody() as folder, tempfile.TemporaryDirectory() as writable:
        fasta = folder / "example.fa.gz"
        for out in (folder / "out", folder / "new" / "out"):
            said = command("genome", "--rbp", "ELAVL1", fasta, "-o", out)
            refused(said, str(out), "cannot be written (Permission denied)", "-o")
        said = command("genome", "--rbp", "ELAVL1", fasta, "--gtf", folder / "secret.gtf", "-o", Path(writable) / "out")
        refused(said, "secret.gtf", "Permission denied")
        assert not (folder / "out").exists()
        assert not (folder / "new").exists()
