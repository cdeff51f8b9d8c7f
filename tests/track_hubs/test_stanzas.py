"""Text of hubs: stanzas are read as UCSC reads them, and as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_hubs.stanzas import parse_stanzas, render_stanzas

WORDS = st.text("abz09._", min_size=1, max_size=5)
VALUES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
STANZAS = st.lists(st.dictionaries(WORDS, VALUES, min_size=1, max_size=4), min_size=1, max_size=4)


def test_stanzas_are_read_as_ucsc_does() -> None:
    text = "hub a\n  shortLabel  b c \n# no\n\n\ntrack x\nsubGroup1 view V a=A \\\n  b=B\ntype\n\n\n"
    first, second = parse_stanzas(text)
    assert (first.line, first.settings) == (1, {"hub": "a", "shortLabel": "b c"})
    assert (second.line, second.settings) == (6, {"track": "x", "subGroup1": "view V a=A b=B", "type": ""})
    assert parse_stanzas("") == []


@given(STANZAS)
def test_stanzas_are_read_as_they_were_written(stanzas: list[dict[str, str]]) -> None:
    read = parse_stanzas(render_stanzas([list(stanza.items()) for stanza in stanzas]))
    assert [stanza.settings for stanza in read] == stanzas
    assert [(stanza.kind, stanza.name) for stanza in read] == [next(iter(stanza.items())) for stanza in stanzas]


def test_the_last_of_a_repeated_setting_counts() -> None:
    (stanza,) = parse_stanzas("track a\ncolor 1,1,1\ncolor 2,2,2\ntype bed 3\ncolor 3,3,3\n")
    assert stanza.settings == {"track": "a", "color": "3,3,3", "type": "bed 3"}
    assert stanza.repeated == ("color", "color")


@pytest.mark.parametrize("text", ["", "\n \n\t\n", "# only\n# comments\n"])
def test_a_text_without_settings_has_no_stanzas(text: str) -> None:
    assert parse_stanzas(text) == []
