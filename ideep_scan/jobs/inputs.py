"""Models and evidence of a job, opened and checked before scoring starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.base import Inputs
from ideep_scan.features.modalities.registry import explain_absences, list_names
from ideep_scan.features.rnaplfold import Folder
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.bigwig_values import BigWigValues
from ideep_scan.formats.clip_sites import IntervalSites, read_cobinding_table, read_sites
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.model_settings import ALL, AUTO, ModelSettings, parse_evidence
from ideep_scan.jobs.scan_settings import TRACKS
from ideep_scan.kernels.packed_motifs import PackedMotifs, pack
from ideep_scan.models.bundle import ModelBundle, load_models
from ideep_scan.models.scorer import Scorer, create_scorers, find_device, use_threads
from ideep_scan.models.store import choose_entries
from ideep_scan.models.store_names import DEFAULT, IDEEP
from ideep_scan.records.notes import join_names
from ideep_scan.records.packed import PackedWindows
from ideep_scan.records.pwm import Pwm


def open_bundles(names: Sequence[str], store: str = DEFAULT) -> list[ModelBundle]:
    """Open the models that names select; models of one file share its network.

    Parameters
    ----------
    names : sequence of str
        Values of --rbp.
    store : str
        Value of --model.

    Returns
    -------
    list of ModelBundle
        The models, in the order of the names.

    Raises
    ------
    InputError
        A name is unknown, or two models would write to the same files.
    SpecMismatch
        The models read different features.
    """
    if not names:
        raise InputError("no protein is named: give --rbp NAME (`ideep-scan models list` shows all)")
    selection = choose_entries(names, store)
    _check_file_names([entry.name for entry in selection])
    paths = dict.fromkeys(entry.path for entry in selection)
    models = {(path, model.name): model for path in paths for model in load_models(path)}
    bundles = [models[entry.path, entry.name] for entry in selection]
    specs = {bundle.spec.digest for bundle in bundles}
    if len(specs) > 1:
        listed = ", ".join(f"{bundle.name} ({bundle.spec.digest[:8]})" for bundle in bundles)
        raise SpecMismatch(f"these models read different features and cannot share a run: {listed}: scan them apart")
    return bundles


def _check_file_names(names: Sequence[str]) -> None:
    """Raise InputError if a further track of one model has the file name of another model's score."""
    plain = {name.casefold(): name for name in names}
    for key, name in plain.items():
        stem, _, track = key.rpartition(".")
        if stem in plain and track in TRACKS:
            raise InputError(f"the models {plain[stem]} and {name} would write to the same files: scan them apart")


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence that the models of a run read.

    Attributes
    ----------
    featurizer : Featurizer
        Computes the features for all models.
    modalities : mapping of str to tuple of str
        Modalities that each model reads, by its name.
    left_out : mapping of str to str
        Reason why no model reads a modality, by its name.
    pwms : tuple of Pwm
        Motifs of the models.
    regions : RegionMap or None
        Region types; None without an annotation.
    tracks : mapping of str to Path
        File of the sites of each CLIP experiment.
    sites : mapping of str to IntervalSites
        Sites of each experiment.
    files : mapping of str to InputFile
        The read files by their roles, the table of experiments included.
    unread_evidence : tuple of str
        Tracks of `--evidence` that no model was trained with.
    track_notes : tuple of str
        Remarks on the tracks of `--evidence`.
    """

    featurizer: Featurizer
    modalities: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]
    pwms: tuple[Pwm, ...]
    regions: RegionMap | None
    tracks: Mapping[str, Path]
    sites: Mapping[str, IntervalSites]
    files: Mapping[str, InputFile]
    unread_evidence: tuple[str, ...] = ()
    track_notes: tuple[str, ...] = ()

    def receipts(self) -> dict[str, Any]:
        """Describe the evidence as JSON values."""
        return {
            "modalities": {name: list(used) for name, used in self.modalities.items()},
            "left_out": dict(self.left_out),
            "cobinding": {name: self.files[_role(name)].digest() for name in self.tracks},
        }


def open_scorers(
    settings: ModelSettings,
    bundles: Sequence[ModelBundle],
    genome: Genome | None,
    stack: ExitStack,
) -> tuple[Evidence, list[Scorer]]:
    """Open the evidence and make the scorers.

    Parameters
    ----------
    settings : ModelSettings
        Settings of the job.
    bundles : sequence of ModelBundle
        Models.
    genome : Genome or None
        None for sequences without a place in a genome.
    stack : ExitStack
        Closes the RNA folder.

    Returns
    -------
    tuple of Evidence and list of Scorer
        One scorer per model, in their order.

    Raises
    ------
    InputError
        The evidence, the device or the precision cannot be used; see `gather_evidence`.
    """
    threads = use_threads(count_cores(settings.threads))
    device = find_device(settings.device)
    evidence = gather_evidence(
        genome,
        bundles,
        settings.modalities,
        settings.cobinding,
        folder=lambda spec: make_folder(spec, threads, stack),
        strict=settings.strict,
        evidence=parse_evidence(settings.evidence),
        stack=stack,
    )
    return evidence, create_scorers(bundles, evidence.modalities, device, settings.precision)


def gather_evidence(
    genome: Genome | None,
    bundles: Sequence[ModelBundle],
    choice: str,
    cobinding: Path | None,
    folder: Callable[[FeatureSpec], Folder],
    *,
    strict: bool = False,
    evidence: Mapping[str, Path] = MappingProxyType({}),
    stack: ExitStack | None = None,
) -> Evidence:
    """Open the sources of the modalities that the user wants and the inputs allow, and make the featurizer.

    Parameters
    ----------
    genome : Genome or None
        None for sequences without a place in a genome; they are passed to the featurizer by its `reading`.
    bundles : sequence of ModelBundle
        Models.
    choice : str
        'auto', 'all' or names with commas between them.
    cobinding : Path or None
        Table of CLIP experiments and the paths of their sites.
    folder : callable
        Makes the RNA folder. It is called only if a model reads the structure.
    strict : bool
        True raises an error for a CLIP site that would be left out.
    evidence : mapping of str to Path
        File of each track of `--evidence`.
    stack : ExitStack or None
        Closes the tracks; None opens none.

    Returns
    -------
    Evidence
        The evidence.

    Raises
    ------
    InputError
        A modality is unknown or no input offers it, or the sequence is missing.
    """
    spec = bundles[0].spec
    pwms = _pwms(spec)
    files = {} if cobinding is None else {"cobinding table": InputFile(cobinding)}
    tracks = {} if cobinding is None else read_cobinding_table(cobinding, spec.experiments)
    files |= {_role(name): InputFile(path) for name, path in tracks.items()}
    resolver = ContigResolver({}) if genome is None else genome.resolver
    sites = {name: read_sites(path, resolver, strict) for name, path in tracks.items()}
    annotation = None if genome is None else genome.annotation
    signals = {} if genome is None or stack is None else _open_evidence(evidence, spec, resolver, stack=stack)
    files |= {f"evidence {name}": InputFile(evidence[name]) for name in signals}
    has_place = genome is not None and not genome.is_transcripts
    lacking = explain_absences(Inputs(annotation is not None, bool(sites), has_place, bool(signals), spec.evidence))
    used = choose_modalities(bundles, choice, lacking)
    together = {name for names in used.values() for name in names}
    regions = None if annotation is None else RegionMap(annotation.transcripts)
    sequence = PackedWindows((), spec.window) if genome is None else genome.sequence
    motifs: PackedMotifs | None = pack([pwm.counts for pwm in pwms]) if "motifs" in together else None
    sources = Sources(
        sequence,
        regions,
        sites,
        motifs,
        folder=folder(spec) if "structure" in together else None,
        tracks=signals,
        isoforms=None if genome is None else genome.isoforms,
    )
    left_out = {
        name: lacking.get(name, "the model's card does not show that it pays (--modalities all uses it)")
        for name in list_names(spec)
        if name not in together and any(name in _able(bundle) for bundle in bundles)
    }
    unread = tuple(name for name in evidence if name not in spec.evidence)
    featurizer = Featurizer(spec, sources, together)
    track_notes = tuple(note for track in signals.values() for note in track.notes)
    return Evidence(featurizer, used, left_out, pwms, regions, tracks, sites, files, unread, track_notes)


def _open_evidence(
    evidence: Mapping[str, Path], spec: FeatureSpec, resolver: ContigResolver, stack: ExitStack
) -> dict[str, BigWigValues]:
    """Open the tracks that models of the spec were trained with, by name."""
    return {
        name: stack.enter_context(BigWigValues(path, resolver))
        for name, path in evidence.items()
        if name in spec.evidence
    }


def check_cobinding(table: Path | None, bundles: Sequence[ModelBundle]) -> None:
    """Check the table of CLIP sites before large files are read; a pipe is left for later.

    Raises
    ------
    InputError
        No model can read CLIP sites, or the table is malformed, or names an unknown or missing file or experiment.
    """
    if table is None:
        return
    if not any("cobinding" in _able(bundle) for bundle in bundles):
        names = join_names([bundle.name for bundle in bundles])
        raise InputError(
            f"--cobinding: {names}: trained without it: leave it out, or name a bundled model with --model {IDEEP}"
        )
    if os.path.isfile(table):
        read_cobinding_table(table, bundles[0].spec.experiments)


def describe_inputs(settings: ModelSettings, spec: FeatureSpec) -> Inputs:
    """Name the inputs that the settings give to models of a spec, without opening a file."""
    evidence = not set(parse_evidence(settings.evidence)).isdisjoint(spec.evidence)
    annotation, cobinding = settings.gtf is not None, settings.cobinding is not None
    return Inputs(annotation, cobinding, evidence=evidence, trained_tracks=spec.evidence)


def choose_modalities(
    bundles: Sequence[ModelBundle], choice: str, lacking: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Choose the modalities that each model reads, by its name.

    Parameters
    ----------
    choice : str
        'auto', 'all' or names with commas between them.
    lacking : Mapping
        Modalities that the inputs do not offer, and why.

    Raises
    ------
    InputError
        An unknown modality, one that no input offers, or a run without sequence.
    """
    return {bundle.name: _used(bundle, choice, lacking) for bundle in bundles}


def _role(experiment: str) -> str:
    """Return the role of the file with an experiment's sites."""
    return f"cobinding {experiment}"


def _able(bundle: ModelBundle) -> tuple[str, ...]:
    """List the modalities that a model has a branch for."""
    return ("sequence", *bundle.network.config.hidden)


def _used(bundle: ModelBundle, choice: str, lacking: Mapping[str, str]) -> tuple[str, ...]:
    """Choose the modalities that a model reads."""
    able = _able(bundle)
    if choice in (AUTO, ALL):
        modalities = bundle.modalities if choice == AUTO else able
        return tuple(name for name in list_names() if name in modalities and name not in lacking)
    modalities = tuple(dict.fromkeys(name.strip() for name in choice.split(",")))
    for name in modalities:
        if name not in list_names():
            raise InputError(f"--modalities {name!r} is not known: use auto, all, or some of {', '.join(list_names())}")
        if name not in able:
            raise InputError(f"--modalities {name}: the model {bundle.name} was trained without it: leave it out")
        if name in lacking:
            raise InputError(f"--modalities {name}: {lacking[name]}: give it, or leave {name} out")
    if "sequence" not in modalities:
        raise InputError("--modalities without sequence: every model needs it: add sequence")
    return tuple(name for name in list_names() if name in modalities)


def _pwms(spec: FeatureSpec) -> tuple[Pwm, ...]:
    """Read the packaged PWMs in the order of the spec; all of them for a spec without motifs, to describe sites."""
    pwms = {pwm.id: pwm for pwm in read_pwms()}
    missing = [name for name in spec.motifs if name not in pwms]
    if missing:
        raise SpecMismatch(
            f"the model reads motifs that this program lacks ({', '.join(missing[:3])}): update ideep-scan"
        )
    return tuple(pwms[name] for name in spec.motifs or pwms)
