"""Visits of a page in headless Chromium, by `browser/visit.mjs`. No test stands here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from track_hubs.igv_js import cache_path

_BROWSER = Path(__file__).with_name("browser")
_MODULES = _BROWSER / "node_modules"
_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
_NODE = shutil.which("node", path=_PATH)
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
IGV = _MODULES / "igv" / "dist" / "igv.min.js"
SHOTS = Path(__file__).resolve().parents[1] / "build" / "screenshots"
Visit = Callable[..., "Seen"]
READY = {"until": "document.body.dataset.ready === 'yes'"}


@dataclass(frozen=True)
class Seen:
    """What a visit saw.

    Attributes
    ----------
    results : what each step gave.
    messages : errors and warnings of the console, and what ended the visit too early.
    blocked : addresses beyond this machine that the page asked for in vain.
    """

    results: list[Any]
    messages: list[str]
    blocked: list[str]


def sound(seen: Seen) -> list[Any]:
    """Return the results of a visit without a message on the console or a request beyond this machine."""
    assert (seen.messages, seen.blocked) == ([], []), (seen.messages, seen.blocked)
    return seen.results


def missing() -> str | None:
    """What of it this machine does not have; `scripts/test` fetches it where it can."""
    needed = {
        "node": _NODE,
        "Chromium": _CHROMIUM,
        "packages of tests/browser/package.json": IGV.is_file()
        and all((_MODULES / name).is_dir() for name in ("playwright-core", "axe-core")),
    }
    return next((name for name, exists in needed.items() if not exists), None)


@contextmanager
def browsing() -> Iterator[Visit]:
    """A browser, and the function that goes to a page with it and takes steps, as `visit.mjs` describes them.

    `answers`, by address, are given in place of what lies beyond this machine.
    """
    command = [str(_NODE), "visit.mjs", str(_CHROMIUM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_BROWSER) as process:
        asking, telling = process.stdin, process.stdout
        assert asking is not None
        assert telling is not None

        def visit(
            url: str,
            *steps: dict[str, Any],
            answers: Mapping[str, str] | None = None,
            width: int = 1200,
            dark: bool = False,
        ) -> Seen:
            size = {"width": width, "height": 900, "dark": dark}
            print(
                json.dumps({"url": url, **size, "seconds": 90, "answers": answers or {}, "steps": steps}),
                file=asking,
                flush=True,
            )
            return Seen(**json.loads(telling.readline()))

        yield visit
        asking.close()
        process.wait(20)


#: A step: the rules of accessibility that a page breaks. igv.js is another project's.
ACCESS = {"access": ["#igv"]}


def shot(name: str, whole: bool = False) -> dict[str, Any]:
    """A step: a picture of the page, kept under this name."""
    return {"shot": str(SHOTS / f"{name}.png"), "whole": whole}


def names(browser: str) -> str:
    """JavaScript for the names of the tracks of an igv.js browser."""
    return f"{browser}.trackViews.map((view) => view.track?.name).filter(Boolean)"


def features(browser: str, name: str, columns: str) -> str:
    """JavaScript for columns of the features that the track whose name begins so holds; false while it has none."""
    track = f"{browser}.trackViews.find((view) => view.track?.name?.startsWith({json.dumps(name)}))"
    listed = ", ".join(f"each.{column}" for column in columns.split())
    values = f"({track}?.viewports[0].featureCache?.features ?? [])"
    return f"{values}.length > 0 && {values}.map((each) => [{listed}])"


def keep_igv_js(cache: Path) -> None:
    """Put igv.js where a program whose cache folder this is finds it."""
    path = cache_path(cache / "ideep-scan")
    path.parent.mkdir(parents=True)
    shutil.copyfile(IGV, path)
