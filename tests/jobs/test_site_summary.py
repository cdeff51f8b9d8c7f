"""Words about the sites that a model called."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ideep_scan.jobs.false_share import LowestShare
from ideep_scan.jobs.site_summary import MeasuredShare, SiteSummary
from ideep_scan.models.measured_precision import HELD_OUT_SITES

LOWEST = LowestShare(0.7046, "0.71", "0.96088")
CALLED = SiteSummary("ELAVL1", 0.5, 117, 59_019, 0.9833, 0.000864, "a guess", 1, LOWEST, 7, 0.97)


def test_doubtful_sites_are_to_be_ranked_and_the_stricter_call_is_named() -> None:
    assert CALLED.doubtful
    assert CALLED.stricter == LOWEST
    assert CALLED.in_words() == (
        "About 2 of 100 positions with a score of 0.5 or more are expected to be true, at a prior of 0.000864 "
        "(1 site in 1,157 positions). Use the rank of the sites, not their count: of positions with a score of 0.96088 "
        "or more about 29 of 100 are expected to be true; that threshold calls 7 sites."
    )


@pytest.mark.parametrize(
    ("changes", "doubtful"),
    [
        ({"strict_sites": None}, True),
        ({"false_share": 0.4}, False),
        ({"sites": 0}, False),
        ({"lowest": None}, True),
        ({"false_share": None, "prior": None, "lowest": None}, False),
    ],
    ids=["nothing is stricter", "most are true", "nothing was called", "no lowest share", "not calibrated"],
)
def test_no_stricter_call_is_named_where_it_does_not_help(changes: dict[str, object], doubtful: bool) -> None:
    called = replace(CALLED, **changes)  # type: ignore[arg-type]
    assert called.doubtful == doubtful
    assert called.stricter is None
    assert "rank" not in called.in_words()


def test_a_dense_prior_is_not_one_site_in_one_position() -> None:
    words = replace(CALLED, prior=0.9, false_share=0.05).in_words()
    assert words == "About 95 of 100 positions with a score of 0.5 or more are expected to be true, at a prior of 0.9."


def test_what_is_unknown_has_no_words() -> None:
    assert replace(CALLED, false_share=None, prior=None, lowest=None).in_words() == ""


def test_a_step_counts_as_the_positions_between() -> None:
    assert replace(CALLED, sites=10, positions=500, stride=20).per_kb == 1.0


def test_measured_calls_are_counted_out_of_100() -> None:
    measured = MeasuredShare(0.234, 0.17, 0.29, "eCLIP of K562", independent=True)
    words = replace(CALLED, measured=measured).in_words()
    assert words == (
        "Threshold: a score of 0.5. Of 100 such calls in bound transcripts, about 23 lie within 50 nt of a peak of "
        "another laboratory (17-29); eCLIP of K562."
    )
    dependent = replace(measured, independent=False, low=0.002)
    assert dependent.in_words().endswith("of a peak of the experiments that the model learned from (0.2-29)")


def test_calls_of_an_own_model_are_measured_by_its_held_out_sites_and_not_by_peaks() -> None:
    measured = MeasuredShare(0.234, 0.17, 0.29, HELD_OUT_SITES, independent=False, prior=0.01)
    words = replace(CALLED, measured=measured).in_words()
    assert words.endswith("about 23 lie within 50 nt of a site that was held out of its training (17-29).")
    assert "peak" not in words


def test_the_judged_transcripts_are_named():
    measured = MeasuredShare(
        0.25, 0.1, 0.5, "eCLIP of K562", independent=True, transcripts="bound unspliced transcripts"
    )
    assert measured.in_words().startswith("of 100 such calls in bound unspliced transcripts, about 25 lie")


def test_receipts_are_json() -> None:
    measured = MeasuredShare(0.25, 0.1, 0.5, "eCLIP of K562", independent=True)
    receipts = json.loads(json.dumps(replace(CALLED, measured=measured, chosen_by="best F1").receipts()))
    assert receipts["measured precision"]["value"] == 0.25
    assert receipts["threshold chosen by"] == "best F1"
