"""Small charts of a motif: enrichment, importance, places, copies and spacings."""

from __future__ import annotations

from collections.abc import Sequence

from track_hubs.motif_page.numbers import format_share, format_signed
from track_hubs.motif_page.rows import Effect, Enrichment
from track_hubs.motif_page.svg import draw_bar, draw_line, open_picture, write_text

_WIDE, _TALL = 230, 64  # pixels of a chart
_LABEL = 62  # pixels of a row's label
_BIN = 5  # nt of a bar of places
_MOST_SPACING = 40  # nt


def draw_enrichment(enrichment: Enrichment) -> str:
    """Draw the shares of bound and of unbound windows with a motif."""
    rows = [
        ("bound", enrichment.bound_hits, enrichment.bound),
        ("unbound", enrichment.unbound_hits, enrichment.unbound),
    ]
    title = ", ".join(f"{hits:,} of {whole:,} {name} windows" for name, hits, whole in rows)
    parts = [open_picture(_WIDE, 44, title)]
    span = _WIDE - _LABEL - 48
    for number, (name, hits, whole) in enumerate(rows):
        y = 4 + 20 * number
        width = span * hits / max(whole, 1)
        parts.append(write_text(_LABEL - 6, y + 12, name, "end"))
        parts.append(draw_bar(_LABEL, y + 1, span, 14, "rail"))
        parts.append(draw_bar(_LABEL, y + 1, width, 14, name))
        parts.append(write_text(_WIDE - 44, y + 12, format_share(hits, whole)))
    return "".join([*parts, "</svg>"])


def draw_importance(effects: Sequence[tuple[str, Effect]], low: float, high: float) -> str:
    """Draw mean effects with their intervals.

    Parameters
    ----------
    effects : sequence of (str, Effect)
        Name and value of each.
    low, high : float
        Ends of the axis, the same for all motifs of a page.
    """
    span = max(high - low, 1e-9)

    def place(value: float) -> float:
        return _LABEL + (_WIDE - _LABEL - 54) * (value - low) / span

    bottom = 4 + 20 * len(effects)
    title = ", ".join(f"{name} {format_signed(effect.mean)} log odds" for name, effect in effects)
    parts = [open_picture(_WIDE, bottom + 4, title), draw_line(place(0), 2, place(0), bottom)]
    for number, (name, effect) in enumerate(effects):
        y = 12 + 20 * number
        parts.append(write_text(_LABEL - 6, y + 4, name, "end"))
        parts.append(draw_line(place(effect.low), y, place(effect.high), y, "interval"))
        parts.append(f'<circle cx="{place(effect.mean):.4g}" cy="{y}" r="4" class="bound"/>')
        parts.append(write_text(_WIDE - 44, y + 4, format_signed(effect.mean)))
    return "".join([*parts, "</svg>"])


def draw_places(distances: Sequence[int]) -> str:
    """Draw the places of best hits around the centre of bound windows.

    Parameters
    ----------
    distances : sequence of int
        Windows by place; the middle index is the centre.
    """
    center = len(distances) // 2
    bins: dict[int, int] = {}
    for place, count in enumerate(distances):
        number = (place - center + _BIN // 2) // _BIN  # the middle bar lies around the centre
        bins[number] = bins.get(number, 0) + count
    first, last = min(bins), max(bins)
    counts = [bins[number] for number in range(first, last + 1)]
    mode = max(bins, key=lambda number: bins[number]) * _BIN
    title = f"places of the best hit in {sum(counts):,} bound windows; most often {mode:+d} nt from the centre"
    labels = [(0.0, f"−{center}"), (0.5, "0"), (1.0, f"+{len(distances) - 1 - center} nt")]
    return _draw_histogram(counts, labels, title, middle=-first)


def draw_copies(copies: Sequence[int]) -> str:
    """Draw the number of bound windows with one, two and more hits.

    Parameters
    ----------
    copies : sequence of int
        Windows with 0, 1, 2, ... hits; the last entry counts more hits as well.
    """
    counts = list(copies[1:])
    while len(counts) > 3 and not counts[-1]:
        counts.pop()
    is_open = len(counts) == len(copies) - 1
    names = [str(number) for number in range(1, len(counts) + 1)]
    if is_open and names:
        names[-1] += "+"
    span = max(len(counts), 1)
    labels = [((number + 0.5) / span, name) for number, name in enumerate(names)]
    title = "bound windows by number of hits: " + ", ".join(map("{}: {:,}".format, names, counts))
    return _draw_histogram(counts, labels, title)


def draw_spacings(spacings: Sequence[int]) -> str:
    """Draw the distances between the first letters of neighbouring hits.

    Parameters
    ----------
    spacings : sequence of int
        Pairs of hits by distance in nt; index 0 is unused.
    """
    counts = list(spacings[1 : _MOST_SPACING + 1])
    mode = max(range(len(counts)), key=lambda number: counts[number]) + 1
    title = f"{sum(spacings):,} pairs of neighbouring hits; most often {mode} nt apart"
    labels = [(0.0, "1"), (1.0, f"{len(counts)} nt"), ((mode - 0.5) / len(counts), str(mode))]
    if mode <= 3 or mode > len(counts) - 8:
        labels.pop()
    return _draw_histogram(counts, labels, title, middle=mode - 1)


def _draw_histogram(
    counts: Sequence[int], labels: Sequence[tuple[float, str]], title: str, *, middle: int | None = None
) -> str:
    """Draw bars with labels at shares of the width. The bar `middle` stands out."""
    left, bottom = 30, _TALL - 14
    span, tall = _WIDE - left - 24, bottom - 4
    highest = max([*counts, 1])
    step = span / max(len(counts), 1)
    parts = [open_picture(_WIDE, _TALL, title), write_text(left - 4, 12, f"{highest:,}", "end faint")]
    for number, count in enumerate(counts):
        height = tall * count / highest
        if count:
            kind = "bound" if middle is None or number == middle else "pale"
            parts.append(draw_bar(left + step * number + 0.5, bottom - height, step - 1, height, kind))
    parts.append(draw_line(left, bottom, left + span, bottom))
    for share, text in labels:
        parts.append(write_text(left + span * share, _TALL - 2, text, "middle faint"))
    return "".join([*parts, "</svg>"])
