"""Every rival finds what is planted, finds nothing where nothing is, and never looks at the answers of the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ideep_scan.benchmark.rivals.factorisation import Factorisation
from ideep_scan.benchmark.rivals.registry import RIVALS, SINGLE
from ideep_scan.benchmark.split import Method, Split
from ideep_scan.features.window_features import Features
from ideep_scan.kernels.onehot import encode_onehot
from ideep_scan.train.metrics import auc

ROWS, WIDTH = 750, 41
PARTS = np.split(np.arange(ROWS), [400, 500])


def quick(method: Method) -> Method:
    """Without the search for a rank."""
    return replace(method, ranks=(5,)) if isinstance(method, Factorisation) else method


METHODS = {name: quick(method) for name, method in {**RIVALS, **SINGLE}.items()}


def toy_split(shuffled: bool = False, known: float = 1.0, evidence: bool = True) -> Split:
    """Windows of which the positives are rich in U around their centre, lie in exons and meet another protein."""
    rng = np.random.default_rng(7)
    labels = (rng.random(ROWS) < 0.3).astype(np.int8)
    bound = labels == 1
    codes = rng.integers(0, 4, (ROWS, WIDTH)).astype(np.int8)
    rich = (rng.random((ROWS, 20)) < 0.6) & bound[:, None]
    codes[:, 10:30][rich] = 3
    codes[rng.random((ROWS, WIDTH)) > known] = 4
    region = np.zeros((ROWS, 5, WIDTH), np.uint8)
    exon = rng.random(ROWS) < np.where(bound, 0.8, 0.3)
    region[exon, 4], region[~exon, 0] = 1, 1
    sites = np.zeros((ROWS, 3, WIDTH), np.uint8)
    sites[rng.random(ROWS) < np.where(bound, 0.6, 0.1), 1, 10:30] = 1
    paired = (rng.random((ROWS, 1, WIDTH)) * np.where(bound, 0.2, 0.5)[:, None, None]).astype(np.float32)
    windows = {"sequence": encode_onehot(codes.ravel()).reshape(4, ROWS, WIDTH).swapaxes(0, 1).astype(np.float16)}
    if evidence:
        windows |= {"region": region, "cobinding": sites, "structure": paired}
    return Split(codes, Features(windows, {}), rng.permutation(labels) if shuffled else labels, *PARTS)


@pytest.fixture(scope="module")
def scores() -> Callable[[str], np.ndarray]:
    """Scores of a method on the toy, made once."""
    made: dict[str, np.ndarray] = {}

    def scores_of(name: str) -> np.ndarray:
        if name not in made:
            made[name] = METHODS[name](toy_split(), 3)
        return made[name]

    return scores_of


def test_the_rivals_are_those_of_the_table():
    assert set(RIVALS) == {"Oli", "DeepBind", "iDeep-kmer", "NMF", "SNMF", "QNO", "iONMF"}


@pytest.mark.parametrize("name", METHODS)
def test_it_finds_what_is_planted(name, scores):
    split = toy_split()
    results = scores(name)
    assert results.shape == split.test.shape
    assert np.isfinite(results).all()
    assert auc(split.labels[split.test], results) > 0.8


@pytest.mark.parametrize("name", METHODS)
def test_it_finds_nothing_in_shuffled_labels(name):
    split = toy_split(shuffled=True)
    assert 0.38 < auc(split.labels[split.test], METHODS[name](split, 3)) < 0.62


@pytest.mark.parametrize("name", METHODS)
def test_the_same_seed_gives_the_same_scores_whatever_the_answers(name, scores):
    split = toy_split()
    labels = split.labels.copy()
    labels[split.test] = 1 - labels[split.test]
    np.testing.assert_array_equal(METHODS[name](replace(split, labels=labels), 3), scores(name))


@pytest.mark.parametrize("name", [name for name in METHODS if name != "iDeep-kmer"])
def test_sequence_with_gaps_and_nothing_else_is_enough(name):
    split = toy_split(known=0.95, evidence=False)
    assert auc(split.labels[split.test], METHODS[name](split, 0)) > 0.7
