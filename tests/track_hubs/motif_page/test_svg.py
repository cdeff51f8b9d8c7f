"""Parts of pictures: text stays text."""

from __future__ import annotations

from motif_rows import ODD

from track_hubs.motif_page.svg import draw_bar, draw_line, open_picture, write_text


def test_text_is_escaped() -> None:
    for part in (open_picture(10, 10, ODD), write_text(1, 2, ODD)):
        assert "<b" not in part
        assert "&lt;b id=" in part


def test_parts_have_their_classes() -> None:
    assert write_text(1, 2, "x", "end faint") == '<text x="1" y="2" class="end faint">x</text>'
    assert 'class="bound"' in draw_bar(0, 0, 1, 1, "bound")
    assert draw_line(0, 1, 2, 3) == '<path d="M0 1L2 3" class="axis"/>'
