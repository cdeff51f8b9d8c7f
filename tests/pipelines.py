"""What tests of pipelines share: their tools, the program that they start, and the comparison of two runs.

No test stands here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIPELINES = ROOT / "scripts" / "pipelines"
EXAMPLE = ROOT / "ideep_scan" / "data" / "example"
REGION = "exA:1-20,000"  # small, with sites
_TOOLS = ROOT / "build" / "pipelines" / "bin"
_PROGRAM = 'import sys; sys.argv[0] = "ideep-scan"; from ideep_scan.cli.app import main; main()'


def find_tool(name: str) -> str:
    """Return the path of an engine or a linter; the test is skipped where it is not installed."""
    path = shutil.which(name, path=os.pathsep.join([str(_TOOLS), os.environ.get("PATH", "")]))
    if path is None:
        pytest.skip(f"no {name} on this machine (scripts/test installs it)")
    return path


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    """Run a command and return what it printed; fail with its messages if it fails."""
    ended = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def ask_tools(code: str, *arguments: str | Path) -> Any:
    """Run code with the Python of the tools, and return what it prints as JSON."""
    find_tool("snakemake")
    return json.loads(run(_TOOLS / "python", "-c", code, *arguments))


def read_yaml(path: Path) -> Any:
    """Read a YAML file."""
    return ask_tools("import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", path)


def put_program(folder: Path) -> str:
    """Write an executable `ideep-scan` that runs this source, and return a PATH with its folder in front."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "ideep-scan"
    program.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -c '{_PROGRAM}' \"$@\"\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def contents(folder: Path, without: Sequence[str] = ("run_log.json",)) -> dict[str, bytes]:
    """Return the content of each file of a run by its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = {str(path.relative_to(folder)): path for path in files}
    return {name: path.read_bytes() for name, path in names.items() if name not in without}
