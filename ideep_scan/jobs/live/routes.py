"""Answer the queries of a live page as JSON. Scores are computed in `jobs/live/session.py`.

Places are 0-based and half-open. A query is read first, and every value in it is bounded before it is matched or
computed with; a few queries at a time then go on to their answers. Text that a user typed and that cannot be shown is
answered with {"error": one line}. A query that no page sends is answered with status 400.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.igv_features import make_search_result, make_transcript_feature
from ideep_scan.formats.variants.variant_text import MAX_DIGITS, MAX_TEXT, shorten
from ideep_scan.jobs.live.session import Effect, GoOn, LiveSession, RequestCancelled
from ideep_scan.jobs.model_page import choose_protein_color
from ideep_scan.records.span import STRANDS
from ideep_scan.variants.effect import find_strongest_change, subtract_log_odds
from track_hubs.color import format_css, tint
from track_hubs.server.http_server import Reply, Route

WIDEST = 200_000  # positions times models of one answer
LETTERS = 600  # nt of one answer with contributions
GENES = 4000  # transcripts of one answer
_CLIENTS = 64  # pages that are remembered
_MAX_NAME = 200  # characters of a name: a contig, a model, a gene, a page
_AT_ONCE = 4  # queries that are answered at the same time; it bounds the memory of their answers
_LONG_NUMBER = re.compile(rf"[0-9]{{{MAX_DIGITS + 1}}}")
_PLACE = ("chrom", "start", "end")
_DROPPABLE = ("client", "view")

Query = Mapping[str, str]
Work = Callable[[], Any]  # computes the answer to a query that was read


class LatestViews:
    """Keep the latest view of each page. Queries of an earlier view need not be finished."""

    def __init__(self) -> None:
        self._views: OrderedDict[str, int] = OrderedDict()
        self._one = threading.Lock()

    def go_on(self, query: Query) -> GoOn:
        """Note the view of a query (`client` and `view`); return a function that tests whether it is the latest."""
        if "client" not in query:
            return lambda: True
        client, view = _given(query, "client"), _whole(query, "view")
        with self._one:
            self._views[client] = max(view, self._views.pop(client, view))
            while len(self._views) > _CLIENTS:
                self._views.popitem(last=False)
        return lambda: self._views.get(client, view) <= view


def make_routes(
    live: LiveSession, title: str, view: tuple[str, int, int], command: str = "ideep-scan view --live"
) -> dict[str, Route]:
    """Make the routes of a live view, by path.

    Parameters
    ----------
    live : LiveSession
        The session.
    title : str
        Content of the page, in a few words.
    view : tuple
        Contig, start and end of the first view, 0-based half-open.
    command : str
        Command that starts the server again.

    Returns
    -------
    dict of str to Route
        The routes.
    """
    newest = LatestViews()
    readers: dict[str, tuple[Callable[[Query], Work], tuple[str, ...]]] = {
        "about": (lambda query: partial(describe_view, live, title, view, command), ()),
        "scores": (lambda query: answer_scores(live, query, newest.go_on(query)), (*_PLACE, "step", *_DROPPABLE)),
        "letters": (
            lambda query: answer_letters(live, query, newest.go_on(query)),
            (*_PLACE, "model", "strand", *_DROPPABLE),
        ),
        "sequence": (lambda query: answer_sequence(live, query), _PLACE),
        "genes": (lambda query: answer_genes(live, query), _PLACE),
        "find": (lambda query: answer_find(live, query), ("name",)),
        "variant": (lambda query: answer_variant(live, query), ("text",)),
    }
    sizes = "".join(f"{chrom}\t{length}\n" for chrom, length in live.genome.source.contigs.items())
    plain = Reply("text/plain; charset=utf-8", sizes.encode())
    at_once = threading.BoundedSemaphore(_AT_ONCE)
    table: dict[str, Route] = {
        f"/live/{name}": partial(_answered, read, frozenset(keys), at_once if keys else nullcontext())
        for name, (read, keys) in readers.items()
    }
    return {**table, "/live/chrom.sizes": lambda query: plain}


def describe_view(live: LiveSession, title: str, view: tuple[str, int, int], command: str) -> dict[str, Any]:
    """Describe genome, models and limits for the page."""
    annotation = live.genome.annotation_path
    models = [
        {
            "name": bundle.name,
            "protein": bundle.protein,
            "color": format_css(choose_protein_color(bundle.protein)),
            "pale": format_css(tint(choose_protein_color(bundle.protein))),
            "modalities": list(live.evidence.modalities[bundle.name]),
        }
        for bundle in live.bundles
    ]
    return {
        "title": title,
        "command": command,
        "fasta": Path(live.genome.source.path).name,
        "annotation": None if annotation is None else annotation.name,
        "contigs": list(live.genome.source.contigs.items()),
        "models": models,
        "view": dict(zip(("chrom", "start", "end"), view, strict=True)),
        "widest": find_widest(live),
        "letters": LETTERS,
        "half": live.evidence.featurizer.spec.half,
        "notes": list(live.notes),
    }


def find_widest(live: LiveSession) -> int:
    """Return the widest interval that one request may score, in nt."""
    return max(WIDEST // len(live.names), 4000)


def answer_scores(live: LiveSession, query: Query, go_on: GoOn) -> Work:
    """Score an interval with all models; of every `step` positions, give the highest score.

    The first position is rounded down to a multiple of `step`.
    """
    chrom, start, end = _place(live, query, None)
    limit = find_widest(live)
    step = _whole(query, "step", 1)
    if not 1 <= step <= limit:
        raise QueryError(f"step={step}: give a number from 1 to {limit}")
    start -= start % step
    if end - start > limit:
        return lambda: {"zoom_in": limit}

    def work() -> dict[str, Any]:
        tracks = [
            {"model": name, "strand": strand, "values": _rounded(reduce_to_highest(values, step))}
            for (name, strand), values in live.scores(chrom, start, end, go_on).items()
        ]
        return {"chrom": chrom, "start": start, "end": end, "step": step, "tracks": tracks}

    return work


def answer_letters(live: LiveSession, query: Query, go_on: GoOn) -> Work:
    """Compute the contribution of each letter to one model on one strand."""
    chrom, start, end = _place(live, query, LETTERS)
    name, strand = _given(query, "model"), _given(query, "strand")
    if name not in live.names or strand not in STRANDS:
        raise QueryError(
            f"model={shorten(name)}, strand={shorten(strand)}: give one of {', '.join(live.names)}, and + or -"
        )

    def work() -> dict[str, Any]:
        values = live.contributions(name, strand, chrom, start, end, go_on=go_on)
        place = {"chrom": chrom, "start": start, "end": end}
        return {**place, "values": _rounded(values), "sequence": live.sequence(chrom, start, end)}

    return work


def answer_sequence(live: LiveSession, query: Query) -> Work:
    """Read the DNA letters of the plus strand."""
    place = _place(live, query, WIDEST)
    return lambda: {"sequence": live.sequence(*place)}


def answer_genes(live: LiveSession, query: Query) -> Work:
    """List the transcripts that overlap an interval."""
    place = _place(live, query, None)
    return lambda: [make_transcript_feature(transcript) for transcript in live.transcripts(*place)[:GENES]]


def answer_find(live: LiveSession, query: Query) -> Work:
    """Find a gene or a region; an empty list if it is unknown."""
    name = _given(query, "name")

    def work() -> list[dict[str, Any]]:
        try:
            return [make_search_result(*live.find(name))]
        except InputError:
            return []

    return work


def answer_variant(live: LiveSession, query: Query) -> Work:
    """Compute the effect of a variant by model and strand."""
    text = _given(query, "text", MAX_TEXT)
    if _LONG_NUMBER.search(text.replace(",", "")):
        raise QueryError(f"text={shorten(text)}: a position has at most {MAX_DIGITS} digits")

    def work() -> dict[str, Any]:
        effect = live.effect(text)
        tracks = [
            {"model": name, "strand": strand, **_describe(effect, (name, strand))} for name, strand in effect.reference
        ]
        record = effect.variant
        return {
            "chrom": record.chrom, "start": record.start, "end": record.end, "ref": record.ref, "alt": record.alt,
            "from": effect.start, "tracks": tracks,
        }  # fmt: skip

    return work


def reduce_to_highest(values: np.ndarray, step: int) -> np.ndarray:
    """Reduce every `step` values to the highest; NaN if all are NaN."""
    if step == 1:
        return values
    padded = np.append(values, np.full(-len(values) % step, np.nan, values.dtype))
    return np.fmax.reduce(padded.reshape(-1, step), axis=1)


def _describe(effect: Effect, track: tuple[str, Any]) -> dict[str, Any]:
    """Describe both haplotypes of one model and strand, and their largest difference in natural log odds."""
    reference, alternate, inserted = effect.reference[track], effect.alternate[track], effect.inserted[track]
    strongest = find_strongest_change(reference, alternate)
    out: dict[str, Any] = {
        "reference": _rounded(reference),
        "alternate": _rounded(alternate),
        "change": _rounded(subtract_log_odds(reference, alternate)),
        "inserted": _rounded(inserted),
        "best": [_best(reference), _best(np.append(alternate, inserted))],
        "most": None,
    }
    if strongest is not None:
        out["most"] = {
            "position": effect.start + strongest.index,
            "reference": _number(strongest.reference),
            "alternate": _number(strongest.alternate),
            "change": _number(strongest.log_odds),
        }
    return out


def _best(values: np.ndarray) -> float | None:
    return _number(np.fmax.reduce(values)) if values.size else None


def _answered(
    read: Callable[[Query], Work], keys: frozenset[str], at_once: AbstractContextManager[Any], query: Query
) -> Reply:
    """Read a query and answer it as JSON; report every error that a user can act on."""
    try:
        unknown = [key for key in query if key not in keys]
        if unknown:
            raise QueryError(f"{shorten(unknown[0])}: unknown, give only {', '.join(sorted(keys)) or 'the path'}")
        work = read(query)
        with at_once:
            return _json(work())
    except RequestCancelled:
        return _json({"moved_on": True})
    except QueryError as error:
        return _json({"error": " ".join(str(error).split())}, 400)
    except IdeepScanError as error:
        return _json({"error": " ".join(str(error).split())})


def _json(value: Any, status: int = 200) -> Reply:
    return Reply("application/json", json.dumps(value, separators=(",", ":"), allow_nan=False).encode(), status)


class QueryError(InputError):
    """A query that no page of ours sends."""


def _given(query: Query, name: str, limit: int = _MAX_NAME) -> str:
    text = query.get(name, "")
    if not text:
        raise QueryError(f"{name} is missing")
    if len(text) > limit:
        raise QueryError(f"{name} has {len(text)} characters: give at most {limit}")
    return text


def _whole(query: Query, name: str, default: int | None = None) -> int:
    text = query.get(name, "") if default is None else query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise QueryError(f"{name}={shorten(text)}: give a whole number of at most {MAX_DIGITS} digits")
    return int(text)


def _place(live: LiveSession, query: Query, limit: int | None) -> tuple[str, int, int]:
    """Read the contig, and the part of the interval that lies on it, of at most `limit` positions."""
    chrom, start, end = _given(query, "chrom"), _whole(query, "start"), _whole(query, "end")
    name = live.genome.resolver.resolve(chrom)
    if name is None:
        raise QueryError(f"no contig {shorten(chrom)} in the FASTA")
    end = min(end, live.genome.source.contigs[name])
    if start >= end:
        raise QueryError(f"{shorten(chrom)}:{start}-{end} holds no position")
    if limit is not None and end - start > limit:
        raise QueryError(f"{end - start} positions are more than {limit}: zoom in")
    return name, start, end


def _number(value: Any) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _rounded(values: np.ndarray) -> list[float | None]:
    """Round to three decimals, as a scan does; None = no value."""
    return [None if value != value else value for value in np.round(values.astype(np.float64), 3).tolist()]
