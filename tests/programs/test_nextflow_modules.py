"""The Nextflow modules, without Nextflow: Groovy evaluates each process, and bash runs its script.

Nextflow itself comes from no package registry.
`nextflow_process.groovy` stands in for it: it calls the sections of a process with given values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pipelines
import pytest

from ideep_scan.version import __version__

FOLDER = pipelines.PIPELINES / "nextflow"
MODULES = sorted((FOLDER / "modules/ideepscan").iterdir())
SCRIPTS = sorted(FOLDER.rglob("main.nf"))
HARNESS = Path(__file__).with_name("nextflow_process.groovy")
PARSE = """
import json, sys
from reftrace import Module
print(json.dumps([process.name for path in sys.argv[1:] for process in Module.from_file(path).processes]))
"""

CONFIG = """
def slurper = new ConfigSlurper()
slurper.binding = [projectDir: args[1]]
def config = slurper.parse(new File(args[0]).toURI().toURL())
println groovy.json.JsonOutput.toJson([manifest: config.manifest, params: config.params])
"""


@cache
def call_groovy(name: str, values: str) -> str:
    """Return what Groovy prints about a process; Groovy starts slowly, so the same call is made once."""
    path = FOLDER / "modules/ideepscan" / name / "main.nf"
    return pipelines.run(pipelines.find_tool("groovy"), HARNESS, path, values)


def evaluate(name: str, **values: Any) -> dict[str, Any]:
    """Evaluate a process with these values of its inputs."""
    values["task"] = {"cpus": 1, "process": name, "ext": {"args": f"--regions {pipelines.REGION}"}}
    values |= {"meta": {"id": "example"}, "moduleDir": str(FOLDER / "modules/ideepscan" / name)}
    process: dict[str, Any] = json.loads(call_groovy(name, json.dumps(values)))
    names = [declared.get("val", declared.get("path")) for declared in process["inputs"]]
    assert set(names) <= values.keys()
    return process


@pytest.fixture(scope="module")
def execute(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that runs a script or a stub in a folder of its own and returns the folder."""
    path = pipelines.put_program(tmp_path_factory.mktemp("bin"))

    def start(process: dict[str, Any], kind: str, *staged: Path) -> Path:
        folder = tmp_path_factory.mktemp(f"{process['name']}_{kind}")
        for file in staged:
            (folder / file.name).symlink_to(file)
        (folder / ".command.sh").write_text(process[kind])
        pipelines.run("bash", "-euo", "pipefail", ".command.sh", cwd=folder, PATH=path)
        for declared in process[f"{kind}_outputs"]:
            if "path" in declared:
                assert list(folder.glob(declared["path"])), declared
        assert pipelines.read_yaml(folder / "versions.yml") == {process_key(process): {"ideep-scan": __version__}}
        return folder

    return start


def process_key(process: dict[str, Any]) -> str:
    """Return the name of the task that `evaluate` gives to a process."""
    return process["name"].removeprefix("IDEEPSCAN_").lower()


def genome_inputs() -> dict[str, Any]:
    """Return the inputs that all processes share."""
    return {"fasta": "example.fa.gz", "gtf": "genes.gtf", "rbp": ["ELAVL1"]}


STAGED = (pipelines.EXAMPLE / "example.fa.gz", pipelines.EXAMPLE / "genes.gtf")


def test_parts_that_are_merged_are_equal_to_one_task(execute: Callable[..., Path]) -> None:
    whole = execute(evaluate("genome", **genome_inputs()), "script", *STAGED)
    parts = []
    for part in (1, 2):
        folder = execute(evaluate("part", **genome_inputs(), part=part, count=2), "script", *STAGED)
        parts.append(folder / f"example.part_{part}_of_2")
    names = " ".join(part.name for part in parts)
    merged = execute(evaluate("merge", **genome_inputs(), parts=names), "script", *STAGED, *parts)
    single, together = pipelines.contents(whole / "example"), pipelines.contents(merged / "example")
    assert single.keys() == together.keys()
    assert [name for name in single if single[name] != together[name]] == []


@pytest.mark.parametrize("name", ["genome", "part", "merge"])
def test_stubs_leave_every_output(name: str, execute: Callable[..., Path]) -> None:
    execute(evaluate(name, **genome_inputs(), part=1, count=2, parts=""), "stub")


def test_what_a_task_may_leave_out() -> None:
    process = evaluate("genome", fasta="a.fa", gtf=[], rbp="all")
    assert "--gtf" not in process["script"]
    assert "--rbp all" in process["script"]
    assert process["when"] is True


def test_a_process_uses_the_image_and_the_environment_of_this_version() -> None:
    for module in MODULES:
        process = evaluate(module.name, **genome_inputs(), part=1, count=2, parts="")
        assert process["directives"]["container"] == f"ideep-scan:{__version__}"
        assert process["directives"]["conda"] == str(module / "environment.yml")
        assert pipelines.read_yaml(module / "environment.yml")["dependencies"] == [f"ideep-scan={__version__}"]


def test_descriptions_agree_with_the_processes() -> None:
    for module in MODULES:
        process = evaluate(module.name, **genome_inputs(), part=1, count=2, parts="")
        meta = pipelines.read_yaml(module / "meta.yml")
        assert meta["name"] == f"ideepscan_{module.name}"
        inputs = [entry for item in meta["input"] for entry in (item if isinstance(item, list) else [item])]
        described = [next(iter(entry)) for entry in inputs]
        assert described == [declared.get("val", declared.get("path")) for declared in process["inputs"]]
        assert {next(iter(item)) for item in meta["output"]} == {out["emit"] for out in process["script_outputs"]}


def test_nextflow_scripts_can_be_parsed() -> None:
    assert sorted(pipelines.ask_tools(PARSE, *SCRIPTS)) == ["IDEEPSCAN_GENOME", "IDEEPSCAN_MERGE", "IDEEPSCAN_PART"]


def test_a_script_with_a_fault_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "main.nf"
    path.write_text('process X {\n    script:\n    """\n    echo ${x\n    """\n')
    with pytest.raises(AssertionError, match="no attribute"):
        pipelines.ask_tools(PARSE, path)


def test_every_module_and_workflow_has_its_files() -> None:
    for script in SCRIPTS:
        if script.parent != FOLDER:
            assert (script.with_name("meta.yml")).is_file()
            assert (script.parent / "tests/main.nf.test").is_file()


def test_the_configuration_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "config.groovy").write_text(CONFIG)
    groovy = pipelines.find_tool("groovy")
    config = json.loads(pipelines.run(groovy, tmp_path / "config.groovy", FOLDER / "nextflow.config", FOLDER))
    assert config["manifest"]["version"] == __version__
    assert Path(config["params"]["fasta"]).is_file()  # of the profile `test`
    used = re.findall(r"params\.(\w+)", (FOLDER / "main.nf").read_text())
    assert set(used) <= config["params"].keys()


def test_workflows_call_processes_with_their_inputs_and_use_their_outputs() -> None:
    sections = {path.parent.name: path.read_text() for path in SCRIPTS if path.parent.parent.name == "ideepscan"}
    inputs = {
        name: re.findall(r"^    (?:tuple|val|path) ", text.split("output:")[0], re.MULTILINE)
        for name, text in sections.items()
    }
    outputs = {name: set(re.findall(r"emit: (\w+)", text)) for name, text in sections.items()}
    calls = []
    for path in (FOLDER / "main.nf", FOLDER / "subworkflows/ideepscan_scatter/main.nf"):
        text = path.read_text()
        for name, arguments in re.findall(r"IDEEPSCAN_(PART|MERGE|GENOME)\((.*)\)$", text, re.MULTILINE):
            calls.append(name)
            depth = re.sub(r"\([^()]*\)", "", arguments)
            assert depth.count(",") + 1 == len(inputs[name.lower()]), arguments
        for name, output in re.findall(r"IDEEPSCAN_(PART|MERGE|GENOME)\.out\.(\w+)", text):
            assert output in outputs[name.lower()]
    assert sorted(calls) == ["GENOME", "MERGE", "PART"]


def test_included_names_exist() -> None:
    for script in SCRIPTS:
        for line in script.read_text().splitlines():
            if line.startswith("include"):
                name, path = line.split("{ ")[1].split(" }")[0].strip(), line.split("'")[1]
                text = (script.parent / f"{path}.nf").read_text()
                assert f"process {name} {{" in text or f"workflow {name} {{" in text
