"""Effects against a slow twin: both haplotypes as whole genomes, scanned, and compared position by position."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import Loci, LoneRow

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.kernels.onehot import encode
from ideep_scan.models.scale import logit
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.records.variant import Variant
from ideep_scan.scan.sweep import sweep
from ideep_scan.variants.effect import Effects, SiteChange, score_alleles
from ideep_scan.variants.normalization import normalize_allele

SPEC = FeatureSpec((), (), window=11, structure_window=2, structure_span=2)
HALF = SPEC.half
EVERYWHERE = Loci(*(Span(chrom, 0, 10**6, strand) for chrom in ("c", "d") for strand in STRANDS))
THRESHOLDS = np.array([0.5, 0.6])
WIDTHS = np.array([6, 0])  # of smoothing, where it is tested


class Toy(LoneRow):
    """A model that weighs each base of the window, and the landmark distances if there are any."""

    def __init__(self, seed: int):
        self.weight = np.random.default_rng(seed).normal(0, 0.7, (4, SPEC.window))

    def score(self, tile: Tile) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(tile.window["sequence"], SPEC.window, 1)
        odds = np.einsum("cnw,cw->n", windows[:, tile.scored - HALF], self.weight)
        if "region" in tile.centre:
            odds = odds + tile.centre["region"].sum(0) / 8
        return (1 / (1 + np.exp(-odds))).astype(np.float32)


MODELS = [Toy(1), Toy(2)]


def featurizer(**letters: str) -> Featurizer:
    genome = InMemoryGenome({name: encode(text.encode()) for name, text in letters.items()})
    return Featurizer(SPEC, Sources(genome, RegionMap(())), ("sequence",))


def scan(letters: str, strand: str) -> np.ndarray:
    """Scores (models, positions) of a whole contig."""
    reader = featurizer(c=letters)
    tracks = [
        track.values
        for _, of_models in sweep([Span("c", 0, len(letters), strand)], reader.sources.sequence, reader, MODELS)
        for track in of_models
    ]
    return np.array(tracks) if tracks else np.full((len(MODELS), len(letters)), np.nan, np.float32)


def sees(length: int, changes: Sequence[tuple[int, int]]) -> np.ndarray:
    """Positions whose window holds a letter of `[start, end)`, or both sides of an empty one."""
    out = np.zeros(length, bool)
    for position in range(length):
        left, right = position - HALF, position + HALF
        for start, end in changes:
            if start < end:
                out[position] |= any(left <= letter <= right for letter in range(start, end))
            else:
                out[position] |= left <= start - 1 and start <= right
    return out


def patched(letters: str, allele: Sequence[Variant]) -> tuple[str, list[int], list[tuple[int, int]]]:
    """The alternate genome, the reference position of each letter (-1: inserted), and the changes on it."""
    out, places, changes, position = "", [], [], 0
    for change in allele:
        out += letters[position : change.start]
        places += range(position, change.start)
        changes.append((len(out), len(out) + len(change.alt)))
        out += change.alt
        shared = min(len(change.ref), len(change.alt))
        places += [*range(change.start, change.start + shared), *[-1] * (len(change.alt) - shared)]
        position = change.end
    return out + letters[position:], [*places, *range(position, len(letters))], changes


def smoothed(scores: np.ndarray) -> np.ndarray:
    """Average the log odds of each model over its width."""
    out = np.full(scores.shape, np.nan, np.float32)
    for model, width in enumerate(WIDTHS.tolist()):
        for i in np.flatnonzero(np.isfinite(scores[model])):
            near = logit(scores[model, max(0, i - width // 2) : i + width // 2 + 1])
            out[model, i] = 1 / (1 + np.exp(-np.nanmean(near)))
    return out


def twin(letters: str, allele: Sequence[Variant], smooth: bool = False) -> dict[tuple[int, str], tuple[float, ...]]:
    """Figures of each model and strand: highest scores, change by position, site."""
    other, places, changes = patched(letters, allele)
    expected = {}
    for strand in STRANDS:
        before, after = scan(letters, strand), scan(other, strand)
        before[:, ~sees(len(letters), [(v.start, v.end) for v in allele])] = np.nan
        after[:, ~sees(len(other), changes)] = np.nan
        if np.isnan(before).all() and np.isnan(after).all():
            continue
        for model, limit in enumerate(THRESHOLDS.astype(np.float32)):
            differences = {
                place: (float(logit(y) - logit(x)), float(y - x))
                for place, y in zip(places, after[model], strict=True)
                if place >= 0 and np.isfinite(y) and np.isfinite(x := before[model, place])
            }
            called = (smoothed(before), smoothed(after)) if smooth else (before, after)
            both = any(
                place >= 0 and y >= limit and called[0][model, place] >= limit
                for place, y in zip(places, called[1][model], strict=True)
            )
            reached = bool((called[0][model] >= limit).any()), bool((called[1][model] >= limit).any())
            site = {(0, 0): "NONE", (1, 0): "LOST", (0, 1): "GAINED", (1, 1): "KEPT" if both else "MOVED"}[reached]
            expected[model, strand] = highest(before[model]), highest(after[model]), differences, site
    return expected


def highest(scores: np.ndarray) -> float:
    return float(np.fmax.reduce(scores, initial=np.nan))


def rows(effects: Effects, allele: int = 0) -> dict[tuple[int, str], tuple]:
    return {
        (int(effects.model[i]), STRANDS[effects.strand[i]]): (
            float(effects.reference[i]),
            float(effects.alternate[i]),
            float(effects.delta[i]),
            int(effects.position[i]),
            float(effects.log_odds[i]),
            SiteChange(effects.site[i]).name,
        )
        for i in np.flatnonzero(effects.allele == allele)
    }


def effects_of(letters: str, *alleles: Sequence[Variant], smooth: bool = False) -> Effects:
    return score_alleles(
        [tuple(allele) for allele in alleles],
        EVERYWHERE,
        featurizer(c=letters),
        scorers=MODELS,
        thresholds=THRESHOLDS,
        smoothing=WIDTHS if smooth else None,
    )


@st.composite
def genomes(draw) -> str:
    """A contig with repeats and unknown bases."""
    parts = st.one_of(
        st.text("ACGT", min_size=1, max_size=12),
        st.builds(lambda unit, count: unit * count, st.text("ACGT", min_size=1, max_size=3), st.integers(1, 8)),
        st.sampled_from(["N", "NN"]),
    )
    return "".join(draw(st.lists(parts, min_size=2, max_size=9)))


@st.composite
def variants(draw, letters: str, start: int = 0, longest: int = 15) -> Variant:
    first = draw(st.integers(start, len(letters)))
    end = draw(st.integers(first, min(len(letters), first + longest)))
    alt = draw(st.text("ACGT", min_size=first == end, max_size=longest))
    return Variant("c", first, letters[first:end], alt)


def check(letters: str, allele: Sequence[Variant]) -> None:
    """Compare the engine with the twin for canonical changes."""
    expected, got = twin(letters, allele), rows(effects_of(letters, allele))
    assert got.keys() == expected.keys()
    for key, (reference, alternate, differences, site) in expected.items():
        mine = got[key]
        np.testing.assert_allclose(mine[:2], (reference, alternate), atol=1e-6)
        assert mine[5] == site
        if not differences:
            assert mine[3] == -1
            assert np.isnan(mine[2])
            continue
        strongest = max(abs(change) for change, _ in differences.values())
        assert abs(mine[4]) == pytest.approx(strongest, abs=1e-4)
        np.testing.assert_allclose((mine[4], mine[2]), differences[mine[3]], atol=1e-4)


@settings(max_examples=40)
@given(st.data())
def test_sites_of_smoothed_scores_are_those_of_whole_genomes(data):
    letters = data.draw(genomes())
    (canonical,) = canonical_changes(letters, [data.draw(variants(letters))])
    if canonical.ref != canonical.alt:
        expected = twin(letters, [canonical], smooth=True)
        got = rows(effects_of(letters, [canonical], smooth=True))
        assert {key: row[5] for key, row in got.items()} == {key: row[3] for key, row in expected.items()}
        alone = effects_of(letters, [canonical])
        np.testing.assert_array_equal(effects_of(letters, [canonical], smooth=True).delta, alone.delta)


@settings(max_examples=150)
@given(st.data())
def test_equal_to_whole_genomes(data):
    letters = data.draw(genomes())
    variant = data.draw(variants(letters))
    (canonical,) = canonical_changes(letters, [variant])
    if canonical.ref != canonical.alt:
        check(letters, [canonical])


@settings(max_examples=60)
@given(st.data())
def test_several_changes_of_one_haplotype(data):
    letters = data.draw(genomes())
    changes = [data.draw(variants(letters, longest=4))]
    while len(changes) < 3 and changes[-1].end < len(letters):
        changes.append(data.draw(variants(letters, changes[-1].end, longest=4)))
    allele = canonical_changes(letters, changes)
    if allele[0].ref != allele[0].alt:
        check(letters, allele)
        assert_equal(effects_of(letters, changes), effects_of(letters, allele))


def canonical_changes(letters: str, changes: Sequence[Variant]) -> Sequence[Variant]:
    return normalize_allele(changes, lambda chrom, start, end: letters[start:end])


def assert_equal(one: Effects, other: Effects) -> None:
    for name in ("allele", "model", "strand", "reference", "alternate", "delta", "position", "log_odds", "site"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@given(st.data())
def test_the_form_of_a_variant_does_not_matter(data):
    letters = data.draw(genomes())
    variant = data.draw(variants(letters))
    left, right = data.draw(st.integers(0, variant.start)), data.draw(st.integers(variant.end, len(letters)))
    head, tail = letters[left : variant.start], letters[variant.end : right]
    padded = Variant("c", left, head + variant.ref + tail, head + variant.alt + tail)
    one, other = effects_of(letters, [variant]), effects_of(letters, [padded])
    if variant.ref != variant.alt:
        assert_equal(one, other)
    both = effects_of(letters, [padded], [variant])
    for effects in (rows(both, 0), rows(both, 1)) if variant.ref != variant.alt else ():
        assert effects.keys() == rows(one).keys()
        for key, figures in rows(one).items():
            np.testing.assert_allclose(effects[key][:2], figures[:2], atol=1e-6)
            np.testing.assert_allclose(abs(effects[key][4]), abs(figures[4]), atol=1e-5)


@given(st.data())
def test_a_substitution_as_one_record_or_as_several(data):
    letters = data.draw(genomes())
    start = data.draw(st.integers(0, len(letters) - 1))
    ref = letters[start : start + 4]
    alt = "".join(data.draw(st.sampled_from("ACGT")) for _ in ref)
    parts = [Variant("c", start + i, x, y) for i, (x, y) in enumerate(zip(ref, alt, strict=True)) if x != y]
    if parts:
        assert_equal(effects_of(letters, [Variant("c", start, ref, alt)]), effects_of(letters, parts))


@given(st.data())
def test_no_change_has_a_delta_of_exactly_0(data):
    letters = data.draw(genomes())
    start = data.draw(st.integers(0, len(letters) - 1))
    same = letters[start : start + data.draw(st.integers(1, 20))]
    effects = effects_of(letters, [Variant("c", start, same, same)])
    np.testing.assert_array_equal(effects.reference, effects.alternate)
    assert not effects.delta.any()
    assert not effects.log_odds.any()
    assert set(effects.site.tolist()) <= {SiteChange.NONE, SiteChange.KEPT}
    if len(letters) >= 20 and "N" not in letters:
        assert len(effects) == len(MODELS) * 2


@settings(max_examples=150)
@given(st.data())
def test_the_reverse_on_the_patched_genome_has_the_opposite_effect(data):
    letters = data.draw(genomes())
    variant = data.draw(variants(letters))
    other, _, _ = patched(letters, [variant])
    back = Variant("c", variant.start, variant.alt, variant.ref)
    there, again = rows(effects_of(letters, [variant])), rows(effects_of(other, [back]))
    assert there.keys() == again.keys()
    opposite = {"GAINED": "LOST", "LOST": "GAINED"}
    for key, (reference, alternate, delta, position, log_odds, site) in there.items():
        back_figures = again[key]
        np.testing.assert_allclose(back_figures[:2], (alternate, reference), atol=1e-6)
        assert back_figures[5] == opposite.get(site, site)
        if position < 0:
            assert back_figures[3] == -1
            continue
        np.testing.assert_allclose(abs(back_figures[4]), abs(log_odds), atol=1e-5)
        if back_figures[4] * log_odds < 0:  # no two positions tie
            np.testing.assert_allclose(back_figures[2], -delta, atol=1e-5)


def test_order_batches_and_neighbours_do_not_matter(monkeypatch):
    rng = np.random.default_rng(3)
    letters = {chrom: "".join(rng.choice(list("ACGT"), 400)) for chrom in "cd"}
    alleles = []
    for chrom in "dc":
        for start in rng.integers(0, 390, 40).tolist():
            ref = letters[chrom][start : start + int(rng.integers(0, 4))]
            alleles.append((Variant(chrom, start, ref, "".join(rng.choice(list("ACGT"), int(rng.integers(1, 4))))),))
    reader = featurizer(**letters)

    def effects(part):
        return score_alleles(part, EVERYWHERE, reader, scorers=MODELS, thresholds=THRESHOLDS)

    whole = effects(alleles)
    assert whole.allele.tolist() == np.repeat(np.arange(80), 4).tolist()
    assert whole.model.tolist() == [0, 0, 1, 1] * 80
    assert whole.strand.tolist() == [0, 1] * 160
    backwards = effects(alleles[::-1])
    monkeypatch.setattr("ideep_scan.variants.effect.BATCH", 7)
    batches = effects(alleles)
    for number in range(80):
        alone = rows(effects([alleles[number]]))
        for other in (rows(whole, number), rows(backwards, 79 - number), rows(batches, number)):
            assert other.keys() == alone.keys()
            for key, figures in alone.items():
                np.testing.assert_allclose(other[key][:5], figures[:5], atol=1e-5)
                assert other[key][5] == figures[5]


def test_threads_give_the_same(monkeypatch):
    rng = np.random.default_rng(4)
    letters = "".join(rng.choice(list("ACGT"), 900))
    alleles = [(Variant("c", start, letters[start], ""),) for start in range(5, 880, 3)]
    monkeypatch.setattr("ideep_scan.variants.haplotype.LETTERS", 60)
    with ThreadPoolExecutor(3) as pool:
        threaded = score_alleles(
            alleles, EVERYWHERE, featurizer(c=letters), scorers=MODELS, thresholds=THRESHOLDS, pool=pool
        )
    assert_equal(threaded, effects_of(letters, *alleles))


def test_loci_decide_where_and_on_which_strand():
    letters = "ACGGTCATTCAGGACTTACGCATGCAATGC" * 3
    loci = Loci(Span("c", 0, 38, "+"), Span("c", 70, 90, "-"))
    snv, far = (Variant("c", 40, letters[40], "A"),), (Variant("c", 55, letters[55], "A"),)
    effects = score_alleles([far, snv], loci, featurizer(c=letters), scorers=MODELS, thresholds=THRESHOLDS)
    assert effects.allele.tolist() == [1, 1]
    assert effects.strand.tolist() == [0, 0]
    assert set(effects.position.tolist()) <= set(range(40 - HALF, 38))


def test_a_contig_without_a_letter_left():
    letters = "ACGGTCATTCAGGACTTACG"
    effects = effects_of(letters, [Variant("c", 0, letters, "")])
    assert len(effects) == len(MODELS) * 2
    assert np.isfinite(effects.reference).all()
    assert np.isnan(effects.alternate).all()
    assert np.isnan(effects.delta).all()
    assert set(effects.position.tolist()) == {-1}


def test_no_alleles():
    effects = effects_of("ACGT")
    assert len(effects) == 0
    assert effects.reference.dtype == np.float32
