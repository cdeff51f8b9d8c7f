"""The check of docstrings finds empty descriptions and parameters that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

check_docstrings = pytest.importorskip("check_docstrings", reason="griffe is not installed", exc_type=ImportError)

FORM = '''
def f(x: int) -> int:
    """Double a number.

    Parameters
    ----------
    {name} : int{description}
    """
    return 2 * x
'''


@pytest.mark.parametrize(
    ("name", "description", "fault"),
    [
        ("x", "\n        The number.", ""),
        ("x", "", "toy_package.f: parameters: x has no description"),
        ("y", "\n        The number.", "Parameter 'y' does not appear in the function signature"),
    ],
)
def test_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, description: str, fault: str):
    monkeypatch.chdir(tmp_path)
    Path("toy_package.py").write_text(f'"""A package."""\n{FORM.format(name=name, description=description)}')
    messages = check_docstrings.faults("toy_package")
    assert len(messages) == bool(fault)
    assert all(fault in message for message in messages)
