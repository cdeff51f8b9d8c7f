"""The page of transcripts: written for runs on transcripts only, with all text escaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from track_hubs.hub_names import list_pages
from track_hubs.manifest import Manifest, to_json
from track_hubs.manifest_file import read_manifest
from track_hubs.render import render
from track_hubs.run_page.transcripts import read_transcripts
from track_hubs.run_page.transcripts_page import render_transcripts_page


def of_transcripts(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    manifest = replace(manifest, assembly=replace(manifest.assembly, are_transcripts=True))
    (folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")
    return manifest


def test_a_run_on_transcripts_gets_the_page_and_a_genome_none(own_genome_run: Path) -> None:
    render(own_genome_run)
    assert not (own_genome_run / "transcripts.html").exists()
    manifest = of_transcripts(own_genome_run)
    written = render(own_genome_run)
    assert own_genome_run / "transcripts.html" in written
    assert "transcripts.html" in list_pages(manifest)
    index = (own_genome_run / "index.html").read_text()
    assert "href='transcripts.html'" in index
    assert "Pictures of the strongest sites" not in index


def test_the_page_counts_what_it_draws_and_escapes_names(own_genome_run: Path) -> None:
    manifest = of_transcripts(own_genome_run)
    page = render_transcripts_page(manifest, read_transcripts(own_genome_run, manifest, 100, 1))
    assert page.count("<figure ") == 2
    assert "All 2 transcripts" in page
    assert page.count("further models: 1, not drawn") == 2
    assert "minus strand" not in page
    page = render_transcripts_page(manifest, read_transcripts(own_genome_run, manifest, 1, 2))
    assert "The 1 of 2 transcripts with the strongest sites" in page
    assert "<C>" not in page
