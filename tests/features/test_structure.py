"""Local folding: what lies beyond the fold window does not matter, each block is folded once, the cache is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest
import twin

from ideep_scan.features.structure import Folder, Job, unpaired
from ideep_scan.kernels.onehot import encode

WINDOW, SPAN = 30, 30


def random_rna(seed: int, length: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), length, p=[0.2, 0.3, 0.3, 0.2]))


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
    whole = unpaired((text, window, span))
    for start in range(0, 800, 37):
        alone = unpaired((text[start : start + 101], window, span))
        inner = slice(window, 101 - window)
        assert alone[inner].tobytes() == whole[start : start + 101][inner].tobytes()
        amid_unknown = unpaired(("N" * 7 + text[start : start + 101] + "N" * 64, window, span))[7 : 7 + 101]
        assert alone[inner].tobytes() == amid_unknown[inner].tobytes()


def test_values_are_probabilities_and_equal_another_call_of_viennarna():
    text = random_rna(5, 101)
    made = unpaired((text, WINDOW, SPAN))
    assert made.dtype == np.float32
    assert made.shape == (101,)
    assert made.min() >= 0
    assert made.max() <= 1 + 1e-6
    np.testing.assert_allclose(made[None, WINDOW:-WINDOW], twin.unpaired(text, WINDOW, SPAN), atol=1e-6)


def test_a_hairpin_is_paired_and_unknown_bases_are_not():
    stem = "A" * 40 + "GGGGGCCGAAAGGCCCCC" + "A" * 40
    made = unpaired((stem, WINDOW, SPAN))
    assert made[40:47].mean() < 0.5  # some of the fold windows that are averaged hold half of it
    assert made[:35].min() > 0.9
    broken = unpaired((stem.replace("GGGGGCC", "NNNNNNN"), WINDOW, SPAN))
    assert broken[40:47].min() == 1
    np.testing.assert_array_equal(unpaired(("N" * 50, WINDOW, SPAN)), np.ones(50, np.float32))


@pytest.mark.parametrize("length", [1, 5, 29, 30, 31])
def test_a_block_shorter_than_the_fold_window_has_a_value_for_each_base(length):
    made = unpaired((random_rna(7, length), WINDOW, SPAN))
    assert made.shape == (length,)
    assert np.isfinite(made).all()


def test_each_block_is_folded_once_and_returned_in_order():
    texts = [random_rna(seed, 60) for seed in (1, 2, 1, 3, 2)]
    run = CountingMap()
    made = Folder(WINDOW, SPAN, run).fold([encode(text.encode()) for text in texts])
    assert run.jobs == [(text, WINDOW, SPAN) for text in (texts[0], texts[1], texts[3])]
    for values, text in zip(made, texts, strict=True):
        np.testing.assert_array_equal(values, unpaired((text, WINDOW, SPAN)))


def test_the_cache_is_asked_and_fed():
    first, second = random_rna(1, 60), random_rna(2, 60)
    cache, run = DictCache(), CountingMap()
    folder = Folder(WINDOW, SPAN, run, cache)
    folder.fold([encode(first.encode())])
    assert cache.fed == [(first, WINDOW, SPAN)]
    cache.kept[first, WINDOW, SPAN] = np.full(60, 0.5, np.float32)  # so that one sees where values come from
    made = folder.fold([encode(text.encode()) for text in (second, first, second)])
    assert run.jobs == [(first, WINDOW, SPAN), (second, WINDOW, SPAN)]
    assert cache.fed == run.jobs
    assert sorted(set(cache.asked[1:])) == sorted([(first, WINDOW, SPAN), (second, WINDOW, SPAN)])
    assert (made[1] == 0.5).all()
    np.testing.assert_array_equal(made[0], made[2])


def test_other_settings_are_another_job():
    cache, text = DictCache(), random_rna(1, 60)
    for window, span in ((30, 30), (30, 20), (20, 20)):
        Folder(window, span, cache=cache).fold([encode(text.encode())])
    assert len(cache.fed) == 3


def test_nothing_to_fold():
    run = CountingMap()
    assert Folder(WINDOW, SPAN, run, DictCache()).fold([]) == []
    assert run.jobs == []
