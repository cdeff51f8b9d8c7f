"""TF-MoDISco on RNA: modisco-lite without reverse complements.

modisco-lite compares a seqlet with both strands of another one, and the best strand decides.
It makes both strands in two functions.
Here these return the forward strand twice while a search runs, so the reverse strand never wins.
A search runs in this process and on one thread, whatever the machine has.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.kernels.compile_cache import keep_compiled

_ONE_SEARCH = threading.Lock()  # the functions of modisco-lite are replaced for the whole process
Strands = tuple[Any, Any]


class SeqletGroup(NamedTuple):
    """Aligned seqlets of one length, all on the strand of their windows.

    Attributes
    ----------
    windows : np.ndarray
        Int64 array (seqlets,), rows of the windows.
    starts : np.ndarray
        Int64 array (seqlets,), index of the first base in the window.
    width : int
        Length of each seqlet, nt.
    """

    windows: np.ndarray
    starts: np.ndarray
    width: int


def group_seqlets(
    onehot: np.ndarray, hypothetical: np.ndarray, settings: Mapping[str, Any]
) -> tuple[list[SeqletGroup], list[SeqletGroup]] | None:
    """Group seqlets by TF-MoDISco.

    Parameters
    ----------
    onehot : np.ndarray
        Float32 array (n, width, 4), letters; zeros for an unknown base.
    hypothetical : np.ndarray
        Float32 array (n, width, 4), hypothetical contributions.
    settings : Mapping[str, Any]
        Further arguments of `modiscolite.tfmodisco.TFMoDISco`.

    Returns
    -------
    tuple[list[SeqletGroup], list[SeqletGroup]] or None
        Groups that raise the score, and groups that lower it; None if the contributions are too uniform.

    Raises
    ------
    InputError
        modisco-lite is not installed.
    """
    try:
        from modiscolite import forked, precompile, tfmodisco
    except ImportError as error:
        raise InputError("patterns need modisco-lite: pip install 'ideep-scan[motifs]'") from error
    for kernel in {kernel for group in precompile._kernels() for kernel, _ in group if not kernel.overloads}:
        keep_compiled(kernel)
    with _ONE_SEARCH, _forward_strands(), forked.budget_of(1), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # it divides by zero where few seqlets are left
        try:
            found = tfmodisco.TFMoDISco(onehot, hypothetical, **settings)
        except (IndexError, ValueError):  # its null distribution needs contributions of both signs that differ
            return None
    raising, lowering = ([_read_group(pattern.seqlets) for pattern in patterns or ()] for patterns in found)
    return raising, lowering


def _read_group(seqlets: list[Any]) -> SeqletGroup:
    """Read the places of seqlets; refuse one of the reverse strand."""
    if any(seqlet.is_revcomp for seqlet in seqlets):
        raise RuntimeError("modisco-lite aligned a reverse complement: its version does not fit this adapter")
    places = np.array([(seqlet.example_idx, seqlet.start) for seqlet in seqlets], np.int64).reshape(-1, 2)
    return SeqletGroup(places[:, 0], places[:, 1], len(seqlets[0]))


@contextmanager
def _forward_strands() -> Iterator[None]:
    """Give modisco-lite the forward strand in place of the reverse one."""
    from modiscolite import gapped_kmer, util

    data, inputs = util.get_2d_data_from_patterns, gapped_kmer._gkmer_inputs
    util.get_2d_data_from_patterns, gapped_kmer._gkmer_inputs = forward(data), forward(inputs)
    try:
        yield
    finally:
        util.get_2d_data_from_patterns, gapped_kmer._gkmer_inputs = data, inputs


def forward(function: Callable[..., Strands | None]) -> Callable[..., Strands | None]:
    """Make a function that returns both strands return the first one twice."""

    def give_forward(*args: Any, **options: Any) -> Strands | None:
        strands = function(*args, **options)
        return None if strands is None else (strands[0], strands[0])

    return give_forward
