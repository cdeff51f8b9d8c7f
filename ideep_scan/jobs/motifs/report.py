"""Write the pages of motifs: a report per model and their overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path

import numpy as np

from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.motif_sets.meme import format_meme
from ideep_scan.formats.motif_tables import list_by_cluster
from ideep_scan.motifs.filter_tree import order_filters
from ideep_scan.motifs.sharing import find_own_match, find_shared, is_enriched, is_found, tabulate_strengths
from ideep_scan.records.learned_motif import Importance, KnownMatch, LearnedMotif, MotifCollection
from ideep_scan.records.pwm import Pwm
from track_hubs.manifest import Row
from track_hubs.motif_page import rows
from track_hubs.motif_page.overview import render_overview
from track_hubs.motif_page.report import OVERVIEW, render_report

_Known = Mapping[str, Pwm]
_MOST_MATCHES = 10  # known motifs of a learned one


def write_pages(folder: Path, collections: Sequence[MotifCollection], known: Sequence[Pwm]) -> None:
    """Write `MODEL.html` for each model, and `index.html`.

    Parameters
    ----------
    folder : Path
        Folder of the pages.
    collections : sequence of MotifCollection
        Motifs of the models.
    known : sequence of Pwm
        Known motifs, for their logos.

    Raises
    ------
    OutputError
        A page cannot be written.
    """
    matrices = {pwm.id: pwm for pwm in known}
    symbols = {pwm.symbol for pwm in known}
    reports = [
        describe_model(collection, matrices, has_known=collection.protein in symbols) for collection in collections
    ]
    for report in reports:
        _write(folder / f"{report.model}.html", render_report(report))
    _write(folder / OVERVIEW, render_overview(reports, describe_sharing(collections)))


def describe_model(collection: MotifCollection, known: _Known, *, has_known: bool) -> rows.ModelMotifs:
    """Describe the motifs of a model for its report.

    Parameters
    ----------
    collection : MotifCollection
        Its motifs.
    known : mapping of str to Pwm
        Known motifs by id.
    has_known : bool
        True if one of them is of the model's protein.

    Returns
    -------
    ModelMotifs
        Content of its report.
    """
    motifs = {motif.pwm.id: _describe_motif(motif, known) for motif in collection.motifs}
    clusters = [
        rows.Cluster([motifs[name] for name in cluster.members], cluster.copies, cluster.spacings)
        for cluster in collection.clusters
    ]
    own = find_own_match(collection)
    return rows.ModelMotifs(
        model=collection.model,
        protein=collection.protein,
        windows=collection.windows,
        bound=collection.bound,
        unbound=collection.unbound,
        clusters=clusters,
        tree=_describe_filters(collection),
        agreement=None if isnan(collection.agreement) else collection.agreement,
        has_known=has_known,
        own=own and rows.OwnMatch(motifs[own[0].pwm.id], _describe_match(own[1], known)),
        meme=format_meme([motif.pwm for _, motif in list_by_cluster(collection)]),
    )


def describe_sharing(collections: Sequence[MotifCollection]) -> rows.Sharing:
    """Describe the known motifs that models share, ordered by similarity.

    Parameters
    ----------
    collections : sequence of MotifCollection
        Motifs of the models.

    Returns
    -------
    Sharing
        Content of the heat map.
    """
    shared = find_shared(collections)
    models, symbols, strengths = tabulate_strengths(shared)
    return rows.Sharing(
        _order_names(models, strengths), _order_names(symbols, strengths.T), [rows.Shared(*entry) for entry in shared]
    )


def _order_names(names: Sequence[str], strengths: np.ndarray) -> list[str]:
    """Order names so that similar rows of a table are neighbours."""
    return [names[number] for number in order_filters(strengths[:, :, None]).order] if names else []


def _write(path: Path, page: str) -> None:
    with AtomicFile(path) as part:
        part.write_text(page, encoding="utf-8", errors="replace", newline="\n")


def _describe_motif(motif: LearnedMotif, known: _Known) -> rows.LearnedMotif:
    enrichment, importance = motif.enrichment, motif.importance
    return rows.LearnedMotif(
        id=motif.pwm.id,
        consensus=motif.pwm.name,
        origin=motif.origin,
        sites=motif.sites,
        information=motif.information,
        shares=_compute_shares(motif.pwm),
        contributions=None if motif.contributions is None else _list_rows(motif.contributions),
        enrichment=enrichment and rows.Enrichment(*enrichment, is_enriched=is_enriched(enrichment)),
        distances=motif.distances.tolist(),
        matches=[_describe_match(match, known) for match in motif.matches[:_MOST_MATCHES]],
        planted=importance and rows.Effect(importance.planted, importance.planted_low, importance.planted_high),
        removed=_describe_removal(importance),
    )


def _describe_removal(importance: Importance | None) -> rows.Effect | None:
    """Describe the effect of removing a motif; None if no bound window has a hit."""
    if importance is None or isnan(importance.removed):
        return None
    return rows.Effect(importance.removed, importance.removed_low, importance.removed_high)


def _describe_match(match: KnownMatch, known: _Known) -> rows.KnownMotif:
    pwm = known.get(match.id)
    shares = () if pwm is None else _compute_shares(pwm)
    return rows.KnownMotif(
        match.id,
        match.symbol,
        match.source,
        shares,
        p_value=match.p_value,
        e_value=match.e_value,
        offset=match.offset,
        is_found=is_found(match),
    )


def _describe_filters(collection: MotifCollection) -> rows.FilterTree:
    """Describe the weights of the filters; each filter that fires has a motif."""
    pwms = [motif.pwm for motif in collection.motifs if motif.origin == "filter"]
    numbers = {int(pwm.id.rpartition(".filter")[2]): pwm for pwm in pwms}
    firing = [numbers.get(number) for number in range(len(collection.filters))]
    return rows.FilterTree(
        [_list_rows(matrix.T) for matrix in collection.filters],
        [pwm.id if pwm else "" for pwm in firing],
        [pwm.name if pwm else "" for pwm in firing],
        collection.silent,
        *order_filters(collection.filters),
    )


def _compute_shares(pwm: Pwm) -> list[Row]:
    """Compute the shares of the bases at each position."""
    return _list_rows(pwm.counts / np.maximum(pwm.counts.sum(axis=1, keepdims=True), 1e-12))


def _list_rows(matrix: np.ndarray) -> list[Row]:
    """List the rows of an array (positions, 4)."""
    return [(a, c, g, u) for a, c, g, u in matrix.tolist()]
