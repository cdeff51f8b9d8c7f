"""The floors of the house: who may import whom, print, open files, and how long code may be. Read with ast."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "": 9,  # the package itself: what `import ideep_scan` offers
    "api": 8,
    "cli": 7,
    "benchmark": 6,
    "jobs": 5,
    "scan": 4,
    "train": 4,
    "motifs": 4,
    "variants": 4,
    "models": 3,
    "features": 2,
    "formats": 2,
    "records": 1,
    "kernels": 0,
    "errors": 0,
    "process": 0,
    "version": 0,
}
FILE_ROOMS = {"formats", "models", "jobs", "benchmark", "cli", "api"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
FILES = sorted((ROOT / "ideep_scan").rglob("*.py"))
TRACK_HUBS = sorted((ROOT / "track_hubs").rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
LONGEST_FILE, LONGEST_BODY = 400, 40


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    parts = path.relative_to(ROOT / "ideep_scan").with_suffix("").parts
    return "" if parts[0] in ("__init__", "__main__") else parts[0]


def imports(path: Path) -> Iterator[str]:
    """Dotted names of all that a file imports, wherever in it and for whatever purpose."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *((node.module,) if node.module else ())))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    """Rooms of ideep_scan that a file imports; '' stands for the package itself."""
    results = set()
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "ideep_scan":
            results.add(parts[1] if len(parts) > 1 and parts[1] in FLOORS else "")
    return results


def calls(path: Path) -> Iterator[str]:
    """What a file calls, as written: `print`, `sys.exit`, `path.read_text`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def body_lengths(text: str) -> Iterator[tuple[str, int]]:
    """Yield the functions of a file with the lines of their bodies: no signature, docstring or blank line."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                yield node.name, sum(bool(line.strip()) for line in lines[body[0].lineno - 1 : node.end_lineno])


def test_every_file_lies_in_a_drawn_room():
    assert {room(path) for path in FILES} <= set(FLOORS)
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_room_imports_only_lower_floors(path):
    own = room(path)
    for other in rooms_imported(path):
        assert other == own or FLOORS[other] < FLOORS[own], f"{named(path)} imports {other}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_compute_and_files_meet_only_in_jobs_and_the_benchmark(path):
    if "formats" in rooms_imported(path):
        assert room(path) in ("formats", "jobs", "benchmark", "api")


@pytest.mark.parametrize("path", [path for path in FILES if room(path) not in FILE_ROOMS], ids=named)
def test_compute_rooms_open_no_file(path):
    opening = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "np.load", "np.save", "np.loadtxt"}
    for call in calls(path):
        assert call not in opening, f"{named(path)} calls {call}"
        assert call.rpartition(".")[2] not in opening, f"{named(path)} calls {call}"


@pytest.mark.parametrize("path", TRACK_HUBS, ids=named)
def test_track_hubs_stands_alone(path):
    assert not rooms_imported(path)


@pytest.mark.parametrize("path", FILES + TRACK_HUBS, ids=named)
def test_nothing_imports_the_chores_or_the_tests(path):
    assert not {name.split(".")[0] for name in imports(path)} & {"scripts", "tests"}


@pytest.mark.parametrize("path", [path for path in FILES if room(path) != "cli"], ids=named)
def test_only_the_command_line_prints_and_exits(path):
    forbidden = {"print", "exit", "quit", "sys.exit", "os._exit", "sys.stdout.write", "sys.stderr.write", "SystemExit"}
    assert not forbidden & set(calls(path))
    assert not {"typer", "rich"} & {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", FILES + TRACK_HUBS, ids=named)
def test_files_are_named_for_a_room_and_say_what_they_do(path):
    assert path.stem not in FORBIDDEN_NAMES
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a file begins with what it does and does not do"


@pytest.mark.parametrize("path", FILES + TRACK_HUBS + SCRIPTS, ids=named)
def test_files_and_functions_are_short(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    assert {name: length for name, length in body_lengths(text) if length > LONGEST_BODY} == {}


def test_body_lengths():
    text = 'def f(\n    x,\n):\n    """Do it.\n\n    At length.\n    """\n    y = (\n        x\n    )\n\n    return y\n'
    assert dict(body_lengths(text)) == {"f": 4}
    nested = "class C:\n    async def f(self):\n        def g():\n            return 1\n\n        return g\n"
    assert dict(body_lengths(nested)) == {"f": 3, "g": 1}
    assert dict(body_lengths('def f():\n    """Do nothing."""\n')) == {}


def test_the_walker_sees_what_it_should(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "ideep_scan" / "kernels" / "x.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "import ideep_scan.models.bundle\nfrom ideep_scan import errors, __version__\nfrom ..scan import plan\n"
        "if TYPE_CHECKING:\n    from ideep_scan.features.spec import FeatureSpec\ndef f():\n    import scripts.x\n"
        "    sys.exit(1)\n"
    )
    assert rooms_imported(path) == {"models", "errors", "", "scan", "features"}
    assert "scripts.x" in set(imports(path))
    assert set(calls(path)) == {"sys.exit"}


@pytest.mark.parametrize("use", ["import ideep_scan.cli.commands", "from ideep_scan.models.store import *"])
def test_the_command_line_and_a_list_of_models_start_without_torch(use):
    code = f"import sys; {use}; print(sorted({{'torch', 'RNA', 'sklearn'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
