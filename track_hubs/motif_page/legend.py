"""Explanations of the numbers of a report."""

from __future__ import annotations

from html import escape

from track_hubs.motif_page.rows import ModelMotifs

_TERMS = (
    ("Cluster", "Near-identical motifs of the model. Its founder, the most enriched one, stands for all of them."),
    ("Filter", "Windows where a filter of the first convolution fires above half of its maximum, aligned."),
    ("Pattern", "Letters that contribute to strong scores, grouped by TF-MoDISco."),
    ("Bits", "Information of a position: 0 if all four bases are equally frequent, 2 if one base is certain."),
    ("Contribution", "Average drop of the log odds if another base replaces the letter."),
    (
        "Bound and unbound",
        "Shares of windows with at least one hit. Bound windows hold a binding site of a CLIP experiment.",
    ),
    ("Odds ratio, q", "Fisher's exact test, one-sided; q is its p-value adjusted for all motifs (Benjamini-Hochberg)."),
    ("Planted", "Mean rise of the log odds when the motif is written into the centre of neutral sequences."),
    (
        "Removed",
        "Mean rise of the log odds when the hits in bound windows are overwritten. It is negative if the motif helps.",
    ),
    ("Place", "Bound windows by the centre of the best hit, in bars of 5 nt around the centre of the window."),
    (
        "p and E",
        "Chance that a random motif resembles the known motif as much, and the number expected among all known motifs. "
        "Only the same strand is compared.",
    ),
)


def describe_windows(report: ModelMotifs) -> str:
    """Name the windows and count them, in HTML."""
    text = report.windows.strip().rstrip(".")
    unbound = f"{report.unbound:,} unbound" if report.unbound else "none unbound"
    return f"{escape(text[:1].upper() + text[1:])}: {report.bound:,} bound, {unbound}."


def render_legend(report: ModelMotifs) -> str:
    """Explain each number in one sentence, and say where the motifs come from."""
    items = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in _TERMS)
    parts = [f'<section id="legend"><h2>The numbers</h2><dl>{items}</dl>', f"<p>{describe_windows(report)}</p>"]
    if report.agreement is not None:
        parts.append(
            "<p>Gradients x input and saturated mutagenesis agree on the contributions of the strongest windows: "
            f"Pearson r {report.agreement:.2f}.</p>"
        )
    parts.append("<p>Motifs show what the network reads. They are not measurements of binding.</p></section>")
    return "\n".join(parts)
