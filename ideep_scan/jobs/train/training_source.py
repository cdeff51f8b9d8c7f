"""Windows to train on, from lists of sites on a genome or from pairs of FASTA files of windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import read_window_codes
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.check.findings import Finding
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.train.negatives import Negatives, NegativeSource, draw_negatives, surround
from ideep_scan.jobs.train.settings import TrainSettings
from ideep_scan.jobs.train.site_selection import SelectedSites, gather_sites, select_sites
from ideep_scan.jobs.train.window_pairs import read_window_pairs
from ideep_scan.records.packed import PackedWindows
from ideep_scan.records.places import Places, concatenate_places
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.site_summary import SiteSummary, count_bases, count_regions
from ideep_scan.train.split import NO_PART, Split, find_clusters, plan_split
from ideep_scan.train.training_data import GIVEN, SAME_TRANSCRIPT, SITE, TEST, UNBOUND_GENE, TrainingData

SPEC = FeatureSpec((), ())  # width of windows, and the rule for unknown bases
_SHOWN = 5_000  # negatives whose bases are counted
_WAYS = {"contigs": "whole contigs", "genes": "genes", "stretches": "stretches of contigs"}


@dataclass(frozen=True, eq=False)
class TrainingSource:
    """Windows to train on, and where they come from.

    Attributes
    ----------
    data : TrainingData
        The windows.
    summary : SiteSummary or None
        Summary of the sites; None for FASTA files of windows.
    windows : PackedWindows or None
        The genome of `data.places` for FASTA files of windows; None for sites.
    notes : tuple of str
        Remarks on the inputs.
    facts : dict of str to str
        How the windows were made, for the card.
    """

    data: TrainingData
    summary: SiteSummary | None
    windows: PackedWindows | None
    notes: tuple[str, ...]
    facts: dict[str, str]


def open_training_data(settings: TrainSettings, genome: Genome | None) -> TrainingSource:
    """Read the windows that the settings name.

    Parameters
    ----------
    settings : TrainSettings
        Settings of the training, checked.
    genome : Genome or None
        FASTA and annotation; None with `settings.windows`.

    Returns
    -------
    TrainingSource
        The windows. Equal inputs and seeds give equal windows.

    Raises
    ------
    InputError
        An input cannot be used, or too few sites lie on transcripts.
    """
    if genome is None:
        assert settings.windows is not None
        pairs = read_window_pairs(*settings.windows, SPEC.window, strict=settings.strict, seed=settings.seed)
        return TrainingSource(pairs.data, None, pairs.packed, pairs.notes, pairs.facts)
    featurizer = Featurizer(SPEC, Sources(genome.source), ("sequence",))
    loci = tuple(plan_loci(genome.source.contigs, genome.transcripts))
    sites = gather_sites(settings, genome, loci)
    around = surround(sites.lists)
    select_sites(sites, settings, featurizer)
    regions, remarks = _find_test_regions(settings, genome, sites.places)
    split = plan_split(find_clusters(genome.transcripts, SPEC.window), sites.places, regions, settings.seed)
    parts = split.find_parts(sites.places, SPEC.half)
    sites.keep(parts != NO_PART, "across two parts of the split")
    rng = np.random.default_rng(settings.seed)
    drawn_from = NegativeSource(sites, loci, around, featurizer)
    negatives = draw_negatives(drawn_from, settings, genome, rng)
    data = _join(sites, negatives, split)
    summary = _summarize(sites, data, genome, featurizer)
    notes = (*remarks, *_list_notes(sites, data, summary))
    return TrainingSource(data, summary, None, notes, _list_facts(data, summary, split))


def _find_test_regions(
    settings: TrainSettings, genome: Genome, sites: Places
) -> tuple[list[tuple[str, int, int]], tuple[str, ...]]:
    """Find the regions of --test-contigs, with remarks on their files."""
    rows, remarks = read_regions(settings.test_contigs, genome.resolver, settings.strict)
    regions = [region[:3] for region in rows]
    inside = np.zeros(len(sites), bool)
    for chrom, start, end in regions:
        inside |= (sites.chrom == chrom) & (sites.centre >= start) & (sites.centre < end)
    if regions and (not inside.any() or inside.all()):
        amount = "every site" if inside.any() else "no site"
        raise InputError(f"--test-contigs {' '.join(settings.test_contigs)}: {amount} lies there; name other contigs")
    return regions, remarks


def _join(sites: SelectedSites, negatives: Sequence[Negatives], split: Split) -> TrainingData:
    """Join sites and positions without a site to windows; those across two parts are left out."""
    kinds = [SITE, *(kind for kind, _, _ in negatives)]
    parts = [sites.places, *(places for _, places, _ in negatives)]
    sizes = [len(places) for places in parts]
    places = concatenate_places(parts)
    kind = np.repeat(np.array(kinds, np.int8), sizes)
    strength = np.full(len(places), np.nan, np.float32)
    strength[: sizes[0]] = sites.strength
    data = TrainingData(
        places,
        (kind == SITE).astype(np.int8),
        split.find_parts(places, SPEC.half),
        kind,
        strength,
        np.concatenate([sites.loci, *(loci for _, _, loci in negatives)]),
    )
    return data[data.part != NO_PART]


def _summarize(sites: SelectedSites, data: TrainingData, genome: Genome, featurizer: Featurizer) -> SiteSummary:
    """Summarize the sites beside the positions without a site."""
    regions = RegionMap(genome.transcripts)
    is_site = data.label == 1
    negatives = data.places[~is_site]
    step = max(1, len(negatives) // _SHOWN)
    return SiteSummary(
        tuple(item.path.name for item in sites.lists),
        " or ".join(dict.fromkeys(item.base for item in sites.lists)),
        sum(item.read for item in sites.lists),
        int(is_site.sum()),
        tuple(sites.dropped.most_common()),
        sites.shares.own,
        sites.shares.other,
        count_regions(data.places[is_site], regions),
        count_regions(negatives, regions),
        count_regions(_spread(plan_loci(genome.source.contigs, genome.transcripts)), regions),
        count_bases(read_window_codes(featurizer, data.places[is_site])),
        count_bases(read_window_codes(featurizer, negatives[np.arange(0, len(negatives), step)])),
    )


def _spread(loci: Iterable[Span]) -> Places:
    """Spread places evenly over loci."""
    spans = list(loci)
    step = max(1, sum(map(len, spans)) // 100_000)
    centres = [np.arange(span.start + step // 2, span.end, step) for span in spans]
    sizes = [len(part) for part in centres]
    return Places(
        np.repeat(np.array([span.chrom for span in spans], object), sizes),
        np.repeat(np.array([span.strand for span in spans], object), sizes),
        np.concatenate(centres),
    )


def _list_notes(sites: SelectedSites, data: TrainingData, summary: SiteSummary) -> tuple[str, ...]:
    """List remarks on the sites."""
    notes = [f"{summary.kept:,} sites of {summary.read:,} rows; left out: {sites.describe_dropped()}"]
    notes += [note for item in sites.lists for note in item.exclusions.notes()]
    notes += [Finding(sites.files, code, str(sites.shares)).note for code in sites.shares.codes]
    if not (data.part == TEST).any():
        notes.append("no window is left for the test")
    return tuple(notes)


def _list_facts(data: TrainingData, summary: SiteSummary, split: Split) -> dict[str, str]:
    """Describe how the windows were made, for the card."""
    names = {SAME_TRANSCRIPT: "in transcripts with sites", UNBOUND_GENE: "in genes without", GIVEN: "given"}
    counts = [f"{int((data.kind == kind).sum()):,} {name}" for kind, name in names.items() if (data.kind == kind).any()]
    return {
        "sites": f"{summary.kept:,} (the {summary.site} of each)",
        "positions without a site": ", ".join(counts),
        "split by": _WAYS[split.method],
    }
