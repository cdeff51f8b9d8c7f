"""Text of a model's card: rows of the list, sections of the card.

A missing entry is left out of the sections; in the list it is a dot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ideep_scan.errors import InputError

if TYPE_CHECKING:
    from ideep_scan.models.store import Entry

COLUMNS = ("name", "protein", "aliases", "experiment", "protocol", "AUC", "auPRC", "lowest_fdr", "recommended")
LISTED = "FASTA + annotation"  # inputs of the figures in the list
NONE = "."

_CHANGES = {"snv": "common SNVs", "other": "other common changes"}
_SCORES = ("AUC", "auPRC")
_INSIDE = (
    "prevalence",
    "auPRC",
    "auPRC / prevalence",
    "AUC in gene",
    "R-precision of calls",
    "precision of called sites",
)
_PUBLISHED = "published test windows"
_HELD_OUT = "held-out windows"
Rows = list[tuple[str, ...]]


def row(entry: Entry) -> tuple[str, ...]:
    """Format one model for the list, one text per column of `COLUMNS`."""
    card = entry.card
    figures = _part(_part(card, _PUBLISHED), LISTED) or _part(card, _HELD_OUT)
    return (
        entry.name,
        entry.protein,
        ",".join(entry.aliases) or NONE,
        card.get("experiment") or ",".join(card.get("experiments", ())) or NONE,
        card.get("protocol") or NONE,
        *(_number(figures.get(score), "value") for score in _SCORES),
        _lowest(entry, entry.modalities) or NONE,
        "yes" if card.get("recommended") else NONE,
    )


def sections(entry: Entry) -> Iterator[tuple[str, Rows]]:
    """Yield heading and rows of each section for which the card has entries."""
    yield entry.name, _identity(entry)
    for heading, rows in _SECTIONS.items():
        section = rows(entry)
        if section:
            yield heading, section


def aligned(rows: Rows) -> list[str]:
    """Format rows as lines; pad each column except the last to its widest text."""
    widths = [max(map(len, column)) for column in zip(*(cells[:-1] for cells in _padded(rows)), strict=True)]
    lines = (
        "  ".join([*(text.ljust(width) for text, width in zip(cells, widths, strict=False)), cells[-1]])
        for cells in _padded(rows)
    )
    return [line.rstrip() for line in lines]


def _padded(rows: Rows) -> Rows:
    width = max(map(len, rows))
    return [(*cells, *[""] * (width - len(cells))) for cells in rows]


def _identity(entry: Entry) -> Rows:
    card = entry.card
    return [
        (label, text)
        for label, text in (
            ("protein", ", ".join([entry.protein, *entry.aliases])),
            ("experiment", card.get("experiment") or ", ".join(card.get("experiments", ()))),
            ("protocol", ", ".join(filter(None, (card.get("protocol"), card.get("note"))))),
            ("recommended", _recommended(card) if "recommended" in card else ""),
            ("reads by default", ", ".join(entry.modalities)),
            ("--cobinding", ", ".join(card.get("cobinding experiments", ()))),
            ("assembly", card.get("assembly", "")),
            ("annotation", card.get("annotation", "")),
            ("made", card.get("made", "")),
        )
        if text
    ]


def _recommended(card: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, ["yes" if card.get("recommended") else "no", card.get("recommended why", "")]))


def _training(entry: Entry) -> Rows:
    return list(_part(entry.card, "training").items())


def _held_out(entry: Entry) -> Rows:
    part = _part(entry.card, _HELD_OUT)
    return [(score, _estimate(part[score])) for score in _SCORES if score in part]


def _counts(entry: Entry) -> Rows:
    return [(name, f"{count:,}") for name, count in _part(entry.card, "counts").items()]


def _figures(entry: Entry) -> Rows:
    kinds = {kind: part for kind, part in _part(entry.card, _PUBLISHED).items() if "AUC" in part}
    rows: Rows = [(kind, _estimate(part["AUC"]), _estimate(part.get("auPRC"))) for kind, part in kinds.items()]
    for who, part in _part(entry.card, "published figures").items():
        rows.append((f"published: {who}", *(_number(part, score) for score in _SCORES)))
    bare = _part(entry.card, "bare windows")
    if bare:
        rows.append((f"{bare['windows']:,} windows of held-out genes, the 101 nt alone", _estimate(bare["AUC"]), NONE))
    return [("", *_SCORES), *rows] if rows else []


def _within(entry: Entry) -> Rows:
    kinds = _part(entry.card, "within transcripts").items()
    return [(kind, _estimate(part), f"{part['sites']:,} sites") for kind, part in kinds if "value" in part]


def _inside(entry: Entry) -> Rows:
    inside = _part(entry.card, "inside transcripts")
    if not inside:
        return []
    nouns = {"genes": "genes", "peaks": _name_truth(inside.get("truth"))}
    counts = (f"{inside[name]:,} {noun}" for name, noun in nouns.items() if name in inside)
    lists = set(inside.get("lists", ()))
    learned = lists and lists <= set(entry.card.get("experiments", ()))
    peaks = "peaks of experiments that the model learned from" if learned else "peaks of CLIP experiments"
    truth = ", ".join([inside.get("truth", peaks), *counts])
    figures = [(name, _estimate(inside[name])) for name in _INSIDE if name in inside]
    where = f"; {inside['regions']}" if "regions" in inside else ""
    return [("judged by", truth + where), *figures]


def _gains(entry: Entry) -> Rows:
    return [
        (
            modality,
            f"beside {gain['beside']}",
            f"{gain['value']:+.4f} ({gain['low']:+.4f} to {gain['high']:+.4f})",
            "used by auto" if modality in entry.modalities else "not used by auto",
        )
        for modality, gain in _part(entry.card, "gain").items()
    ]


def _binding(entry: Entry) -> Rows:
    top, motif = _part(entry.card, "top region"), _part(entry.card, "strongest motif")
    rows: Rows = []
    if top:
        share = f"{top['share']:.0%} of its sites, {top['background share']:.0%} of the background"
        rows.append(("top region", f"{top['region']}: {share}"))
    if motif:
        from ideep_scan.jobs.known_motifs import name_known_motif

        figure = motif.get("figure", "AUC")
        name = name_known_motif(motif["id"])
        title = f"{motif['id']} ({motif['match']})" if name is None else f"{name} ({motif['id']})"
        rows.append(("strongest motif", f"{title}, {figure}: {_estimate(motif)}"))
    return rows


def _calibration(entry: Entry) -> Rows:
    calibration = entry.calibration
    if not calibration:
        return [("p-values", "none: the model is not calibrated")]
    rows: Rows = []
    for kind, table in _part(calibration, "kinds").items():
        lowest = _lowest(entry, kind.split("+"))
        counts = f"{table['positions']:,} background positions, {table['sites']:,} sites"
        reached = f", lowest expected false share {lowest}" if lowest else ""
        rows.append(("p-values", f"{kind.replace('+', ' + ')}: {counts}{reached}"))
    if calibration.get("smoothing"):
        rows.append(("smoothing", f"{calibration['smoothing']} nt, before sites are called"))
    rows += [_measured(kind, table) for kind, table in _part(calibration, "measured").items()]
    prior = _part(calibration, "prevalence")
    if prior:
        rows.append(("prior for a site", f"{prior['value']:.2g}: {prior['source']}"))
    lowest = _lowest(entry, entry.modalities)
    if lowest:
        used = " + ".join(entry.modalities)
        rows.append(("lowest false share", f"{lowest} by default ({used}), at this prior: --fdr {lowest}"))
    rows += [("limits", calibration["limits"])] if calibration.get("limits") else []
    return [*rows, *_variants(_part(calibration, "variants"))]


def _measured(kind: str, table: Mapping[str, Any]) -> tuple[str, str]:
    """Describe calls that were measured with peaks or held-out sites, at the default threshold."""
    from numpy import interp

    calls, genes, peaks, noun = table["calls"][0], table["genes"], table["peaks"], _name_truth(table["truth"])
    text = f"{kind.replace('+', ' + ')}: {calls:,} calls in {genes:,} genes, {peaks:,} {noun}"
    if table["threshold"] is not None:
        precisions = [hits / calls for hits, calls in zip(table["hits"], table["calls"], strict=True)]
        columns = (precisions, table["low"], table["high"], table["recall"])
        precision, low, high, recall = (interp(table["threshold"], table["logits"], column) for column in columns)
        place = "best F1" if noun == "peaks" else "at the threshold"
        text += f"; {place}: precision {precision:.2f} ({low:.2f}-{high:.2f}), finds {recall:.2f} of the {noun}"
    return "measured calls", f"{text}; {table['truth']}"


def _name_truth(truth: str | None) -> str:
    """Name what judged calls: peaks, or the held-out sites of a user's own model."""
    from ideep_scan.models.measured_precision import HELD_OUT_SITES

    return "sites" if truth == HELD_OUT_SITES else "peaks"


def _variants(variants: Mapping[str, Any]) -> Rows:
    """Count the background of variants for each combination of modalities."""
    rows: Rows = []
    for kind, tables in _part(variants, "kinds").items():
        counts = [f"{tables[change]['effects']:,} {name}" for change, name in _CHANGES.items() if change in tables]
        rows.append(("P of variants", f"{kind.replace('+', ' + ')}: effects of {', '.join(counts) or 'none'}"))
    return [*rows, *([("limits", variants["limits"])] if variants.get("limits") else [])]


def _lowest(entry: Entry, modalities: Sequence[str]) -> str | None:
    """Look up the lowest --fdr that the model reaches with these modalities; None if it is unknown."""
    from ideep_scan.jobs.false_share import find_lowest_default_share
    from ideep_scan.models.calibration import Calibration

    try:
        lowest = find_lowest_default_share(Calibration.from_dict(entry.calibration), modalities)
    except InputError:  # a damaged calibration stops scans with this model, but not the list of models
        return None
    return None if lowest is None else lowest.fdr


def _threshold(entry: Entry) -> Rows:
    return [("threshold", entry.card["threshold"])] if entry.card.get("threshold") else []


def _terms(entry: Entry) -> Rows:
    licence = [("licence", entry.card["licence"])] if entry.card.get("licence") else []
    return [*licence, *(("cite", work) for work in entry.card.get("citation", ()))]


_SECTIONS: dict[str, Callable[[Entry], Rows]] = {
    "Training": _training,
    "Data, windows": _counts,
    "Held-out windows (95 % interval)": _held_out,
    "Inside transcripts (95 % interval)": _inside,
    "Published test windows (95 % interval)": _figures,
    "Within transcripts: mean rank of a site among the positions within 20 kb on its strand": _within,
    "What each kind of evidence adds to the AUC (95 % interval)": _gains,
    "Where it binds": _binding,
    "Calibration": lambda entry: [*_calibration(entry), *_threshold(entry)],
    "Licence and citation": _terms,
}


def _number(figures: Mapping[str, float] | None, name: str) -> str:
    return f"{figures[name]:.3f}" if figures and name in figures else NONE


def _estimate(figure: Mapping[str, float] | None) -> str:
    if figure is None:
        return NONE
    interval = f" ({figure['low']:.3f}-{figure['high']:.3f})" if "low" in figure and "high" in figure else ""
    return f"{figure['value']:.3f}{interval}"


def _part(card: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return card.get(name, {})
