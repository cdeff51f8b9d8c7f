"""Small FASTA files, plain and bgzipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pysam

LONG = "".join(np.random.default_rng(1).choice(list("ACGTacgtNnRU"), 5003))
GENOME = {"chr1": LONG, "two": "ACGTN", "chrM": "g" * 61}


def write_fasta(path: Path, records: Mapping[str, str], width: int = 60, bgzip: bool = False) -> Path:
    """Write records with lines of one width."""
    text = "".join(
        f">{name} described\n" + "".join(f"{letters[i : i + width]}\n" for i in range(0, len(letters), width))
        for name, letters in records.items()
    )
    if bgzip:
        with pysam.BGZFile(str(path), "w") as handle:
            handle.write(text.encode())
    else:
        path.write_text(text)
    return path
