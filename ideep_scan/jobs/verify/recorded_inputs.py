"""Find the inputs of a finished run again.

Its manifest has their names and digests, but no folders. Its log tells where they were, if it is still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict, get_type_hints

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import require_file
from ideep_scan.jobs.output_folder.run_log import read_input_states
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.models.store import SUFFIX
from track_hubs.manifest import MANIFEST, Manifest
from track_hubs.typed_json import JsonTypeError, decode

_FILES = {"fasta": "fasta", "annotation": "gtf", "cobinding table": "cobinding", "chrom sizes": "chrom_sizes",
          "expression": "expression"}  # field of the settings by role  # fmt: skip
_OPTIONS = {"fasta": "--fasta", "annotation": "--gtf"}  # options that name the file of a role
_REGIONS, _EVIDENCE = "regions ", "evidence "  # begin roles that have a number or a name
# No score depends on these settings. `resume`, `shard` and `dask` tell where and when a run was scored.
_NOT_RESTORED = ("out", "overwrite", "email", "device", "threads", "batch", "evidence", "resume", "shard", "dask")
_AGAIN = "scan again with this version, or verify it with the version that made it"


class Receipts(TypedDict):
    """The receipts of a run that a verification needs."""

    tool: str
    settings: dict[str, Any]
    models: dict[str, str]
    features: str
    precision: str
    inputs: dict[str, _InputRecord]
    positions: int


class _InputRecord(TypedDict):
    """Name and digest of an input file."""

    name: str
    digest: str


def read_receipts(folder: Path, manifest: Manifest) -> Receipts:
    """Read the receipts of a run.

    Raises
    ------
    InputError
        The manifest lacks them, as that of an earlier version or of another program.
    """
    try:
        receipts: Receipts = decode(Receipts, manifest.receipts, "receipts")
    except JsonTypeError as error:
        raise InputError(
            f"does not tell how to score its positions again ({error}): {_AGAIN}", folder / MANIFEST
        ) from error
    return receipts


def restore_settings(
    receipts: Receipts,
    settings: VerifySettings,
    *,
    options: Mapping[str, str] = _OPTIONS,
    trusts_states: bool = False,
) -> ScanSettings:
    """Make the settings of a run again, with its inputs where they are now.

    Parameters
    ----------
    receipts : Receipts
        Receipts of the run.
    settings : VerifySettings
        Settings of the verification.
    options : mapping of str to str
        Options of the command that name the file of a role, for messages.
    trusts_states : bool
        True computes no digest of a file that has the place and the time of modification of the log of the run.

    Returns
    -------
    ScanSettings
        The settings.

    Raises
    ------
    InputError
        An input is missing, or is not the file that the run read.
    """
    finder = _InputFinder(receipts, settings, options, trusts_states=trusts_states)
    values = _decode_settings(settings.out, receipts)
    for role, field in _FILES.items():
        values[field] = finder.find(role, getattr(settings, field, None))
    evidence = [role for role in receipts["inputs"] if role.startswith(_EVIDENCE)]
    restored = ScanSettings(
        **{
            **values,
            "rbp": tuple(finder.find_bundle(name) for name in values["rbp"]),
            "regions": tuple(
                str(finder.find(f"{_REGIONS}{number}") or text) for number, text in enumerate(values["regions"], 1)
            ),
            "evidence": tuple(f"{role.removeprefix(_EVIDENCE)}={finder.find(role)}" for role in evidence),
            "precision": receipts["precision"],
            "device": settings.device,
            "threads": settings.threads,
        }
    )
    restored.check()
    return restored


def find_recorded_input(receipts: Receipts, settings: VerifySettings, role: str) -> Path | None:
    """Find one input of a run where it is now.

    Parameters
    ----------
    receipts : Receipts
        Receipts of the run.
    settings : VerifySettings
        Folder of the run, and folders in which to look.
    role : str
        Role of the input, such as "cobinding table".

    Returns
    -------
    Path or None
        The file; None if the run read none.

    Raises
    ------
    InputError
        The input is missing, or is not the file that the run read.
    """
    return _InputFinder(receipts, settings, {}, trusts_states=True).find(role)


def check_inputs(receipts: Receipts, files: Mapping[str, InputFile]) -> None:
    """Check that opened inputs are those that a run read.

    Parameters
    ----------
    receipts : Receipts
        Receipts of the run.
    files : mapping of str to InputFile
        The files by their roles.

    Raises
    ------
    InputError
        A file has another digest, or the run did not read it.
    """
    for role, file in files.items():
        record = receipts["inputs"].get(role)
        if record is None:
            raise InputError(f"is not among the inputs of the run ({role}): {_AGAIN}", file.path)
        if file.digest() != record["digest"]:
            raise _changed_error(role, file.path, _OPTIONS)


def check_models(receipts: Receipts, digests: Mapping[str, str], features: str) -> None:
    """Check that models are those of a run.

    Parameters
    ----------
    receipts : Receipts
        Receipts of the run.
    digests : mapping of str to str
        Digest of each model by its name.
    features : str
        Digest of their features.

    Raises
    ------
    InputError
        A model is missing, is another one, or reads other features.
    """
    recorded = receipts["models"]
    for name in (*recorded, *digests):
        if recorded.get(name) != digests.get(name):
            there, here = (_shorten(table.get(name)) for table in (recorded, digests))
            raise InputError(
                f"the model {name} is not that of the run (the run has {there}, this program {here}): "
                f"work with the version that made the run ({receipts['tool']}), or with its bundle"
            )
    if features != receipts["features"]:
        raise InputError(f"this program computes other features than {receipts['tool']}, which made the run: {_AGAIN}")


class _InputFinder:
    """Find the inputs of a run by role, in the folders that the settings name."""

    def __init__(
        self, receipts: Receipts, settings: VerifySettings, options: Mapping[str, str], *, trusts_states: bool
    ):
        self._options = options
        self._trusts_states = trusts_states
        self._records = receipts["inputs"]
        self._settings = receipts["settings"]
        self._out = settings.out
        self._given = settings.inputs
        self._states = read_input_states(settings.out)
        self._places = {role: Path(state["path"]) for role, state in self._states.items()}
        self._further = (Path(), settings.out.absolute().parent, settings.out / "genome")

    def find(self, role: str, given: Path | None = None) -> Path | None:
        """Find the file of a role; None if the run had none. Raise InputError if it is missing or another file."""
        record = self._records.get(role)
        if record is None:
            if given is not None:
                raise InputError(f"the run read no {role}: leave {self._options[role]} out", given)
            return None
        option = f"{self._options[role]} FILE or " if role in self._options else ""
        if given is None and self._is_piped(role, record["name"]):
            remedy = f"give a file with the same content: {option}" if option else "it cannot be verified"
            raise InputError(f"the run read its {role} from a pipe: {remedy.removesuffix(' or ')}", self._out)
        candidates = self._find_name(record["name"], role, option) if given is None else [given]
        for path in candidates:
            file = InputFile(path)
            if self._is_unchanged(role, file) or file.digest() == record["digest"]:
                return path
        raise _changed_error(role, candidates[0], self._options)

    def _is_unchanged(self, role: str, file: InputFile) -> bool:
        """Tell whether a file is trusted because it is where and as the run left it."""
        return self._trusts_states and file.location() == self._states.get(role)

    def find_bundle(self, name: str) -> str:
        """Find the file of a bundle; another name of a model stays as it is."""
        return str(self._find_name(name, "bundle")[0]) if name.endswith(SUFFIX) else name

    def _find_name(self, name: str, role: str, option: str = "") -> list[Path]:
        """List the files of a name. Raise InputError if there is none."""
        recorded = [self._places[role]] if role in self._places else []
        candidates = [*(folder / name for folder in self._given), *(path for path in recorded if path.is_file())]
        candidates += [folder / name for folder in self._further]
        paths = [require_file(path) for path in candidates if path.exists()]
        if not paths:
            searched = (*self._given, *(path.parent for path in recorded), *self._further)
            folders = ", ".join(dict.fromkeys(map(str, searched)))
            raise InputError(
                f"the {role} of the run, {name}, is in none of {folders}: give {option}--inputs FOLDER", self._out
            )
        return paths

    def _is_piped(self, role: str, name: str) -> bool:
        """Tell whether the run read a copy of a pipe, which has another name than the argument."""
        if role.startswith(_REGIONS):
            argument = self._settings["regions"][int(role.removeprefix(_REGIONS)) - 1]
        else:
            argument = self._settings.get(_FILES.get(role, ""), name)
        return bool(argument != name)


def _decode_settings(folder: Path, receipts: Receipts) -> dict[str, Any]:
    """Read the settings that are not files, by their types. Raise InputError if there are others."""
    hints, recorded = get_type_hints(ScanSettings), receipts["settings"]
    names = [field.name for field in fields(ScanSettings)]
    unknown = [name for name in recorded if name not in names]
    if unknown:
        raise InputError(f"was made with a setting that this version does not know ({unknown[0]}): {_AGAIN}", folder)
    values = {"regions": ()}
    try:
        for name in set(names) & recorded.keys() - {*_NOT_RESTORED, *_FILES.values()}:
            values[name] = decode(hints[name], recorded[name], f"receipts.settings.{name}")
    except (JsonTypeError, KeyError) as error:
        raise InputError(f"has settings that this version does not know ({error}): {_AGAIN}", folder) from error
    if "rbp" not in values:
        raise InputError(f"does not name its models: {_AGAIN}", folder)
    return values


def _changed_error(role: str, path: Path, options: Mapping[str, str]) -> InputError:
    option = f"{options[role]} or " if role in options else ""
    return InputError(
        f"is not the {role} of the run, because its digest differs from the manifest: "
        f"give the file that the run read, with {option}--inputs",
        path,
    )


def _shorten(digest: str | None) -> str:
    return "none" if digest is None else digest[:20]
