"""ideep-scan: see where RNA-binding proteins bind, at every position of a genome.

The functions below are imported on first use, so `import ideep_scan` itself loads no numerics.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ideep_scan.version import __version__ as __version__

if TYPE_CHECKING:
    from ideep_scan.api.check import CheckReport, check_files
    from ideep_scan.api.example import Example, find_example
    from ideep_scan.api.finished_run import Run, read_run
    from ideep_scan.api.intersect import intersect
    from ideep_scan.api.models import list_models, open_model
    from ideep_scan.api.motifs import list_motifs, open_motifs
    from ideep_scan.api.scan import scan_genome
    from ideep_scan.api.sites import score_sites, score_windows
    from ideep_scan.api.training import train_model
    from ideep_scan.api.transcripts import scan_transcripts
    from ideep_scan.api.variants import score_variants
    from ideep_scan.api.verify import VerifySummary, verify_run
    from ideep_scan.errors import IdeepScanError

__all__ = [
    "CheckReport",
    "Example",
    "IdeepScanError",
    "Run",
    "VerifySummary",
    "check_files",
    "find_example",
    "intersect",
    "list_models",
    "list_motifs",
    "open_model",
    "open_motifs",
    "read_run",
    "scan_genome",
    "scan_transcripts",
    "score_sites",
    "score_variants",
    "score_windows",
    "train_model",
    "verify_run",
]
_MODULES = {
    "CheckReport": "ideep_scan.api.check",
    "Example": "ideep_scan.api.example",
    "IdeepScanError": "ideep_scan.errors",
    "Run": "ideep_scan.api.finished_run",
    "VerifySummary": "ideep_scan.api.verify",
    "check_files": "ideep_scan.api.check",
    "find_example": "ideep_scan.api.example",
    "intersect": "ideep_scan.api.intersect",
    "list_models": "ideep_scan.api.models",
    "list_motifs": "ideep_scan.api.motifs",
    "open_model": "ideep_scan.api.models",
    "open_motifs": "ideep_scan.api.motifs",
    "read_run": "ideep_scan.api.finished_run",
    "scan_genome": "ideep_scan.api.scan",
    "scan_transcripts": "ideep_scan.api.transcripts",
    "score_sites": "ideep_scan.api.sites",
    "score_variants": "ideep_scan.api.variants",
    "score_windows": "ideep_scan.api.sites",
    "train_model": "ideep_scan.api.training",
    "verify_run": "ideep_scan.api.verify",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
