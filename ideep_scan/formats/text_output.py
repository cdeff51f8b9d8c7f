"""Write text to a file that appears when it is complete, or to standard output."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, TextIO

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.deflate import reproducible_gzip


@contextmanager
def standard_output(stream: IO[Any]) -> Iterator[None]:
    """Flush standard output at the end of a block that writes to it.

    Parameters
    ----------
    stream : IO
        Standard output, of text or of bytes.

    Raises
    ------
    OutputError
        The stream cannot be written.
    BrokenPipeError
        The reader of the stream closed it.
    """
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"standard output: cannot be written ({error.strerror or error}); pass -o FILE to write to a file"
        ) from error


@contextmanager
def text_output(path: Path | None, stream: TextIO) -> Iterator[TextIO]:
    """Open a text for writing, as UTF-8 with LF as line end.

    Parameters
    ----------
    path : Path or None
        The file, gzipped if its name ends in .gz. It appears when it is complete. None writes to `stream`.
    stream : TextIO
        Standard output.

    Yields
    ------
    TextIO
        The stream to write to.

    Raises
    ------
    OutputError
        The text cannot be written.
    BrokenPipeError
        The reader of `stream` closed it.
    """
    if path is None:
        with standard_output(stream):
            yield stream
        return
    with AtomicFile(path) as part, ExitStack() as stack:
        text: TextIO
        if path.suffix == ".gz":
            text = io.TextIOWrapper(stack.enter_context(reproducible_gzip(part)), encoding="utf-8", newline="\n")
        else:
            text = part.open("w", encoding="utf-8", newline="\n")
        yield stack.enter_context(text)
