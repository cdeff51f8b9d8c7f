"""The writer of one model: its highest score, and sites at both thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ideep_scan.jobs.scan.model_writer import ModelWriter
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.site_caller import SiteCaller


class Output:
    """Counts what it is given to write."""

    def __init__(self) -> None:
        self.tracks: list[ScoreTrack] = []
        self.sites, self.motifs = 0, 0

    def add_tracks(self, tracks: Mapping[str, ScoreTrack]) -> None:
        self.tracks += tracks.values()

    def add_sites(self, reports: Iterable[Any]) -> None:
        self.sites += len(list(reports))

    def add_motifs(self, hits: Iterable[Any]) -> None:
        self.motifs += len(list(hits))

    def finish(self) -> int:
        return self.sites


class Reporter:
    """Reports sites as they are, and one motif hit at the end."""

    def report(self, sites: Sequence[Any]) -> Sequence[Any]:
        return sites

    def flush(self) -> list[str]:
        return ["hit"]


class Threshold:
    """Stand-in for the threshold of a model that returns its arguments."""

    def __init__(self, strict: float | None):
        self.stricter = None if strict is None else CallSettings(strict)

    def summarise(self, sites: int, strict_sites: int | None, positions: int, highest: float | None) -> Any:
        return sites, strict_sites, positions, highest


def writer(strict: float | None) -> ModelWriter:
    caller = SiteCaller(CallSettings(0.5), "+")
    parts: tuple[Any, ...] = Threshold(strict), caller, Reporter(), Output()
    return ModelWriter(*parts)


def chunk(*values: float, start: int = 0) -> dict[str, ScoreTrack]:
    return {"score": ScoreTrack("c", "+", start, np.array(values, np.float32))}


@pytest.mark.parametrize(("strict", "strict_sites"), [(None, None), (0.8, 1), (0.99, 0)])
def test_sites_of_both_thresholds(strict: float | None, strict_sites: int | None) -> None:
    model = writer(strict)
    gap = [0.1] * 200
    model.take(lambda: chunk(np.nan, 0.6, *gap, 0.75))
    model.take(lambda: chunk(0.1, *gap, 0.9, np.nan, start=203))
    assert model.finish() == 3
    assert model.summarise(3, 400) == (3, strict_sites, 400, pytest.approx(0.9))


def test_nothing_scored_has_no_highest_score() -> None:
    model = writer(None)
    model.take(lambda: chunk(np.nan, np.nan))
    assert model.finish() == 0
    assert model.summarise(0, 0)[-1] is None
    model.take(lambda: chunk(0.2, np.nan, start=9))
    model.take(lambda: chunk(np.nan, start=12))
    assert model.summarise(0, 1)[-1] == pytest.approx(0.2)


def test_tracks_and_motif_hits_are_written() -> None:
    model = writer(None)
    track = chunk(0.1, 0.2)
    model.take(lambda: track)
    model.finish()
    assert vars(model.output)["tracks"] == [track["score"]]
    assert vars(model.output)["motifs"] == 1
