"""Scripts of a run's page: inline in a file, links on a server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from track_hubs.render import render
from track_hubs.run_page.scripts import link_scripts, read_packaged, read_page_scripts, read_style, render_inline


def test_a_page_gets_the_scripts_of_this_program(run: Path) -> None:
    render(run)
    page = (run / "index.html").read_text()
    foreign = page.replace("<script>", "<script>steal();", 1)
    served = link_scripts(foreign)
    assert "steal" not in served
    assert "<script>" not in served
    order = [served.index(f'<script src="{name}">') for name in read_page_scripts()]
    assert order == sorted(order)
    assert 'type="application/json"' in served
    assert served.endswith("</body>\n</html>\n")
    assert link_scripts("<p>no script</p>") == "<p>no script</p>"


def test_a_page_of_an_earlier_version_gets_the_style_of_this_program() -> None:
    page = "<style>old{}</style><p>1</p><script>old();</script>"
    served = link_scripts(page)
    assert "old" not in served
    assert served.startswith(f"<style>\n{read_style()}</style><p>1</p>")


def test_inline_scripts_are_whole_and_end_where_they_end() -> None:
    for text, element in zip(read_page_scripts().values(), render_inline(), strict=True):
        assert element == f"<script>\n{text}</script>"
        assert "</script" not in text.lower()


def test_links_replace_inline_scripts_alone() -> None:
    links = "".join(f'<script src="{name}"></script>\n' for name in read_page_scripts())
    page = '<p>1</p><script type="application/json">{}</script>' + "\n".join(render_inline()) + "\n<p>2</p>"
    assert link_scripts(page) == f'<p>1</p><script type="application/json">{{}}</script>{links}<p>2</p>'


def test_a_script_that_does_not_exist() -> None:
    with pytest.raises(FileNotFoundError):
        read_packaged("no_script.js")


def test_no_name_is_declared_twice_in_the_scope_that_the_scripts_share() -> None:
    declared = [
        name
        for text in read_page_scripts().values()
        for name in re.findall(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", text, re.MULTILINE)
    ]
    assert len(declared) > 100
    assert sorted(declared) == sorted(set(declared))
