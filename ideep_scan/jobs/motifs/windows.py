"""Bound and unbound windows of a report on motifs, from a FASTA of windows or from sites of a genome."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.formats.bed_sites import read_bed_sites
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.labelled_windows import read_labelled_windows
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.jobs.input_notes import list_input_notes
from ideep_scan.jobs.inputs import Evidence, open_scorers
from ideep_scan.jobs.motifs.settings import MotifSettings
from ideep_scan.jobs.strand_shares import StrandShares, compare_strands
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.contributions import read_codes
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.packed import PackedWindows
from ideep_scan.records.places import Places, group_by_strand
from ideep_scan.records.span import Span
from ideep_scan.scan.place_scores import mark_scorable_places

LEAST = 20  # bound windows, and unbound ones if there are any


@dataclass(frozen=True, eq=False)
class MotifWindows:
    """Windows with their features.

    Attributes
    ----------
    codes : np.ndarray
        Int8 array (n, width), 5'→3': 0 1 2 3 = A C G U, 4 = unknown.
    bound : np.ndarray
        Bool array (n,).
    features : Features
        Features of the n windows.
    description : str
        One sentence that names the windows.
    """

    codes: np.ndarray
    bound: np.ndarray
    features: Features
    description: str

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class OpenWindows:
    """Windows of a job, with what was opened to read them.

    Attributes
    ----------
    windows : MotifWindows
        The windows.
    evidence : Evidence
        What the models read.
    scorers : list of Scorer
        One per model.
    files : dict of str to InputFile
        The read files by their roles.
    notes : tuple of str
        Remarks for the user.
    """

    windows: MotifWindows
    evidence: Evidence
    scorers: list[Scorer]
    files: dict[str, InputFile]
    notes: tuple[str, ...]


class _PlacedWindows(NamedTuple):
    """Windows that can be scored: what makes their features, their centres, True for bound ones, and remarks."""

    featurizer: Featurizer
    places: Places
    bound: np.ndarray
    notes: tuple[str, ...]


def open_windows(settings: MotifSettings, bundles: Sequence[ModelBundle], stack: ExitStack) -> OpenWindows:
    """Read the windows that the settings name, and compute their features.

    Parameters
    ----------
    settings : MotifSettings
        Settings with `windows` or `sites`.
    bundles : sequence of ModelBundle
        Models, with one spec.
    stack : ExitStack
        Closes what is opened.

    Returns
    -------
    OpenWindows
        The windows that can be scored.

    Raises
    ------
    InputError
        An input cannot be used, or has fewer windows than are needed.
    """
    main = settings.windows or settings.sites
    assert main is not None
    paths = {"windows": main} | ({} if settings.background is None else {"background": settings.background})
    files = {role: InputFile(path) for role, path in paths.items()}
    genome = None
    if settings.fasta is not None:
        genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
        files |= genome.files
    evidence, scorers = open_scorers(settings, bundles, genome, stack)
    if genome is None:
        placed = _read_windows(settings, main, evidence.featurizer)
    else:
        placed = _read_sites(settings, main, evidence.featurizer, genome)
    _check_counts(placed.bound, main, settings.background)
    features = compute_features(placed.featurizer, placed.places)
    named = main.name if settings.background is None else f"{main.name} and {settings.background.name}"
    windows = MotifWindows(read_codes(features.windows["sequence"]), placed.bound, features, f"windows of {named}")
    shares = None if evidence.regions is None else _compare_bound(placed, evidence.regions)
    strand_notes = () if shares is None else shares.notes(main.name)
    return OpenWindows(
        windows,
        evidence,
        scorers,
        files | dict(evidence.files),
        (*list_input_notes(genome, evidence, scorers), *placed.notes, *strand_notes),
    )


def _compare_bound(placed: _PlacedWindows, regions: RegionMap) -> StrandShares | None:
    """Compare the bound sites with transcripts."""
    bound = placed.places[placed.bound]
    rows = group_by_strand(bound.chrom, bound.strand)
    return compare_strands({key: bound.centre[indices] for key, indices in rows.items()}, regions)


def _read_windows(settings: MotifSettings, main: Path, featurizer: Featurizer) -> _PlacedWindows:
    """Read FASTA files of windows."""
    spec = featurizer.spec
    exclusions, codes, labels = [], [], []
    for path, default in ((main, 1), (settings.background, 0)):
        if path is None:
            continue
        excluded = Exclusions(path, "window", settings.strict)
        count = 0
        for window in read_labelled_windows(path, spec.window):
            count += 1
            if window.label is not None and settings.background is not None:
                raise InputError(
                    f"the header of {window.name} has a class, beside --background: leave one of them out",
                    path,
                    window.line,
                )
            if window.codes[spec.half] == UNKNOWN or (window.codes == UNKNOWN).sum() > spec.max_unknown:
                excluded.add("with too many unknown bases", window.name, window.line)
                continue
            codes.append(window.codes)
            labels.append(default if window.label is None else window.label)
        excluded.check(count - excluded.count)
        exclusions.append(excluded)
    packed = PackedWindows(codes, spec.window)
    notes = tuple(note for excluded in exclusions for note in excluded.notes())
    return _PlacedWindows(featurizer.with_sequence(packed), packed.places(), np.array(labels, bool), notes)


def _read_sites(settings: MotifSettings, main: Path, featurizer: Featurizer, genome: Genome) -> _PlacedWindows:
    """Read BED files of sites."""
    parts, labels, notes = [], [], []
    for path, label in ((main, True), (settings.background, False)):
        if path is None:
            continue
        exclusions = Exclusions(path, "site", settings.strict)
        sites = list(read_bed_sites(path, genome.resolver, exclusions))
        exclusions.check(len(sites) - exclusions.count)
        spans = [(site.contig, site.span) for site in sites if site.contig is not None and isinstance(site.span, Span)]
        rows = [(contig, span.strand, span.centre) for contig, span in spans]
        chrom, strand, centre = zip(*rows, strict=True) if rows else ((), (), ())
        places = Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))
        known = mark_scorable_places(places, featurizer)
        if not known.all():
            notes.append(f"{path.name}: {int((~known).sum()):,} sites with too many unknown bases are left out")
        parts.append(places[known])
        labels.append(np.full(int(known.sum()), label))
        notes += exclusions.notes()
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ("chrom", "strand", "centre"))
    return _PlacedWindows(featurizer, Places(*columns), np.concatenate(labels), tuple(notes))


def _check_counts(bound: np.ndarray, main: Path, background: Path | None) -> None:
    """Raise InputError if there are too few windows of a class."""
    counts = int(bound.sum()), int((~bound).sum())
    if counts[0] < LEAST:
        raise InputError(f"has {counts[0]} bound windows that can be scored; give at least {LEAST}", main)
    if counts[1] < LEAST and (counts[1] or background is not None):
        path = main if background is None else background
        raise InputError(f"has {counts[1]} unbound windows that can be scored; give at least {LEAST}, or none", path)
