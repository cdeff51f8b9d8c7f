"""The lowest false share of every bundled model, and the error that names one that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.false_share import LowestShare, check_reached, find_lowest_default_share, find_lowest_share
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.thresholds import choose_thresholds
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.store import Entry, list_entries
from ideep_scan.models.store_names import IDEEP, SHARED

ROOT = Path(__file__).resolve().parents[2]
MODELS = list_entries(IDEEP)


def asked(fdr: float) -> ScanSettings:
    return ScanSettings(("any",), Path("x.fa"), fdr=fdr)


@pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry.name)
def test_the_share_on_the_card_is_accepted_and_little_less_is_not(entry: Entry) -> None:
    bundles, used = [load_bundle(entry.path)], {entry.name: entry.modalities}
    lowest = find_lowest_default_share(Calibration.from_dict(entry.calibration), entry.modalities)
    assert lowest is not None
    (calling,) = choose_thresholds(asked(float(lowest.fdr)), bundles, used)
    assert calling.settings.threshold <= float(lowest.threshold) < 1
    assert calling.false_share == pytest.approx(float(lowest.fdr), abs=0.01)
    assert calling.false_share <= float(lowest.fdr) + 1e-9
    with pytest.raises(InputError) as error:
        choose_thresholds(asked(lowest.share - 0.001), bundles, used)
    assert f"give --fdr {lowest.fdr}, " in str(error.value)


def test_several_models_get_one_line_that_names_the_worst_and_a_share_for_all() -> None:
    bundles = [load_bundle(entry.path) for entry in MODELS if entry.recommended]
    used = {bundle.name: bundle.modalities for bundle in bundles}
    with pytest.raises(InputError) as error:
        choose_thresholds(asked(0.1), bundles, used)
    line = str(error.value)
    assert "\n" not in line
    assert len(line) < 300
    assert re.search(r"lowest expected false share is 0\.965 \(IGF2BP1-3, prior .*\), 0\.959 \(HNRNPLL, ", line)
    results = re.search(r"give --fdr (\S+),", line)
    assert results is not None
    assert len(choose_thresholds(asked(float(results[1])), bundles, used)) == len(bundles)


def test_a_prior_so_low_that_nothing_helps_is_said() -> None:
    (entry,) = (entry for entry in MODELS if entry.name == "ELAVL1")
    scale = Calibration.from_dict(entry.calibration).scale(entry.modalities)
    assert find_lowest_share(scale, 1e-20) is None
    with pytest.raises(InputError, match=r"A: every score is expected to be false at a prior of 1e-20: give a higher"):
        check_reached(0.5, {"A": (None, 1e-20), "B": (LowestShare(0.6, "0.6", "0.9"), 1e-20)})


def test_a_share_that_all_models_reach_is_accepted() -> None:
    check_reached(0.6, {"A": (LowestShare(0.6, "0.6", "0.9"), 0.1), "B": (LowestShare(0.2, "0.2", "0.9"), 0.1)})


@pytest.mark.parametrize(
    ("store", "page"), [(SHARED, "README.md"), (SHARED, "docs/howto/threshold.md"), (IDEEP, "docs/output.md")]
)
def test_every_false_share_in_the_documents_can_be_had(store: str, page: str) -> None:
    """Examples name ELAVL1, on FASTA and annotation."""
    (entry,) = (entry for entry in list_entries(store) if entry.name == "ELAVL1")
    lowest = find_lowest_default_share(Calibration.from_dict(entry.calibration), entry.modalities)
    assert lowest is not None
    text = (ROOT / page).read_text(encoding="utf-8")
    shares = re.findall(r"--fdr (0\.\d+)", text)
    assert shares
    assert all(float(share) >= lowest.share for share in shares)
    if store == IDEEP:
        assert f"--fdr {lowest.fdr} or --threshold {lowest.threshold}" in text
