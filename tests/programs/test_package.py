"""Names that the package exports, and what importing it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import ideep_scan

ROOT = Path(__file__).resolve().parents[2]


def test_import_loads_no_numerics() -> None:
    code = "import sys, ideep_scan; print(sorted({'torch', 'pandas', 'numba', 'numpy', 'pysam'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_each_exported_name_is_documented() -> None:
    for name in ideep_scan.__all__:
        assert getattr(ideep_scan, name).__doc__
        assert name in dir(ideep_scan)


def test_exported_names_are_typed_as_they_are_imported() -> None:
    tree = ast.parse(Path(ideep_scan.__file__).read_text())
    typed = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == ideep_scan._MODULES
    assert sorted(typed) == sorted(ideep_scan.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scan_galaxy'"):
        ideep_scan.scan_galaxy  # noqa: B018


def test_the_package_is_marked_as_typed() -> None:
    assert (resources.files("ideep_scan") / "py.typed").is_file()
