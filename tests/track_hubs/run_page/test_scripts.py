"""Scripts of a run's page: inline in a file, links on a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from track_hubs.render import render
from track_hubs.run_page.scripts import inline, linked, packaged, page_scripts


def test_a_page_gets_the_scripts_of_this_program(run: Path) -> None:
    render(run)
    page = (run / "index.html").read_text()
    foreign = page.replace("<script>", "<script>steal();", 1)
    served = linked(foreign)
    assert "steal" not in served
    assert "<script>" not in served
    order = [served.index(f'<script src="{name}">') for name in page_scripts()]
    assert order == sorted(order)
    assert 'type="application/json"' in served
    assert served.endswith("</body>\n</html>\n")
    assert linked("<p>no script</p>") == "<p>no script</p>"


def test_inline_scripts_are_whole_and_end_where_they_end() -> None:
    for text, element in zip(page_scripts().values(), inline(), strict=True):
        assert element == f"<script>\n{text}</script>"
        assert "</script" not in text.lower()


def test_links_replace_inline_scripts_alone() -> None:
    links = "".join(f'<script src="{name}"></script>\n' for name in page_scripts())
    page = '<p>1</p><script type="application/json">{}</script>' + "\n".join(inline()) + "\n<p>2</p>"
    assert linked(page) == f'<p>1</p><script type="application/json">{{}}</script>{links}<p>2</p>'


def test_a_script_that_does_not_exist() -> None:
    with pytest.raises(FileNotFoundError):
        packaged("no_script.js")
