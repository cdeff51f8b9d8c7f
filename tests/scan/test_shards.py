"""Shards: all chunks once and in order, cut at fixed places, shared out evenly."""

from __future__ import annotations

import random
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.span import STRANDS, Span
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.shards import Shard, digest_shards, group_by_shard, list_shards, split_shards

SIZE = 16


@st.composite
def plans(draw: st.DrawFn) -> list[Span]:
    """Chunks of random loci, as the plan of a scan gives them."""
    spans = []
    for contig in range(draw(st.integers(1, 5))):
        for strand in STRANDS:
            cuts = sorted(draw(st.sets(st.integers(0, 100), max_size=6)))
            spans += [Span(f"c{contig}", start, end, strand) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return list(cut_chunks(spans, SIZE))


@given(plans())
def test_each_chunk_is_in_one_shard_and_in_its_order(chunks: list[Span]) -> None:
    shards = list_shards(chunks, SIZE)
    assert list(chain.from_iterable(shard.chunks for shard in shards)) == chunks
    assert [shard.number for shard in shards] == list(range(len(shards)))


@given(plans())
def test_a_shard_has_at_most_the_positions_of_a_stretch(chunks: list[Span]) -> None:
    shards = list_shards(chunks, SIZE)
    assert all(0 < shard.positions <= SIZE for shard in shards)
    stretches = [{(c.chrom, c.start // SIZE, c.strand) for c in shard.chunks} for shard in shards]
    assert sum(map(len, stretches)) == len(set().union(*stretches))  # no stretch is cut


def test_a_million_small_contigs_are_few_shards() -> None:
    chunks = [Span(f"c{number}", 0, 1, strand) for number in range(1000) for strand in STRANDS]
    assert len(list_shards(chunks, 100)) == 20


@given(plans(), st.integers(1, 9))
def test_parts_share_the_shards_in_order(chunks: list[Span], count: int) -> None:
    shards = list_shards(chunks, SIZE)
    parts = split_shards(shards, count)
    assert len(parts) == count
    assert list(chain.from_iterable(parts)) == shards
    largest = max((shard.positions for shard in shards), default=0)
    total = sum(shard.positions for shard in shards)
    assert all(sum(shard.positions for shard in part) <= total / count + largest for part in parts)


@given(plans(), st.randoms(use_true_random=False))
def test_chunks_without_a_score_leave_the_others_in_their_shards(chunks: list[Span], dice: random.Random) -> None:
    shards = list_shards(chunks, SIZE)
    scored = [chunk for chunk in chunks if dice.random() < 0.5]
    results = list(group_by_shard(shards, iter([(chunk, ()) for chunk in scored])))
    assert [swept[0] for _, swept in results if swept is not None] == scored
    assert all(swept[0] in shard.chunks for shard, swept in results if swept is not None)
    assert [shard for shard, swept in results if swept is None] == shards


def test_a_shard_ends_before_the_next_chunk_is_scored() -> None:
    chunks = [Span("c", start, start + SIZE, "+") for start in (0, SIZE)]
    asked = []

    def sweep():  # type: ignore[no-untyped-def]
        for chunk in chunks:
            asked.append(chunk)
            yield chunk, ()

    results = group_by_shard(list_shards(chunks, SIZE), sweep())
    next(results)
    shard, end = next(results)
    assert (shard.number, end) == (0, None)
    assert asked == chunks[:1]


def test_the_digest_tells_places_and_cuts_apart() -> None:
    one, two = Span("c", 0, 8, "+"), Span("c", 8, 12, "+")
    lists = [[Shard(0, (one, two))], [Shard(0, (one,)), Shard(1, (two,))], [Shard(0, (one,))]]
    assert len({digest_shards(shards) for shards in lists}) == 3
