"""Registry of iDeep's rivals, by the names in Table 1 of its paper, and of the k-mer modality of Fig. 3."""

from __future__ import annotations

from ideep_scan.benchmark.rivals.deepbind import DEEPBIND
from ideep_scan.benchmark.rivals.ionmf import IONMF
from ideep_scan.benchmark.rivals.kmer import IDEEP_KMER, KMER
from ideep_scan.benchmark.rivals.nmf import NMF
from ideep_scan.benchmark.rivals.oli import Oli
from ideep_scan.benchmark.rivals.qno import QNO
from ideep_scan.benchmark.rivals.snmf import SNMF
from ideep_scan.benchmark.split import Method

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
