"""Sweeping toy genomes with a model whose score can be counted: the share of U upstream in a window."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import LoneRow

from ideep_scan.kernels.onehot import complement, encode
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.scores import Hit
from ideep_scan.records.span import Region, Span
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.site_caller import CallSettings, SiteCaller
from ideep_scan.scan.sweep import sweep

HALF = 3
SPEC = SimpleNamespace(window=2 * HALF + 1, half=HALF, max_unknown=1)
genomes = st.lists(st.sampled_from("ACGTTTTNN"), min_size=1, max_size=200).map("".join)


class ToyGenome(InMemoryGenome):
    """A genome from letters that counts its reads."""

    def __init__(self, **contigs: str):
        super().__init__({name: encode(letters.encode()) for name, letters in contigs.items()})
        self.reads = 0

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        self.reads += 1
        return super().codes(chrom, start, end)


@dataclass
class ToyTile:
    window: dict[str, np.ndarray]
    scored: np.ndarray


class ToyFeaturizer:
    spec = SPEC

    def __init__(self, genome: ToyGenome):
        self.genome = genome
        self.tiles = 0

    def tile(self, walk: Walk, scored: np.ndarray) -> ToyTile:
        self.tiles += 1
        line = np.concatenate([self.genome.codes(walk.chrom, *block) for block in walk.blocks])
        codes = line if walk.strand == "+" else complement(line[::-1])
        return ToyTile({"sequence": (codes == 3).astype(np.float32)[None]}, scored)


class ToyScorer(LoneRow):
    def __init__(self, factor: float = 1.0):
        self.factor = factor

    def score(self, tile: ToyTile) -> np.ndarray:
        upstream = tile.scored[:, None] + np.arange(-HALF, 1)
        return (self.factor * tile.window["sequence"][0][upstream].mean(axis=1)).astype(np.float32)

    def score_and_drivers(self, tile: ToyTile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        """As if the number of U upstream were the driver."""
        results = self.score(tile)
        return results, np.where(results >= threshold, np.round((HALF + 1) * results / self.factor), -1).astype(np.int8)


def scores(
    genome: ToyGenome,
    size: int = 50,
    length: int = 30,
    transcripts: list[Transcript] | None = None,
    regions: list[Region] | None = None,
    stride: int = 1,
) -> dict[tuple[str, str], np.ndarray]:
    """Scores of every contig and strand, NaN where not scored."""
    out = {(c, s): np.full(n, np.nan, np.float32) for c, n in genome.contigs.items() for s in "+-"}
    pieces = cut_chunks(plan_loci(genome.contigs, transcripts, regions), size)
    for chunk, (track,) in sweep(
        pieces, genome, ToyFeaturizer(genome), [ToyScorer()], walk_length=length, stride=stride
    ):
        assert (track.chrom, track.strand, track.start) == (chunk.chrom, chunk.strand, chunk.start)
        assert track.values.dtype == np.float32
        out[chunk.chrom, chunk.strand][chunk.start : chunk.end] = track.values
    return out


def hits(genome: ToyGenome, size: int = 50, transcripts: list[Transcript] | None = None) -> list[Hit]:
    caller = SiteCaller(CallSettings(0.5))
    results = []
    pieces = cut_chunks(plan_loci(genome.contigs, transcripts), size)
    for _, (track,) in sweep(pieces, genome, ToyFeaturizer(genome), [ToyScorer()], walk_length=30):
        results.extend(caller.feed(track))
    return results + caller.flush()


def slow_scores(letters: str, strand: str) -> np.ndarray:
    """One base after the other, from the letters."""
    padded = "N" * HALF + letters + "N" * HALF
    out = np.full(len(letters), np.nan, np.float32)
    for i in range(len(letters)):
        window = padded[i : i + SPEC.window]
        if window[HALF] != "N" and window.count("N") <= SPEC.max_unknown:
            upstream = window[: HALF + 1].count("T") if strand == "+" else window[HALF:].count("A")
            out[i] = upstream / (HALF + 1)
    return out


def mirror(letters: str) -> str:
    return letters[::-1].translate(str.maketrans("ACGT", "TGCA"))


@settings(max_examples=50, deadline=None)
@given(genomes, st.integers(1, 250), st.integers(7, 60))
def test_scores_are_those_counted_by_hand_whatever_the_cut(letters: str, size: int, length: int) -> None:
    results = scores(ToyGenome(c=letters), size, length)
    for strand in "+-":
        np.testing.assert_array_equal(results["c", strand], slow_scores(letters, strand))


@settings(max_examples=50, deadline=None)
@given(genomes, st.integers(20, 90))
def test_mirroring_the_genome_mirrors_scores_and_hits(letters: str, size: int) -> None:
    n = len(letters)
    genome, mirrored = ToyGenome(c=letters), ToyGenome(c=mirror(letters))
    annotated = [Transcript("t", "g", "g", "c", "+", np.array([(n // 4, n)]))]
    turned = [Transcript("t", "g", "g", "c", "-", np.array([(0, n - n // 4)]))]
    there, back = scores(genome, size, 30, annotated), scores(mirrored, size, 30, turned)
    np.testing.assert_array_equal(there["c", "+"], back["c", "-"][::-1])
    forth = [Hit("c", n - h.end, n - h.start, "-", n - 1 - h.summit, h.score) for h in hits(genome, size, annotated)]
    assert forth[::-1] == hits(mirrored, size, turned)


def test_positions_past_both_ends_of_a_contig_are_unknown() -> None:
    results = scores(ToyGenome(c="TTTTTTTT"))["c", "+"]
    np.testing.assert_array_equal(results, [np.nan, np.nan, 0.75, 1, 1, 1, np.nan, np.nan])


def test_regions_clip_what_is_scored_and_change_no_score() -> None:
    genome = ToyGenome(c="ACGTTTTNACGTTGTA" * 10, d="T" * 30)
    everywhere, within = scores(genome), scores(genome, regions=[("c", 33, 70), ("c", 100, 101)])
    asked = np.zeros(160, bool)
    asked[33:70] = asked[100] = True
    for strand in "+-":
        np.testing.assert_array_equal(within["c", strand], np.where(asked, everywhere["c", strand], np.nan))
        assert np.isnan(within["d", strand]).all()


def test_overlapping_transcripts_are_scored_once_on_their_strand() -> None:
    genome = ToyGenome(c="ACGTTTTAACGTTGTA" * 10)
    pair = [Transcript(i, i, i, "c", "-", np.array([span])) for i, span in (("a", (20, 60)), ("b", (40, 90)))]
    results, everywhere = scores(genome, transcripts=pair), scores(genome)
    assert np.isnan(results["c", "+"]).all()
    np.testing.assert_array_equal(results["c", "-"][20:90], everywhere["c", "-"][20:90])
    assert np.isnan(results["c", "-"][:20]).all()
    assert np.isnan(results["c", "-"][90:]).all()


def test_a_stride_scores_fixed_places_of_the_contig() -> None:
    genome = ToyGenome(c="ACGTTTTAACGTTGTA" * 10)
    sparse = scores(genome, stride=7, regions=[("c", 30, 150)])["c", "+"]
    at = np.flatnonzero(~np.isnan(sparse))
    assert at.tolist() == list(range(35, 150, 7))
    np.testing.assert_array_equal(sparse[at], scores(genome)["c", "+"][at])


def test_features_are_made_once_for_all_scorers_and_bases_read_once_for_both_strands() -> None:
    genome = ToyGenome(c="N" * 100 + "ACGT" * 25)
    featurizer = ToyFeaturizer(genome)
    progress: list[int] = []
    pieces = cut_chunks(plan_loci(genome.contigs), 100)
    swept = list(
        sweep(pieces, genome, featurizer, [ToyScorer(), ToyScorer(0.5)], walk_length=1000, on_progress=progress.append)
    )
    assert [chunk for chunk, _ in swept] == [Span("c", 100, 200, "+"), Span("c", 100, 200, "-")]
    for _, (whole, half) in swept:
        np.testing.assert_array_equal(half.values, whole.values / 2)
    assert featurizer.tiles == 2
    assert genome.reads == 2 + 2
    assert progress == [100] * 4


@settings(max_examples=30, deadline=None)
@given(genomes, st.integers(10, 60))
def test_drivers_lie_where_their_scores_do(letters: str, size: int) -> None:
    genome = ToyGenome(c=letters)
    pieces = cut_chunks(plan_loci(genome.contigs), size)
    both = [ToyScorer(), ToyScorer(0.5)]
    for _, (output, untold) in sweep(
        pieces, genome, ToyFeaturizer(genome), both, driver_thresholds=[0.5, None], walk_length=30
    ):
        expected = np.where(output.values >= 0.5, np.nan_to_num((HALF + 1) * output.values), -1)
        np.testing.assert_array_equal(output.drivers, expected)
        np.testing.assert_array_equal(untold.values, output.values / 2)
        np.testing.assert_array_equal(untold.drivers, -1)


def test_an_error_while_features_are_made_reaches_the_caller() -> None:
    class Broken(ToyFeaturizer):
        def tile(self, walk: Walk, scored: np.ndarray) -> ToyTile:
            raise OSError("disk gone")

    genome = ToyGenome(c="ACGT" * 25)
    with pytest.raises(OSError, match="disk gone"):
        list(sweep(cut_chunks(plan_loci(genome.contigs)), genome, Broken(genome), [ToyScorer()]))


@settings(max_examples=30, deadline=None)
@given(genomes, st.integers(10, 60), st.integers(1, 3), st.integers(0, 5))
def test_threads_change_nothing(letters: str, size: int, threads: int, queue_limit: int) -> None:
    genome = ToyGenome(c=letters)
    both = [ToyScorer(), ToyScorer(0.5)]

    def swept(**options: object) -> list[tuple[Span, list[bytes]]]:
        progress: list[int] = []
        results = sweep(
            cut_chunks(plan_loci(genome.contigs), size), genome, ToyFeaturizer(genome), both, walk_length=30,
            driver_thresholds=[0.5, None], on_progress=progress.append, **options,
        )  # fmt: skip
        made = [(chunk, [t.values.tobytes() + t.drivers.tobytes() for t in tracks]) for chunk, tracks in results]
        assert sum(progress) == 2 * len(letters)
        return made

    with ThreadPoolExecutor(threads) as pool:
        assert swept(pool=pool, queue_limit=queue_limit) == swept()


def test_an_error_while_scores_are_made_reaches_the_caller() -> None:
    class Broken(ToyScorer):
        def score(self, tile: ToyTile) -> np.ndarray:
            raise MemoryError("card full")

    genome = ToyGenome(c="ACGT" * 100)
    with ThreadPoolExecutor(2) as pool, pytest.raises(MemoryError, match="card full"):
        list(
            sweep(
                cut_chunks(plan_loci(genome.contigs)),
                genome,
                ToyFeaturizer(genome),
                [Broken()],
                walk_length=30,
                pool=pool,
            )
        )


@pytest.mark.parametrize("pooled", [False, True])
def test_a_sweep_that_is_given_up_ends(pooled: bool) -> None:
    genome = ToyGenome(c="ACGT" * 1000)
    with ThreadPoolExecutor(2) as pool:
        swept = sweep(
            cut_chunks(plan_loci(genome.contigs), 100), genome, ToyFeaturizer(genome), [ToyScorer()], walk_length=30,
            pool=pool if pooled else None,
        )  # fmt: skip
        next(swept)
        swept.close()
    reads = genome.reads
    time.sleep(0.05)
    assert genome.reads == reads < 40
