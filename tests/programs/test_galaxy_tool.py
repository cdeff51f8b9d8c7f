"""The Galaxy tool: Galaxy's linter has nothing to say, and the command of each of its tests runs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pipelines
import pytest

from ideep_scan.version import __version__

TOOL = pipelines.PIPELINES / "galaxy" / "ideep_scan.xml"


@pytest.fixture(scope="module")
def answer() -> Any:
    """Findings of the linter and commands of the tests."""
    return pipelines.ask_tools(Path(__file__).with_name("galaxy_tool.py").read_text(), TOOL)


def test_the_linter_has_no_findings(answer: Any) -> None:
    assert answer["messages"] == []
    assert not answer["failed"]


def test_the_version_is_that_of_the_package() -> None:
    macros = ElementTree.parse(TOOL.with_name("macros.xml"))
    assert macros.findtext("token[@name='@TOOL_VERSION@']") == __version__


@pytest.mark.parametrize("number", [0, 1])
def test_a_test_of_the_tool_leaves_its_collections(answer: Any, number: int, tmp_path: Path) -> None:
    test = answer["tests"][number]
    command = " ".join(test["command"].split("\n"))
    for count, word in enumerate(shlex.split(command)):
        path = Path(word)
        if path.parent.name == "test-data":  # Galaxy's files have names without a meaning
            data = tmp_path / f"dataset_{count}.dat"
            data.write_bytes(path.read_bytes())
            command = command.replace(word, str(data))
    work = tmp_path / "work"
    work.mkdir()
    path = pipelines.put_program(tmp_path / "bin")
    pipelines.run("bash", "-c", command, cwd=work, PATH=path, GALAXY_SLOTS="1")
    assert (work / "run/manifest.json").is_file()
    for name, count in test["collections"].items():
        pattern = "tracks/*.bw" if name == "scores" else f"{name}/*.tsv.gz"
        assert len(list((work / "run").glob(pattern))) == int(count), name
