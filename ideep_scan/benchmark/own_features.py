"""Splits of the benchmark with features of the package's own featurizer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.data import (
    PARTS,
    SEQUENCES,
    divide,
    join_codes,
    list_site_files,
    locate_larger_file,
    locate_published_file,
)
from ideep_scan.benchmark.split import Split
from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.rnaplfold import Folder
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import compute_features
from ideep_scan.formats.clip31 import WindowTable, read_windows
from ideep_scan.formats.clip_sites import IntervalSites
from ideep_scan.formats.experiments import read_experiments, select_family
from ideep_scan.formats.fold_cache import FoldCache
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.genome import open_genome
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.records.places import Places
from ideep_scan.train.examples import mark_in_genes_of, mark_overlapping

SITE_REACH = 15  # nt on each side of a crosslinked position, the median width of sites in the published matrices


class OwnFeatures:
    """Make splits with the package's own featurizer.

    Co-binding sites are the positives of the *training* windows of all experiments.
    A site has 15 nt on each side of the crosslinked position.
    The sites of an experiment's own family (`data/experiments.tsv`) are hidden from it.

    Parameters
    ----------
    data : Path
        Folder of the published experiments.
    experiments : sequence of str
        Folder names of all experiments of the data.
    fasta, gtf : Path
        Genome and annotation.
    stack : ExitStack
        Stack that closes the opened files.
    larger : Path or None
        Folder of the larger training sets. Their positives are co-binding sites too.

    Raises
    ------
    InputError
        The genome, the annotation or the windows are unusable.
    """

    def __init__(
        self,
        data: Path,
        experiments: Sequence[str],
        *,
        fasta: Path,
        gtf: Path,
        stack: ExitStack,
        larger: Path | None = None,
    ):
        self._data = data
        self._experiments = tuple(experiments)
        self._stack = stack
        self._larger = larger
        self._genome = open_genome(fasta, gtf, stack, scattered=True)
        assert self._genome.annotation is not None
        self._regions = RegionMap(self._genome.annotation.transcripts)

    def split(self, experiment: str, modalities: Collection[str], more: bool = False) -> Split:
        """Compute the features of an experiment; divide the windows as in `read_published_split`.

        Parameters
        ----------
        experiment : str
            Folder name of the experiment.
        modalities : collection of str
            Modalities to compute.
        more : bool
            Add windows of the larger training set as `Split.more`.
            Windows of the published sets, and windows that overlap a test window or share its gene, are left out.

        Returns
        -------
        Split
            The split.

        Raises
        ------
        InputError
            The windows are unusable.
        """
        pwms = read_pwms()
        spec = FeatureSpec(tuple(pwm.id for pwm in pwms), self._experiments)
        paths = [locate_published_file(self._data, experiment, part, SEQUENCES) for part in PARTS]
        if more:
            assert self._larger is not None
            paths.append(locate_larger_file(self._larger, experiment))
        tables = [read_windows(path) for path in paths]
        codes = join_codes(tables, self._data, experiment)
        if codes.shape[1] != spec.window:
            raise InputError(f"windows of {codes.shape[1]} nt; the features need {spec.window} nt", paths[0])
        sources = Sources(
            self._genome.source,
            self._regions,
            self._sites(experiment) if "cobinding" in modalities else {},
            pack([pwm.counts for pwm in pwms]) if "motifs" in modalities else None,
            self._folder(spec) if "structure" in modalities else None,
        )
        places = [self._places(table, path) for table, path in zip(tables, paths, strict=True)]
        joined = Places(*(np.concatenate(parts) for parts in zip(*places, strict=True)))
        split = divide(codes, compute_features(Featurizer(spec, sources, modalities), joined), tables)
        return (
            replace(split, more=self._independent_rows(joined, split.more, split.test, spec.window)) if more else split
        )

    def _independent_rows(self, places: Places, more: np.ndarray, test: np.ndarray, window: int) -> np.ndarray:
        """Select the rows of `more` that share no window, overlap or gene with the test."""
        annotation = self._genome.annotation
        assert annotation is not None
        keys = list(zip(places.chrom, places.strand, places.centre, strict=True))
        published = set(keys[: more[0]]) if more.size else set()
        new = np.array([keys[row] not in published for row in more], bool)
        in_test_genes = mark_in_genes_of(places[more], places[test], annotation.transcripts, window)
        return more[new & ~in_test_genes & ~mark_overlapping(places[more], places[test], window)]

    def _places(self, windows: WindowTable, path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return contig of the FASTA, strand and centre of each window."""
        mapping, missing = self._genome.resolver.align(windows.chrom.tolist(), path, "windows")
        if missing:
            raise ContigMismatch(f"windows on contigs that the FASTA lacks: {', '.join(missing[:5])}", path)
        chrom = np.array([mapping[name] for name in windows.chrom.tolist()], object)
        return chrom, windows.strand.astype(object), _centres(windows)

    def _sites(self, experiment: str) -> dict[str, IntervalSites]:
        hidden = find_family(experiment)
        return {name: self._sites_of(name) for name in self._experiments if name not in hidden}

    @cache  # noqa: B019 - one object in a process, one entry for each experiment
    def _sites_of(self, experiment: str) -> IntervalSites:
        """Read the distinct sites of one experiment."""
        positions = set()
        for path in list_site_files(self._data, experiment, self._larger):
            windows = read_windows(path)
            bound = windows.label == 1
            positions |= set(zip(*(column[bound].tolist() for column in self._places(windows, path)), strict=True))
        return IntervalSites(
            (chrom, max(0, centre - SITE_REACH), centre + SITE_REACH + 1, strand)
            for chrom, strand, centre in sorted(positions)
        )

    def _folder(self, spec: FeatureSpec) -> Folder:
        cache = FoldCache()
        self._stack.callback(cache.close)
        return Folder(spec.structure_window, spec.structure_span, cache=cache)


def find_family(experiment: str) -> frozenset[str]:
    """Find the experiments that are hidden from a model of an experiment: its family, or only itself if unlisted."""
    table = {row.experiment: row for row in read_experiments()}
    if experiment not in table:
        return frozenset({experiment})
    return frozenset(row.experiment for row in select_family(table[experiment]))


def _centres(windows: WindowTable) -> np.ndarray:
    return windows.start + (windows.end - windows.start) // 2
