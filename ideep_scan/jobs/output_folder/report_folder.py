"""Check that a folder may take a report: files of other origin are never replaced."""

from __future__ import annotations

from pathlib import Path

from ideep_scan.errors import OutputError

PAGE = "index.html"
_HEAD = 4096  # bytes of a page that name its program


def check_report_folder(folder: Path, generator: str) -> None:
    """Check that a folder can take a report: it is missing, empty, or holds an earlier one.

    Parameters
    ----------
    folder : Path
        The folder.
    generator : str
        Element by which the page of an earlier report names its program.

    Raises
    ------
    OutputError
        It is a file, cannot be read, or holds other files.
    """
    try:
        if not folder.exists():
            return
        names = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
        page = folder / PAGE
        if not names or (page.is_file() and generator.encode() in page.read_bytes()[:_HEAD]):
            return
    except NotADirectoryError as error:
        raise OutputError(f"{folder}: is a file: choose a folder (--report)") from error
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read ({error.strerror}): choose another folder (--report)") from error
    raise OutputError(f"{folder}: holds other files, and no earlier report: choose an empty folder (--report)")
