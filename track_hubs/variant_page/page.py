"""The page of the strongest variants, in one file that needs neither a server nor a network.

The table works without scripts. `page/variant_*.js` sorts it, searches it and draws the picture of a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from track_hubs.color import CHANGE_COLORS, format_css
from track_hubs.model_figures import GLYPHS
from track_hubs.run_page.scripts import read_packaged
from track_hubs.static_page import render_data, render_generator, render_static_page
from track_hubs.variant_page.rows import Number, VariantReport, VariantRow

_PROGRAM = "ideep-scan variants --report"
GENERATOR = render_generator(_PROGRAM)  #: marks a page that may be replaced
_SCRIPTS = ("variant_picture.js", "variant_report.js")
_IN_TABLE, _IN_HEADING = 16, 60  # letters of an allele
_Cell = tuple[str, str]  # text, and value to sort by
_SITE = "Site"
_LEGEND = (
    "The picture is drawn 5′→3′ along the RNA, so positions fall from left to right on the minus strand. "
    "Scores are the model's probability, from 0 to 1, that a binding site is centred at a position; the dashed line is "
    "the threshold. Shaded columns change. The triangle marks the position where the log odds change most. "
    "The height of a letter is its contribution to the log odds of the window around this position: "
    "their average drop if another base replaces the letter. Letters below the line make a site less likely. "
    "Motif hits are the best ones that only one haplotype has: p at most 0.001, or 0.005 for "
    "motifs of the model or of its protein. Scores are predictions, not measurements."
)


def render_variant_page(report: VariantReport) -> str:
    """Write the page.

    Parameters
    ----------
    report : VariantReport
        Its content.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    body = [
        f"<h1>{escape(report.title)}</h1>",
        *(f"<p>{escape(note)}</p>" for note in report.notes),
        *(_content(report.rows) if report.rows else ["<p>No variant has a change of scores.</p>"]),
        render_data("glyphs", GLYPHS),
        *(render_data(f"row{number}", _row_data(row)) for number, row in enumerate(report.rows)),
    ]
    return render_static_page(
        report.title,
        "\n".join(body),
        generator=_PROGRAM,
        style=_define_colors() + read_packaged("report.css") + read_packaged("variant_report.css"),
        script="\n".join(map(read_packaged, _SCRIPTS)),
    )


def _define_colors() -> str:
    """Define the colours of gained and lost sites on a light page."""
    return "".join(f":root{{--{change}:{format_css(CHANGE_COLORS[change])}}}\n" for change in ("gained", "lost"))


def _content(rows: Sequence[VariantRow]) -> list[str]:
    """Write the place of the picture, and the table."""
    return [
        '<section id="picture" class="only-scripted" hidden>'
        '<h2 aria-live="polite"><span id="name"></span> <span id="site" class="site"></span></h2><p id="caption"></p>'
        '<div id="drawing"></div><p id="readout" class="dim"></p></section>',
        '<div class="bar only-scripted"><label>Search <input id="search" type="search" autocomplete="off" '
        'spellcheck="false" title="key /"></label> <span id="count" role="status"></span>'
        '<span class="dim">click a column to sort; keys ↑ ↓ step through the rows</span></div>',
        _table(rows),
        f'<p class="dim only-scripted">{escape(_LEGEND)}</p>',
    ]


def _table(rows: Sequence[VariantRow]) -> str:
    columns = {title: cell for title, cell in _COLUMNS.items() if any(cell(row)[0] != "–" for row in rows)}
    heads = [
        f'<th scope="col" aria-sort="none" data-kind="{_kind(title)}"><button type="button">{title}</button></th>'
        for title in columns
    ]
    lines = []
    for number, row in enumerate(rows):
        cells = [_render_cell(title, *cell(row)) for title, cell in columns.items()]
        lines.append(f'<tr data-row="{number}" tabindex="-1">{"".join(cells)}</tr>')
    return (
        f'<div class="scroll" tabindex="0"><table id="rows"><thead><tr>{"".join(heads)}</tr></thead>\n<tbody>\n'
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def _render_cell(title: str, text: str, value: str) -> str:
    kind = ' class="n"' if _kind(title) == "number" else ""
    content = escape(text)
    if title == _SITE:
        content = f'<span class="site {content}">{content}</span>'
    return f'<td{kind} data-value="{escape(value)}">{content}</td>'


def _kind(title: str) -> str:
    return "number" if title in _NUMBERS else "text"


def _shorten(allele: str, longest: int) -> str:
    return allele if len(allele) <= longest else f"{allele[: longest - 8]}… ({len(allele):,} letters)"


def _name(row: VariantRow, longest: int) -> str:
    """Name a variant; the allele of a haplotype has its own positions."""
    if "&" in row.alt:
        return f"{row.chrom}:{_shorten(row.alt, 2 * longest)}"
    return f"{row.chrom}:{row.position:,} {_shorten(row.ref, longest)}>{_shorten(row.alt, longest)}"


def _text(value: str | None) -> _Cell:
    text = "–" if value in (None, "", ".") else str(value)
    return text, text


def _number(value: Number, digits: str = ".3f") -> _Cell:
    return ("–", "") if value is None else (f"{value:{digits}}".replace("-", "−"), f"{value:.9g}")


_COLUMNS: dict[str, Callable[[VariantRow], _Cell]] = {
    "Variant": lambda row: (_name(row, _IN_TABLE), f"{row.chrom}:{row.position}"),
    "ID": lambda row: _text(row.id),
    "Gene": lambda row: _text(row.gene),
    "Region": lambda row: _text(row.region),
    "Model": lambda row: _text(row.model),
    "Strand": lambda row: _text(row.strand.replace("-", "−")),
    _SITE: lambda row: (row.site, row.site),
    "Delta": lambda row: _number(row.delta, "+.3f"),
    "REF score": lambda row: _number(row.reference),
    "ALT score": lambda row: _number(row.alternate),
    "Log odds": lambda row: _number(row.log_odds, "+.2f"),
    "P": lambda row: _number(row.p_value, ".2g"),
    "Status": lambda row: _text(row.status),
}
_NUMBERS = frozenset({"REF score", "ALT score", "Delta", "Log odds", "P"})


def _row_data(row: VariantRow) -> dict[str, Any]:
    """Return what the script reads of a row."""
    side = "plus" if row.strand == "+" else "minus"
    place = ", ".join(text for text in (row.gene, row.region) if text)
    texts = [
        "" if row.id in (".", "") else row.id,
        f"{row.model}, {side} strand",
        place,
        f"highest score {_number(row.reference)[0]} → {_number(row.alternate)[0]}",
        f"delta {_number(row.delta, '+.3f')[0]}",
        f"log odds {_number(row.log_odds, '+.2f')[0]}",
        "" if row.p_value is None else f"P {row.p_value:.2g}",
    ]
    return {
        "name": _name(row, _IN_HEADING),
        "caption": " · ".join(filter(None, texts)),
        "chrom": row.chrom,
        "strand": row.strand,
        "model": row.model,
        "site": row.site,
        "picture": asdict(row.picture),
    }
