"""The head of a static page, and its data."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from track_hubs.static_page import render_data, render_generator, render_static_page

ODD = "</title></script><b>\"x\"</b> & 'ü'"


def test_only_its_own_script_and_style_may_run() -> None:
    page = render_static_page(ODD, "<p>text</p>", generator="a program", style="p{color:red}", script="1 < 2;")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for kind, text in (("script", "1 < 2;"), ("style", "p{color:red}")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[1]
        assert re.findall(f"<{kind}>(.*?)</{kind}>", page) == [text]
    assert "<b>" not in page
    assert render_generator("a program") in page


def test_no_text_ends_the_element_of_data() -> None:
    value = {"name": ODD, "values": [1.5, None]}
    element = render_data("row0", value)
    assert element.count("<") == 2
    text = re.fullmatch(r'<script type="application/json" id="row0">(.*)</script>', element)
    assert text
    assert json.loads(text[1]) == value
