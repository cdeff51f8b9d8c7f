"""Save a page in one file about some genes or places of a run, which opens without a server and without a network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.bigbed_rows import Row, read_named_rows, read_score
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.scan_regions import parse_region, resolve_place
from ideep_scan.jobs.output_folder.publication import settle
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.reference import Reference
from ideep_scan.jobs.view.transcript_drawing import DrawnFiles, TranscriptDrawing, View
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.span import STRANDS, Region
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.transcript_pieces import TranscriptMap
from track_hubs.manifest import MANIFEST, Manifest
from track_hubs.run_page.saved_page import SavedDrawing, SavedSite, render_saved_page

MAX_SIZE = 5_000_000  # bytes of a page
_MAX_ISOFORMS = 8  # of a gene
_MAX_OPEN = 4  # groups with a row of their own at first
_MAX_INTERVALS = 20_000  # sites, and motif hits, of a drawing
_MAX_LETTERS = 200_000  # nt of a transcript whose introns have letters too
_MAX_LOCUS = 1_000_000  # nt


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page that was written.

    Attributes
    ----------
    path : Path
        The file.
    size : int
        Its bytes.
    notes : tuple of str
        Remarks for the user, one line each.
    """

    path: Path
    size: int
    notes: tuple[str, ...]


def save_page(
    out: Path,
    path: Path,
    *,
    genes: Sequence[str] = (),
    loci: Sequence[str] = (),
    proteins: Sequence[str] = (),
    overwrite: bool = False,
) -> SavedPage:
    """Save a page about genes and places of a run.

    Parameters
    ----------
    out : Path
        Folder of the run.
    path : Path
        The page, ending in .html.
    genes : sequence of str
        Symbols of genes, or accessions of transcripts.
    loci : sequence of str
        Places as chr:start-end, 1-based.
    proteins : sequence of str
        Models of the run; all if there is none.
    overwrite : bool
        Replace an earlier file.

    Raises
    ------
    InputError
        There is no run, it lacks a gene, place or model, the file exists, or the page would be too large.
    OutputError
        The page cannot be written.
    """
    _check_path(path, overwrite)
    if not genes and not loci:
        raise InputError("--save needs at least one --gene NAME or --locus chr:start-end")
    folder = out.resolve()
    settle(folder)
    if not (folder / MANIFEST).is_file():
        raise InputError(f"holds no {MANIFEST}: --save needs the folder of one finished run", out)
    manifest = _select_groups(read_scan_manifest(folder), proteins)
    saver = _Saver(folder, manifest)
    for gene in dict.fromkeys(genes):
        saver.add_gene(gene)
    for locus in dict.fromkeys(loci):
        saver.add_locus(locus)
    title = ", ".join(dict.fromkeys(drawing.gene for drawing in saver.drawings))
    page = render_saved_page(manifest, title, saver.drawings, saver.sites, saver.choose_open(bool(proteins)))
    content = page.encode()
    if len(content) > MAX_SIZE:
        raise InputError(
            f"the page would have {len(content) / 1e6:.1f} MB, more than {MAX_SIZE / 1e6:.0f} MB: save fewer genes, "
            "smaller places, or fewer proteins (--rbp NAME)"
        )
    with AtomicFile(path) as part:
        part.write_bytes(content)
    return SavedPage(path, len(content), tuple(saver.notes))


def _check_path(path: Path, overwrite: bool) -> None:
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError("is not the name of a page: give --save a name that ends in .html", path)
    if path.is_dir():
        raise InputError("is a folder: give --save the name of a file", path)
    if path.exists() and not overwrite:
        raise InputError("exists already: give another name, or pass --overwrite", path)


def _select_groups(manifest: Manifest, proteins: Sequence[str]) -> Manifest:
    """Keep the tracks of some models or proteins."""
    if not proteins:
        return manifest
    names: dict[str, list[str]] = {}
    for group in manifest.groups:
        model = manifest.models.get(group)
        for name in {group.casefold(), model.protein.casefold() if model else group.casefold()}:
            names.setdefault(name, []).append(group)
    chosen: dict[str, None] = {}
    for protein in proteins:
        if protein.casefold() not in names:
            similar = get_close_matches(protein.casefold(), names, 3)
            hint = f"; similar names: {', '.join(names[name][0] for name in similar)}" if similar else ""
            raise InputError(f"--rbp {protein}: is not a model of this run{hint}")
        chosen |= dict.fromkeys(names[protein.casefold()])
    return replace(manifest, tracks=tuple(track for track in manifest.tracks if track.group in chosen))


class _Saver:
    """Collect drawings and sites of genes and places."""

    def __init__(self, folder: Path, manifest: Manifest):
        self.drawings: list[SavedDrawing] = []
        self.sites: list[SavedSite] = []
        self.notes: list[str] = []
        assembly = manifest.assembly
        self._groups = manifest.groups
        self._sizes = assembly.sizes
        self._files = [_find_files(folder, manifest, group) for group in self._groups]
        genes = folder / assembly.genes if assembly.genes else None
        drawing = TranscriptDrawing(self._files, GeneModels(genes, assembly.sizes if assembly.are_transcripts else {}))
        self._drawing = drawing
        self._reference = Reference(folder, manifest)
        if not any(files.scores for files in self._files):
            raise InputError("holds no bigWigs, which a saved page needs: scan again without --format zarr", folder)

    def add_gene(self, name: str) -> None:
        """Add the isoforms of a gene, the one that is drawn at first before the others."""
        isoforms, chosen = self._drawing.find(name)
        others = sorted(isoforms.lengths, key=lambda isoform: (isoform != chosen, -isoforms.lengths[isoform]))
        gene = isoforms.get_transcript(chosen).gene_name
        if len(others) > _MAX_ISOFORMS:
            self.notes.append(f"{gene}: {len(others) - _MAX_ISOFORMS} of {len(others)} transcripts are not in the page")
        self._add(isoforms, others[:_MAX_ISOFORMS])

    def add_locus(self, text: str) -> None:
        """Add a place, a drawing for each strand."""
        place = _read_locus(text, self._sizes)
        exons = np.array([(place.start, place.end)], np.int64)
        name = f"{place.chrom}:{place.start + 1}-{place.end}"
        strands = [
            Transcript(f"{name} {word} strand", name, name, place.chrom, strand, exons)
            for strand, word in zip(STRANDS, ("plus", "minus"), strict=True)
        ]
        isoforms = Isoforms(strands, {place.chrom: place.end})
        self._add(isoforms, [transcript.id for transcript in strands], is_locus=True)

    def choose_open(self, all_named: bool) -> list[str]:
        """Choose the groups with a row of their own at first: the named ones, or the first gene's strongest."""
        strongest: dict[str, float] = {}
        for site in [site for site in self.sites if site.gene == self.drawings[0].gene]:
            strongest[site.group] = max(site.score, strongest.get(site.group, 0.0))
        ranked = sorted(self._groups, key=lambda group: -strongest.get(group, 0.0))
        return ranked if all_named and len(ranked) <= 2 * _MAX_OPEN else ranked[:_MAX_OPEN]

    def _add(self, isoforms: Isoforms, names: Sequence[str], is_locus: bool = False) -> None:
        """Add drawings and the sites of their extents."""
        view = View(sites=range(len(self._groups)), limit=_MAX_INTERVALS)
        transcripts = [isoforms.get_transcript(name) for name in names]
        is_scored = False
        for name, transcript in zip(names, transcripts, strict=True):
            head, rows = self._drawing.draw(isoforms, name, view)
            self.notes += [note for note in head["problems"] if note not in self.notes]
            is_scored |= bool((rows != 255).any())
            head["letters"] = list(self._read_letters(TranscriptMap(transcript)))
            head["locus"] = is_locus
            answer = json.dumps(head, separators=(",", ":")).encode() + b"\n" + rows.tobytes()
            self.drawings.append(SavedDrawing(transcript.gene_name, name, answer))
        gene = transcripts[0].gene_name
        if not is_scored:
            raise InputError(f"{gene}: nothing was scored there in this run; choose what was scanned")
        earlier = {(site.group, site.name, site.place) for site in self.sites}
        sites = self._read_sites(gene, transcripts)
        self.sites += [site for site in sites if (site.group, site.name, site.place) not in earlier]

    def _read_letters(self, places: TranscriptMap) -> Iterator[tuple[int, str]]:
        """Read the letters of a transcript, of its exons only if it is long: place of the first one, and the text."""
        transcript = places.transcript
        blocks = transcript.exons.tolist()
        if len(places) <= _MAX_LETTERS:
            blocks = [(transcript.start, transcript.end)]
        for start, end in blocks:
            text = self._reference.read(transcript.chrom, start, end, transcript.strand)
            interval = places.find_interval(start, end)
            if text and interval is not None:
                yield interval[0], text

    def _read_sites(self, gene: str, transcripts: Sequence[Transcript]) -> Iterator[SavedSite]:
        """Read the sites of a gene, each once."""
        for group, files in zip(self._groups, self._files, strict=True):
            if files.sites is None:
                continue
            rows: dict[tuple[str, str, str], Row] = {}
            for transcript in transcripts:
                overlapping = read_named_rows(files.sites, transcript.chrom, transcript.start, transcript.end)
                rows |= {
                    (row["name"], row["chromStart"], row["strand"]): row
                    for row in overlapping
                    if row["strand"] == transcript.strand
                }
            yield from _describe_sites(group, gene, rows.values())


def _describe_sites(group: str, gene: str, rows: Iterable[Row]) -> Iterator[SavedSite]:
    for row in rows:
        place = f"{row['chrom']}:{int(row['chromStart']) + 1:,}-{int(row['chromEnd']):,}"
        score = read_score(row)
        columns = {name: text for name, text in row.items() if text not in ("", ".")}
        yield SavedSite(group, gene, row["name"], place, row["strand"], score, columns)


def _find_files(folder: Path, manifest: Manifest, group: str) -> DrawnFiles:
    """Find the files of a group."""

    def find(role: str) -> Path | None:
        tracks = manifest.of(group, role, "bigBed") + manifest.of(group, role, "bed")  # type: ignore[arg-type]
        return folder / tracks[0].path if tracks else None

    tracks = manifest.of(group, "score", "bigWig")
    scores: dict[str, Path] = {track.strand or "+": folder / track.path for track in tracks}
    return DrawnFiles(scores, find("sites"), find("motifs"))


def _read_locus(text: str, sizes: dict[str, int]) -> Region:
    """Read a place."""
    if ":" not in text:
        raise InputError(f"--locus {text}: give a place as chr:start-end, or the name of a gene by --gene")
    chrom, start, end = resolve_place(parse_region(text), ContigResolver(sizes))
    if end - start > _MAX_LOCUS:
        raise InputError(f"--locus {text}: has {end - start:,} nt; give up to {_MAX_LOCUS:,}")
    return Region(chrom, start, end)
