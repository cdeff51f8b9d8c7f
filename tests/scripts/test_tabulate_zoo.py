"""The table of names has every protein and every model of both stores."""

from __future__ import annotations

import pytest
import tabulate_zoo

from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import STORES


def test_names(capsys: pytest.CaptureFixture[str]) -> None:
    tabulate_zoo.print_names()
    header, _, *rows = (
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in capsys.readouterr().out.splitlines()
    )
    assert header == ["protein", "other names", *(f"`--model {store}`" for store in STORES)]
    entries = {store: list_entries(store) for store in STORES}
    assert {row[0] for row in rows} == {entry.protein for group in entries.values() for entry in group}
    assert len(rows) == len({row[0] for row in rows})
    for column, group in enumerate(entries.values(), 2):
        models = [model for row in rows if row[column] != "." for model in row[column].split(", ")]
        assert sorted(model.removesuffix(" *") for model in models) == sorted(entry.name for entry in group)
        assert {model for model in models if model.endswith(" *")} == {f"{e.name} *" for e in group if e.recommended}
    assert "HuR" in next(row[1] for row in rows if row[0] == "ELAVL1")
