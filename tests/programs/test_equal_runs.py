"""The same commands in two folders, in other circumstances: every file is equal, the log of a run excepted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import runs
from runs import PACKAGED

from ideep_scan.jobs.output_folder.run_log import RUN_LOG

# Runs commands of a JSON list one after the other, on another host at another time if the second argument says so.
CHILD = """
import json, socket, sys, time
from dataclasses import replace
from ideep_scan.cli.app import main
from ideep_scan.jobs.scan import demo

if sys.argv[2] == "elsewhere":
    now = time.time
    time.time = lambda: now() + 1e8
    socket.gethostname = lambda: "elsewhere"
scan = demo.scan
demo.scan = lambda settings, *others: scan(replace(settings, regions=("exA:1-20,000",)), *others)
for command in json.loads(sys.argv[1]):
    sys.argv = ["ideep-scan", *command.split()]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
"""
MODELS = "--rbp ELAVL1 --model ideep --modalities all --cobinding inputs/table.tsv --gtf inputs/genes.gtf"
COMMANDS = [
    f"genome {MODELS} --regions exA:1-20,000 --tracks no_cobinding,contributions --threshold 0.5 --threads THREADS "
    "-o run inputs/example.fa.gz",
    "genome --rbp ELAVL1 --rbp PUM2 --gtf inputs/genes.gtf --regions inputs/regions.bed --threads THREADS -o shared "
    "inputs/example.fa.gz",
    f"predict {MODELS} --fasta inputs/example.fa.gz --threads THREADS -o predictions.tsv.gz inputs/planted_sites.bed",
    "variants --rbp ELAVL1 --rbp PUM2 --gtf inputs/genes.gtf --fasta inputs/example.fa.gz --threads THREADS "
    "-o effects.vcf.gz --table effects.tsv.gz --report report --top 2 inputs/variants.vcf",
    "intersect run shared inputs/planted_sites.bed -o overlaps.tsv.gz",
    "intersect run effects.vcf.gz -o overlaps.bcf",
    "motifs --rbp ELAVL1 --rbp PUM2 --known inputs/known.meme -o motifs",
    "hub run --assembly-hub --variants effects.vcf.gz",
    "hub run shared --assembly-hub --email a@example.org --url-base https://example.org/hub -o hub",
    "demo --threads THREADS -o demo",
]
ZARR = "genome --rbp ELAVL1 --regions exA:1-20,000 --format zarr --threads THREADS -o zarr inputs/example.fa.gz"
KNOWN = (
    """MEME version 4

ALPHABET= ACGU

MOTIF X U_rich
letter-probability matrix: alength= 4 w= 5
"""
    + "0.05 0.05 0.05 0.85\n" * 5
)


def write_inputs(folder: Path, modified: int) -> None:
    """Write the inputs of all commands, with this time of modification."""
    inputs = runs.copy_example(folder / "inputs")
    shutil.copyfile(PACKAGED / "planted_sites.bed", inputs / "sites.bed")
    (inputs / "table.tsv").write_text("26_PARCLIP_TAF15_hg19\tsites.bed\n")
    (inputs / "regions.bed").write_text("exA\t0\t30000\nexB\t0\t20000\n")
    (inputs / "known.meme").write_text(KNOWN)
    for path in inputs.iterdir():
        os.utime(path, (modified, modified))


def run_commands(folder: Path, threads: int, circumstances: dict[str, str], umask: int) -> None:
    """Run all commands in a folder of their own."""
    folder.mkdir()
    write_inputs(folder, modified=1_500_000_000 + threads)
    commands = [text.replace("THREADS", str(threads)) for text in (*COMMANDS, *[ZARR] * bool(find_spec("zarr")))]
    place = circumstances.pop("place")
    environment = {**os.environ, "PYTHONPATH": str(Path(runs.__file__).parents[1]), **circumstances}
    environment.pop("SOURCE_DATE_EPOCH", None)
    said = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(commands), place],
        cwd=folder,
        env=environment,
        umask=umask,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert said.returncode == 0, said.stderr


def read_outputs(folder: Path) -> dict[str, bytes]:
    """Read all files but inputs and logs."""
    names = {name for name in runs.files(folder) if not name.startswith("inputs/")}
    return {name: (folder / name).read_bytes() for name in names if not name.endswith(RUN_LOG)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Folders of two runs of all commands."""
    root = tmp_path_factory.mktemp("equal")
    home, temporary = root / "home of another", root / "temporary"
    for folder in (home, temporary):
        folder.mkdir()
    one, other = root / "one", root / "a longer" / "other"
    other.parent.mkdir()
    run_commands(one, 1, {"place": "here", "PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}, umask=0o022)
    circumstances = {"place": "elsewhere", "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "C"}
    circumstances |= {"HOME": str(home), "TMPDIR": str(temporary), "USER": "another", "COLUMNS": "200"}
    run_commands(other, 2, circumstances, umask=0o077)
    return one, other


def test_every_file_is_equal(folders: tuple[Path, Path]) -> None:
    one, other = map(read_outputs, folders)
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other[name]} == set()
    tops = {name.split("/")[0] for name in one}
    assert tops >= {"run", "shared", "predictions.tsv.gz", "effects.vcf.gz", "report", "overlaps.bcf", "motifs", "hub"}


def test_the_logs_say_what_differed(folders: tuple[Path, Path]) -> None:
    for name in ("run", "shared", "demo"):
        one, other = (json.loads((folder / name / RUN_LOG).read_text()) for folder in folders)
        assert (one["threads"], other["threads"]) == (1, 2)
        assert (one["folder"], other["folder"]) == tuple(map(str, folders))
        assert other["host"] == "elsewhere" != one["host"]
    places = [json.loads((folder / "run" / RUN_LOG).read_text())["inputs"]["fasta"] for folder in folders]
    assert all(places[0][fact] != places[1][fact] for fact in ("path", "inode", "mtime_ns"))
    assert all((folder / "motifs" / RUN_LOG).is_file() for folder in folders)
