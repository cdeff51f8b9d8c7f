"""Remarks on the inputs and models of a job, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.jobs.check.annotations import find_gaps
from ideep_scan.jobs.check.findings import Finding
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.inputs import Evidence
from ideep_scan.jobs.strand_shares import compare_strands
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.notes import group_remarks, join_names
from ideep_scan.records.transcript import Transcript
from track_hubs.assemblies import find_assembly


def list_input_notes(genome: Genome | None, evidence: Evidence, scorers: Sequence[Scorer]) -> tuple[str, ...]:
    """List the remarks on inputs and models.

    Parameters
    ----------
    genome : Genome or None
        None for sequences without a place in a genome.
    evidence : Evidence
        What the models read.
    scorers : sequence of Scorer
        One per model.

    Returns
    -------
    tuple of str
        One line each.
    """
    bundles = [scorer.bundle for scorer in scorers]
    return list_model_notes(genome, evidence, bundles, list_machine_notes(genome, scorers))


def list_model_notes(
    genome: Genome | None, evidence: Evidence, bundles: Sequence[ModelBundle], machine_notes: Sequence[str] = ()
) -> tuple[str, ...]:
    """List the remarks on inputs and models that do not depend on this machine, and those of the machine among them.

    Parameters
    ----------
    genome : Genome or None
        None for sequences without a place in a genome.
    evidence : Evidence
        What the models read.
    bundles : sequence of ModelBundle
        The models.
    machine_notes : sequence of str
        Remarks of `list_machine_notes`.

    Returns
    -------
    tuple of str
        One line each.
    """
    notes = [f"{name} is not used: {why}" for name, why in evidence.left_out.items()]
    if evidence.unread_evidence:
        names = join_names(evidence.unread_evidence)
        notes.append(f"--evidence {names} is not used: no model of this run was trained with it")
    notes += _own_experiments(bundles, evidence)
    notes += _missing_experiments(bundles, evidence)
    notes += machine_notes
    notes += [f"sites of {name}: {note}" for name, sites in evidence.sites.items() for note in sites.notes]
    notes += evidence.track_notes
    notes += _strands_of_experiments(evidence)
    if genome is None:
        return tuple(notes)
    if genome.is_transcripts:
        notes += _transcript_notes(genome, bundles[0].spec)
    if genome.isoforms is not None:
        notes.append(
            "p-values, precisions and thresholds were measured on unspliced transcripts: of spliced ones they hold for "
            "the score alone, and no model has learned from windows across exon junctions"
        )
    if genome.annotation is not None and genome.annotation_path is not None:
        name = genome.annotation_path.name
        notes += genome.annotation.exclusions.notes()
        notes += _gaps_of_annotation(name, genome.annotation.transcripts, evidence)
        readers = [bundle for bundle in bundles if "region" in evidence.modalities[bundle.name]]
        notes += _another_annotation(readers, name, genome.annotation_digest)
    notes += _another_species(bundles, genome)
    return tuple(notes)


def count_margin(spec: FeatureSpec) -> int:
    """Count the positions at an end of a transcript with more unknown bases than a scan of a genome allows."""
    return spec.half - spec.max_unknown


def warn_of_ends(spec: FeatureSpec) -> str:
    """Say which scores of transcripts are unreliable."""
    margin = count_margin(spec)
    return (
        f"scores within {margin} nt of an end of a transcript are unreliable, often too high, because the letters "
        "beyond it are unknown: no site is called there"
    )


def _transcript_notes(genome: Genome, spec: FeatureSpec) -> Iterator[str]:
    """Say how the ends of transcripts are scored, and which records are left out."""
    lengths = genome.source.contigs.values()
    short = sum(length < spec.window for length in lengths)
    yield warn_of_ends(spec)
    if short:
        yield f"{short:,} of {len(lengths):,} transcripts are shorter than the window of {spec.window} nt"
    yield from genome.exclusions.notes()


def list_machine_notes(genome: Genome | None, scorers: Sequence[Scorer]) -> tuple[str, ...]:
    """List those of the remarks that may differ where the same inputs are read again: index, processor.

    Parameters
    ----------
    genome : Genome or None
        None for sequences without a place in a genome.
    scorers : sequence of Scorer
        One per model.

    Returns
    -------
    tuple of str
        One line each.
    """
    emulation = "this CPU has no bfloat16 arithmetic: --precision bf16 is emulated and slower than fp32"
    notes = (emulation,) if any(scorer.emulates for scorer in scorers) else ()
    return notes if genome is None else (*notes, *genome.source.notes)


def _strands_of_experiments(evidence: Evidence) -> Iterator[str]:
    """Tell experiments whose sites lie opposite to transcripts, in the words of `ideep-scan check`."""
    if evidence.regions is None or not any("cobinding" in names for names in evidence.modalities.values()):
        return
    for name, sites in evidence.sites.items():
        shares = compare_strands(sites.centres(), evidence.regions) if sites.has_strands else None
        if shares is not None:
            yield from shares.notes(f"sites of {name}", of_strand_only=True)


def _gaps_of_annotation(name: str, transcripts: Sequence[Transcript], evidence: Evidence) -> Iterator[str]:
    """Tell what an annotation lacks that models read, in the words of `ideep-scan check`."""
    if any("region" in names for names in evidence.modalities.values()):
        for code, text in find_gaps(transcripts):
            yield Finding(name, code, text).note


def _own_experiments(bundles: Sequence[ModelBundle], evidence: Evidence) -> Iterator[str]:
    """Name models that leave out given experiments because they are of the model's own protein."""
    models, experiments = [], []
    for bundle in bundles:
        names = [bundle.spec.experiments[i] for i in bundle.network.config.own_experiments]
        excluded = [name for name in names if name in evidence.tracks]
        models += [bundle.name] if excluded else []
        experiments += excluded
    if models:
        excluded = list(dict.fromkeys(experiments))
        yield f"{join_names(models)}: a model never reads experiments of its own protein ({join_names(excluded)})"


def _missing_experiments(bundles: Sequence[ModelBundle], evidence: Evidence) -> tuple[str, ...]:
    """Name experiments that a model of the user learned with, and that the table of CLIP sites lacks."""
    lacking = {
        bundle.name: [name for name in bundle.card.get("cobinding experiments", ()) if name not in evidence.tracks]
        for bundle in bundles
        if "cobinding" in evidence.modalities[bundle.name]
    }
    return group_remarks(
        (name, f"--cobinding lacks {join_names(experiments)}, which it learned with: scores and p-values shift")
        for name, experiments in lacking.items()
        if experiments
    )


def _another_annotation(bundles: Sequence[ModelBundle], annotation: str, digest: str | None) -> tuple[str, ...]:
    """Name models that were trained with another annotation than the given one."""
    return group_remarks(
        (
            bundle.name,
            f"trained with another annotation than {annotation}, "
            f"{bundle.card.get('annotation', 'which the card does not name')}: "
            "this shifts scores (docs/annotations.md)",
        )
        for bundle in bundles
        if bundle.card.get("annotation digest") != digest
    )


def _another_species(bundles: Sequence[ModelBundle], genome: Genome) -> tuple[str, ...]:
    """Name models that were trained on another species than the one that the contig lengths tell."""
    assembly = None if genome.is_transcripts else find_assembly(genome.source.contigs)
    return group_remarks(
        (bundle.name, f"trained on {trained}, scored on {assembly}: how well this works was not measured")
        for bundle in bundles
        if assembly and (trained := str(bundle.card.get("assembly", "")))
        if _find_species(trained) != _find_species(assembly)
    )


def _find_species(assembly: str) -> str:
    """Return the letters of UCSC's name of an assembly; human is hg, also for hs1."""
    letters = assembly.rstrip("0123456789")
    return "hg" if letters == "hs" else letters
