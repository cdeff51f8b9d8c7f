"""Routes of a run's page for sites, genes, variants and files of the user."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.gene_page import GenePage
from ideep_scan.jobs.view.measured import FOLDER, Measured, MeasuredFile, SitesInView
from ideep_scan.jobs.view.page_files import find_served
from ideep_scan.jobs.view.session import RunSession
from ideep_scan.jobs.view.site import ModelFiles, SiteExplanation
from ideep_scan.jobs.view.site_evidence import SiteEvidence
from ideep_scan.jobs.view.sites import Sites, SiteTable
from ideep_scan.jobs.view.transcript_drawing import DrawnFiles
from ideep_scan.jobs.view.variant import VariantRoute
from track_hubs.run_page.script_data import PageFiles
from track_hubs.server.http_server import Route


def make_site_routes(
    shown: PageFiles,
    groups: Sequence[DrawnFiles],
    genes: GeneModels,
    *,
    folder: Path,
    served: frozenset[Path],
    session: RunSession,
    measured: Sequence[MeasuredFile],
) -> dict[str, Route]:
    """Make the routes by their paths.

    Parameters
    ----------
    shown : PageFiles
        Files that the page names.
    groups : sequence of DrawnFiles
        Those of each group that the server sends.
    genes : GeneModels
        Genes of the run.
    folder : Path
        Folder of the page.
    served : frozenset of Path
        All files that the server sends.
    session : RunSession
        Models and inputs of the run.
    measured : sequence of MeasuredFile
        Files of the user.
    """
    sites = Sites(list_site_tables(shown, folder, served), list(shown.contigs))
    scores = {part.name: drawn.scores for part, drawn in zip(shown.groups, groups, strict=True)}
    return {
        "run/sites": sites.answer,
        "run/sites.tsv": sites.download,
        "run/gene": GenePage(genes, sites, scores).answer,
        "run/session": session.answer,
        "run/site": SiteExplanation(list_model_files(shown, groups), genes, shown.contigs, folder).answer,
        "run/evidence": SiteEvidence(session).answer,
        "run/variant": VariantRoute(session).answer,
        FOLDER: Measured(measured).answer,
        "run/summits": SitesInView(sites).answer,
    }


def list_site_tables(shown: PageFiles, folder: Path, served: frozenset[Path]) -> list[SiteTable]:
    """List the tables of sites of the groups on a page, beside their bigBeds or BEDs; only those that the server sends.

    The files of the sites of a model differ by their endings only, as `formats.site_files` writes them.
    """
    tables = []
    for group in shown.groups:
        stem = (group.sites or "").removesuffix(".bb").removesuffix(".bed.gz")
        path = find_served(folder, f"{stem}.tsv.gz", served)
        if path is not None:
            tables.append(SiteTable(group.name, path))
    return tables


def list_model_files(shown: PageFiles, groups: Sequence[DrawnFiles]) -> list[ModelFiles]:
    """Name the files of the sites and motif hits of each group on a page."""
    return [ModelFiles(one.name, drawn.sites, drawn.motifs) for one, drawn in zip(shown.groups, groups, strict=True)]
