"""Description pages of tracks and hubs: content, display, accuracy, methods, files, references.

UCSC embeds such a page in its own page.
So all styles belong to one class, pictures are inline, and no link is relative, because it would lead to UCSC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from track_hubs.color import CHANGE_COLORS, format_css
from track_hubs.manifest import Color, Manifest, Model, Track
from track_hubs.model_figures import draw_logo, draw_roc

_STYLE = """
.about{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:56rem;padding:.5rem 1rem}
.about table{border-collapse:collapse;margin:.3rem 0 1rem;font-size:14px}
.about th,.about td{text-align:left;padding:.2rem .9rem .2rem 0;border-bottom:1px solid #e5e5e5;vertical-align:top;
overflow-wrap:anywhere}
.about th{white-space:nowrap}
.about .note{background:#fff4d6;border-left:4px solid #e69f00;padding:.5rem .8rem}
.about .dot{display:inline-block;width:.8em;height:.8em;border-radius:50%}
.about figure{display:inline-block;margin:.3rem 1.6rem .6rem 0;vertical-align:top}
.about figcaption{max-width:24rem;font-size:13px;color:#444}
"""
_ROLES = {
    "score": "score at every position",
    "sites": "binding sites",
    "motifs": "motif hits inside the sites",
    "variants": "effects of variants on sites",
}
_CHANGES = {
    "gained": "only the alternate haplotype reaches the threshold",
    "lost": "only the reference haplotype reaches it",
    "moved": "both reach it, but at no common position",
    "kept": "both reach it at a common position",
    "none": "neither reaches it",
}
_KINDS = {"bigWig": "bigWig", "bigBed": "bigBed", "bed": "BED", "table": "table (TSV)"}
_SCORE = (
    "<p>The <b>score</b> is a model's probability, from 0 to 1, that a binding site is centred at a position. "
    "Positions without a value were not scored. Sites are much rarer in a genome than in the training data. So the "
    "score ranks positions, but it is not the chance of finding a site there. <b>Sites</b> are intervals of high "
    "score. <b>These are predictions, not measurements.</b></p>"
)
_CONVENTIONS = (
    "<p>The score of the plus strand points up. That of the minus strand points down and is paler. Zoomed out, each "
    "pixel shows the highest score of its positions.</p>"
    "<p>A site is a box with its highest position (summit) drawn thick. Point at it to see the score, the expected "
    "precision, the driver (the kind of evidence that raises the score most), and the best motif, "
    "by protein and consensus. Click it to see the p-value, the ranks, the gene, the part of the transcript and the "
    "RNA around the summit.</p>"
    "<p>The expected precision is the share of true sites that is expected at the score of a site. A dot means "
    "unknown. The driver is a dot if no single kind of evidence raises the score.</p>"
    "<p>Sites can be filtered by score, expected precision, gene, driver and region. Motif hits are matches of motifs "
    "near a summit: of known ones, from experiments, and of those that the model has learned.</p>"
)
_BLOCKS = (
    "<p>Sites are those of spliced transcripts, and have their names. A line joins the parts of a site that crosses "
    "exon junctions. Click a site to see how many junctions it has, its place in the transcript, and how many isoforms "
    "share it.</p>"
)


def render_group_page(manifest: Manifest, group: str) -> str:
    """Write the page about the tracks of one group.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run or hub.
    group : str
        Name of the group.
    """
    tracks = [track for track in manifest.tracks if track.group == group]
    model = manifest.models.get(group)
    body = [
        f"<h1>{render_dot(tracks[0].color)} {escape(group)}</h1>",
        render_note(manifest),
        f"<h2>Description</h2><p>{_description(manifest, group, model)}</p>",
        _SCORE,
        _true_sites(model),
        "<h2>Display Conventions and Configuration</h2>",
        _CONVENTIONS,
        _BLOCKS if manifest.has_blocks(group) else "",
        _quality(model, tracks),
        "<h2>Methods</h2>",
        render_nested_table(_receipts(manifest, group)),
        "<h2>Data Access</h2>",
        _files(tracks),
        _references(manifest, [model] if model else []),
    ]
    return _page(f"{group}: {manifest.title}", body)


def render_run_page(manifest: Manifest) -> str:
    """Write the page about a hub."""
    body = [
        f"<h1>{escape(manifest.title)}</h1>",
        render_note(manifest),
        f"<h2>Description</h2><p>Predicted binding of {escape(', '.join(manifest.groups))} on "
        f"{escape(manifest.assembly.title)}.</p>",
        _SCORE,
        "<h2>Display Conventions and Configuration</h2>",
        "<p>Each protein has its own colour, and a row with its score on both strands. With several proteins, a matrix "
        "of proteins and assays switches sites and motif hits on and off. The track <i>Score by strand</i> is hidden "
        "at first. It shows the same scores as one row per strand, with a matrix of proteins and strands.</p>",
        _CONVENTIONS,
        _BLOCKS if manifest.has_blocks() else "",
        _overview(manifest),
        "<h2>Methods</h2>",
        render_nested_table(manifest.receipts),
        _references(manifest, list(manifest.models.values())),
    ]
    return _page(manifest.title, body)


def render_variants_page(manifest: Manifest) -> str:
    """Write the page about the tracks of variants.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run or hub.
    """
    items = "".join(
        f"<li>{render_dot(color)} <b>{change}</b>: {_CHANGES[change]}</li>" for change, color in CHANGE_COLORS.items()
    )
    body = [
        "<h1>Variants</h1>",
        render_note(manifest),
        f"<h2>Description</h2><p>Predicted effects of variants on binding sites on {escape(manifest.assembly.title)}. "
        "Each row is one allele, one model and one strand. REF and ALT are the highest scores among the positions "
        "whose window holds a changed base, on each haplotype. Delta is the ALT score minus the REF score at the "
        "position where the log odds change most.</p>",
        _SCORE,
        "<h2>Display Conventions and Configuration</h2>",
        f"<p>The colour says what the allele does to the site at the model's threshold:</p><ul>{items}</ul>"
        "<p>Filters: model, fate of the site, delta, absolute delta, gene.</p>",
        "<h2>Methods</h2><p>The VCF was scored with <code>ideep-scan variants</code>.</p>",
        "<h2>Data Access</h2>",
        _files(manifest.variants),
    ]
    return _page(f"Variants: {manifest.title}", body)


def _receipts(manifest: Manifest, group: str) -> dict[str, Any]:
    """Return the receipts of a run; of those with an entry for each group, the entry of one group only."""
    groups = set(manifest.groups)

    def cut(receipt: Any) -> Any:
        is_by_group = isinstance(receipt, Mapping) and group in receipt and receipt.keys() <= groups
        return {group: receipt[group]} if is_by_group else receipt

    return {name: cut(receipt) for name, receipt in manifest.receipts.items()}


def render_nested_table(value: Any) -> str:
    """Write a JSON value as nested HTML tables."""
    if isinstance(value, Mapping):
        rows = "".join(
            f"<tr><th>{escape(str(key))}</th><td>{render_nested_table(part)}</td></tr>" for key, part in value.items()
        )
        return f"<table>{rows}</table>" if rows else "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(render_nested_table, value)) or "–"
    return "–" if value is None or value == "" else escape(str(value))


def _page(title: str, body: Sequence[str]) -> str:
    head = f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    inner = "\n".join(part for part in body if part)
    return f'{head}<style>{_STYLE}</style>\n</head>\n<body>\n<div class="about">\n{inner}\n</div>\n</body>\n</html>\n'


def render_note(manifest: Manifest) -> str:
    """Write the warning about the genome; empty if there is none."""
    note = manifest.assembly.note
    return f'<p class="note">{escape(note)}</p>' if note else ""


def _description(manifest: Manifest, group: str, model: Model | None) -> str:
    introduction = f"Predicted binding of {escape(group)} on {escape(manifest.assembly.title)}."
    if model is None:
        return introduction
    experiment = model.card.get("experiment") or ", ".join(_texts(model.card, "experiments"))
    parts = [introduction, *([f"The protein is {escape(model.protein)}."] if model.protein != group else [])]
    if experiment:
        assay = f" ({escape(', '.join(filter(None, (model.assay, str(model.card.get('note', ''))))))})"
        parts.append(
            f"The model was trained on the CLIP experiment {escape(str(experiment))}{assay if model.assay else ''}."
        )
    if model.reads:
        parts.append(f"In this run it used: {escape(', '.join(model.reads))}.")
    return " ".join(parts)


def _true_sites(model: Model | None) -> str:
    """Write the share of sites that is expected to be true."""
    if model is None or not model.sites_about:
        return ""
    return f"<p><b>Expected true sites.</b> {escape(model.sites_about)}</p>"


def _quality(model: Model | None, tracks: Sequence[Track]) -> str:
    """Write about the accuracy of the model: pictures and figures from its card."""
    if model is None or not (model.card or model.motif or model.roc):
        return ""
    parts = ["<h2>Accuracy of the model</h2>"]
    if model.roc:
        title = f"ROC curve of {model.protein}"
        text = "Held-out sites against background positions, with the kinds of evidence of this run"
        parts.append(_figure(draw_roc(model.roc, tracks[0].color, title), f"{text}. {model.roc_about}"))
    if model.motif:
        motif = _part(model.card, "strongest motif")
        text = f"Motif {model.motif_title}, the known motif that best separates its sites from the background"
        text += f" ({motif.get('figure', 'AUC')}: {_estimate(motif)})" if "value" in motif else ""
        parts.append(_figure(draw_logo(model.motif, f"Logo of {model.motif_title}"), f"{text}.", "logo"))
    parts.append(_figures(model.card))
    top = _part(model.card, "top region")
    if "region" in top:
        parts.append(
            f"<p>Most of its training sites are in: {escape(str(top['region']))}, {_percent(top, 'share')} of the "
            f"sites and {_percent(top, 'background share')} of the background.</p>"
        )
    return "".join(parts)


def _figures(card: Mapping[str, Any]) -> str:
    """Write the table of AUC and auPRC on test windows, by input of the model."""
    rows = [
        f"<tr><td>{escape(kind)}</td><td>{_estimate(figures['AUC'])}</td><td>{_estimate(figures.get('auPRC'))}</td></tr>"
        for kind, figures in _part(card, "published test windows").items()
        if isinstance(figures, Mapping) and isinstance(figures.get("AUC"), Mapping)
    ]
    if not rows:
        return ""
    head = "<tr><th>Input</th><th>AUC</th><th>auPRC</th></tr>"
    return (
        "<p>Test windows with and without a site, from genes outside of the training data (95 % confidence interval). "
        f"A genome is harder than these windows, because it has many more positions without a site.</p><table>{head}"
        + "".join(rows)
        + "</table>"
    )


def _overview(manifest: Manifest) -> str:
    """Write the table of groups: colour, protein, assay, sites."""
    rows = []
    for group in manifest.groups:
        tracks = [track for track in manifest.tracks if track.group == group]
        model = manifest.models.get(group)
        sites = next((track.count for track in tracks if track.role == "sites" and track.count is not None), None)
        cells = [
            escape(model.protein if model else group),
            escape(model.assay if model and model.assay else "–"),
            "–" if sites is None else f"{sites:,}",
            escape(model.sites_about if model and model.sites_about else "–"),
        ]
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f"<tr><td>{render_dot(tracks[0].color)} {escape(group)}</td>{row}</tr>")
    head = "<tr><th>Tracks</th><th>Protein</th><th>Training assay</th><th>Sites</th><th>Expected true sites</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def describe_file(track: Track) -> tuple[str, str, str]:
    """Return the content, the format and the number of entries of a file in words."""
    strand = {"+": ", plus strand", "-": ", minus strand", None: ""}[track.strand]
    content = track.long_label if track.role == "further" else f"{_ROLES[track.role]}{strand}"
    return content, _KINDS[track.kind], "" if track.count is None else f"{track.count:,}"


def _files(tracks: Sequence[Track]) -> str:
    rows = []
    for track in tracks:
        cells = [*describe_file(track), track.path]
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>Content</th><th>Format</th><th>Entries</th><th>File, relative to hub.txt</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _references(manifest: Manifest, models: Sequence[Model]) -> str:
    works = dict.fromkeys(work for model in models for work in _texts(model.card, "citation"))
    licences = dict.fromkeys(str(model.card["licence"]) for model in models if model.card.get("licence"))
    tool = manifest.receipts.get("tool")
    parts = ["<h2>Credits</h2>", f"<p>Made with {escape(str(tool))}.</p>" if tool else ""]
    parts += [f"<p>Licence: {escape(licence)}.</p>" for licence in licences]
    if works:
        listed = "".join(f"<li>{escape(work)}</li>" for work in works)
        parts.append(f"<h2>References</h2><p>Please cite the program with its version, and:</p><ul>{listed}</ul>")
    return "".join(parts)


def _figure(svg: str, caption: str, kind: str = "chart") -> str:
    return f'<figure class="{kind}">{svg}<figcaption>{escape(caption)}</figcaption></figure>'


def render_dot(color: Color) -> str:
    """Write a dot in the colour of a track."""
    return f'<span class="dot" style="background:{format_css(color)}"></span>'


def _part(card: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = card.get(name)
    return part if isinstance(part, Mapping) else {}


def _texts(card: Mapping[str, Any], name: str) -> list[str]:
    """Return the entries of a list in a card, none if it is not a list."""
    entries = card.get(name)
    return [str(entry) for entry in entries] if isinstance(entries, list | tuple) else []


def _percent(part: Mapping[str, Any], name: str) -> str:
    return f"{part[name]:.0%}" if isinstance(part.get(name), int | float) else "–"


def _estimate(figure: Any) -> str:
    if not isinstance(figure, Mapping) or not isinstance(figure.get("value"), int | float):
        return "–"
    low, high = figure.get("low"), figure.get("high")
    interval = f" ({low:.3f}–{high:.3f})" if isinstance(low, int | float) and isinstance(high, int | float) else ""
    return f"{figure['value']:.3f}{interval}"
