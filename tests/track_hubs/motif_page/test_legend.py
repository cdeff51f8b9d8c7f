"""The legend: windows, agreement, terms."""

from __future__ import annotations

from motif_rows import ODD, report

from track_hubs.motif_page.legend import render_legend


def test_the_legend_names_the_windows() -> None:
    text = render_legend(report())
    assert "Published windows: 200 bound, 800 unbound." in text
    assert "Pearson r 0.83" in text
    assert text.count("<dt>") == text.count("<dd>")


def test_what_is_unknown_is_left_out() -> None:
    text = render_legend(report(unbound=0, agreement=None, windows=ODD))
    assert ": 200 bound, none unbound." in text
    assert "Pearson" not in text
    assert "<b" not in text
