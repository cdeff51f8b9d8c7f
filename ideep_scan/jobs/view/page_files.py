"""Files that a page names, if the server sends them."""

from __future__ import annotations

import os
from pathlib import Path


def find_served(folder: Path, path: str | None, served: frozenset[Path]) -> Path | None:
    """Return the file of a path relative to a folder, if the server sends it."""
    if path is None or "\0" in path:
        return None
    file = Path(os.path.normpath(folder / path))
    return file if file in served else None
