"""TF-MoDISco on one strand: what the adapter changes, what it leaves, and what it says without the library."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.motifs import same_strand
from ideep_scan.motifs.same_strand import group_seqlets

SITE = np.array([3, 2, 3, 0, 1, 0, 3, 0])  # UGUACAUA
MIRROR = 3 - SITE[::-1]
SETTINGS = {"sliding_window_size": 7, "flank_size": 4, "min_metacluster_size": 20, "trim_to_window_size": 10}
SETTINGS |= {"initial_flank_to_add": 2, "n_leiden_runs": 1}


@pytest.fixture
def sites() -> tuple[np.ndarray, np.ndarray]:
    """Windows with a site or its reverse complement, and contributions."""
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, (120, 61))
    hypothetical = random.normal(0, 0.02, (120, 61, 4)).astype(np.float32)
    for row in range(120):
        letters = (SITE, MIRROR)[row % 2]
        places = random.integers(15, 38) + np.arange(8)
        codes[row, places] = letters
        hypothetical[row, places, letters] += 1
    return np.eye(4, dtype=np.float32)[codes], hypothetical


def test_a_group_has_one_strand_and_the_library_is_as_it_was(sites: tuple[np.ndarray, np.ndarray]) -> None:
    util = pytest.importorskip("modiscolite.util")
    before = util.get_2d_data_from_patterns
    groups = group_seqlets(*sites, SETTINGS)
    assert util.get_2d_data_from_patterns is before
    assert groups is not None
    raising, lowering = groups
    assert len(raising) == 2
    assert lowering == []
    for group in raising:
        assert len(set((group.windows % 2).tolist())) == 1  # sites and reverse complements take turns


def test_the_library_alone_aligns_reverse_complements(
    sites: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same_strand, "forward", lambda function: function)
    with pytest.raises(RuntimeError, match="reverse complement"):
        group_seqlets(*sites, SETTINGS)


def test_without_the_library_one_line_says_how_to_install_it(
    sites: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "modiscolite", None)
    with pytest.raises(InputError, match=r"^patterns need modisco-lite: pip install 'ideep-scan\[motifs\]'$"):
        group_seqlets(*sites, SETTINGS)
