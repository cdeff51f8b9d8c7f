"""The choice of outputs keeps the default unless another one is clearly better."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.train.output_choice import GAIN, KINDS, OutputChoice, choose_outputs


def make_validation(noise: tuple[float, ...], rows: int = 3000) -> dict[str, np.ndarray]:
    """Make logits of two experiments (score, score, within, within) that know their sites up to noise."""
    rng = np.random.default_rng(0)
    sites = np.repeat(rng.random((rows, 1)) < 0.05, 2, axis=1)
    signal = sites[:, :1] * 1.0
    logits = np.concatenate([signal + level * rng.normal(size=(rows, 1)) for level in noise], axis=1)
    return {"logits": logits, "sites": sites, "loci": np.arange(rows) // 100}


def test_equal_outputs_keep_the_default():
    validation = make_validation((0.5, 0.5, 0.5, 0.5))
    assert choose_outputs([(0, 1), (0,)], [0, 1], **validation) == OutputChoice((0, 1), "both")


@pytest.mark.parametrize(("noise", "expected"), [
    ((9, 9, 0.1, 9), OutputChoice((0,), "within")),
    ((9, 0.1, 9, 9), OutputChoice((1,), "score")),
])  # fmt: skip
def test_a_much_better_output_is_chosen(noise, expected):
    validation = make_validation(noise)
    assert choose_outputs([(0, 1), (0,), (1,)], [0, 1], **validation) == expected


def test_too_few_sites_or_loci_keep_the_default():
    validation = make_validation((9, 9, 0.1, 9))
    few = {**validation, "sites": validation["sites"] & (np.arange(3000) < 100)[:, None]}
    one_locus = {**validation, "loci": np.zeros(3000, int)}
    for data in (few, one_locus):
        assert choose_outputs([(0, 1), (0,)], [0], **data) == OutputChoice((0, 1), "both")


def test_windows_outside_of_loci_do_not_judge():
    validation = make_validation((0.1, 0.1, 9, 9))
    outside = np.arange(3000) >= 1500
    validation["logits"][outside, 2:] += 100 * validation["sites"][outside]  # better, but only outside of loci
    validation["loci"][outside] = -1
    assert choose_outputs([(0,)], [0], **validation).kind == "score"


@pytest.mark.parametrize("kind", KINDS)
def test_a_mix_of_rows_is_the_row_of_the_mix(kind):
    rng = np.random.default_rng(1)
    hidden, rows = rng.normal(size=(7, 5)), rng.normal(size=(6, 5))
    choice = OutputChoice((0, 2), kind)
    np.testing.assert_allclose(choice.mix(hidden @ rows.T), hidden @ choice.mix(rows.T))
    assert GAIN > 1
