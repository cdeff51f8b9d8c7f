"""Motifs that models have learned, from the collections of the package."""

from __future__ import annotations

from collections.abc import Sequence

from ideep_scan.formats.motif_collections import find_archive, read_collections
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.store_names import STORES
from ideep_scan.motifs.representatives import choose_representatives
from ideep_scan.records.pwm import Pwm


def read_learned_pwms(bundles: Sequence[ModelBundle]) -> list[tuple[Pwm, ...]]:
    """Read the motifs that each model has learned.

    A collection belongs to a model if it was made with the model's weights.

    Parameters
    ----------
    bundles : sequence of ModelBundle
        Models.

    Returns
    -------
    list of tuple of Pwm
        The motifs of each model (`choose_representatives`); none for a model without a collection.

    Raises
    ------
    InputError
        A collection is damaged.
    """
    paths = [path for store in STORES if (path := find_archive(store)).is_file()]
    names = [bundle.name for bundle in bundles]
    pwms = {
        collection.digest: tuple(motif.pwm for motif in choose_representatives(collection))
        for path in paths
        for collection in read_collections(path, names, leaders=True)
    }
    return [pwms.get(bundle.weights_digest, ()) if pwms else () for bundle in bundles]
