"""What goes into a calibration and what is refused; whether promised precision and enrichment are measured right."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.models.calibration import Calibration, name_kind
from ideep_scan.train.calibrate import (
    compute_prior_weights,
    fit_calibration,
    measure_enrichment,
    measure_reliability,
    round_down,
)

RNG = np.random.default_rng(0)
BACKGROUND, SITES = RNG.normal(-3, 1, 5000), RNG.normal(0, 1, 200)


def made(background: np.ndarray, sites: np.ndarray = SITES, prevalence: float = 0.1) -> dict:
    return fit_calibration({"sequence": background}, {"sequence": sites}, prevalence, "source", "limits")["kinds"][
        "sequence"
    ]


def test_what_is_not_scored_takes_no_part_and_order_does_not_matter():
    holes = np.insert(BACKGROUND[::-1], [0, 70, 5000], np.nan).reshape(-1, 1)
    assert made(holes, np.append(SITES, np.nan)) == made(BACKGROUND)


def test_the_table_goes_on_beyond_the_background_while_ten_sites_score_higher():
    table = made(BACKGROUND)
    assert len(table["logits"]) > len(table["positions above"])
    assert table["sites above"][-1] == 10
    assert table["logits"][-1] == pytest.approx(np.sort(SITES)[-10], abs=1e-4)


def test_scores_of_0_and_1_are_read_as_finite():
    table = made(np.append(BACKGROUND, [-np.inf, np.inf]), np.append(SITES, np.inf))
    assert np.isfinite(table["logits"]).all()
    assert table["positions above"][0] == 5002


def test_background_with_ties_is_counted():
    tied = np.round(BACKGROUND)
    table = made(tied)
    counted = len(table["positions above"])
    assert table["positions above"] == [(tied >= knot).sum() for knot in table["logits"][:counted]]


def test_each_kind_has_a_table_of_its_own():
    kinds = ("sequence", "sequence+region+structure+cobinding")
    assert [name_kind(kind.split("+")) for kind in kinds] == list(kinds)
    fields = fit_calibration(
        {kinds[0]: BACKGROUND, kinds[1]: BACKGROUND + 1}, {kinds[1]: SITES}, 0.1, "source", "limits"
    )
    assert set(fields["kinds"]) == set(kinds)
    assert fields["kinds"][kinds[0]]["sites above"] is None
    assert fields["prevalence"] == {"value": 0.1, "source": "source"}


def test_the_tail_falls_at_the_slower_of_two_rates():
    """An exponential bulk whose very top is cut off: the top alone would promise too small p-values."""
    background = np.minimum(RNG.exponential(1, 20_000), 6.5) - 5
    top = np.sort(background)
    rate = made(background)["tail rate"]
    assert rate == pytest.approx(1, rel=0.15)
    assert rate <= 1 / (top[-50:] - top[-50]).mean()


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -1.0, float("nan")])
def test_an_impossible_prevalence(prevalence):
    with pytest.raises(ValueError, match="prevalence"):
        made(BACKGROUND, prevalence=prevalence)


@pytest.mark.parametrize(
    ("background", "word"),
    [
        (BACKGROUND[:999], "999 positions"),
        (np.full(5000, np.nan), "0 positions"),
        (np.zeros(5000), "all equal"),
        (np.minimum(BACKGROUND, -4), "all equal"),
    ],
)
def test_a_background_that_is_of_no_use(background, word):
    with pytest.raises(ValueError, match=word):
        made(background)


@pytest.mark.parametrize(
    ("background", "sites"),
    [
        ({"region+sequence": BACKGROUND}, {}),
        ({"sequence+sounds": BACKGROUND}, {}),
        ({"sequence": BACKGROUND}, {"sequence+region": SITES}),
    ],
)
def test_kinds_that_are_none_or_have_no_background(background, sites):
    with pytest.raises(ValueError, match="not a combination of modalities"):
        fit_calibration(background, sites, 0.1, "", "")


def windows(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels, a fifth of them sites, from the distributions of the calibration."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(rows) % 5 == 0).astype(np.int8)
    return 1 / (1 + np.exp(-rng.normal(np.where(labels, 0, -3), 1))), labels


def test_promised_precision_is_found_on_windows_reweighted_to_the_prior():
    fields = fit_calibration({"sequence": BACKGROUND}, {"sequence": RNG.normal(0, 1, 4000)}, 0.05, "", "")
    scale = Calibration.from_dict(fields).scale(["sequence"])
    assert scale is not None
    scores, labels = windows(40_000, 1)
    rows = measure_reliability(
        scale.precision(scores, 0.05), labels, compute_prior_weights(labels, 0.05), [0.1, 0.5, 0.8], samples=200
    )
    assert len(rows) == 3
    for row, level in zip(rows, (0.1, 0.5, 0.8), strict=True):
        assert level <= row.predicted < level + 0.01
        assert row.observed.low < row.observed.value < row.observed.high
        assert row.observed.value == pytest.approx(row.predicted, abs=0.07)
    assert rows[0].positives >= rows[1].positives
    assert rows[0].negatives > rows[1].negatives > rows[2].negatives
    # Without reweighting a fifth of the windows are sites, and more is found than is promised.
    plain = measure_reliability(scale.precision(scores, 0.05), labels, np.ones(len(labels)), [0.5], samples=50)
    assert plain[0].observed.low > 0.6


def test_a_level_that_no_window_reaches_is_left_out():
    rows = measure_reliability(np.array([0.2, 0.3]), np.array([0, 1]), np.ones(2), [0.25, 0.9], samples=10)
    assert [(row.predicted, row.positives, row.negatives) for row in rows] == [(0.3, 1, 0)]


def test_weights_bring_sites_to_the_prior():
    labels = np.array([1, 0, 0, 1, 0])
    weights = compute_prior_weights(labels, 0.01)
    assert weights.sum() == pytest.approx(1)
    assert weights[labels == 1].sum() == pytest.approx(0.01)
    assert np.unique(weights).size == 2


@pytest.mark.parametrize("labels", [np.zeros(3), np.ones(3), np.empty(0)])
def test_windows_of_one_class_cannot_be_weighted(labels):
    with pytest.raises(ValueError, match="all labels are equal"):
        compute_prior_weights(labels, 0.1)


def test_enrichment_is_the_ratio_of_two_shares():
    called, known_sites = np.zeros(1000, bool), np.zeros(1000, bool)
    called[:100], known_sites[50:150] = True, True
    enrichment = measure_enrichment(called, known_sites, np.arange(1000) // 10, samples=200)
    assert (enrichment.called, enrichment.known_sites, enrichment.both, enrichment.scored) == (100, 100, 50, 1000)
    assert enrichment.ratio.value == pytest.approx((50 / 100) / (100 / 1000))
    assert enrichment.ratio.low < enrichment.ratio.value < enrichment.ratio.high


def test_neighbours_are_drawn_together():
    rng = np.random.default_rng(4)
    blocks = np.repeat(np.arange(200), 50)
    called, known = (np.repeat(rng.random(200) < 0.3, 50) for _ in range(2))
    apart = measure_enrichment(called, known, np.arange(blocks.size), samples=200)
    together = measure_enrichment(called, known, blocks * 7 - 3, samples=200)
    assert together.ratio.value == apart.ratio.value
    assert together.ratio.sd > 4 * apart.ratio.sd


@pytest.mark.parametrize("empty", ["called", "known"])
def test_nothing_called_or_known_has_no_enrichment(empty):
    marks = {"called": np.ones(10, bool), "known": np.ones(10, bool), empty: np.zeros(10, bool)}
    with pytest.raises(ValueError, match=r"no position is called|no site is known"):
        measure_enrichment(marks["called"], marks["known"], np.arange(10))


def test_rounding_never_goes_up() -> None:
    logits = np.nextafter(np.arange(-17, 17, 0.0001), -20)
    rounded = round_down(logits)
    assert (rounded <= logits).all()
    assert (logits - rounded < 1.0001e-4).all()
