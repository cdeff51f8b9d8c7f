"""What a page asks of a live view, and the answers: queries in, JSON out. It computes no score (`jobs/live.py` does).

Places are 0-based and half-open here. What a user typed and cannot be shown is answered with {"error": one line}; what
a page should not have asked, with status 400.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.igv_features import search_result, transcript_feature
from ideep_scan.jobs.live import Effect, GoOn, Live, MovedOn
from ideep_scan.jobs.shown import protein_color
from ideep_scan.models.calibration import logit
from ideep_scan.records.span import STRANDS
from track_hubs.color import css, tint
from track_hubs.server import Reply, Route

WIDEST = 200_000  # positions times models of one answer
LETTERS = 600  # nt of one answer with contributions
GENES = 4000  # transcripts of one answer
_CLIENTS = 64  # pages that are remembered

Query = Mapping[str, str]


class Newest:
    """Which view of each page is the latest: what an earlier one asked for need not be finished."""

    def __init__(self) -> None:
        self._views: OrderedDict[str, int] = OrderedDict()
        self._one = threading.Lock()

    def go_on(self, query: Query) -> GoOn:
        """Note the view of a query (`client` and `view`); whether it is still the latest, whenever asked."""
        if "client" not in query:
            return lambda: True
        client, view = query["client"], _whole(query, "view")
        with self._one:
            self._views[client] = max(view, self._views.pop(client, view))
            while len(self._views) > _CLIENTS:
                self._views.popitem(last=False)
        return lambda: self._views.get(client, view) <= view


def routes(live: Live, title: str, view: tuple[str, int, int]) -> dict[str, Route]:
    """The routes of a live view, by path.

    Parameters
    ----------
    title : what is shown, in a few words.
    view : chrom, start and end of the first view.
    """
    newest = Newest()
    answers: dict[str, Callable[[Query], Any]] = {
        "about": lambda query: about(live, title, view),
        "scores": lambda query: scores(live, query, newest.go_on(query)),
        "letters": lambda query: letters(live, query, newest.go_on(query)),
        "sequence": lambda query: {"sequence": live.sequence(*_place(live, query, WIDEST))},
        "genes": lambda query: genes(live, query),
        "find": lambda query: find(live, query),
        "variant": lambda query: variant(live, query),
    }
    sizes = "".join(f"{chrom}\t{length}\n" for chrom, length in live.genome.source.contigs.items())
    plain = Reply("text/plain; charset=utf-8", sizes.encode())
    found: dict[str, Route] = {f"/live/{name}": partial(_answered, answer) for name, answer in answers.items()}
    return {**found, "/live/chrom.sizes": lambda query: plain}


def about(live: Live, title: str, view: tuple[str, int, int]) -> dict[str, Any]:
    """What a page needs to know before it asks for anything."""
    annotation = live.genome.annotation_path
    models = [
        {
            "name": bundle.name,
            "protein": bundle.protein,
            "color": css(protein_color(bundle.protein)),
            "pale": css(tint(protein_color(bundle.protein))),
            "modalities": list(live.evidence.modalities[bundle.name]),
        }
        for bundle in live.bundles
    ]
    return {
        "title": title,
        "fasta": Path(live.genome.source.path).name,
        "annotation": None if annotation is None else annotation.name,
        "contigs": list(live.genome.source.contigs.items()),
        "models": models,
        "view": dict(zip(("chrom", "start", "end"), view, strict=True)),
        "widest": widest(live),
        "letters": LETTERS,
        "half": live.evidence.featurizer.spec.half,
        "notes": list(live.notes),
    }


def widest(live: Live) -> int:
    """The widest stretch that is scored at once, nt."""
    return max(WIDEST // len(live.names), 4000)


def scores(live: Live, query: Query, go_on: GoOn) -> dict[str, Any]:
    """Scores of all models: of every position, or the highest of every `step` (from multiples of it on)."""
    chrom, start, end = _place(live, query, None)
    if end - start > widest(live):
        return {"zoom_in": widest(live)}
    step = _whole(query, "step", 1)
    if step < 1:
        raise BadQuery(f"step={step}: give 1 or more")
    start -= start % step
    found = live.scores(chrom, start, end, go_on)
    tracks = [
        {"model": name, "strand": strand, "values": _rounded(highest(values, step))}
        for (name, strand), values in found.items()
    ]
    return {"chrom": chrom, "start": start, "end": end, "step": step, "tracks": tracks}


def letters(live: Live, query: Query, go_on: GoOn) -> dict[str, Any]:
    """Contributions of each letter to one model on one strand."""
    chrom, start, end = _place(live, query, LETTERS)
    name, strand = _given(query, "model"), _given(query, "strand")
    if name not in live.names or strand not in STRANDS:
        raise BadQuery(f"model={name}, strand={strand}: give one of {', '.join(live.names)}, and + or -")
    values = live.contributions(name, strand, chrom, start, end, go_on)
    place = {"chrom": chrom, "start": start, "end": end}
    return {**place, "values": _rounded(values), "sequence": live.sequence(chrom, start, end)}


def genes(live: Live, query: Query) -> list[dict[str, Any]]:
    """Transcripts of a stretch."""
    return [transcript_feature(one) for one in live.transcripts(*_place(live, query, None))[:GENES]]


def find(live: Live, query: Query) -> list[dict[str, Any]]:
    """The place of a gene or a region, or nothing."""
    name = _given(query, "name")
    try:
        return [search_result(*live.find(name))]
    except InputError:
        return []


def variant(live: Live, query: Query) -> dict[str, Any]:
    """What a variant does, model by model and strand by strand."""
    effect = live.effect(_given(query, "text"))
    tracks = [{"model": name, "strand": strand, **_beside(effect, (name, strand))} for name, strand in effect.reference]
    at = effect.variant
    return {
        "chrom": at.chrom, "start": at.start, "end": at.end, "ref": at.ref, "alt": at.alt, "from": effect.start,
        "tracks": tracks,
    }  # fmt: skip


def highest(values: np.ndarray, step: int) -> np.ndarray:
    """The highest of every `step` values, the last of fewer; NaN where none of them is one."""
    if step == 1:
        return values
    padded = np.append(values, np.full(-len(values) % step, np.nan, values.dtype))
    return np.fmax.reduce(padded.reshape(-1, step), axis=1)


def _beside(effect: Effect, track: tuple[str, Any]) -> dict[str, Any]:
    """Both haplotypes of one model and strand, and where they differ most (natural log odds)."""
    reference, alternate, inserted = effect.reference[track], effect.alternate[track], effect.inserted[track]
    change = logit(alternate) - logit(reference)
    known = np.flatnonzero(np.isfinite(change))
    most = int(known[np.abs(change[known]).argmax()]) if known.size else None
    out: dict[str, Any] = {
        "reference": _rounded(reference),
        "alternate": _rounded(alternate),
        "change": _rounded(change),
        "inserted": _rounded(inserted),
        "best": [_best(reference), _best(np.append(alternate, inserted))],
        "most": None,
    }
    if most is not None:
        there = {"reference": reference[most], "alternate": alternate[most], "change": change[most]}
        out["most"] = {"position": effect.start + most, **{name: _number(value) for name, value in there.items()}}
    return out


def _best(values: np.ndarray) -> float | None:
    return _number(np.fmax.reduce(values)) if values.size else None


def _answered(answer: Callable[[Query], Any], query: Query) -> Reply:
    """A JSON reply; every error that a user can act on becomes one."""
    status = 200
    try:
        found = answer(query)
    except MovedOn:
        found = {"moved_on": True}
    except BadQuery as error:
        found, status = {"error": " ".join(str(error).split())}, 400
    except IdeepScanError as error:
        found = {"error": " ".join(str(error).split())}
    return Reply("application/json", json.dumps(found, separators=(",", ":"), allow_nan=False).encode(), status)


class BadQuery(InputError):
    """A page asked for what no page should ask for."""


def _given(query: Query, name: str) -> str:
    if not query.get(name):
        raise BadQuery(f"{name} is missing")
    return query[name]


def _whole(query: Query, name: str, default: int | None = None) -> int:
    text = query.get(name, "") if default is None else query.get(name, str(default))
    if not text.isdecimal() or not text.isascii():
        raise BadQuery(f"{name}={text}: give a whole number")
    return int(text)


def _place(live: Live, query: Query, most: int | None) -> tuple[str, int, int]:
    """Contig of the FASTA and the part of the stretch that it holds; not more than `most` positions."""
    chrom, start, end = _given(query, "chrom"), _whole(query, "start"), _whole(query, "end")
    name = live.genome.resolver.resolve(chrom)
    if name is None:
        raise BadQuery(f"no contig {chrom} in the FASTA")
    end = min(end, live.genome.source.contigs[name])
    if start >= end:
        raise BadQuery(f"{chrom}:{start}-{end} holds no position")
    if most is not None and end - start > most:
        raise BadQuery(f"{end - start} positions are more than {most}: zoom in")
    return name, start, end


def _number(value: Any) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _rounded(values: np.ndarray) -> list[float | None]:
    """Three decimals, as a scan writes them; None = no value."""
    return [None if value != value else value for value in np.round(values.astype(np.float64), 3).tolist()]
