"""Training of a user's own model from Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ideep_scan.api.arguments import File, as_names, as_path
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.train.outcome import TrainingOutcome
from ideep_scan.jobs.train.run import run
from ideep_scan.jobs.train.settings import SiteBase, Start, TrainSettings
from ideep_scan.models.threads import preserve_threads


def train_model(
    sites: File | Iterable[File] | None,
    name: str,
    *,
    fasta: File | None = None,
    gtf: File | None = None,
    cobinding: File | None = None,
    windows: tuple[File, File] | None = None,
    site: SiteBase = TrainSettings.site,
    min_replicates: int = TrainSettings.min_replicates,
    negatives: File | Iterable[File] = TrainSettings.negatives,
    negatives_per_site: int = TrainSettings.negatives_per_site,
    test_contigs: str | Iterable[str] = (),
    start: Start = TrainSettings.start,
    out: File | None = None,
    report: File | None = None,
    epochs: int = TrainSettings.epochs,
    seed: int = TrainSettings.seed,
    device: str = TrainSettings.device,
    threads: int = TrainSettings.threads,
    strict: bool = False,
    overwrite: bool = False,
) -> TrainingOutcome:
    """Train a model from CLIP sites, and write its bundle and report as `ideep-scan train` does.

    Parameters
    ----------
    sites : str, path or iterable of these, or None
        Lists of sites as BED, narrowPeak, GFF3 or bigBed with strands, one for each replicate; None with `windows`.
    name : str
        Name of the model.
    fasta, gtf : str or path, optional
        Genome of the sites, and its annotation (GTF, GFF3 or BED12); both are needed unless `windows` is given.
    cobinding : str or path, optional
        Table of CLIP experiments of other proteins and the paths of their sites, which the model also reads.
    windows : tuple of str or path, optional
        FASTA of bound and FASTA of unbound windows, instead of sites on a genome.
    site : {'auto', 'centre', 'start', 'end', 'summit'}, optional
        Base of an interval that is the site; 'auto' is the summit if every row of a list has one, else the centre.
    min_replicates : int, optional
        Lists that must have a site within 15 nt.
    negatives : str, path or iterable of these, optional
        Positions without a site: 'same-transcript', 'unbound-genes', 'both', or lists of positions.
    negatives_per_site : int, optional
        Number of positions without a site for each site.
    test_contigs : str or iterable of str, optional
        Contigs or regions to hold out; chosen automatically by default.
    start : {'zoo', 'scratch'}, optional
        Weights to begin with: those of the bundled models, or random ones.
    out : str or path, optional
        Bundle to write, by default NAME.safetensors in the current folder; its name ends in .safetensors.
    report : str or path, optional
        Folder of the report; beside the bundle by default.
    epochs : int, optional
        Passes over the training windows; 0 takes 4 from the bundled models, 15 or more from random weights.
    seed : int, optional
        Seed of all random numbers.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.
    strict : bool, optional
        Refuse a record that cannot be used instead of leaving it out.
    overwrite : bool, optional
        Replace an earlier bundle and its report.

    Returns
    -------
    TrainingOutcome
        The finished model (`model`), its epochs, and the log odds of its test windows.

    Raises
    ------
    IdeepScanError
        An argument or an input is unusable, or an output cannot be written. Nothing appears then.

    Examples
    --------
    >>> example = find_example()
    >>> files = {"fasta": example.fasta, "gtf": example.gtf, "out": folder / "myrbp.safetensors"}
    >>> outcome = train_model(example.sites, "MYRBP", **files, epochs=1, negatives_per_site=1)
    >>> outcome.model.modalities
    ('sequence', 'region')
    """
    settings = TrainSettings(
        () if sites is None else tuple(map(Path, as_names(sites))),
        name=name,
        fasta=as_path(fasta),
        gtf=as_path(gtf),
        cobinding=as_path(cobinding),
        windows=None if windows is None else (Path(windows[0]), Path(windows[1])),
        site=site,
        min_replicates=min_replicates,
        negatives=as_names(negatives),
        negatives_per_site=negatives_per_site,
        test_contigs=as_names(test_contigs),
        start=start,
        out=as_path(out),
        report=as_path(report),
        epochs=epochs,
        seed=seed,
        device=device,
        threads=threads,
        strict=strict,
        overwrite=overwrite,
    )
    with preserve_threads():
        return run(settings, SilentMonitor()).outcome
