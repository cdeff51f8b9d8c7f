"""Effects of typed variants are those that `ideep-scan variants` writes for the same alleles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.jobs.view.session import RunSession
from ideep_scan.jobs.view.variant import VariantRoute, name_variant, score_variant
from ideep_scan.records.variant import Variant


@pytest.fixture(scope="module")
def session(complete_run: Path) -> Iterator[RunSession]:
    with closing(RunSession(complete_run)) as session:
        yield session


def ask(session: RunSession, text: str, status: int = 200) -> dict[str, Any]:
    reply = VariantRoute(session).answer({"text": text})
    assert reply.status == status
    answer: dict[str, Any] = json.loads(reply.body)
    return answer


@pytest.fixture(scope="module")
def texts(session: RunSession) -> list[str]:
    """Variants of one exon: a substitution, an insertion, a deletion."""
    bases = session.get().live.sequence("exA", 57_340, 57_344)
    other = {"A": "C", "C": "G", "G": "T", "T": "A"}[bases[0]]
    return [
        f"exA 57341 . {bases[0]} {other}",
        f"exA 57341 . {bases[0]} {bases[0]}AC",
        f"exA 57341 . {bases} {bases[0]}",
    ]


def test_figures_are_those_of_the_job_on_variants(
    session: RunSession, texts: list[str], example: Path, tmp_path: Path
) -> None:
    path = runs.vcf(tmp_path, *(f"{text} . . ." for text in texts))
    table = tmp_path / "effects.tsv"
    runs.annotate(example, path, table=table)
    lines = [line.split("\t") for line in table.read_text().splitlines() if not line.startswith("##")]
    header = [name.lstrip("#") for name in lines[0]]
    rows = [dict(zip(header, line, strict=True)) for line in lines[1:]]
    for text in texts:
        _, position, _, ref, alt = text.split(" ")
        expected = [row for row in rows if (row["pos"], row["ref"], row["alt"]) == (position, ref, alt)]
        answer = ask(session, text)
        assert len(answer["rows"]) == len(expected) > 0
        for mine, theirs in zip(answer["rows"], expected, strict=True):
            assert (mine["model"], mine["strand"], mine["site"]) == (theirs["model"], theirs["strand"], theirs["site"])
            assert mine["delta"] == pytest.approx(float(theirs["delta"]), abs=2e-4)


def test_all_notations_of_a_variant_have_one_answer(session: RunSession, texts: list[str]) -> None:
    _, position, _, ref, alt = texts[0].split(" ")
    answers = [
        ask(session, text.format(position, ref, alt))
        for text in ("exA-{}-{}-{}", "exA:{}:{}:{}", "exA:{} {}>{}", "exA:g.{}{}>{}", "exA\t{}\t.\t{}\t{}\t.\t.\tX=1")
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["name"] == f"exA-{position}-{ref}-{alt}"


def test_a_position_of_a_transcript(session: RunSession) -> None:
    live = session.get().live
    transcript = live.transcripts("exA", 57_340, 57_341)[0]
    exons = transcript.exons if transcript.strand == "+" else transcript.exons[::-1]
    place = int(exons[0, 0]) if transcript.strand == "+" else int(exons[0, 1]) - 1
    base = live.sequence("exA", place, place + 1)
    complement = {"A": "T", "C": "G", "G": "C", "T": "A"}
    ref = base if transcript.strand == "+" else complement[base]
    answer = score_variant(session.get(), f"{transcript.id}:n.1{ref}>{'A' if ref != 'A' else 'C'}")
    assert (answer["start"], answer["ref"]) == (place, base)
    assert f"has {ref} there" in ask(session, f"{transcript.id}:n.1{complement[ref]}>{ref}")["error"]


def test_what_cannot_be_scored_is_one_line(session: RunSession) -> None:
    assert "needs a database" in ask(session, "rs123")["error"]
    assert "not among the transcripts" in ask(session, "NM_9:c.1A>G")["error"]
    live = session.get().live
    letters = live.sequence("exA", 0, 120_000)
    free = (place for place in range(500, 119_000, 500) if not live.loci.overlapping("exA", place - 60, place + 60))
    place = next(place for place in free if "N" not in letters[place - 60 : place + 60])
    base = letters[place]
    assert "in a transcript" in ask(session, f"exA:{place + 1} {base}>{'A' if base != 'A' else 'C'}")["error"]
    for text in ("", " ", "x" * 1001):
        assert "give a variant" in ask(session, text, 400)["error"]


def test_a_name_is_read_back(session: RunSession) -> None:
    assert name_variant(Variant("exA", 4, "", "AC")) == "exA-5-.-AC"
    base = session.get().live.sequence("exA", 57_340, 57_341)
    assert ask(session, f"exA-57341-{base}-.")["alt"] == ""
