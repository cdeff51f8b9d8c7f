"""A finished run's folder to what browsers open: hub, session, page, descriptions. It computes no score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from track_hubs.atomic_file import replace, temporary_name
from track_hubs.description_pages import group_page, run_page
from track_hubs.hub_names import RUN_PAGE, page_of, track_names
from track_hubs.igv import SESSION, session_text
from track_hubs.manifest import MANIFEST, HubError, Manifest, from_json, named_paths
from track_hubs.run_page import loci
from track_hubs.run_page.index_page import Locus, page_text
from track_hubs.ucsc import hub_text

_SHOWN = 4  # groups that every browser shows at first
_PICTURES, _NT = 6, 1500  # pictures in all, one a group at least; nt of a picture
_LARGEST = 1 << 28  # bytes of a manifest
_ROWS, _LEAST = 30, 5  # rows of the table: in all, but so many for each group at least


def render(out_dir: str | Path) -> list[Path]:
    """Write hub.txt, igv_session.xml, index.html and descriptions/*.html from the folder's manifest.json.

    Returns
    -------
    The files written, all of them or none.

    Raises
    ------
    HubError : the manifest or a file it names is missing or damaged, or the folder cannot be written.
    """
    folder = Path(out_dir)
    return render_manifest(folder, read_manifest(folder))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run's folder.

    Raises
    ------
    HubError : there is none, or none that can be used, or it names a file that a symbolic link puts elsewhere.
    """
    manifest = load_manifest(folder / MANIFEST)
    root = folder.resolve()
    for name in named_paths(manifest):
        if not (root / name).resolve().is_relative_to(root):
            raise HubError(f"{folder / name}: is a symbolic link out of the run's folder; put the file itself there")
    return manifest


def load_manifest(path: Path) -> Manifest:
    """Read a manifest, without a look at the files that it names.

    Raises
    ------
    HubError
        There is none, or none that can be used.
    """
    try:
        if path.exists() and not path.is_file():
            raise HubError(f"{path}: is not a file")
        if path.stat().st_size > _LARGEST:
            raise HubError(f"{path}: is larger than {_LARGEST:,} bytes; is this the output folder of a finished run?")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise HubError(f"{path.parent}: no {path.name}; is this the output folder of a finished run?") from error
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"{path}: cannot be read ({error})") from error
    try:
        return from_json(text)
    except HubError as error:
        raise HubError(f"{path.parent}/{error}") from error


def render_manifest(
    folder: Path, manifest: Manifest, sessions: Mapping[str, Manifest] | None = None, staging: Path | None = None
) -> list[Path]:
    """As `render`, for a manifest at hand, whose paths are relative to `folder`.

    Parameters
    ----------
    sessions : file name -> the manifest with paths as that session of IGV has them; None = one session, relative paths.
    staging : Path, optional
        The folder to write into, and to look for files in that are not in `folder` yet. By default this is `folder`.
    """
    staging = staging or folder
    _check_files(folder, manifest, staging)
    top = _strongest(folder, manifest)
    pictures = _pictures(folder, manifest, top)
    view = _view(folder, manifest, top)
    names = track_names(manifest)
    texts = {
        "hub.txt": hub_text(manifest, view),
        "index.html": page_text(manifest, _rows(folder, manifest, top), pictures, view),
    }
    texts[RUN_PAGE] = run_page(manifest)
    texts |= {page_of(names[group]): group_page(manifest, group) for group in manifest.groups}
    texts |= {name: session_text(placed, view) for name, placed in (sessions or {SESSION: manifest}).items()}
    return _write(staging, texts)


def _check_files(folder: Path, manifest: Manifest, staging: Path) -> None:
    named = [track.path for track in manifest.tracks]
    assembly = manifest.assembly
    named += [path for path in (assembly.fasta, assembly.genes, assembly.two_bit) if path]
    for path in named:
        if not (folder / path).is_file() and not (staging / path).is_file():
            raise HubError(f"{folder / path}: named in manifest.json but not there; run the scan again")


def _strongest(folder: Path, manifest: Manifest) -> list[tuple[str, loci.Site]]:
    """Strongest sites of all groups as (group, site), best first."""
    found = []
    for group in manifest.groups:
        for track in manifest.of(group, "sites", "bed"):
            found += [(group, site) for site in loci.strongest(folder / track.path, 8 * _ROWS)]
    return sorted(found, key=lambda pair: -pair[1].score)


def _rows(folder: Path, manifest: Manifest, top: list[tuple[str, loci.Site]]) -> list[loci.Found]:
    """The rows of the table: the strongest sites of each group, with the columns of its bigBed, best first."""
    each = max(_LEAST, _ROWS // max(1, len(manifest.groups)))
    rows = []
    for group in manifest.groups:
        sites = [site for name, site in top if name == group][:each]
        tables = manifest.of(group, "sites", "bigBed")
        found = loci.columns(folder / tables[0].path, sites, tables[0].extra_names) if tables else [{} for _ in sites]
        rows += [loci.Found(group, site, columns) for site, columns in zip(sites, found, strict=True)]
    return sorted(rows, key=lambda row: -row.site.score)


def _view(folder: Path, manifest: Manifest, top: list[tuple[str, loci.Site]]) -> str | None:
    """Where browsers begin: the strongest site of the groups that all of them show, or else the highest score."""
    shown = manifest.groups[:_SHOWN]
    strongest = [site for group, site in top if group in shown][:1] or [site for _, site in top][:1]
    for _, window in loci.apart(strongest, 1, _NT, manifest.assembly.sizes):
        return window.text
    scores = [track for track in manifest.tracks if (track.role, track.kind) == ("score", "bigWig")]
    highest = loci.highest([folder / track.path for track in scores], _NT)
    return None if highest is None else highest.text


def _pictures(folder: Path, manifest: Manifest, top: list[tuple[str, loci.Site]]) -> list[Locus]:
    each = max(1, _PICTURES // max(1, len(manifest.groups)))
    sizes = manifest.assembly.sizes
    chosen = [
        (group, *pair)
        for group in manifest.groups
        for pair in loci.apart([site for name, site in top if name == group], each, _NT, sizes)
    ]
    windows = [window for _, _, window in chosen]
    models = loci.genes(folder / manifest.assembly.genes, windows) if manifest.assembly.genes else []
    found = []
    for group, site, window in chosen:
        tracks = {track.strand: track for track in manifest.of(group, "score", "bigWig")}
        unscored = [float("nan")] * (window.end - window.start)
        plus, minus = (
            loci.values(folder / tracks[strand].path, window) if strand in tracks else unscored for strand in ("+", "-")
        )
        track = manifest.of(group, "sites", "bed")[0]
        near = [s for s in loci.sites(folder / track.path) if window.overlaps(s.chrom, s.start, s.end)]
        shown = [gene for gene in models if window.overlaps(gene.chrom, gene.start, gene.end)]
        color = next(iter(tracks.values()), track).color
        found.append(Locus(group, site, window, plus, minus, near, shown, color))
    return found


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """All files under their final names, or none of them."""
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
