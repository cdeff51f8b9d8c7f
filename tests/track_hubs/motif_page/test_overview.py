"""The overview: its tables, its links, many models and few."""

from __future__ import annotations

import re

from motif_rows import ODD, motif, report, sharing

from track_hubs.motif_page.overview import render_overview

MOST_BYTES = 5_000_000


def test_the_summary_counts_known_motifs() -> None:
    reports = [report(), report("TIA1", own=None), report("NEW", own=None, has_known=False)]
    text = render_overview(reports, sharing())
    assert "A motif is known of 2 models' proteins" in text
    assert "For 1 of them" in text
    assert "Motifs of 3 models" in text
    rows = text.split("<tbody>")[1].split("</tbody>")[0].count("<tr>")
    assert rows == 2


def test_links_lead_into_the_reports() -> None:
    text = render_overview([report()], sharing("ELAVL1"))
    addresses = set(re.findall('<a href="(.*?)"', text))
    assert addresses == {"ELAVL1.html", "ELAVL1.html#ELAVL1.filter000", "ELAVL1.html#ELAVL1.filter002"}


def test_models_without_motifs_and_without_unbound_windows() -> None:
    bare = report("A", clusters=[], own=None, has_known=False)
    text = render_overview([bare, report("B", clusters=[], own=None, has_known=False)], sharing())
    assert "No motif is known" in text
    assert 'id="shared"' not in text
    assert text.count("–<") == 14


def test_many_models_stay_small() -> None:
    names = [f"MODEL{number}" for number in range(142)]
    text = render_overview([report(name) for name in names], sharing(*names))
    assert len(text.encode()) < MOST_BYTES
    assert text.count('class="level') == 142 + 6


def test_names_of_any_kind_stay_text() -> None:
    odd = report(ODD, protein=ODD)
    assert "<b id=" not in render_overview([odd], sharing(ODD))
    assert motif().id in render_overview([odd], sharing())
