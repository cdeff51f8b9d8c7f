"""Draw a locus as SVG text: scores of both strands, sites and gene models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from track_hubs.color import format_css, tint
from track_hubs.manifest import Color, one_line
from track_hubs.run_page.loci import Gene, Site, Window

WIDTH, LEFT, RIGHT = 774, 106, 14  # px: total width, and the margins for labels
_SCORE, _LANE, _RULER = 64, 16, 22  # px: height of one strand's score, of a row of boxes, of the ruler
_MAX_LANES = 6
_LETTER = 6.2  # px: width of a letter, about
_INK, _FAINT = "#333333", "#707070"


def draw_locus(
    window: Window,
    plus: Sequence[float],
    minus: Sequence[float] | None,
    *,
    sites: Sequence[Site],
    genes: Sequence[Gene],
    color: Color,
) -> str:
    """Draw a locus.

    Parameters
    ----------
    window : Window
        The interval to draw.
    plus : sequence of float
        Score from 0 to 1 of the plus strand, drawn upwards; NaN where it was not scored.
        The values share the width of the window; usually there is one per position.
    minus : sequence of float or None
        The same for the minus strand, drawn downwards; None for a transcript, which has no other strand.
    sites : sequence of Site
        Sites that overlap the window. A line joins the parts of a site with blocks.
    genes : sequence of Gene
        Gene models that overlap the window.
    color : tuple of int
        Colour of the protein. The minus strand is drawn in its tint.

    Returns
    -------
    str
        An `<svg>` element without scripts or references, in which all text is escaped.
    """
    scale = _Scale(window)
    parts = [_ruler(scale)]
    y = _RULER + 6.0
    strands = [(plus, "score" if minus is None else "plus strand", 1, color)]
    if minus is not None:
        strands.append((minus, "minus strand", -1, tint(color)))
    for values, name, sign, paint in strands:
        parts.append(_scores(scale, values, y, sign=sign, fill=format_css(paint), name=name))
        y += _SCORE
    y += 10
    elements, y = _boxes(scale, sites, y, color)
    parts += elements
    if genes:
        elements, y = _genes(scale, genes, y + 6)
        parts += elements
    scores = "score" if minus is None else "score of both strands"
    title = f"{window.text}: {scores}, binding sites and genes"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 4:.0f}" role="img" '
        f'font-family="sans-serif" font-size="11" fill="{_INK}"><title>{escape(one_line(title))}</title>'
    )
    return head + "".join(parts) + "</svg>"


class _Scale:
    """Conversion of genome positions to pixels."""

    def __init__(self, window: Window):
        self.window = window
        self.per_nt = (WIDTH - LEFT - RIGHT) / max(1, window.end - window.start)

    def x(self, position: float) -> float:
        """Return the x coordinate of a position, limited to the window."""
        clipped = min(max(position, self.window.start), self.window.end)
        return LEFT + (clipped - self.window.start) * self.per_nt

    def shows(self, start: int, end: int) -> bool:
        """Tell whether a part of an interval is inside the window."""
        return start < self.window.end and end > self.window.start


def _text(x: float, y: float, text: str, anchor: str = "end", attributes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>{escape(one_line(text))}</text>'


def _rect(x: float, y: float, width: float, *, height: float, fill: str, title: str = "") -> str:
    tip = f"<title>{escape(one_line(title))}</title>" if title else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height}" fill="{fill}">{tip}</rect>'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"/>'


def _ruler(scale: _Scale) -> str:
    window = scale.window
    length = window.end - window.start
    step = next((s * 10**e for e in range(9) for s in (1, 2, 5) if length / (s * 10**e) <= 6), length)
    parts = [_text(LEFT - 24, 12, window.chrom)] if len(window.chrom) * _LETTER <= LEFT - 24 else []
    for one_based in range(-(-(window.start + 1) // step) * step, window.end + 1, step):
        x = scale.x(one_based - 0.5)
        parts.append(_line(x, 17, x, _RULER, _FAINT))
        if x > LEFT + 16:  # closer to the left the text would overlap the contig name
            parts.append(_text(x, 12, f"{one_based:,}", "middle"))
    return "".join([*parts, _line(LEFT, _RULER, WIDTH - RIGHT, _RULER, _FAINT)])


def _scores(scale: _Scale, values: Sequence[float], y: float, *, sign: int, fill: str, name: str) -> str:
    """Draw the scores of one strand, upwards (sign 1) or downwards (sign -1)."""
    base = y + _SCORE if sign > 0 else y
    parts = [_text(LEFT - 30, y + _SCORE / 2 + 4, name), _line(LEFT, base, WIDTH - RIGHT, base, _FAINT)]
    for tick in (0.5, 1.0):
        tick_y = base - sign * tick * (_SCORE - 8)
        parts += [_line(LEFT - 4, tick_y, LEFT, tick_y, _FAINT), _text(LEFT - 6, tick_y + 4, f"{tick:g}")]
    if all(math.isnan(value) for value in values):
        middle = y + _SCORE / 2 + 4
        return "".join([*parts, _text((LEFT + WIDTH) / 2, middle, "not scored", "middle", f' fill="{_FAINT}"')])
    run: list[str] = []
    width = (scale.window.end - scale.window.start) / len(values)  # nt of a value
    for offset, value in enumerate([*values, math.nan]):
        if not math.isnan(value):
            top = base - sign * min(max(value, 0.0), 1.0) * (_SCORE - 8)
            left, right = (scale.x(scale.window.start + edge * width) for edge in (offset, offset + 1))
            height = f",{top:.1f}"
            if run and run[-1].endswith(height):
                run.pop()  # a level stretch is one line
            else:
                run.append(f"{left:.1f}{height}")
            run.append(f"{right:.1f}{height}")
        elif run:
            first, last = run[0].split(",")[0], run[-1].split(",")[0]
            parts.append(f'<polygon points="{first},{base:.1f} {" ".join(run)} {last},{base:.1f}" fill="{fill}"/>')
            run = []
    return "".join(parts)


def _lanes(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Assign each span (left, right in px) to a lane in which it overlaps no other span."""
    ends: list[float] = []
    lanes = []
    for left, right in spans:
        lane = next((number for number, end in enumerate(ends) if end < left), len(ends))
        ends[lane : lane + 1] = [right]
        lanes.append(lane)
    return lanes


def _boxes(scale: _Scale, sites: Sequence[Site], y: float, color: Color) -> tuple[list[str], float]:
    ordered = sorted(sites, key=lambda site: (site.start, site.end))
    texts = [min(scale.x(s.start), WIDTH - _LETTER * len(_site_text(s))) for s in ordered]  # where each text begins
    spans = [
        (text, max(scale.x(site.end) + 4, text + _LETTER * len(_site_text(site)) + 8))
        for site, text in zip(ordered, texts, strict=True)
    ]
    parts = [_text(LEFT - 8, y + 11, "sites")]
    lanes = _lanes(spans)
    for site, lane, text in zip(ordered, lanes, texts, strict=True):
        if lane >= _MAX_LANES:
            continue
        top = y + lane * (_LANE + 10)
        left, right = scale.x(site.start), scale.x(site.end)
        fill = format_css(color if site.strand == "+" else tint(color))
        tip = f"{site.name}, score {site.score:.3f}, {site.strand} strand"
        if site.blocks:
            parts.append(_line(left, top + 4, right, top + 4, fill))
        for start, end in site.parts:
            if scale.shows(start, end):
                parts.append(_rect(scale.x(start), top, scale.x(end) - scale.x(start), height=8, fill=fill, title=tip))
        parts.append(_rect(scale.x(site.summit), top - 2, scale.per_nt, height=12, fill=_INK, title="summit"))
        parts.append(_text(text, top + 20, _site_text(site), "start"))
    rows = min(max(lanes, default=0) + 1, _MAX_LANES)
    return parts, y + rows * (_LANE + 10)


def _site_text(site: Site) -> str:
    return f"{site.name} ({'+' if site.strand == '+' else '−'}) {site.score:.2f}"


def _genes(scale: _Scale, genes: Sequence[Gene], y: float) -> tuple[list[str], float]:
    ordered = sorted(_distinct(genes, scale.window), key=lambda gene: (gene.start, gene.end))
    parts = [_text(LEFT - 8, y + 11, "genes")]
    lanes = _lanes(
        [(scale.x(g.start) - 2, max(scale.x(g.end), scale.x(g.start) + 8 * len(g.name) + 20)) for g in ordered]
    )
    for gene, lane in zip(ordered, lanes, strict=True):
        if lane < _MAX_LANES:
            parts += _gene(scale, gene, y + lane * (_LANE + 12))
    rows = min(max(lanes, default=0) + 1, _MAX_LANES)
    if max(lanes, default=0) >= _MAX_LANES:
        hidden = sum(lane >= _MAX_LANES for lane in lanes)
        parts.append(_text(WIDTH - RIGHT, y + rows * (_LANE + 12), f"and {hidden} more transcripts"))
    return parts, y + rows * (_LANE + 12) + 4


def _distinct(genes: Sequence[Gene], window: Window) -> list[Gene]:
    """Keep one of the transcripts of a gene that look the same inside the window."""
    looks: dict[tuple[object, ...], Gene] = {}
    for gene in genes:
        spans = (*gene.blocks, gene.thick, (gene.start, gene.end))
        shape = tuple(
            (max(a, window.start), min(b, window.end)) for a, b in spans if a < window.end and b > window.start
        )
        looks.setdefault((gene.name, gene.strand, shape), gene)
    return list(looks.values())


def _gene(scale: _Scale, gene: Gene, y: float) -> list[str]:
    """Draw a transcript: line for introns, boxes for exons, high boxes for coding parts, arrows along the strand."""
    middle = y + 6
    parts = [_line(scale.x(gene.start), middle, scale.x(gene.end), middle, _INK)]
    for start, end in gene.blocks:
        for a, b, height in ((start, end, 6), (max(start, gene.thick[0]), min(end, gene.thick[1]), 12)):
            if b > a and scale.shows(a, b):
                parts.append(_rect(scale.x(a), middle - height / 2, scale.x(b) - scale.x(a), height=height, fill=_INK))
    head = 3 if gene.strand == "+" else -3
    left, right = scale.x(gene.start), scale.x(gene.end)
    arrow_x = left + 14
    while arrow_x < right - 8:
        parts.append(
            f'<path d="M{arrow_x - head:.1f},{middle - 3:.1f} l{head},3 l{-head},3" fill="none" stroke="{_FAINT}"/>'
        )
        arrow_x += 28
    arrow = "→" if gene.strand == "+" else "←"
    parts.append(_text(left, y + 22, f"{gene.name} {arrow}", "start", ' font-style="italic"'))
    return parts
