"""The rivals of iDeep by the names of its paper's Table 1, and the k-mer modality of its Fig. 3."""

from __future__ import annotations

from ideep_scan.baselines.deepbind import DEEPBIND
from ideep_scan.baselines.ionmf import IONMF
from ideep_scan.baselines.kmer import IDEEP_KMER, KMER
from ideep_scan.baselines.nmf import NMF
from ideep_scan.baselines.oli import Oli
from ideep_scan.baselines.qno import QNO
from ideep_scan.baselines.snmf import SNMF
from ideep_scan.train.split import Method

RIVALS: dict[str, Method] = {
    "iDeep-kmer": IDEEP_KMER,
    "iONMF": IONMF,
    "DeepBind": DEEPBIND,
    "NMF": NMF,
    "QNO": QNO,
    "Oli": Oli(),
    "SNMF": SNMF,
}
SINGLE: dict[str, Method] = {"kmer": KMER}
