"""The heat map of known motifs that models share, and its table."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from urllib.parse import quote

from track_hubs.motif_page.rows import Shared, Sharing
from track_hubs.motif_page.svg import draw_bar, open_picture, write_text

_CELL, _LEFT, _HEAD = 16, 110, 90  # pixels of a cell, of the names of models, of the names of motifs
_LEVELS = 6
_STRONGEST = 4.0  # log2 of the odds ratio that has the deepest colour
_SCALE = 24  # pixels of a colour of the scale


def draw_sharing_map(sharing: Sharing) -> str:
    """Draw a row per model and a column per known motif; the deeper the colour, the stronger the enrichment.

    Parameters
    ----------
    sharing : Sharing
        Models and motifs, ordered by similarity.
    """
    rows = {name: number for number, name in enumerate(sharing.models)}
    columns = {name: number for number, name in enumerate(sharing.symbols)}
    width, height = _CELL * len(columns), _CELL * len(rows)
    title = f"{len(rows)} models by {len(columns)} proteins with known motifs; the table below has the same content"
    parts = [open_picture(_LEFT + width + 60, _HEAD + height + 4, title, "group")]
    for symbol, column in columns.items():
        move = f"translate({_LEFT + _CELL * (column + 0.7):g} {_HEAD - 5}) rotate(-60)"
        parts.append(f'<text transform="{move}">{escape(symbol)}</text>')
    for model, row in rows.items():
        y = _HEAD + _CELL * (row + 0.75)
        parts.append(f'<a href="{_address(model)}" tabindex="-1"><text x="{_LEFT - 6}" y="{y:g}" class="end">')
        parts.append(f"{escape(model)}</text></a>")
    lines = [f"M{_LEFT} {_HEAD + _CELL * row}h{width}" for row in range(len(rows) + 1)]
    lines += [f"M{_LEFT + _CELL * column} {_HEAD}v{height}" for column in range(len(columns) + 1)]
    parts.append(f'<path d="{"".join(lines)}" class="grid"/>')
    for entry in sharing.entries:
        parts.append(_draw_cell(entry, _LEFT + _CELL * columns[entry.symbol], _HEAD + _CELL * rows[entry.model]))
    return "".join([*parts, "</svg>"])


def render_sharing_table(sharing: Sharing) -> str:
    """Write the same content as a table: for each known motif, the models that have one like it."""
    models: dict[str, list[Shared]] = defaultdict(list)
    for entry in sharing.entries:
        models[entry.symbol].append(entry)
    rows = []
    for symbol in sharing.symbols:
        entries = sorted(models[symbol], key=lambda entry: -entry.strength)
        links = ", ".join(
            f'<a href="{_address(entry.model, entry.motif)}">{escape(entry.model)}</a>' for entry in entries
        )
        head = f'<th scope="row">{escape(symbol)}</th><td class="n">{len(entries)}</td>'
        rows.append(f'<tr>{head}<td class="wrap">{links}</td></tr>')
    return (
        '<div class="scroll" tabindex="0"><table>'
        '<thead><tr><th scope="col">Known motif of</th><th scope="col" class="n">Models</th>'
        f'<th scope="col">Models, strongest first</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def draw_colors() -> str:
    """Draw the colours of odds ratios."""
    steps = [_STRONGEST * level / (_LEVELS - 1) for level in range(_LEVELS)]
    parts = [open_picture(_SCALE * _LEVELS + 80, 28, "colours of odds ratios, from 1 to 16 and more")]
    for level, strength in enumerate(steps):
        x = _SCALE * level
        parts.append(draw_bar(x, 0, _SCALE, 12, f"level{level + 1}"))
        parts.append(write_text(x + _SCALE / 2, 24, f"{2**strength:.2g}", "middle faint"))
    parts.append(write_text(_SCALE * _LEVELS + 6, 11, "odds ratio", "faint"))
    return "".join([*parts, "</svg>"])


def _draw_cell(entry: Shared, x: float, y: float) -> str:
    level = 1 + round((_LEVELS - 1) * min(max(entry.strength / _STRONGEST, 0.0), 1.0))
    title = f"{entry.model}: {entry.motif}, like the motif of {entry.symbol}, odds ratio {2**entry.strength:.2g}"
    return (
        f'<a href="{_address(entry.model, entry.motif)}" tabindex="-1"><rect x="{x:g}" y="{y:g}" width="{_CELL}" '
        f'height="{_CELL}" class="level{level}"><title>{escape(title)}</title></rect></a>'
    )


def _address(model: str, motif: str = "") -> str:
    return escape(quote(model) + ".html" + (f"#{quote(motif)}" if motif else ""))
