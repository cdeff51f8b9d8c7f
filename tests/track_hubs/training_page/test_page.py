"""The page of a training: escaped texts, absent parts."""

from __future__ import annotations

from track_hubs.training_page.page import GENERATOR, Figure, TrainingPage, render_training_page

FIGURE = Figure("roc", "ROC <curve>", "<svg></svg>", "a <b>", "c & d", "e", "f")


def test_texts_are_escaped() -> None:
    page = render_training_page(TrainingPage("A<B", "x<y", ["r<s"], [("m<n", "1<2", "p<q")], [FIGURE], [], ""))
    assert GENERATOR in page
    for text in ("A&lt;B", "x&lt;y", "r&lt;s", "m&lt;n", "1&lt;2", "p&lt;q", "ROC &lt;curve&gt;", "c &amp; d"):
        assert text in page
    assert "<svg></svg>" in page


def test_parts_without_content_are_absent() -> None:
    page = render_training_page(TrainingPage("A", "x", [], [], [], [], ""))
    assert "Read this first" not in page
    assert 'href="#motifs"' not in page
