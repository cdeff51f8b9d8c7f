"""The check of English finds faults in documents and docstrings, and none in plain sentences."""

from __future__ import annotations

from pathlib import Path

import check_prose
import pytest

LONG = "one " * 25 + "two."


@pytest.fixture
def faults_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that writes a file and gives the messages about it, without the file's name."""
    monkeypatch.setattr(check_prose, "ROOT", tmp_path)

    def write(name: str, text: str) -> list[str]:
        path = tmp_path / name
        path.write_text(text)
        return [message.removeprefix(f"{name}:") for message in check_prose.faults(path)]

    return write


def test_plain_sentences_have_no_fault(faults_of):
    assert faults_of("a.md", f"# T\n\nIt is short.\nSo is this.\n\n```\n{LONG} anew\n```\n\n| {LONG} |\n") == []
    assert faults_of("a.py", f'"""Read a file.\n\nIt is short.\n"""\n\nTEXT = "{LONG} anew"\n') == []


def test_faults_of_a_document(faults_of):
    messages = faults_of("a.md", f"# T\n\nIt is read anew.\n\n- short\n- {LONG}\n")
    assert messages[0] == "3: word 'anew'; better: again"
    assert messages[1].startswith("6: sentence of 27 words: - one one")
    assert len(messages) == 2


def test_faults_of_docstrings(faults_of):
    messages = faults_of("a.py", f'"""Which file it is."""\n\n\ndef f():\n    """{LONG}"""\n')
    assert messages[0] == "1: summary begins with a question word: Which file it is."
    assert messages[1].startswith("5: sentence of 26 words")
    assert len(messages) == 2
