"""DeepBind as in the iDeep paper: only iDeep's convolutional branch (after Alipanahi et al. 2015).

The settings are those of the full network. There is no search for hyperparameters as in DeepBind itself.
"""

from __future__ import annotations

from ideep_scan.benchmark.ideep import IDeep

DEEPBIND = IDeep(("sequence",))
