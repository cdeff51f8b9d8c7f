"""Local folding: what lies beyond the fold window does not matter, each block is folded once, the cache is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.features.rnaplfold import PIECE, Folder, Job, compute_unpaired
from ideep_scan.kernels.onehot import encode

WINDOW, SPAN = 30, 30


def random_rna(seed: int, length: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), length, p=[0.2, 0.3, 0.3, 0.2]))


def blocks(*texts: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Blocks that lie at the same place."""
    return [(encode(text.encode()), np.arange(100, 100 + len(text))) for text in texts]


class DictCache:
    def __init__(self) -> None:
        self.kept: dict[Job, np.ndarray] = {}
        self.asked: list[Job] = []
        self.fed: list[Job] = []

    def get(self, job: Job) -> np.ndarray | None:
        self.asked.append(job)
        return self.kept.get(job)

    def put(self, job: Job, unpaired: np.ndarray) -> None:
        self.fed.append(job)
        self.kept[job] = unpaired


class CountingMap:
    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def __call__(self, do: Callable[[Job], np.ndarray], jobs: Iterable[Job]) -> Iterable[np.ndarray]:
        jobs = list(jobs)
        self.jobs += jobs
        return map(do, jobs)


@pytest.mark.parametrize(("window", "span", "seed"), [(30, 30, 0), (30, 30, 1), (30, 20, 2), (12, 12, 3)])
def test_values_depend_on_the_fold_window_alone_to_the_last_bit(window, span, seed):
    text = random_rna(seed, 900)
    whole = compute_unpaired((text, window, span))
    for start in range(0, 800, 37):
        alone = compute_unpaired((text[start : start + 101], window, span))
        inner = slice(window, 101 - window)
        assert alone[inner].tobytes() == whole[start : start + 101][inner].tobytes()
        amid_unknown = compute_unpaired(("N" * 7 + text[start : start + 101] + "N" * 64, window, span))[7 : 7 + 101]
        assert alone[inner].tobytes() == amid_unknown[inner].tobytes()


def test_values_are_probabilities_and_equal_another_call_of_viennarna():
    text = random_rna(5, 101)
    made = compute_unpaired((text, WINDOW, SPAN))
    assert made.dtype == np.float32
    assert made.shape == (101,)
    assert made.min() >= 0
    assert made.max() <= 1 + 1e-6
    np.testing.assert_allclose(made[None, WINDOW:-WINDOW], twin.unpaired(text, WINDOW, SPAN), atol=1e-6)


def test_a_hairpin_is_paired_and_unknown_bases_are_not():
    stem = "A" * 40 + "GGGGGCCGAAAGGCCCCC" + "A" * 40
    made = compute_unpaired((stem, WINDOW, SPAN))
    assert made[40:47].mean() < 0.5  # some of the fold windows that are averaged hold half of it
    assert made[:35].min() > 0.9
    broken = compute_unpaired((stem.replace("GGGGGCC", "NNNNNNN"), WINDOW, SPAN))
    assert broken[40:47].min() == 1
    np.testing.assert_array_equal(compute_unpaired(("N" * 50, WINDOW, SPAN)), np.ones(50, np.float32))


@pytest.mark.parametrize("length", [1, 5, 29, 30, 31])
def test_a_block_shorter_than_the_fold_window_has_a_value_for_each_base(length):
    made = compute_unpaired((random_rna(7, length), WINDOW, SPAN))
    assert made.shape == (length,)
    assert np.isfinite(made).all()


def test_each_block_is_folded_once_and_returned_in_order():
    texts = [random_rna(seed, 60) for seed in (1, 2, 1, 3, 2)]
    run = CountingMap()
    made = Folder(WINDOW, SPAN, run).fold(blocks(*texts))
    assert run.jobs == [(text, WINDOW, SPAN) for text in (texts[0], texts[1], texts[3])]
    for values, text in zip(made, texts, strict=True):
        np.testing.assert_array_equal(values, compute_unpaired((text, WINDOW, SPAN)))


@settings(max_examples=10, deadline=None)
@given(start=st.integers(0, 3000), length=st.sampled_from([1023, 1024, 1025, 1500, 2600]), strand=st.sampled_from("+-"))
def test_a_block_in_pieces_has_the_values_of_the_whole(start, length, strand):
    text, line = random_rna(8, length), np.arange(start, start + length)
    run = CountingMap()
    block = encode(text.encode()), line if strand == "+" else line[::-1]
    (made,) = Folder(WINDOW, SPAN, run).fold([block])
    pieces = len(set((line // PIECE).tolist())) if length > PIECE else 1
    assert len(run.jobs) == pieces
    assert max(len(job[0]) for job in run.jobs) <= PIECE + 2 * WINDOW
    assert made.shape == (length,)
    inner = slice(WINDOW, length - WINDOW)
    assert made[inner].tobytes() == compute_unpaired((text, WINDOW, SPAN))[inner].tobytes()


@pytest.mark.parametrize("strand", ["+", "-"])
def test_what_one_run_folded_another_finds_however_it_cuts_its_blocks(strand):
    genome, cache = encode(random_rna(9, 6000).encode()), DictCache()
    line = np.arange(6000) if strand == "+" else np.arange(6000)[::-1]
    Folder(WINDOW, SPAN, cache=cache).fold([(genome, line)])
    later = CountingMap()
    Folder(WINDOW, SPAN, later, cache).fold([(genome[100:3000], line[100:3000]), (genome[2950:5800], line[2950:5800])])
    at_ends = 4  # the first and the last piece of each block are others than before
    assert len(later.jobs) == at_ends


def test_the_cache_is_asked_and_fed():
    first, second = random_rna(1, 60), random_rna(2, 60)
    cache, run = DictCache(), CountingMap()
    folder = Folder(WINDOW, SPAN, run, cache)
    folder.fold(blocks(first))
    assert cache.fed == [(first, WINDOW, SPAN)]
    cache.kept[first, WINDOW, SPAN] = np.full(60, 0.5, np.float32)  # so that one sees where values come from
    made = folder.fold(blocks(second, first, second))
    assert run.jobs == [(first, WINDOW, SPAN), (second, WINDOW, SPAN)]
    assert cache.fed == run.jobs
    assert sorted(set(cache.asked[1:])) == sorted([(first, WINDOW, SPAN), (second, WINDOW, SPAN)])
    assert (made[1] == 0.5).all()
    np.testing.assert_array_equal(made[0], made[2])


def test_other_settings_are_another_job():
    cache, text = DictCache(), random_rna(1, 60)
    for window, span in ((30, 30), (30, 20), (20, 20)):
        Folder(window, span, cache=cache).fold(blocks(text))
    assert len(cache.fed) == 3


def test_nothing_to_fold():
    run = CountingMap()
    assert Folder(WINDOW, SPAN, run, DictCache()).fold([]) == []
    (made,) = Folder(WINDOW, SPAN, run, DictCache()).fold(blocks(""))
    assert made.shape == (0,)
    assert run.jobs == []
