"""The scripts of the project can be imported, so that a name that the package loses is noticed."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

OPTIONAL = {"docs_pages": "mkdocs"}  # what a script needs beyond the environment of the tests
SCRIPTS = sorted(path.stem for path in (Path(__file__).parents[2] / "scripts").glob("*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_can_be_imported(name: str) -> None:
    if name in OPTIONAL:
        pytest.importorskip(OPTIONAL[name])
    script = importlib.import_module(name)
    assert script.__doc__
    assert script.__file__ is not None
    assert Path(script.__file__).parent.name == "scripts"
