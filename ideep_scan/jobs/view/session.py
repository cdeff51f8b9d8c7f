"""Session of a finished run: its models and inputs, opened when a page first asks for a computation.

Opening happens in a thread. PyTorch is imported there, so that a page that asks for nothing starts at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.jobs.view.replies import reply_json
from track_hubs.manifest import MANIFEST
from track_hubs.server.http_server import Reply

if TYPE_CHECKING:
    from ideep_scan.jobs.live.session import LiveSession
    from ideep_scan.jobs.scan_settings import ScanSettings
    from ideep_scan.jobs.thresholds import ModelThreshold

_FINDING = "looking for the inputs of this run …"
_OPENING = "opening the genome and the models …"
_LAST_STEP = 0.5  # seconds to wait for the thread at the end


@dataclass(frozen=True, eq=False)
class OpenRun:
    """A run whose inputs and models are open.

    Attributes
    ----------
    live : LiveSession
        Scores on request.
    thresholds : list of ModelThreshold
        Threshold of each model, in the order of the session.
    settings : ScanSettings
        Settings of the run.
    """

    live: LiveSession
    thresholds: list[ModelThreshold]
    settings: ScanSettings


class RunSession:
    """The session of a run. Nothing is opened before the first request.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    inputs : tuple of Path
        Folders in which to look for inputs by their names.
    """

    def __init__(self, folder: Path, inputs: tuple[Path, ...] = ()):
        self._folder = folder
        self._inputs = inputs
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._run: OpenRun | None = None
        self._text = _FINDING
        self._has_failed = False

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer the state of the session, and start it: `opening`, `ready` or `failed`, with a line of text."""
        self.start()
        state = "failed" if self._has_failed else "opening" if self._run is None else "ready"
        return reply_json({"state": state, "text": self._text})

    def start(self) -> None:
        """Start to open the run in a thread, unless that has happened."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._open, name="open run", daemon=True)
                self._thread.start()

    def get(self) -> OpenRun:
        """Wait for the open run.

        Raises
        ------
        InputError
            An input or a model is missing, or is not that of the run; or the run cannot be scored again here.
        """
        self.start()
        assert self._thread is not None
        self._thread.join()
        if self._run is None:
            raise InputError(self._text)
        return self._run

    def close(self) -> None:
        """Stop scoring; close the inputs if no thread reads them."""
        if self._thread is not None:
            self._thread.join(_LAST_STEP)
            if not self._thread.is_alive():
                self._stack.close()

    def _open(self) -> None:
        try:
            self._run = open_run(self._folder, self._inputs, self._stack, self._tell)
            self._text = "ready"
        except (IdeepScanError, MemoryError) as error:
            self._text = " ".join(str(error).split()) or "there is too little memory for the genome and the models"
        finally:
            self._has_failed = self._run is None

    def _tell(self, text: str) -> None:
        self._text = text


def open_run(folder: Path, inputs: tuple[Path, ...], stack: ExitStack, on_step: Callable[[str], None]) -> OpenRun:
    """Open inputs and models of a run.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    inputs : tuple of Path
        Folders in which to look for inputs by their names.
    stack : ExitStack
        Closes them.
    on_step : callable
        Called with a line of text before each slow step.

    Returns
    -------
    OpenRun
        The run.

    Raises
    ------
    IdeepScanError
        An input or a model is missing, or is not that of the run; or the run cannot be scored again here.
    """
    if not (folder / MANIFEST).is_file():
        raise InputError("this page shows several runs: open one of them (ideep-scan view OUT) to compute")
    from ideep_scan.jobs.genome import open_genome, open_transcripts
    from ideep_scan.jobs.inputs import open_bundles, open_scorers
    from ideep_scan.jobs.live.session import LiveSession
    from ideep_scan.jobs.scan_manifest import read_scan_manifest
    from ideep_scan.jobs.thresholds import choose_thresholds
    from ideep_scan.jobs.verify.recorded_inputs import check_models, read_receipts, restore_settings
    from ideep_scan.jobs.verify.settings import VerifySettings

    receipts = read_receipts(folder, read_scan_manifest(folder))
    settings = restore_settings(receipts, VerifySettings(folder, inputs=inputs), options={}, trusts_states=True)
    if settings.spliced:
        raise InputError("a scan of spliced transcripts is not scored again on this page; ideep-scan verify does it")
    on_step(_OPENING)
    bundles = open_bundles(settings.rbp, settings.model)
    check_models(receipts, {bundle.name: bundle.digest for bundle in bundles}, bundles[0].spec.digest)
    if settings.transcripts:
        genome = open_transcripts(settings.fasta, stack, strict=settings.strict)
    else:
        genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
    evidence, scorers = open_scorers(settings, bundles, genome, stack)
    thresholds = choose_thresholds(settings, bundles, evidence.modalities, settings.stride)
    strands = ("+",) if settings.transcripts else settings.strands
    live = LiveSession(genome, bundles, evidence, scorers, strands=strands)
    stack.callback(live.close)
    return OpenRun(live, thresholds, settings)
