"""Methods of the benchmark by protocol and name, with the figures that the papers report for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from functools import partial

from ideep_scan.benchmark.ideep import ExtendedMethod, IDeep
from ideep_scan.benchmark.records import PUBLISHED
from ideep_scan.benchmark.rivals import registry
from ideep_scan.benchmark.split import Method
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.train.fit import FitSettings
from ideep_scan.train.pretrain import PretrainSettings
from ideep_scan.train.recipe import HIDDEN, KEEP, RESIDUAL

_EVIDENCE = list_names(FeatureSpec((), ()))  # without modalities of a user's own tracks
MAIN = "iDeep"
MORE = "residual-30000"  # learns from the larger training sets as well
# Mean AUC over the 31 experiments: Pan & Shen 2017, BMC Bioinformatics 18:136, Table 1 and Fig. 3.
PAPER = {
    "iDeep": 0.90,
    "iDeep-kmer": 0.87,
    "iONMF": 0.85,
    "DeepBind": 0.83,
    "NMF": 0.83,
    "QNO": 0.79,
    "Oli": 0.77,
    "SNMF": 0.71,
    "region": 0.73,
    "cobinding": 0.74,
    "structure": 0.71,
    "motifs": 0.71,
    "kmer": 0.76,
}
# Methods that read one modality, with their labels in Fig. 3.
SINGLE = {
    "DeepBind": "sequence (CNN)",
    "kmer": "sequence (k-mers)",
    "region": "region",
    "cobinding": "co-binding",
    "structure": "structure",
    "motifs": "motifs",
}


def list_published_methods(seeds: int) -> dict[str, Method]:
    """List the methods that run on the published matrices.

    Parameters
    ----------
    seeds : int
        Number of networks in the method that averages several.

    Returns
    -------
    dict of str to Method
        Methods by name, in the order of the tables.
    """
    return {
        MAIN: IDeep(_EVIDENCE),
        "iDeep-pretrained": IDeep(_EVIDENCE, pretraining=PretrainSettings()),
        f"iDeep-{seeds}-seeds": IDeep(_EVIDENCE, networks=seeds),
        **registry.RIVALS,
        **{name: IDeep((name,)) for name in _EVIDENCE if name != "sequence"},
        **registry.SINGLE,
    }


def list_own_methods(seeds: int, larger: bool) -> dict[str, Method]:
    """List the methods that run on the package's own features. The attribute `modalities` says what each reads.

    iDeep is the network of the paper.
    The residual network is that of the bundled models.
    It is trained as by `scripts/train_zoo`, but for more epochs, because there are fewer windows.
    An ensemble averages `seeds` networks, trained with modalities dropped and with the validation windows as well.
    An ensemble with co-binding scores each window with that evidence and without it.
    The reason: in some test sets, negatives touch other proteins' sites more often than in the training set.

    Parameters
    ----------
    seeds : int
        Number of networks in an ensemble.
    larger : bool
        Add the methods that learn from the larger training sets, for fewer epochs.

    Returns
    -------
    dict of str to Method
        Methods by name, in the order of the tables.
    """
    settings = FitSettings(epochs=15, learning_rate=2e-3, schedule="one-cycle")
    residual = partial(IDeep, hidden=HIDDEN, shape=RESIDUAL)
    annotated, cobinding = ("sequence", "region"), ("sequence", "region", "cobinding")
    dropping = replace(settings, keep=KEEP)
    rare_dropping = replace(settings, keep={**KEEP, "cobinding": 0.5}, keep_experiment=0.9)  # every file is there
    fewer_epochs = partial(replace, epochs=8, batch=128)
    ensemble = partial(residual, networks=seeds, drop=True, validate=False)
    both = partial(ensemble, cobinding, views=(annotated, cobinding))
    more: dict[str, Method] = {
        MORE: ExtendedMethod(residual(annotated, settings=fewer_epochs(settings))),
        f"{MORE}-ensemble": ExtendedMethod(ensemble(annotated, settings=fewer_epochs(dropping))),
        f"{MORE}-cobinding-ensemble": ExtendedMethod(both(settings=fewer_epochs(rare_dropping))),
    }
    return {
        MAIN: IDeep(annotated, HIDDEN),
        "iDeep-cobinding": IDeep(cobinding, HIDDEN),
        "residual-sequence": residual(("sequence",), settings=settings),
        "residual": residual(annotated, settings=settings),
        "residual-cobinding": residual(cobinding, settings=settings),
        "residual-ensemble": ensemble(annotated, settings=dropping),
        "residual-cobinding-ensemble": both(settings=rare_dropping),
        **(more if larger else {}),
    }


def list_methods(protocol: str, seeds: int, larger: bool) -> dict[str, Method]:
    """List the methods of a protocol by name, in the order of the tables."""
    return list_published_methods(seeds) if protocol == PUBLISHED else list_own_methods(seeds, larger)


def describe_method(method: Method) -> str:
    """Describe a method with all its settings, for receipts."""
    if is_dataclass(method):
        return repr(method)
    return f"{getattr(method, '__module__', '')}.{getattr(method, '__qualname__', repr(method))}"


def collect_modalities(methods: Mapping[str, Method]) -> tuple[str, ...]:
    """Collect the modalities that at least one of the methods reads, in their usual order."""
    read = {name for method in methods.values() for name in getattr(method, "modalities", _EVIDENCE)}
    return tuple(name for name in _EVIDENCE if name in read)
