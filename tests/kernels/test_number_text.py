"""Text of scores and p-values against numpy's and Python's own."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.number_text import LONGEST, write_p_value, write_rows, write_score


def score_text(value: float) -> str:
    out = np.zeros(LONGEST, np.uint8)
    return out[: write_score(np.float32(value), out, 0)].tobytes().decode()


def p_text(value: float) -> str:
    out = np.zeros(LONGEST, np.uint8)
    return out[: write_p_value(value, out, 0)].tobytes().decode()


EDGES = [0.0, 1.0, 0.5, 0.1, 0.2, 0.99999994, 1e-4, 9.9999997e-5, 1.0001e-4, 9.5e-5, 1e-5, 1e-10, 1.2e-38, 1e-45]


@pytest.mark.parametrize("value", [*EDGES, *(2.0**-power for power in range(150)), *(10.0**-k for k in range(46))])
def test_scores_at_the_edges(value: float) -> None:
    assert score_text(value) == str(np.float32(value))


@settings(max_examples=500, deadline=None)
@given(st.floats(0, 1, width=32))
def test_scores_as_numpy_writes_them(value: float) -> None:
    assert score_text(value) == str(np.float32(value))


def test_many_scores_and_their_neighbours() -> None:
    draws = np.random.default_rng(0).random(3000, np.float32) ** np.float32(5)
    short = (np.random.default_rng(1).integers(1, 10_000, 1000) / 10_000).astype(np.float32)
    for value in [*draws, *short, *np.nextafter(short, np.float32(0)), *np.nextafter(draws, np.float32(1))]:
        assert score_text(value) == str(value)


@pytest.mark.parametrize("value", [*EDGES, 0.03125, 0.0625, 0.99949, 0.9995, 9.9949e-5, 9.9996e-5, 1e-100, 1.5e-300])
def test_p_values_at_the_edges(value: float) -> None:
    assert p_text(value) == f"{value:.3g}"


@settings(max_examples=500, deadline=None)
@given(st.floats(1e-8, 1))
def test_p_values_as_python_writes_them(value: float) -> None:
    assert p_text(value) == f"{value:.3g}"


TEXT = st.text("abπ\t,", max_size=4)
NUMBER = st.one_of(st.just(float("nan")), st.floats(0, 1, width=32))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), sites=st.integers(0, 4), models=st.integers(1, 3))
def test_rows(data: st.DataObject, sites: int, models: int) -> None:
    def draw(count: int) -> tuple[list[str], np.ndarray, np.ndarray]:
        texts = data.draw(st.lists(TEXT, min_size=count, max_size=count))
        parts = [text.encode() for text in texts]
        return texts, np.frombuffer(b"".join(parts), np.uint8), np.cumsum([len(part) for part in parts], dtype=np.int64)

    heads, middles, tails = draw(sites), draw(models), draw(models)
    numbers = data.draw(st.lists(NUMBER, min_size=2 * sites * models, max_size=2 * sites * models))
    scores, p_values = np.array(numbers).reshape(2, sites, models)
    text = write_rows(*heads[1:], *middles[1:], *tails[1:], scores.astype(np.float32), p_values)
    expected = "".join(
        f"{heads[0][site]}{middles[0][model]}"
        f"{'' if isnan(score := scores[site, model]) else str(np.float32(score))}\t"
        f"{'' if isnan(p := p_values[site, model]) else f'{p:.3g}'}{tails[0][model]}"
        for site in range(sites)
        for model in range(models)
    )
    assert text.tobytes().decode() == expected
