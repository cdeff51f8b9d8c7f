"""Every test that docs/reliability.md names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "reliability.md"


def references() -> list[tuple[str, str]]:
    """(file, test) of each reference; a reference without a file is to the file before it in its row."""
    results = []
    for row in TABLE.read_text(encoding="utf-8").splitlines():
        file = ""
        for path, name in re.findall(r"`(tests/[\w/]+\.py)?(?:::(\w+))?`", row.rpartition(" | ")[2]):
            file = path or file
            if file:
                results.append((file, name))
    return results


def test_every_proof_exists() -> None:
    missing = []
    for file, name in references():
        path = ROOT / file
        tests = (
            {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
            if path.is_file()
            else set()
        )
        if not path.is_file() or (name and name not in tests):
            missing.append(f"{file}::{name}")
    assert missing == []


def test_every_row_names_a_proof() -> None:
    faults = TABLE.read_text(encoding="utf-8").partition("## Fuzzing")[0]
    rows = [line for line in faults.splitlines() if line.startswith("| ") and not line.startswith("| fault")]
    assert len(rows) > 100
    assert [row for row in rows if "`tests/" not in row.rpartition(" | ")[2]] == []
