"""Downloads that go on where they stopped; pooch compares them with the server's MD5 sums."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError, OutputError
from ideep_scan.jobs.fetch.settings import RemoteFile

_BLOCK = 1 << 14  # bytes; one that is broken off is lost
_TIMEOUT = 30.0  # seconds without a byte
_SUMS_BYTES = 10_000_000  # most bytes of a list of sums
Progress = Callable[[int, int], None]  #: called with the number of bytes so far, and of all (0 if unknown)


def download(file: RemoteFile, target: Path, on_progress: Progress) -> str:
    """Download a file, or go on with one that was begun, and compare its MD5 sum.

    Parameters
    ----------
    file : RemoteFile
        The file.
    target : Path
        Where it is stored. Until it is complete, `target.part` holds what has come.
    on_progress : callable
        Receives the progress.

    Returns
    -------
    str
        The sum, "md5:" and 32 hex digits; empty if the server has no list of sums.

    Raises
    ------
    InputError
        The server cannot be reached, lacks the file, or sent other bytes than its sum tells.
    OutputError
        The file cannot be written.
    """
    import pooch

    expected = None if file.sums is None else f"md5:{_find_sum(file.sums, file.name)}"
    part = target.with_name(f"{target.name}.part")

    def fetch(url: str, output: str, _: Any) -> None:
        _receive(url, part, on_progress)
        os.replace(part, output)

    try:
        pooch.retrieve(file.url, expected, fname=target.name, path=target.parent, downloader=fetch)
    except ValueError as error:
        raise InputError(
            f"{file.url}: the bytes that came do not have the server's MD5 sum: try again later; nothing was kept"
        ) from error
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror or error}): check free space") from error
    return expected or ""


def _receive(url: str, part: Path, on_progress: Progress) -> None:
    """Append to a file what it lacks."""
    import requests

    have = part.stat().st_size if part.exists() else 0
    try:
        with requests.get(
            url, stream=True, timeout=_TIMEOUT, headers={"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
        ) as answer:
            if have and answer.status_code == requests.codes.requested_range_not_satisfiable:
                return  # it is complete, or too long, which its sum will tell
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:
                have = 0
            length = int(answer.headers.get("Content-Length", 0))
            total = have + length if length else 0
            with part.open("ab" if have else "wb") as output:
                for block in answer.iter_content(_BLOCK):
                    output.write(block)
                    have += len(block)
                    on_progress(have, total)
            if total and have < total:
                raise InputError(f"{url}: the connection ended early: give the command again to go on")
    except requests.RequestException as error:
        raise _network_error(url, error) from error


def _find_sum(url: str, name: str) -> str:
    """Find the MD5 sum of a file in the list of its server."""
    import requests

    try:
        with requests.get(url, timeout=_TIMEOUT, stream=True) as answer:
            answer.raise_for_status()
            text = answer.raw.read(_SUMS_BYTES, decode_content=True).decode("utf-8", "replace")
    except requests.RequestException as error:
        raise _network_error(url, error) from error
    for line in text.splitlines():
        match = re.match(r"([0-9a-f]{32})\s+\*?(?:\./)?(\S+)\s*$", line)
        if match and match[2] == name:
            return match[1]
    raise InputError(f"{url}: has no MD5 sum of {name}: the server has changed; get the file by hand")


def _network_error(url: str, error: Exception) -> InputError:
    """Say in one line why a server did not answer."""
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        reason = f"the server answers {error.response.status_code} {error.response.reason}"
    elif isinstance(error, requests.Timeout):
        reason = "the server does not answer"
    else:
        reason = "there is no connection to this server"
    return InputError(f"{url}: {reason}: check the network, or get the file by hand; what came is kept")
