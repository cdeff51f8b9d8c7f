"""`ideep-scan models`: what a list and a card show of bundles whose cards are full, bare or of several experiments."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from runs import Command
from toys import bundle, network

from ideep_scan.models import store
from ideep_scan.models.bundle import save_bundle
from ideep_scan.models.store_names import STORES

COLUMNS = ["name", "protein", "aliases", "experiment", "protocol", "AUC", "auPRC", "lowest_fdr", "recommended"]
MNASE = "9_PARCLIP_ELAVL1MNASE_hg19"


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.02, "high": value + 0.02, "sd": 0.01}


FULL: dict[str, Any] = {
    "recommended": True,
    "recommended why": "the highest AUC of four",
    "experiment": "10_PARCLIP_ELAVL1A_hg19",
    "number": 10,
    "protocol": "PAR-CLIP",
    "note": "ELAVL1A",
    "assembly": "hg19",
    "annotation": "RefSeq",
    "counts": {"training": 12345, "validation": 678},
    "published test windows": {
        "FASTA": {"AUC": estimate(0.885), "auPRC": estimate(0.64)},
        "FASTA + annotation": {"AUC": estimate(0.926), "auPRC": estimate(0.891)},
    },
    "published figures": {"iDeep re-run": {"AUC": 0.915, "auPRC": 0.859}, "DeepRKE": {"AUC": 0.895}},
    "bare windows": {"AUC": estimate(0.9), "windows": 4321},
    "within transcripts": {"FASTA": {"sites": 1234, **estimate(0.79)}},
    "gain": {
        "region": {"beside": "sequence", **estimate(0.097)},
        "structure": {"beside": "sequence + region", **estimate(-0.003)},
    },
    "top region": {"region": "3'UTR", "share": 0.612, "background share": 0.2},
    "strongest motif": {"id": "RNCMPT00032", "match": "HuR", "figure": "AUC of its score alone", **estimate(0.71)},
    "threshold": "0.5: more likely site than not",
    "licence": "weights MIT",
    "citation": ["Pan & Shen 2017", "Strazar et al. 2016"],
}
CALIBRATION: dict[str, Any] = {
    "format": 1,
    "prevalence": {"value": 3.21e-4, "source": "share of the positions of chr20"},
    "limits": "one chromosome",
    "kinds": {
        "sequence+region": {
            "logits": [-9.0, 0.5],
            "positions": 200000,
            "positions above": [200000, 90],
            "sites": 812,
            "sites above": [812, 300],
            "tail rate": 1.5,
        }
    },
}
BARE = {"recommended": False, "number": 9, "experiment": MNASE}
POOLED = {"recommended": True, "experiments": ["1_A", "2_B"], "published test windows": {"1_A": {"FASTA": {"AUC": {}}}}}


@pytest.fixture(autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("models")
    net, made_models = network(hidden={"region": 7}), []
    for name, protein, aliases, card, calibration in (
        ("ELAVL1", "ELAVL1", ("HuR",), FULL, CALIBRATION),
        ("ELAVL1_exp09", "ELAVL1", ("HuR",), BARE, {}),
        ("POOL", "POOL", (), POOLED, {}),
    ):
        made = bundle(name, net, aliases=aliases, card=card, calibration=calibration, modalities=("sequence", "region"))
        object.__setattr__(made, "protein", protein)
        made_models.append(made)
    save_bundle(folder / "shared.safetensors", made_models)
    monkeypatch.setattr(store, "find_folder", lambda: folder)
    return folder


def test_the_list_is_a_table_whose_empty_cells_are_dots(command: Command) -> None:
    said = command("models", "list")
    assert (said.code, said.err) == (0, "")
    assert [line.split("\t") for line in said.out.splitlines()] == [
        COLUMNS,
        ["ELAVL1", "ELAVL1", "HuR", "10_PARCLIP_ELAVL1A_hg19", "PAR-CLIP", "0.926", "0.891", "0.8", "yes"],
        ["ELAVL1_exp09", "ELAVL1", "HuR", MNASE, ".", ".", ".", ".", "."],
        ["POOL", "POOL", ".", "1_A,2_B", ".", ".", ".", ".", "yes"],
    ]


@pytest.mark.parametrize("columns", [200, 80])
def test_on_a_terminal_columns_stand_below_each_other(
    columns: int, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    said = command("models", "list")
    header, first, second, third = re.sub(r"\x1b\[\d*m", "", said.out).splitlines()
    assert "\t" not in said.out
    for line, auc in ((first, "0.926"), (second, "."), (third, ".")):
        assert len(line) <= columns
        assert line[header.index("AUC") :].startswith(auc)
    assert (MNASE in second) == (columns == 200)
    assert header.split()[0] == "name"


def test_a_card_says_all_that_it_holds(command: Command) -> None:
    said = command("models", "show", "hur")
    assert (said.code, said.err) == (0, "")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    for line in (
        "protein ELAVL1, HuR",
        "experiment 10_PARCLIP_ELAVL1A_hg19",
        "protocol PAR-CLIP, ELAVL1A",
        "recommended yes: the highest AUC of four",
        "training 12,345",
        "AUC auPRC",
        "FASTA + annotation 0.926 (0.906-0.946) 0.891 (0.871-0.911)",
        "published: iDeep re-run 0.915 0.859",
        "published: DeepRKE 0.895 .",
        "4,321 windows of held-out genes, the 101 nt alone 0.900 (0.880-0.920) .",
        "FASTA 0.790 (0.770-0.810) 1,234 sites",
        "region beside sequence +0.0970 (+0.0770 to +0.1170) used by auto",
        "structure beside sequence + region -0.0030 (-0.0230 to +0.0170) not used by auto",
        "top region 3'UTR: 61% of its sites, 20% of the background",
        "strongest motif ELAVL1_UUWUUUU (RNCMPT00032), AUC of its score alone: 0.710 (0.690-0.730)",
        "p-values sequence + region: 200,000 background positions, 812 sites, lowest expected false share 0.8",
        "lowest false share 0.8 by default (sequence + region), at this prior: --fdr 0.8",
        "prior for a site 0.00032: share of the positions of chr20",
        "limits one chromosome",
        "threshold 0.5: more likely site than not",
        "licence weights MIT",
        "cite Strazar et al. 2016",
    ):
        assert line in lines
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) < 120


@pytest.mark.parametrize("name", ["9", "exp09", "elavl1_exp9", MNASE])
def test_a_bare_card_has_no_empty_section(name: str, command: Command) -> None:
    said = command("models", "show", name)
    assert said.code == 0
    headings = [line for line in said.out.splitlines() if line and not line.startswith(" ")]
    assert headings == ["ELAVL1_exp09", "Calibration"]
    assert "none: the model is not calibrated" in said.out
    assert "recommended       no" in said.out


def test_a_card_of_several_experiments_is_read_as_far_as_it_goes(command: Command) -> None:
    said = command("models", "show", "POOL")
    assert said.code == 0
    assert "1_A, 2_B" in said.out
    assert "AUC" not in said.out


def test_several_cards(command: Command) -> None:
    headings = [line for line in command("models", "show", "all").out.splitlines() if line in ("ELAVL1", "POOL")]
    assert headings == ["ELAVL1", "POOL"]


def test_the_whole_card_as_json(command: Command) -> None:
    said = command("models", "show", "--json", "HuR")
    assert json.loads(said.out) == {"name": "ELAVL1", "protein": "ELAVL1", **FULL}


@pytest.mark.parametrize("name", ["HUR2", "10_PARCLIP_ELAVL1A_hg38"])
def test_an_unknown_name_is_answered_with_the_nearest(name: str, command: Command) -> None:
    said = command("models", "show", name)
    assert (said.code, said.out) == (2, "")
    near = "HuR" if name == "HUR2" else "10_PARCLIP_ELAVL1A_hg19"
    assert said.err.startswith(f"ideep-scan: no model for {name!r}: did you mean {near}")
    assert len(said.err.splitlines()) == 1


def test_no_models_at_all(command: Command, models: Path) -> None:
    os.remove(models / "shared.safetensors")
    assert command("models", "list").out.split() == COLUMNS
    assert command("models", "show", "ELAVL1").code == 2


def test_the_packages_own_cards_can_be_shown(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for model in STORES:
        rows = [line.split("\t") for line in command("models", "list", "--model", model).out.splitlines()]
        assert rows[0] == COLUMNS
        assert {len(row) for row in rows} == {len(COLUMNS)}
        for name, *_, lowest, _ in rows[1 :: len(rows) // 10]:
            said = command("models", "show", name, "--model", model)
            assert said.code == 0
            assert said.out.splitlines()[0] == name
            assert lowest == "." or (0 < float(lowest) < 1 and f"--fdr {lowest}" in said.out)


def test_a_name_of_the_other_store_is_refused_with_a_hint(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    said = command("models", "show", "PTBP1", "--model", "ideep")
    assert said.code == 2
    assert said.err == "ideep-scan: no model for 'PTBP1': --model ideep lacks it; --model shared has it\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("asked", ["list", "show ELAVL1"])
def test_a_full_disk_is_told_in_one_line(asked: str) -> None:
    program = Path(sys.executable).with_name("ideep-scan")
    said = subprocess.run(
        f"{program} models {asked} > /dev/full", shell=True, capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert said.stderr == "ideep-scan: standard output: No space left on device: make room or choose another place\n"


def test_the_user_adds_lists_and_removes_a_model(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.OWN_FOLDER, str(tmp_path / "own"))
    path = tmp_path / "a.safetensors"
    save_bundle(path, [bundle("MYRBP")])
    added = command("models", "add", path)
    assert added.code == 0, added
    assert "use it with --rbp MYRBP" in added.out
    assert "\nMYRBP\tMYRBP\t" in command("models", "list").out
    assert command("models", "show", "MYRBP").code == 0
    assert command("models", "remove", "MYRBP").code == 0
    missing = command("models", "add", tmp_path / "none.safetensors")
    assert missing.code == 2
    assert missing.err.count("\n") == 1
