"""Models ship by their rank inside held-out transcripts, and each alias means one protein."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from shared_ship import INSIDE, LEAST_RATIO, RATIO, read_figures, select_models, settle_aliases
from toys import bundle

from ideep_scan.models.bundle import ModelBundle

COLUMNS = ("prevalence", "auPRC", "auPRC_ratio", "AUC_genes", "called_precision")


def make_models() -> list[ModelBundle]:
    base = bundle()
    rows = [("IGF2BP1-3", True, ("IMP1", "IGF2BP1")), ("IGF2BP1", True, ("IMP1",)), ("IGF2BP1-3_exp15", False, ())]
    network = type(base.network)(replace(base.network.config, outputs=6))
    return [
        replace(
            base,
            name=name,
            protein=name.split("_")[0],
            aliases=aliases if recommended else ("IMP1", "IGF2BP1"),
            network=network,
            card={"recommended": recommended},
            row=row,
            within_row=3 + row,
        )
        for row, (name, recommended, aliases) in enumerate(rows)
    ]


def write_table(path: Path, rows: list[tuple[str, str, str, str, float]]) -> Path:
    """Write a `within.tsv`: list, part, predictor, model and a value for every figure."""
    header = ["list", "part", "predictor", "source", "model", "genes", "peaks"]
    header += [f"{name}{end}" for name in COLUMNS for end in ("", "_low", "_high")]
    lines = [
        [name, part, predictor, "draft", model, "3", "20", *[str(value)] * 15]
        for name, part, predictor, model, value in rows
    ]
    path.write_text("".join("\t".join(line) + "\n" for line in [header, *lines]))
    return path


def test_figures_are_means_over_lists_of_the_models_own_output(tmp_path):
    rows = [
        ("A", "all", "draft", "X", 4.0),
        ("B", "all", "draft", "X", 8.0),
        ("A", "all", "draft within", "X", 100.0),
        ("A", "chr19+chr20", "draft", "X", 0.25),
    ]
    card = read_figures(write_table(tmp_path / "within.tsv", rows))["X"]
    assert card["lists"] == ["A", "B"]
    assert (card["genes"], card["peaks"]) == (6, 40)
    assert card[RATIO] == {"value": 6.0, "low": 6.0, "high": 6.0}
    assert card["precision of called sites"]["value"] == 0.25


def test_a_table_without_models_is_refused(tmp_path):
    with pytest.raises(SystemExit, match=r"within.tsv: judges no model"):
        read_figures(write_table(tmp_path / "within.tsv", [("A", "all", "region type", "X", 1.0)]))


def test_another_table_is_refused(tmp_path):
    (tmp_path / "within.tsv").write_text("list\tmodel\nA\tX\n")
    with pytest.raises(SystemExit, match=r"within.tsv: has no column part; name"):
        read_figures(tmp_path / "within.tsv")


@pytest.mark.parametrize(("ratio", "ships"), [(LEAST_RATIO, True), (LEAST_RATIO - 0.1, False)])
def test_a_protein_ships_from_the_least_ratio_on(ratio, ships):
    selection = select_models(make_models(), {"IGF2BP1": {RATIO: {"value": ratio}}})
    assert [model.name for model in selection.models] == [*["IGF2BP1"] * ships, "IGF2BP1-3_exp15"]
    assert ("IGF2BP1" in selection.absent) is not ships
    assert "fewer than 10 peaks" in selection.absent["IGF2BP1-3"]


def test_a_protein_without_lists_ships_by_the_calibration_region():
    models = make_models()
    models[0].card[INSIDE] = {RATIO: {"value": 7.0}}
    assert [model.name for model in select_models(models, {}).models] == ["IGF2BP1-3", "IGF2BP1-3_exp15"]


def test_a_selected_model_keeps_its_outputs():
    models = make_models()
    selected = select_models(models, {"IGF2BP1": {RATIO: {"value": 9.0}}}).models
    for model, old in zip(selected, models[1:], strict=True):
        assert model.network.config.outputs == 4
        for row, old_row in ((model.row, old.row), (model.within_row, old.within_row)):
            for name in ("weight", "bias"):
                values = (getattr(item.network.output, name) for item in (model, old))
                new, before = (value[index] for value, index in zip(values, (row, old_row), strict=True))
                assert torch.equal(new, before)


def test_an_alias_means_one_protein():
    models = make_models()
    assert settle_aliases(models) == {"IGF2BP1": ("IMP1",), "IGF2BP1-3": ()}
    assert settle_aliases([models[0]]) == {"IGF2BP1-3": ("IMP1", "IGF2BP1")}
