"""Evidence of a site: falls that agree with its driver, letters that are those of its RNA, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.jobs.view.session import RunSession
from ideep_scan.jobs.view.site_evidence import HALF, SiteEvidence


@pytest.fixture(scope="module")
def evidence(complete_run: Path) -> Iterator[SiteEvidence]:
    with closing(RunSession(complete_run)) as session:
        yield SiteEvidence(session)


def ask(evidence: SiteEvidence, status: int = 200, **query: object) -> dict[str, Any]:
    reply = evidence.answer({name: str(value) for name, value in query.items()})
    assert reply.status == status
    answer: dict[str, Any] = json.loads(reply.body)
    return answer


def place(row: Any) -> dict[str, object]:
    names = ("chrom", "start", "end", "summit", "strand")
    return {"model": "ELAVL1", **{name: getattr(row, name) for name in names}}


def test_the_evidence_of_sites_on_both_strands(evidence: SiteEvidence, complete_run: Path) -> None:
    table = runs.table(complete_run)
    rows = [row for strand in "+-" for row in table[table.strand == strand].head(3).itertuples()]
    assert len(rows) == 6
    for row in rows:
        answer = ask(evidence, **place(row))
        falls = answer["falls"]
        assert max(falls, key=falls.get) == row.driver
        assert answer["position"] == row.summit
        assert answer["score"] == pytest.approx(row.score, abs=1e-3)
        assert answer["letters"] == row.sequence
        assert len(answer["contributions"]) == answer["last"] - answer["first"] == 2 * HALF + 1
        assert max(value for value in answer["contributions"] if value is not None) > 0


def test_a_query_that_no_page_sends_is_refused(evidence: SiteEvidence, complete_run: Path) -> None:
    row = place(next(runs.table(complete_run).itertuples()))
    for change in (
        {"model": "NONE"}, {"chrom": "exZ"}, {"strand": "*"}, {"start": "x"}, {"summit": 5}, {"end": 10**8},
        {"start": 0, "end": 110_000},
    ):  # fmt: skip
        assert ask(evidence, 400, **{**row, **change})["error"]
