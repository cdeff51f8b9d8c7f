"""Routes for sites, genes and variants: their paths, and the files that they read."""

from __future__ import annotations

from pathlib import Path

from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.serve_run import LATE
from ideep_scan.jobs.view.session import RunSession
from ideep_scan.jobs.view.site_routes import list_site_tables, make_site_routes
from ideep_scan.jobs.view.sites import SiteTable
from track_hubs.run_page.script_data import GroupFiles, PageFiles


def test_tables_of_sites_are_those_beside_the_sites_that_the_server_sends(tmp_path):
    served = frozenset(tmp_path / name for name in ("one/hits/A.tsv.gz", "two/hits/A.tsv.gz", "secret.tsv.gz"))
    groups = {"B": "hits/B.bb", "A": "../one/hits/A.bb", "A2": "../two/hits/A.bed.gz", "none": None}
    shown = PageFiles([GroupFiles(name, {}, path) for name, path in groups.items()])
    assert list_site_tables(shown, tmp_path / "hub", served) == [
        SiteTable("A", tmp_path / "one/hits/A.tsv.gz"),
        SiteTable("A2", tmp_path / "two/hits/A.tsv.gz"),
    ]


def test_late_routes_have_the_paths_that_the_server_knows(tmp_path: Path) -> None:
    session = RunSession(tmp_path, ())
    routes = make_site_routes(
        PageFiles(), [], GeneModels(None, {}), folder=tmp_path, served=frozenset(), session=session, measured=[]
    )
    assert sorted(routes) == sorted(LATE)
