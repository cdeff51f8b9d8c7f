"""DeepBind as the iDeep paper runs it: iDeep's convolutional branch alone (after Alipanahi et al. 2015).

Settings of the whole network hold; DeepBind's own search for hyperparameters is not repeated.
"""

from __future__ import annotations

from ideep_scan.benchmark.ideep import IDeep

DEEPBIND = IDeep(("sequence",))
