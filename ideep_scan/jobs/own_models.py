"""The user's own models: copy a bundle into their folder, where `--rbp NAME` finds it, and remove it again."""

from __future__ import annotations

import shutil
from pathlib import Path

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.text import require_file
from ideep_scan.models.bundle import load_models
from ideep_scan.models.store import SUFFIX, Entry, find_bundled, find_own_folder, list_own_entries, read_entries


def add_model(path: Path, folder: Path | None = None) -> Entry:
    """Copy a bundle of one model into the folder of the user's own models.

    Parameters
    ----------
    path : Path
        The bundle.
    folder : Path or None
        The folder; None for `models.store.find_own_folder`.

    Returns
    -------
    Entry
        The copied model.

    Raises
    ------
    InputError
        The file is not a bundle, is damaged, or holds several models.
        Or its name means a bundled model or is taken.
    OutputError
        The folder cannot be written.
    """
    folder = folder or find_own_folder()
    models = load_models(require_file(path))  # reads the weights, so that a damaged file is refused here
    if len(models) != 1:
        raise InputError(f"holds {len(models)} models: give --rbp {path} to use all of them", path)
    name = models[0].name
    bundled = find_bundled(name)
    if bundled:
        raise InputError(
            f"names its model {name}, which already means the bundled model {bundled[0].name}: train it with another "
            f"--name, or give --rbp {path}",
            path,
        )
    taken = next((entry for entry in list_own_entries(folder) if entry.name.casefold() == name.casefold()), None)
    if taken is not None:
        raise InputError(
            f"names its model {name}, as {taken.path} does: remove that one first (ideep-scan models remove {name})",
            path,
        )
    target = folder / f"{name}{SUFFIX}"
    with AtomicFile(target) as part:
        shutil.copyfile(path, part)
    return read_entries(target)[0]


def remove_model(name: str, folder: Path | None = None) -> Path:
    """Remove one of the user's own models.

    Parameters
    ----------
    name : str
        Name of the model, in any case.
    folder : Path or None
        The folder; None for `models.store.find_own_folder`.

    Returns
    -------
    Path
        The removed file.

    Raises
    ------
    InputError
        No own model has this name.
    OutputError
        The file cannot be removed.
    """
    folder = folder or find_own_folder()
    own = list_own_entries(folder)
    path = next((entry.path for entry in own if entry.name.casefold() == name.casefold()), None)
    if path is None:
        known = ", ".join(entry.name for entry in own) or "none"
        raise InputError(f"no model of your own is named {name!r}: there are {known} in {folder}")
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed ({error.strerror}): check permissions") from error
    return path
