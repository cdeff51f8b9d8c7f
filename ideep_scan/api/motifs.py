"""Motifs of models from Python."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ideep_scan.api.arguments import File, as_names
from ideep_scan.errors import InputError
from ideep_scan.formats.motif_collections import read_collection
from ideep_scan.formats.motif_tables import MOTIF_COLUMNS, list_motif_fields
from ideep_scan.models.store import choose_entries
from ideep_scan.models.store_names import DEFAULT
from ideep_scan.records.learned_motif import MotifCollection


def open_motifs(models: File | Iterable[File], *, model: str = DEFAULT) -> list[MotifCollection]:
    """Read what bundled models have learned: motifs with their matrices, and clusters.

    Parameters
    ----------
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, `all` or `all-experiments`.
    model : {'shared', 'ideep'}, optional
        Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.

    Returns
    -------
    list of MotifCollection
        One per model, in their order.
        A motif has its counts as `motif.pwm.counts`, a float array (width, 4) for A C G U, 5'→3'.

    Raises
    ------
    InputError
        A name is unknown, or the package has no motifs of a model.

    Examples
    --------
    >>> (collection,) = open_motifs("ELAVL1")
    >>> collection.protein
    'ELAVL1'
    >>> collection.motifs[0].pwm.counts.shape[1]
    4
    """
    collections = []
    for entry in choose_entries(as_names(models), model):
        collection = read_collection(model, entry.name)
        if collection is None:
            raise InputError(f"the package has no motifs of the model {entry.name}: `ideep-scan motifs` computes them")
        collections.append(collection)
    return collections


def list_motifs(models: File | Iterable[File], *, model: str = DEFAULT) -> pd.DataFrame:
    """List the motifs that bundled models have learned.

    Parameters
    ----------
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, `all` or `all-experiments`.
    model : {'shared', 'ideep'}, optional
        Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.

    Returns
    -------
    DataFrame
        One row per motif, with the columns of `MODEL.tsv` of `ideep-scan motifs` after `model`.
        Motifs of a cluster are together, the strongest clusters first.
        NaN means unknown.

    Raises
    ------
    InputError
        A name is unknown, or the package has no motifs of a model.

    Examples
    --------
    >>> table = list_motifs("ELAVL1")
    >>> bool((table.q.dropna() <= 1).all())
    True
    """
    rows = [
        (collection.model, *fields)
        for collection in open_motifs(models, model=model)
        for fields in list_motif_fields(collection)
    ]
    table = pd.DataFrame(rows, columns=["model", *MOTIF_COLUMNS])
    return table.replace({None: np.nan})
