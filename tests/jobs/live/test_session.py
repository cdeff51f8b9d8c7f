"""The live view against a run over the same example: the same numbers where somebody looks, and only there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.live import session as room
from ideep_scan.jobs.live.session import TILE, LiveSession, RequestCancelled, open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.models.store_names import IDEEP


def opened(example: Path, stack: ExitStack, **options: object) -> LiveSession:
    given = {"rbp": ("ELAVL1",), "model": IDEEP, "gtf": example / "genes.gtf", "threads": 1, "device": "cpu", **options}
    return open_live(LiveSettings(fasta=example / "example.fa.gz", **given), stack)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def live(example: Path) -> Iterator[LiveSession]:
    with ExitStack() as stack:
        yield opened(example, stack)


@pytest.mark.parametrize("place", [("exA", 0, 5000), ("exA", 40_123, 43_007), ("exB", 79_000, 80_000)])
def test_the_scores_of_a_scan(live, scores, complete_run, place):
    chrom, start, end = place
    got = live.scores(chrom, start, end)
    for strand in runs.SIDES:
        expected = scores[chrom, strand][start:end]
        mine = got.get(("ELAVL1", strand), np.full(end - start, np.nan))
        np.testing.assert_allclose(mine, expected, atol=1e-5)
        written = runs.track(complete_run, strand)[chrom][start:end]
        np.testing.assert_allclose(np.abs(mine), np.abs(written), atol=6e-4)
    assert all(values.dtype == np.float32 for values in got.values())


def test_all_strands_without_an_annotation(example):
    with ExitStack() as stack:
        live = opened(example, stack, gtf=None)
        got = live.scores("exA", 1500, 1900)
        assert set(got) == {("ELAVL1", "+"), ("ELAVL1", "-")}
        assert all(np.isfinite(values).all() for values in got.values())
        assert live.transcripts("exA", 0, 120_000) == []
        assert any("region is not used" in note for note in live.notes)


def test_several_models_are_scored_together(example, live):
    with ExitStack() as stack:
        both = opened(example, stack, rbp=("ELAVL1", "HNRNPC"))
        got, alone = both.scores("exA", 40_000, 41_000), live.scores("exA", 40_000, 41_000)
        assert {name for name, _ in got} == {"ELAVL1", "HNRNPC"}
        for key, values in alone.items():
            np.testing.assert_allclose(got[key], values, atol=1e-5)


def planted(live: LiveSession) -> tuple[str, str, int]:
    """Chrom, strand and summit of the strongest position of one contig."""
    got = live.scores("exA", 0, 120_000)
    (_, strand), values = max(got.items(), key=lambda item: float(np.nanmax(item[1])))
    return "exA", strand, int(np.nanargmax(values))


def test_a_tile_is_scored_once(example, monkeypatch):
    asked = []
    real = room.sweep

    def counting(spans, *rest):
        spans = list(spans)
        asked.extend(spans)
        return real(spans, *rest)

    monkeypatch.setattr(room, "sweep", counting)
    with ExitStack() as stack:
        live = opened(example, stack, gtf=None)
        live.scores("exA", 3 * TILE + 5, 3 * TILE + 9)
        assert [(span.start, span.end, span.strand) for span in asked] == [
            (3 * TILE, 4 * TILE, "+"),
            (3 * TILE, 4 * TILE, "-"),
        ]
        live.scores("exA", 3 * TILE, 5 * TILE)
        assert len(asked) == 4
        live.scores("exA", 3 * TILE, 5 * TILE)
        assert len(asked) == 4


def test_what_is_no_longer_wanted_stops_between_tiles(example):
    with ExitStack() as stack:
        live = opened(example, stack, gtf=None)
        answers = iter([True, True, False])
        with pytest.raises(RequestCancelled):
            live.scores("exA", 9 * TILE, 30 * TILE, lambda: next(answers))
        # What was scored until then is kept: nobody is asked again.
        kept = live.scores("exA", 9 * TILE, 11 * TILE, lambda: pytest.fail("asked"))
        assert np.isfinite(kept["ELAVL1", "+"]).all()
        with pytest.raises(RequestCancelled):
            live.contributions("ELAVL1", "+", "exA", 9000, 9100, go_on=lambda: False)


def test_many_threads_get_the_same(example, live):
    expected = live.scores("exA", 40_000, 46_000)
    with ExitStack() as stack:
        other = opened(example, stack)
        results: list[dict] = []
        threads = [
            threading.Thread(target=lambda: results.append(other.scores("exA", 40_000, 46_000))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(results) == 4
    for got in results:
        for key, values in expected.items():
            np.testing.assert_array_equal(got[key], values)


def test_contributions_do_not_depend_on_the_view(live):
    chrom, strand, summit = planted(live)
    wide = live.contributions("ELAVL1", strand, chrom, summit - 90, summit + 90)
    near = live.contributions("ELAVL1", strand, chrom, summit - 13, summit + 7)
    np.testing.assert_array_equal(near, wide[77:97])
    assert np.isfinite(wide).all()
    # A strong site stands on letters: together they speak for it, and those far from it say little.
    assert wide[60:120].max() > 0.3
    assert np.nansum(wide[40:140]) > 0


def test_nothing_contributes_where_nothing_is_scored(live):
    start = next(s for s in range(0, 120_000, 500) if not live.scores("exA", s, s + 400))
    assert np.isnan(live.contributions("ELAVL1", "+", "exA", start + 150, start + 250)).all()
    at_the_end = live.contributions("ELAVL1", "+", "exA", 119_990, 120_000)
    assert at_the_end.shape == (10,)


def test_a_variant_in_a_strong_site(live):
    chrom, strand, summit = planted(live)
    letters = live.contributions("ELAVL1", strand, chrom, summit - 40, summit + 40)
    position = summit - 40 + int(np.nanargmax(letters))
    ref = live.sequence(chrom, position, position + 1)
    alt = "C" if ref != "C" else "G"
    effect = live.effect(f"{chrom}:{position + 1:,} {ref}>{alt}")
    half = live.evidence.featurizer.spec.half
    assert effect.start == position - half
    reference, alternate = effect.reference["ELAVL1", strand], effect.alternate["ELAVL1", strand]
    assert reference.shape == alternate.shape == (2 * half + 1,)
    np.testing.assert_array_equal(reference, live.scores(chrom, position - half, position + half + 1)["ELAVL1", strand])
    assert np.nanmax(reference) > np.nanmax(alternate)
    assert effect.inserted["ELAVL1", strand].size == 0


def test_a_change_that_changes_nothing_is_scored_alike(live):
    """An insertion of A into a run of A may lie anywhere in it: windows beside it read the same letters."""
    chrom, _, summit = planted(live)
    start, end = summit - 100, summit + 100
    text = live.sequence(chrom, start, end)
    at = next(i for i in range(10, 190) if text[i] == text[i + 1])
    one = live.effect(f"{chrom}:{start + at + 1} {text[at]}>{text[at] * 2}")
    other = live.effect(f"{chrom}:{start + at + 2} {text[at]}>{text[at] * 2}")
    for key, values in one.alternate.items():
        mine = np.concatenate([values[:51], one.inserted[key], values[51:]])
        theirs = np.concatenate([other.alternate[key][:51], other.inserted[key], other.alternate[key][51:]])
        np.testing.assert_allclose(mine[1:], theirs[:-1], atol=1e-3)  # the inserted letter's place differs by a base


@pytest.mark.parametrize(
    ("text", "says"),
    [("exA:1 A>", "is not a variant"), ("exC:1 A>G", "no contig exC"), ("exA:120001 A>G", "past the end")],
)
def test_a_variant_that_cannot_be_shown(live, text, says):
    with pytest.raises(InputError, match=says):
        live.effect(text)


def test_a_variant_where_nothing_is_transcribed(live):
    start = next(s for s in range(0, 120_000, 500) if not live.scores("exA", s, s + 400)) + 200
    ref = live.sequence("exA", start, start + 1)
    with pytest.raises(InputError, match="no transcript of the annotation lies there"):
        live.effect(f"exA:{start + 1} {ref}>{'A' if ref != 'A' else 'C'}")


def test_places_by_name(live):
    gene = live.genome.annotation.transcripts[0]
    chrom, start, end = live.find(gene.gene_name.lower())
    assert chrom == gene.chrom
    assert start <= gene.start < gene.end <= end
    assert live.find(gene.gene_id) == (chrom, start, end)
    assert live.find("exA:1,001-2,000") == ("exA", 1000, 2000)
    assert live.find("exB") == ("exB", 0, 80_000)
    for wrong, says in (("nogene", "no gene 'nogene'"), ("exA:9-2", "ends before"), ("chrZ:1-2", "no contig chrZ")):
        with pytest.raises(InputError, match=says):
            live.find(wrong)


def test_the_first_view_can_be_scored(example, live):
    chrom, start, end = live.first_view()
    assert end - start <= room.FIRST
    assert any(np.isfinite(values).any() for values in live.scores(chrom, start, end).values())
    with ExitStack() as stack:
        assert opened(example, stack, gtf=None).first_view()[0] == "exA"


def test_letters_are_dna(live):
    assert set(live.sequence("exA", 0, 5000)) <= set("ACGTN")
    assert live.sequence("exA", -2, 1)[:2] == "NN"


def test_wrong_input_ends_it_before_it_begins(example):
    for asked, says in (
        ({"rbp": ("ELAVL9",)}, "did you mean"),
        ({"rbp": ()}, "no protein is named"),
        ({"threads": -1}, "--threads -1"),
        ({"modalities": "colour"}, "is not known"),
        ({"gtf": example / "none.gtf"}, "none.gtf"),
    ):
        with ExitStack() as stack, pytest.raises(InputError, match=says):
            opened(example, stack, **asked)
