"""Plan of a run: everything that its results depend on, so that a stopped run goes on only as what it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ideep_scan.jobs.path_redaction import redact_settings
from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.scan.shards import Shard, digest_shards
from ideep_scan.version import __version__

_FREE = ("resume", "shard", "dask", "threads", "device", "batch")  # settings that a stopped run may change
_LIBRARIES = ("torch", "numpy", "numba", "ViennaRNA")  # scores may differ in their last digits between versions
_NAMES = {
    "sources": "the source code of the program",
    "inputs": "the input",
    "models": "the model",
    "modalities": "the modalities of",
    "libraries": "the version of",
    "walk_length": "--batch",
}


@dataclass(frozen=True)
class RunPlan:
    """The description of a run by all that its results depend on, as JSON values.

    Attributes
    ----------
    values : mapping of str to Any
        Program, libraries, settings, inputs, models and shards.
    """

    values: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Hex digest of the plan."""
        text = json.dumps(self.values, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def walk_length(self) -> int | None:
        """Positions of a network call, halos included; None in a plan without it."""
        value = self.values.get("walk_length")
        return value if isinstance(value, int) else None

    def find_difference(self, other: RunPlan) -> str | None:
        """Say in what another plan differs; None if both are equal.

        Parameters
        ----------
        other : RunPlan
            The plan of this command.

        Returns
        -------
        str or None
            The first difference, such as "--threshold was 0.5 and is 0.6".
        """
        for part in dict.fromkeys((*other.values, *self.values)):
            before, now = self.values.get(part), other.values.get(part)
            if before == now:
                continue
            if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
                return _describe(_NAMES.get(part, f"the {part}"), before, now)
            name = next(name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name))
            if part == "settings":
                return _describe(f"--{name.replace('_', '-')}", before.get(name), now.get(name))
            return _describe(f"{_NAMES.get(part, f'the {part}')} {name}", before.get(name), now.get(name))
        return None


def make_plan(prepared: PreparedScan, shards: Sequence[Shard], walk_length: int) -> RunPlan:
    """Make the plan of a run. It waits for the digests of the inputs.

    Parameters
    ----------
    prepared : PreparedScan
        The scan.
    shards : sequence of Shard
        All shards of the scan.
    walk_length : int
        Positions of a network call, halos included.

    Returns
    -------
    RunPlan
        The plan.

    Raises
    ------
    InputError
        An input file was replaced, overwritten or removed since it was opened.
    """
    settings = redact_settings(asdict(prepared.settings))
    scorer = prepared.scorers[0]
    values = {
        **describe_program(),
        "settings": {name: value for name, value in settings.items() if name not in _FREE},
        "inputs": prepared.inputs.digests(),
        "models": prepared.model_digests,
        "features": prepared.bundles[0].spec.digest,
        "modalities": {name: list(used) for name, used in prepared.evidence.modalities.items()},
        "device": prepared.device,
        "precision": scorer.precision,
        "walk_length": walk_length,
        "shards": {"count": len(shards), "digest": digest_shards(shards)},
    }
    return RunPlan(json.loads(json.dumps(values)))  # tuples become lists, as in a plan that was read


def describe_program() -> dict[str, Any]:
    """Describe the program and the libraries that scores depend on, as JSON values."""
    return {
        "program": f"ideep-scan {__version__}",
        "sources": digest_sources(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


@cache
def digest_sources() -> str:
    """Compute the hex digest of the program's own source files: BLAKE2b, 128 bits."""
    root = Path(__file__).parents[2]
    state = hashlib.blake2b(digest_size=16)
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        state.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return state.hexdigest()


def _describe(what: str, before: Any, now: Any) -> str:
    """Say how a value differs."""
    if before is None or now is None:
        return f"{what} was {'absent' if before is None else 'given'} and is {'absent' if now is None else 'given'}"
    if isinstance(before, str | int | float) and isinstance(now, str | int | float) and len(f"{before}{now}") < 60:
        return f"{what} was {before} and is {now}"
    if isinstance(before, list) and isinstance(now, list):
        return f"{what} was {_join(before)} and is {_join(now)}"
    return f"{what} is another one"


def _join(values: Sequence[Any]) -> str:
    shown = ", ".join(map(str, values[:5]))
    return (shown if len(values) <= 5 else f"{shown} and {len(values) - 5} more") or "empty"
