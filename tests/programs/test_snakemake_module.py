"""The Snakemake module: another workflow uses it, as one job and as several, with the same result."""

from __future__ import annotations

import json
from pathlib import Path

import pipelines
import pytest

MODULE = pipelines.PIPELINES / "snakemake" / "Snakefile"
WORKFLOW = f"""
module ideep_scan:
    snakefile: "{MODULE}"
    config: config["ideep_scan"]

use rule * from ideep_scan as ideep_scan_*

rule count_sites:
    default_target: True
    input: expand("out/{{run}}.manifest.json", run=config["ideep_scan"]["runs"])
    output: "sites.txt"
    shell: "gzip -dc out/*/hits/ELAVL1.bed.gz | wc -l > {{output}}"
"""


def write_workflow(folder: Path, **runs: dict[str, object]) -> list[str | Path]:
    """Write a workflow with these runs, and return the command that runs it."""
    inputs = {"fasta": str(folder / "example.fa.gz"), "gtf": str(folder / "genes.gtf")}
    config = {"results": "out", "threads": 1, "runs": {name: inputs | fields for name, fields in runs.items()}}
    (folder / "Snakefile").write_text(WORKFLOW)
    (folder / "config.json").write_text(json.dumps({"ideep_scan": config}))
    return [pipelines.find_tool("snakemake"), "--cores", "1", "--configfile", "config.json"]


def test_runs_of_one_job_and_of_several_are_equal(tmp_path: Path, example: Path) -> None:
    fields = {"rbp": "ELAVL1", "options": f"--regions {pipelines.REGION}"}
    command = write_workflow(example, single=fields, parts=fields | {"shards": 2})
    path = pipelines.put_program(tmp_path / "bin")
    pipelines.run(*command, cwd=example, PATH=path)
    single, parts = pipelines.contents(example / "out/single"), pipelines.contents(example / "out/parts")
    assert single.keys() == parts.keys()
    assert [name for name in single if single[name] != parts[name]] == []
    assert (example / "out/single.manifest.json").read_bytes() == single["manifest.json"]
    assert int((example / "sites.txt").read_text()) > 0
    assert "1/2" in (example / "out/parts.parts/1_of_2.log").read_text()
    assert (example / "out/parts.parts/2_of_2.benchmark.tsv").is_file()
    assert "Nothing to be done" in pipelines.run(*command, "--dry-run", cwd=example, PATH=path)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Folder of a workflow, with the files of the example."""
    folder = tmp_path / "workflow"
    folder.mkdir()
    for name in ("example.fa.gz", "genes.gtf"):
        (folder / name).write_bytes((pipelines.EXAMPLE / name).read_bytes())
    return folder


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "'rbp' is a required property"),
        ({"rbp": "all", "shards": 0}, "less than the minimum"),
        ({"rbp": "all", "protein": "ELAVL1"}, "Additional properties"),
    ],
)
def test_a_wrong_configuration_is_refused(example: Path, fields: dict[str, object], message: str) -> None:
    command = write_workflow(example, run=fields)
    with pytest.raises(AssertionError, match=message):
        pipelines.run(*command, "--dry-run", cwd=example)


def test_options_and_lists_of_proteins_come_through(example: Path) -> None:
    command = write_workflow(example, run={"rbp": ["ELAVL1", "QKI"], "options": "--fdr 0.5", "shards": 3})
    printed = pipelines.run(*command, "--dry-run", "--printshellcmds", cwd=example)
    assert "genome --rbp ELAVL1 --rbp QKI --gtf " in printed
    assert "--out out/run --fdr 0.5 --threads 1 --shard 3/3" in printed
    assert "ideep-scan merge --rbp ELAVL1 --rbp QKI" in printed


def test_the_example_of_a_configuration_is_valid(example: Path) -> None:
    for name in ("hg38.fa", "gencode.gtf.gz"):
        (example / name).touch()
    config = MODULE.with_name("config.yaml")
    command = [pipelines.find_tool("snakemake"), "--snakefile", MODULE, "--configfile", config, "--dry-run"]
    printed = pipelines.run(*command, "--cores", "1", cwd=example)
    assert "40" in next(line for line in printed.splitlines() if line.startswith("part "))


def test_the_module_is_formatted() -> None:
    pipelines.run(pipelines.find_tool("snakefmt"), "--line-length", "120", "--check", MODULE)
