"""Check of input files from Python."""

from __future__ import annotations

from ideep_scan.api.arguments import File, as_path
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.check.run import CheckReport as CheckReport
from ideep_scan.jobs.check.run import run
from ideep_scan.jobs.check.settings import CheckSettings


def check_files(*files: File, cobinding: File | None = None) -> CheckReport:
    """Check input files alone and against each other.

    Parameters
    ----------
    *files : str or path
        FASTA, GTF, GFF3, BED, VCF, BCF, chrom.sizes, CLIP sites and tables, in any mix.
        `KIND=FILE` names the kind of a file that is not recognised.
    cobinding : str or path, optional
        Table of CLIP experiments and their sites.

    Returns
    -------
    CheckReport
        `exit_code` is 0 without warnings, 1 with warnings that change results, 2 if a file is unusable.
        `files` has a report per file with its `facts` and `findings`.

    Raises
    ------
    InputError
        No file is named, or one is named twice.

    Examples
    --------
    >>> example = find_example()
    >>> report = check_files(example.fasta, example.gtf)
    >>> report.exit_code, [file.kind for file in report.files]
    (0, ['FASTA', 'GTF'])
    """
    settings = CheckSettings(tuple(map(str, files)), as_path(cobinding))
    return run(settings, SilentMonitor())
