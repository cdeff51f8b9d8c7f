"""Render the files that browsers open from a run's manifest: hub, IGV session, page and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from track_hubs.atomic_file import replace, temporary_name
from track_hubs.description_pages import render_group_page, render_run_page, render_variants_page
from track_hubs.hub_names import RUN_PAGE, TRANSCRIPTS_PAGE, VARIANTS_PAGE, make_track_names, name_page
from track_hubs.igv import SESSION, render_session
from track_hubs.manifest import HubError, Manifest
from track_hubs.manifest_file import read_manifest
from track_hubs.run_page import loci
from track_hubs.run_page.index_page import Locus, render_page
from track_hubs.run_page.transcripts import read_transcripts
from track_hubs.run_page.transcripts_page import render_transcripts_page
from track_hubs.run_page.variant_rows import VariantList, read_strongest_variants
from track_hubs.ucsc import render_hub

_VISIBLE_GROUPS = 4  # groups that all browsers show at first
_PICTURES, _MOST_PICTURES = 6, 20  # number of pictures, at least one for each of the strongest groups
_PICTURE_NT = 1500  # nt of a picture
_VARIANTS, _MODEL_VARIANTS = 300, 20  # rows of the list of variants: in total, and at least per model
_TRANSCRIPTS, _PANELS = 100, 4  # pictures of transcripts, and models in each
_ROWS, _GROUP_ROWS = 30, 5  # rows of the table of sites: in total, and at least per group


def render(out_dir: str | Path) -> list[Path]:
    """Write hub.txt, igv_session.xml, index.html and descriptions/*.html from the folder's manifest.json.

    A run on transcripts also gets transcripts.html, with a picture of each.

    Parameters
    ----------
    out_dir : str or Path
        Folder of a finished run.

    Returns
    -------
    list of Path
        The files, all of which are written, or none if an error is raised.

    Raises
    ------
    HubError
        The manifest or one of its files is missing or damaged, or the folder cannot be written.
    """
    folder = Path(out_dir)
    return render_manifest(folder, read_manifest(folder))


def render_manifest(
    folder: Path, manifest: Manifest, sessions: Mapping[str, Manifest] | None = None, staging: Path | None = None
) -> list[Path]:
    """Write the files of `render` from a manifest in memory.

    Parameters
    ----------
    folder : Path
        Folder that the manifest's paths are relative to.
    manifest : Manifest
        The manifest.
    sessions : mapping of str to Manifest, optional
        For each IGV session, its file name and the manifest with the paths of that session. By default there is one
        session with relative paths.
    staging : Path, optional
        Folder to write into. Files that are missing in `folder` are looked up here too. The default is `folder`.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    HubError
        A file of the manifest is missing or damaged, or the folder cannot be written.
    """
    staging = staging or folder
    _check_files(folder, manifest, staging)
    top = _strongest(folder, manifest)
    pictures = [] if manifest.assembly.are_transcripts else _pictures(folder, manifest, top)
    view = _view(folder, manifest, top)
    variants = _variants(folder, manifest, staging)
    names = make_track_names(manifest)
    texts = {
        "hub.txt": render_hub(manifest, view),
        "index.html": render_page(manifest, _rows(folder, manifest, top), pictures, view, variants=variants),
    }
    texts[RUN_PAGE] = render_run_page(manifest)
    texts |= {name_page(names[group]): render_group_page(manifest, group) for group in manifest.groups}
    if manifest.assembly.are_transcripts:
        transcripts = read_transcripts(folder, manifest, _TRANSCRIPTS, _PANELS)
        texts[TRANSCRIPTS_PAGE] = render_transcripts_page(manifest, transcripts)
    if manifest.variants:
        texts[VARIANTS_PAGE] = render_variants_page(manifest)
    texts |= {name: render_session(session, view) for name, session in (sessions or {SESSION: manifest}).items()}
    return _write(staging, texts)


def _check_files(folder: Path, manifest: Manifest, staging: Path) -> None:
    paths = [track.path for track in manifest.tracks]
    assembly = manifest.assembly
    paths += [path for path in (assembly.fasta, assembly.genes, assembly.two_bit) if path]
    for path in paths:
        if not (folder / path).is_file() and not (staging / path).is_file():
            raise HubError(f"{folder / path}: is listed in manifest.json but missing; run the scan again")


def _strongest(folder: Path, manifest: Manifest) -> list[tuple[str, loci.Site]]:
    """Return the strongest sites of all groups as (group, site), highest score first."""
    sites = []
    for group in manifest.groups:
        for track in manifest.of(group, "sites", "bed"):
            sites += [(group, site) for site in loci.read_strongest_sites(folder / track.path, 8 * _ROWS)]
    return sorted(sites, key=lambda pair: -pair[1].score)


def _rows(folder: Path, manifest: Manifest, top: list[tuple[str, loci.Site]]) -> list[loci.TableRow]:
    """Return the rows of the table: the strongest sites of each group with the columns of its bigBed."""
    limit = max(_GROUP_ROWS, _ROWS // max(1, len(manifest.groups)))
    rows = []
    for group in manifest.groups:
        sites = [site for name, site in top if name == group][:limit]
        columns: list[dict[str, str]] = [{} for _ in sites]
        for table in manifest.of(group, "sites", "bigBed")[:1]:
            columns = loci.read_site_columns(folder / table.path, sites, table.extra_names, bed_fields=table.bed_fields)
        rows += [loci.TableRow(group, *pair) for pair in zip(sites, columns, strict=True)]
    return sorted(rows, key=lambda row: -row.site.score)


def _variants(folder: Path, manifest: Manifest, staging: Path) -> VariantList:
    """Read the strongest variants. A file in `staging` replaces that in `folder`."""
    tracks = []
    for track in manifest.variants:
        new = staging / track.path
        tracks.append((new if new.is_file() else folder / track.path, track.extra_names))
    return read_strongest_variants(tracks, _VARIANTS, _MODEL_VARIANTS)


def _view(folder: Path, manifest: Manifest, top: list[tuple[str, loci.Site]]) -> str | None:
    """Return the first position of browsers: the strongest site of the visible groups, or else the highest score.

    It does not reach beyond the scores by more than a margin.
    """
    visible = manifest.groups[:_VISIBLE_GROUPS]
    strongest = [site for group, site in top if group in visible][:1] or [site for _, site in top][:1]
    scores = [track for track in manifest.tracks if (track.role, track.kind) == ("score", "bigWig")]
    shown = [folder / track.path for track in scores if track.group in visible]
    for _, window in loci.pick_separate_sites(strongest, 1, _PICTURE_NT, sizes=manifest.assembly.sizes):
        return loci.fit_to_scores(shown, window).text
    peak = loci.find_highest_window([folder / track.path for track in scores], _PICTURE_NT)
    return None if peak is None else loci.fit_to_scores(shown, peak).text


def _pictures(folder: Path, manifest: Manifest, top: list[tuple[str, loci.Site]]) -> list[Locus]:
    """Read the scores, sites and genes of the loci to draw."""
    limit = max(1, _PICTURES // max(1, len(manifest.groups)))
    strongest = list(dict.fromkeys(group for group, _ in top))[:_MOST_PICTURES]
    sizes = manifest.assembly.sizes
    selection = [
        (group, *pair)
        for group in manifest.groups
        if group in strongest
        for pair in loci.pick_separate_sites(
            [site for name, site in top if name == group], limit, _PICTURE_NT, sizes=sizes
        )
    ]
    windows = [window for _, _, window in selection]
    models = loci.read_genes(folder / manifest.assembly.genes, windows) if manifest.assembly.genes else []
    pictures = []
    for group, site, window in selection:
        tracks = {track.strand: track for track in manifest.of(group, "score", "bigWig")}
        unscored = [float("nan")] * (window.end - window.start)
        plus, minus = (
            loci.read_scores(folder / tracks[strand].path, window) if strand in tracks else unscored
            for strand in ("+", "-")
        )
        track = manifest.of(group, "sites", "bed")[0]
        sites = [s for s in loci.read_sites(folder / track.path) if any(window.overlaps(s.chrom, *p) for p in s.parts)]
        genes = [gene for gene in models if window.overlaps(gene.chrom, gene.start, gene.end)]
        color = next(iter(tracks.values()), track).color
        pictures.append(Locus(group, site, window, plus=plus, minus=minus, sites=sites, genes=genes, color=color))
    return pictures


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write all files, or none if one cannot be written."""
    parts: list[tuple[Path, Path]] = []
    try:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            parts.append((temporary_name(path), path))
            parts[-1][0].write_text(text, encoding="utf-8")
        for part, path in parts:
            replace(part, path)
    except OSError as error:
        raise HubError(f"{folder}: cannot be written ({error.strerror}); check free space and permissions") from error
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)
    return [path for _, path in parts]
