"""A test is at the path of what it tests: `tests/ROOM/test_MODULE.py`, or `test_MODULE_*.py` if there are several.

Tests of more than one module are in `OTHER_ROOMS`; tests that read the code or the documents of the whole project are
at the top.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OTHER_ROOMS = {"browser", "docs", "fuzz", "programs", "real"}
OTHER_TESTS = {"test_docstring_examples", "test_floors", "test_no_skew", "test_paths", "test_reliability"}


def modules() -> list[Path]:
    """List the modules of both packages, as paths from the repository's root."""
    paths = [path for package in ("ideep_scan", "track_hubs") for path in (ROOT / package).rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in paths if not path.stem.startswith("__"))


def is_behaviour(node: ast.AST) -> bool:
    """Tell whether a node is a function with a body: more than a docstring or an ellipsis."""
    if isinstance(node, ast.Lambda):
        return True
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)) for statement in node.body
    )


def has_behaviour(module: Path) -> bool:
    """Tell whether a module has a function to test. Others hold constants, fields and protocols only."""
    return any(map(is_behaviour, ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8")))))


def has_test(module: Path) -> bool:
    """Tell whether a module has a test file at its path."""
    folder = module.parent.relative_to("ideep_scan") if module.parts[0] == "ideep_scan" else module.parent
    tests = [path.stem for path in (ROOT / "tests" / folder).glob("test_*.py")]
    name = f"test_{module.stem}"
    return any(test == name or test.startswith(f"{name}_") for test in tests)


def has_module(test: Path) -> bool:
    """Tell whether a test file, as a path from the folder of tests, is at the path of a module or of a script."""
    folder = test.parent if test.parts[0] in ("scripts", "track_hubs") else Path("ideep_scan") / test.parent
    name = f"{test.stem.removeprefix('test_')}_"
    return any(name.startswith(f"{module.stem}_") for module in (ROOT / folder).glob("*.py"))


def without_modules() -> set[str]:
    """Find the test files that name no module and are in none of the other rooms."""
    tests = (path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py"))
    return {
        str(test)
        for test in tests
        if test.parts[0] not in OTHER_ROOMS and str(test.with_suffix("")) not in OTHER_TESTS and not has_module(test)
    }


def without_tests() -> set[str]:
    """Find the modules with behaviour that have no test file at their path."""
    return {str(module) for module in modules() if has_behaviour(module) and not has_test(module)}


def test_every_module_has_a_test_at_its_path():
    assert without_tests() == set()


def test_every_test_is_at_the_path_of_a_module():
    assert without_modules() == set()


def test_paths_of_modules():
    assert has_module(Path("formats/bigwig/test_writer.py"))
    assert has_module(Path("formats/bigwig/test_writer_limits.py"))
    assert has_module(Path("track_hubs/test_manifest.py"))
    assert has_module(Path("scripts/test_check_prose.py"))
    assert has_module(Path("test_errors.py"))
    assert not has_module(Path("formats/bigwig/test_writers.py"))
    assert not has_module(Path("track_hubs/test_no_module.py"))


def test_paths_of_tests():
    assert has_test(Path("ideep_scan/formats/bigwig/writer.py"))
    assert has_test(Path("track_hubs/manifest.py"))
    assert not has_test(Path("ideep_scan/formats/bigwig/no_module.py"))


def test_a_module_without_function_bodies_has_no_behaviour():
    fields = (
        'class Sites(Protocol):\n    length: int = 3\n\n    def read(self) -> int:\n        """Read."""\n        ...\n'
    )
    assert not any(map(is_behaviour, ast.walk(ast.parse(fields))))
    for code in ("def f():\n    return 1\n", "async def f():\n    pass\n", "f = lambda x: x\n"):
        assert any(map(is_behaviour, ast.walk(ast.parse(code))))
