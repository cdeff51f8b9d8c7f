"""The training of a user's own model: from lists of sites to a bundle with a card, and a report."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.scan_regions import check_regions
from ideep_scan.formats.text import require_file
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.jobs.input_notes import list_model_notes
from ideep_scan.jobs.input_receipts import check_unchanged, locate_inputs
from ideep_scan.jobs.inputs import Evidence, gather_evidence
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.jobs.output_folder.publication import undisturbed
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.path_redaction import redact_settings
from ideep_scan.jobs.scan_manifest import COMMAND
from ideep_scan.jobs.source_date import add_source_date
from ideep_scan.jobs.train.experiments import check_strands, describe_shared_sites, list_experiments
from ideep_scan.jobs.train.model import TrainingInputs, TrainMonitor, check_parts, train_model
from ideep_scan.jobs.train.motifs import find_motifs
from ideep_scan.jobs.train.outcome import TrainingOutcome
from ideep_scan.jobs.train.report import write_report
from ideep_scan.jobs.train.settings import ZOO, TrainSettings
from ideep_scan.jobs.train.training_source import TrainingSource, open_training_data
from ideep_scan.models.bundle import ModelBundle, load_models, save_bundle
from ideep_scan.models.bundle_header import is_name
from ideep_scan.models.scorer import find_device, scoring_pool, use_threads
from ideep_scan.models.store import find_bundled, list_bundles
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.own_network import begin_from_scratch, begin_from_shared, keep_branches
from ideep_scan.version import __version__
from track_hubs.assemblies import find_candidates
from track_hubs.manifest import Assembly, Manifest

FEW = 100  # sites that a usable model may come from, but need not
_READS = ("sequence", "region")
_CITATIONS = (
    "Pan & Shen 2017, BMC Bioinformatics 18:136 (iDeep)",
    "Avsec et al. 2018, Bioinformatics 34:1261 (landmarks)",
)


@dataclass(frozen=True)
class TrainSummary:
    """Result of a training.

    Attributes
    ----------
    outcome : TrainingOutcome
        The finished model, and what the report shows.
    out : Path
        Its bundle.
    report : Path
        Folder of the report.
    notes : tuple of str
        Remarks that are known at the end, one line each.
    seconds : float
        Wall time.
    """

    outcome: TrainingOutcome
    out: Path
    report: Path
    notes: tuple[str, ...]
    seconds: float


def run(settings: TrainSettings, monitor: TrainMonitor) -> TrainSummary:
    """Train a model from the user's own sites.

    Parameters
    ----------
    settings : TrainSettings
        Settings of the training.
    monitor : TrainMonitor
        Observer of the progress.

    Returns
    -------
    TrainSummary
        The finished model and its files.

    Raises
    ------
    IdeepScanError
        An input is unusable, or an output cannot be written. Nothing appears then.
    """
    started = time.monotonic()
    _check(settings)
    device, threads = find_device(settings.device), count_cores(settings.threads)
    with ExitStack() as stack:
        folder = stack.enter_context(RunFolder(settings.report_folder, settings.overwrite))
        listed = _list_inputs(settings)
        experiments = list_experiments(settings.cobinding, settings.sites)
        genome = None
        if settings.fasta is not None:
            genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
        source = open_training_data(settings, genome)
        check_parts(source.data)
        draft = _make_draft(settings, genome, source, experiments)
        evidence = gather_evidence(
            genome,
            [draft],
            AUTO,
            settings.cobinding,
            folder=lambda spec: make_folder(spec, threads, stack),
            strict=settings.strict,
        )
        check_strands(evidence)
        files = {**({} if genome is None else genome.files), **evidence.files, **listed}
        notes = (*source.notes, *list_model_notes(genome, evidence, [draft]), *_list_notes(settings, source, evidence))
        monitor.begins(len(source.data), notes)
        use_threads(threads)
        with scoring_pool(device, threads) as pool:
            inputs = _join_inputs(source, draft, evidence, genome)
            outcome = train_model(inputs, settings, monitor, device=device, pool=pool)
        monitor.starts("report", None)
        write_report(outcome, find_motifs(outcome.model, outcome.data, outcome.codes), folder.part)
        check_unchanged(files)
        folder.log.add(threads=threads, inputs=locate_inputs(files))
        _publish(settings.bundle, outcome.model, folder, _describe(settings, outcome, files, device=str(device)))
    seconds = time.monotonic() - started
    return TrainSummary(outcome, settings.bundle, settings.report_folder, _list_limits(outcome), seconds=seconds)


def _check(settings: TrainSettings) -> None:
    """Check what costs nothing, before a file is read."""
    settings.check()
    _check_name(settings.name)
    _check_place(settings.bundle)
    check_regions(settings.test_contigs)
    for path in settings.inputs:
        require_file(path)


def _check_name(name: str) -> None:
    """Raise InputError unless a model may have this name."""
    if not is_name(name):
        raise InputError(
            f"--name {name!r} cannot name a model: give 1 to 64 letters, digits, dots, hyphens or underscores, "
            "like MYRBP"
        )


def _check_place(bundle: Path) -> None:
    """Raise OutputError unless a bundle can be written there."""
    folder = next(folder for folder in bundle.absolute().parents if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{bundle}: cannot be written ({folder} takes no files): give another -o")


def _list_inputs(settings: TrainSettings) -> dict[str, InputFile]:
    """List the files of sites, of negatives and of windows, by role."""
    windows = zip(("bound windows", "unbound windows"), settings.windows or (), strict=False)
    regions = {f"test contigs {number}": Path(text) for number, text in enumerate(settings.test_contigs, 1)}
    table = {} if settings.cobinding is None else {"cobinding table": InputFile(settings.cobinding)}
    return {
        **table,
        **{f"sites {number}": InputFile(path) for number, path in enumerate(settings.sites, 1)},
        **{f"negatives {number}": InputFile(path) for number, path in enumerate(settings.negative_files, 1)},
        **{role: InputFile(path) for role, path in windows},
        **{role: InputFile(path) for role, path in regions.items() if path.is_file()},
    }


def _make_draft(
    settings: TrainSettings, genome: Genome | None, source: TrainingSource, experiments: tuple[str, ...]
) -> ModelBundle:
    """Make the model with the network that training begins with, and the part of its card that is known by now."""
    (path,) = list_bundles()
    shared = load_models(path)[0]
    further = ("cobinding",) if experiments else ()
    modalities = _READS[:1] if genome is None else (*_READS, *further)
    spec = replace(shared.spec, experiments=experiments) if experiments else shared.spec
    if settings.start == ZOO:
        network = begin_from_shared(shared.network, spec, further)
    else:
        network = begin_from_scratch(spec, (*_READS, *further), settings.seed)
    return ModelBundle(
        settings.name,
        settings.name,
        spec,
        keep_branches(network, spec, modalities),
        modalities=modalities,
        card={
            **_begin_card(settings, genome, source, digest=shared.weights_digest),
            **({"cobinding experiments": list(experiments)} if experiments else {}),
        },
    )


def _begin_card(
    settings: TrainSettings, genome: Genome | None, source: TrainingSource, *, digest: str
) -> dict[str, Any]:
    """Describe the data and the recipe."""
    begun = f"the network of the bundled models ({digest[:8]})" if settings.start == ZOO else "random weights"
    training = {"started from": begun, "seed": str(settings.seed), **source.facts}
    card: dict[str, Any] = {
        "experiments": [path.name for path in (*settings.sites, *(settings.windows or ()))],
        "made": add_source_date(f"ideep-scan train {__version__}"),
        "citation": list(_CITATIONS),
        "training": training,
    }
    if genome is None:
        return card
    sizes = genome.source.contigs
    candidates = find_candidates(sizes)
    name = candidates[0] if len(candidates) == 1 else f"unknown ({len(sizes):,} contigs of {genome.source.path.name})"
    assert genome.annotation_path is not None
    return {
        **card,
        "assembly": name,
        "annotation": genome.annotation_path.name,
        "annotation digest": genome.annotation_digest,
    }


def _join_inputs(
    source: TrainingSource, draft: ModelBundle, evidence: Evidence, genome: Genome | None
) -> TrainingInputs:
    """Join what a training reads."""
    if genome is None:
        assert source.windows is not None
        return TrainingInputs(source.data, None, draft, evidence.featurizer.with_sequence(source.windows), None)
    loci = tuple(plan_loci(genome.source.contigs, genome.transcripts))
    return TrainingInputs(source.data, source.summary, draft, evidence.featurizer, genome.source, loci)


def _list_notes(settings: TrainSettings, source: TrainingSource, evidence: Evidence) -> tuple[str, ...]:
    """List what a user should know before training."""
    notes = list(describe_shared_sites(evidence, source.data.places[source.data.label == 1]))
    sites = int(source.data.label.sum())
    if sites <= FEW:
        notes.append(
            f"{sites} sites are few: expect a rough model whose figures have wide intervals; 300 or more are better"
        )
    if find_bundled(settings.name):
        notes.append(f"--rbp {settings.name} means a bundled model: name this one by its path, --rbp {settings.bundle}")
    return tuple(notes)


def _list_limits(outcome: TrainingOutcome) -> tuple[str, ...]:
    """List what the finished model lacks."""
    if not outcome.model.calibration:
        return ("too little is held out for p-values: the model has none, and sites are called at a score of 0.5",)
    if "measured" not in outcome.model.calibration:
        return ("too few held-out sites to measure a precision: the default threshold is p = 0.001",)
    return ()


def _publish(path: Path, model: ModelBundle, folder: RunFolder, manifest: Manifest) -> None:
    """Write the bundle beside an earlier one, then put report and bundle in their places."""
    with undisturbed(), AtomicFile(path) as part:
        save_bundle(part, [model])
        folder.publish_files(manifest)


def _describe(
    settings: TrainSettings, outcome: TrainingOutcome, files: dict[str, InputFile], *, device: str
) -> Manifest:
    """Describe the report as a manifest without tracks."""
    model = outcome.model
    receipts = {
        "tool": f"ideep-scan {__version__}",
        COMMAND: "train",
        "models": {model.name: {"weights": model.weights_digest, "digest": model.digest}},
        "inputs": {role: file.receipt() for role, file in files.items()},
        "settings": redact_settings(asdict(settings)),
        "device": device,
    }
    return Manifest(f"Training of {model.name}", Assembly("", "", None, {}), (), receipts)
