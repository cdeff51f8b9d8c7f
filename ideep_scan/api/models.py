"""Models by name: list the bundled ones, open one."""

from __future__ import annotations

import pandas as pd

from ideep_scan.api.arguments import File
from ideep_scan.cli.card import COLUMNS, row
from ideep_scan.errors import InputError
from ideep_scan.models.bundle import ModelBundle, load_bundle
from ideep_scan.models.store import choose_entries, list_entries
from ideep_scan.models.store_names import DEFAULT

_NUMBERS = ("AUC", "auPRC", "lowest_fdr")


def list_models(model: str = DEFAULT) -> pd.DataFrame:
    """List the bundled models.

    Parameters
    ----------
    model : {'shared', 'ideep'}, optional
        Models of the network that all proteins share, or the separate ones of the iDeep paper.

    Returns
    -------
    DataFrame
        One row per model.
        `name`, `protein`, `aliases`, `experiment` and `protocol` are texts; '.' means that the card does not say.
        `AUC` and `auPRC` (float, 0-1) are those of the published test windows, given FASTA and annotation.
        `lowest_fdr` (float, 0-1) is the lowest expected false share that the model reaches at its own prior.
        NaN means that the figure is unknown.
        `recommended` (bool) marks the model that the protein's symbol and aliases mean.

    Examples
    --------
    >>> models = list_models("ideep")
    >>> len(models)
    31
    >>> models.loc[models.name == "ELAVL1", "protocol"].item()
    'PAR-CLIP'
    """
    table = pd.DataFrame([row(entry) for entry in list_entries(model)], columns=list(COLUMNS))
    for column in _NUMBERS:
        table[column] = pd.to_numeric(table[column], errors="coerce")
    table["recommended"] = table["recommended"] == "yes"
    return table


def open_model(name: File, model: str = DEFAULT) -> ModelBundle:
    """Open one model.

    Parameters
    ----------
    name : str or path
        Gene symbol, alias, experiment, or path of a bundle (.safetensors).
    model : {'shared', 'ideep'}, optional
        Networks that a name means: one shared by all proteins, or the separate ones of the iDeep paper.

    Returns
    -------
    ModelBundle
        Name, protein, feature spec, network (torch, in evaluation mode, float32, on the CPU), card and calibration.

    Raises
    ------
    InputError
        The name is unknown or means several models, or the file is missing, damaged or not a bundle.
    SpecMismatch
        The bundle was trained on features of another version of the program.

    Examples
    --------
    >>> model = open_model("HuR")
    >>> model.name, model.spec.window, model.modalities
    ('ELAVL1', 101, ('sequence', 'region'))
    """
    entries = choose_entries([str(name)], model)
    if len(entries) != 1:
        raise InputError(f"{name!r} means {len(entries)} models: name one of them")
    return load_bundle(entries[0].path, entries[0].name)
