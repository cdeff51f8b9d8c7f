"""Base preferences around sites: in place, elsewhere, by chance."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.train.base_preference import BasePreference, find_base_preference


def count(codes: np.ndarray) -> np.ndarray:
    return np.stack([(codes == base).mean(axis=0) for base in range(4)], axis=1)


def find(sites: int, offset: int | None, width: int = 5, seed: int = 0) -> BasePreference:
    rng = np.random.default_rng(seed)
    codes, others = rng.integers(0, 4, (sites, 41)), rng.integers(0, 4, (4 * sites, 41))
    if offset is not None:
        codes[::2, 20 + offset - width // 2 : 20 + offset + width // 2 + 1] = 3
    return find_base_preference(count(codes), count(others), sites)


@pytest.mark.parametrize("sites", [50, 300, 3000])
@pytest.mark.parametrize("seed", range(10))
def test_chance_is_not_clear(sites: int, seed: int) -> None:
    assert not find(sites, None, seed=seed).is_clear


@pytest.mark.parametrize("offset", [-6, 0, 5])
def test_a_motif_at_the_sites_is_in_place(offset: int) -> None:
    found = find(300, offset)
    assert found.is_clear
    assert found.is_central
    assert abs(found.offset - offset) <= 1


@pytest.mark.parametrize("offset", [-17, 15])
def test_a_motif_elsewhere_is_found_there(offset: int) -> None:
    found = find(300, offset)
    assert found.is_clear
    assert not found.is_central
    assert abs(found.offset - offset) <= 2


def test_a_broad_preference_is_in_place() -> None:
    assert find(300, 0, width=41).is_central


def test_bases_that_negatives_lack() -> None:
    shares = np.zeros((41, 4))
    shares[:, 0] = 1
    assert np.isfinite(find_base_preference(shares, np.zeros((41, 4)), 10).bits)
