"""A page in one file that needs neither a server nor a network: its head, style, script and data."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import Any


def render_static_page(
    title: str, body: str, *, generator: str, style: str, script: str, is_drawn: bool = False
) -> str:
    """Write a page.

    Parameters
    ----------
    title : str
        Title of the page, as plain text.
    body : str
        HTML of its body, without scripts that run.
    generator : str
        Program that writes the page, such as 'ideep-scan variants --report'.
    style, script : str
        Its style sheet and its script.
    is_drawn : bool
        True if elements have styles of their own, and the script saves pictures.

    Returns
    -------
    str
        HTML. Its Content-Security-Policy allows its own script and style, pictures in data URLs, and nothing else.
    """
    styles, images = ("'unsafe-inline'", "data: blob:") if is_drawn else (_hash(style), "data:")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {styles}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n{render_generator(generator)}\n'
        f"<title>{escape(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def render_generator(program: str) -> str:
    """Write the element that names the program of a page. It marks a page that may be replaced."""
    return f'<meta name="generator" content="{escape(program)}">'


def render_data(name: str, value: Any) -> str:
    """Write JSON into an element; no text can end it, because < is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _hash(text: str) -> str:
    """Return the source expression of an inline element (CSP level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
