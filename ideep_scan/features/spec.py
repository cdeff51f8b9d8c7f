"""Settings of the features: chosen by training, stored in every bundle, repeated by each scan.

Models with the same digest of their settings share the features of a tile.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ideep_scan.errors import InputError, SpecMismatch
from track_hubs.typed_json import JsonTypeError, decode, describe_value

VERSION = 1
TRACK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # a name of `--evidence`
MOST_CHANNELS = 1000  # most motifs, experiments or tracks of a model
_RANGES = {  # smallest and largest values of settings that a file holds
    "window": (11, 1001),
    "landmark_reach": (10, 10**9),
    "landmark_bases": (4, 100),
    "structure_window": (1, 500),
    "structure_span": (1, 500),
}


@dataclass(frozen=True)
class FeatureSpec:
    """Settings of the featurizer.

    Attributes
    ----------
    motifs : tuple of str
        Ids of the PWMs in the order of their scores.
    experiments : tuple of str
        CLIP experiments with a co-binding channel, in the order of the channels.
    window : int
        Width of the window, nt, odd.
    landmark_reach : int
        Distance to a landmark beyond which all distances get the same value, nt.
    landmark_bases : int
        Spline bases per landmark.
    structure_window : int
        Window of RNAplfold (-W), nt.
        A value depends on at most this many bases on each side, so the outermost positions of a window are not read.
    structure_span : int
        Largest span of a base pair (RNAplfold -L), nt.
    version : int
        Version of the features.
    evidence : tuple of str
        Names of the user's own tracks (`--evidence`), in the order of the channels.
    """

    motifs: tuple[str, ...]
    experiments: tuple[str, ...]
    window: int = 101
    landmark_reach: int = 100_000
    landmark_bases: int = 12
    structure_window: int = 30
    structure_span: int = 30
    version: int = VERSION
    evidence: tuple[str, ...] = ()

    @property
    def half(self) -> int:
        """Bases of the window on each side of its centre."""
        return self.window // 2

    @property
    def max_unknown(self) -> int:
        """Largest number of unknown bases in a scored window: a tenth of its width."""
        return self.window // 10

    @cached_property
    def digest(self) -> str:
        """Hex digest of all settings; equal digests give equal features from equal inputs."""
        return hashlib.blake2b(json.dumps(self.to_dict(), sort_keys=True).encode(), digest_size=16).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values; without tracks, as bundles had them before tracks existed."""
        settings = asdict(self)
        return settings if self.evidence else {name: value for name, value in settings.items() if name != "evidence"}

    @classmethod
    def from_dict(cls, fields: Any) -> FeatureSpec:
        """Build a spec from the JSON values of a bundle.

        Parameters
        ----------
        fields : Any
            Untrusted JSON value.

        Returns
        -------
        FeatureSpec
            The checked settings.

        Raises
        ------
        SpecMismatch
            The settings are of another version.
        InputError
            A setting has the wrong type or is out of range.
        """
        if not isinstance(fields, dict):
            raise InputError(
                f"its features are {describe_value(fields)} instead of an object: download the model again"
            )
        version = fields.get("version")
        if version != VERSION or isinstance(version, bool):
            raise SpecMismatch(
                f"the model was made for version {describe_value(version)} of the features, "
                f"this program has version {VERSION}: use the release of ideep-scan that the model was made with"
            )
        try:
            spec = decode(cls, fields, "spec")
            spec._check()
        except JsonTypeError as error:
            raise InputError(f"its features are damaged ({error}): download the model again") from error
        return spec

    def _check(self) -> None:
        """Raise JsonTypeError if a setting is out of range."""
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise JsonTypeError(f"spec.{name} is {getattr(self, name)} instead of {low} to {high}")
        if self.window % 2 == 0 or self.window <= 2 * self.structure_window:
            raise JsonTypeError(f"spec.window {self.window} is even, or not wider than two structure windows")
        if self.structure_span > self.structure_window:
            raise JsonTypeError(f"spec.structure_span {self.structure_span} is wider than spec.structure_window")
        for name in ("motifs", "experiments", "evidence"):
            ids = getattr(self, name)
            if len(ids) > MOST_CHANNELS or len(set(ids)) < len(ids) or not all(ids):
                raise JsonTypeError(f"spec.{name} are more than {MOST_CHANNELS}, or an id is empty or there twice")
        for name in self.evidence:
            if not TRACK_NAME.fullmatch(name):
                raise JsonTypeError(
                    f"spec.evidence names {describe_value(name)}, which is not 1 to 64 letters, digits, . _ -"
                )
