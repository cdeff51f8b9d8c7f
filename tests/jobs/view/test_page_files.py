"""Files that a page names: only those that the server sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.jobs.view.page_files import find_served


@pytest.mark.parametrize("path", ["hits/B.bb", "../secret", "hits/A.bb\0", None])
def test_other_files_are_not_found(tmp_path: Path, path: str | None) -> None:
    served = frozenset({tmp_path / "hits" / "A.bb"})
    assert find_served(tmp_path, path, served) is None
    assert find_served(tmp_path, "hits/../hits/A.bb", served) == tmp_path / "hits" / "A.bb"
