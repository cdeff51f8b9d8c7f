"""Settings of a prediction: contradictions are refused before a file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.predict_settings import PredictSettings

MODELS = ("ELAVL1",)
SITES = Path("sites.bed")
GENOME = Path("genome.fa")


def test_settings_need_only_sites() -> None:
    PredictSettings(MODELS, SITES).check()


def test_a_folder_is_not_an_output(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a file"):
        PredictSettings(MODELS, SITES, out=tmp_path).check()


@pytest.mark.parametrize("role", ["sites", "fasta", "gtf", "cobinding"])
def test_an_input_is_not_overwritten(role: str) -> None:
    paths = {"sites": SITES, role: Path("folder/../table.tsv")}
    with pytest.raises(InputError, match="is an input of this run"):
        PredictSettings(MODELS, **paths, out=Path("table.tsv")).check()


def test_sites_need_a_genome() -> None:
    PredictSettings(MODELS, SITES, fasta=GENOME).check_kind(windows=False)
    with pytest.raises(InputError, match="give --fasta"):
        PredictSettings(MODELS, SITES).check_kind(windows=False)


@pytest.mark.parametrize(
    ("option", "value"),
    [("fasta", GENOME), ("gtf", Path("genes.gtf")), ("cobinding", Path("c.tsv")), ("evidence", ("e=e.bw",))],
)
def test_windows_have_no_place_in_a_genome(option: str, value: object) -> None:
    PredictSettings(MODELS, SITES).check_kind(windows=True)
    with pytest.raises(InputError, match=f"--{option} cannot be used with a FASTA of windows"):
        PredictSettings(MODELS, SITES, **{option: value}).check_kind(windows=True)
