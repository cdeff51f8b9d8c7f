"""The list of variants on a run's page: a table that the script filters and steps through."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from track_hubs.color import CHANGE_COLORS
from track_hubs.description_pages import render_dot
from track_hubs.run_page.variant_rows import VariantList, VariantRow

_FLANK = 200  # nt shown on each side
_MAX_ALLELE, _MAX_NAME = 12, 24  # characters of an allele and of an identifier in a cell
_MAX_SCORED = 200  # letters of an allele that the page can score
_TITLES = ("Variant", "Protein", "Delta", "Site", "Gene", "Region", "REF", "ALT", "P", "Position")
_UNKNOWN = ("", ".")


def render_variants(variants: VariantList) -> str:
    """Write the section with the filters and the table; empty without variants.

    Parameters
    ----------
    variants : VariantList
        The strongest variants.
    """
    if not variants.count:
        return ""
    models = sorted({row.columns["model"] for row in variants.rows})
    sites = [change for change in CHANGE_COLORS if any(row.columns["site"] == change for row in variants.rows)]
    head = "".join(f"<th>{title}</th>" for title in _TITLES)
    return f"""<section id="variants"><h2>Variants</h2>
<div class="bar only-browsing">
<span><button id="previous-variant" title="previous variant, key k" aria-label="previous variant">◀</button>
<button id="next-variant" title="key j">next variant ▶</button></span>
<label>model {_select("variant-model", models)}</label>
<label>site {_select("variant-site", sites)}</label>
<label>|delta| at least <input id="least-delta" type="number" min="0" max="1" step="0.05" value="0"></label>
</div>
<p class="dim"><span id="variant-count" aria-live="polite"></span> {_introduce(variants)}</p>
<div class="scroll" tabindex="0"><table><tr>{head}</tr>
{chr(10).join(map(_row, variants.rows))}</table></div></section>"""


def _select(name: str, choices: Sequence[str]) -> str:
    options = "".join(f"<option>{escape(choice)}</option>" for choice in choices)
    return f'<select id="{name}"><option value="">all</option>{options}</select>'


def _introduce(variants: VariantList) -> str:
    shown, count = len(variants.rows), variants.count
    listed = (
        f"The strongest {shown:,} of {count:,} effects are listed; the track shows all."
        if shown < count
        else f"All {count:,} effects are listed, the strongest first."
    )
    return (
        f"{listed} Delta is the ALT minus the REF score where the log odds change most. Predictions, not measurements."
    )


def _row(row: VariantRow) -> str:
    columns = row.columns
    place = f"{row.chrom}:{row.start + 1:,}"
    strand = row.strand.replace("-", "−")
    texts = [
        f"{columns['model']} {strand}",
        _format_delta(row.delta),
        columns["site"],
        *(_or_dash(columns[name]) for name in ("geneName", "region", "refScore", "altScore", "pValue")),
        place,
    ]
    cells = [f"{render_dot(CHANGE_COLORS[columns['site']])}{escape(_name_variant(columns))}", *map(escape, texts)]
    locus = f"{row.chrom}:{max(1, row.start + 1 - _FLANK)}-{row.end + _FLANK}"
    about = escape(_describe(row, place))
    is_short = max(len(columns["ref"]), len(columns["alt"])) <= _MAX_SCORED
    variant = escape(f"{row.chrom}-{row.start + 1}-{columns['ref']}-{columns['alt']}") if is_short else ""
    return (
        f'<tr data-locus="{escape(locus)}" data-model="{escape(columns["model"])}" data-site="{columns["site"]}" '
        f'data-abs-delta="{abs(row.delta)}" data-variant="{variant}" data-about="{about}">'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def _describe(row: VariantRow, place: str) -> str:
    """Write one line about a variant, for the status line of the page."""
    columns = row.columns
    identifier = "" if columns["id"] in _UNKNOWN else f"{_shorten(columns['id'], _MAX_NAME)}, "
    parts = [
        f"{identifier}{place} {_format_change(columns)}: {columns['model']}, "
        f"{'minus' if row.strand == '-' else 'plus'} strand",
        f"highest score {_or_dash(columns['refScore'])} → {_or_dash(columns['altScore'])}",
        f"delta {_format_delta(row.delta)}",
        f"site {columns['site']}",
        "" if columns["pValue"] in _UNKNOWN else f"P {columns['pValue']}",
        " ".join(columns[name] for name in ("geneName", "region") if columns[name] not in _UNKNOWN),
    ]
    return ", ".join(filter(None, parts))


def _name_variant(columns: dict[str, str]) -> str:
    return _format_change(columns) if columns["id"] in _UNKNOWN else _shorten(columns["id"], _MAX_NAME)


def _format_change(columns: dict[str, str]) -> str:
    return f"{_shorten(columns['ref'], _MAX_ALLELE)}>{_shorten(columns['alt'], _MAX_ALLELE)}"


def _format_delta(delta: float) -> str:
    return f"{delta:+.3f}".replace("-", "−")


def _or_dash(text: str) -> str:
    return "–" if text in _UNKNOWN else text


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
