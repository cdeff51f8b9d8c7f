"""The page of a run on transcripts in a real browser, opened as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import runs
from visits import ACCESS, Visit, shot, sound


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("transcripts")
    letters = "ACGUUUUAUUUGCAUUUAUUUUGCCA" * 12
    (folder / "rna.fa").write_text(f">first CDS=11-40\n{letters}\n>second\n{letters[5:]}\n")
    runs.scan(folder, folder / "run", fasta=folder / "rna.fa", gtf=None, transcripts=True)
    return Path(folder / "run" / "transcripts.html").as_uri()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_is_accessible_and_fits_its_window(visit: Visit, page: str, width: int, dark: bool) -> None:
    name = f"transcripts-{width}{'-dark' if dark else ''}"
    broken, wide, _ = sound(
        visit(page, ACCESS, {"run": "document.documentElement.scrollWidth"}, shot(name), width=width, dark=dark)
    )
    assert broken == []
    assert wide <= width
