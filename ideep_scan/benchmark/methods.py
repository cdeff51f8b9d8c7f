"""The methods of the benchmark by protocol and name, and what the papers say of them. It runs none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from functools import partial

from ideep_scan.benchmark.ideep import HIDDEN, KEEP, RESIDUAL, IDeep, LearningMore
from ideep_scan.benchmark.records import PUBLISHED
from ideep_scan.benchmark.rivals import registry as baselines
from ideep_scan.benchmark.split import Method
from ideep_scan.features.modalities.registry import names
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.train.fit import FitSettings
from ideep_scan.train.pretrain import PretrainSettings

_EVIDENCE = names(FeatureSpec((), ()))  # modalities that need no track of a user's own
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
# What Fig. 3 compares, and what it calls it.
SINGLE = {
    "DeepBind": "sequence (CNN)",
    "kmer": "sequence (k-mers)",
    "region": "region",
    "cobinding": "co-binding",
    "structure": "structure",
    "motifs": "motifs",
}


def published_methods(seeds: int) -> dict[str, Method]:
    """What runs on published matrices; `seeds` networks are averaged where several are."""
    return {
        MAIN: IDeep(_EVIDENCE),
        "iDeep-pretrained": IDeep(_EVIDENCE, pretraining=PretrainSettings()),
        f"iDeep-{seeds}-seeds": IDeep(_EVIDENCE, networks=seeds),
        **baselines.RIVALS,
        **{name: IDeep((name,)) for name in _EVIDENCE if name != "sequence"},
        **baselines.SINGLE,
    }


def own_methods(seeds: int, larger: bool) -> dict[str, Method]:
    """What runs on features of the own featurizer. A method names what it reads in `modalities`.

    `larger`: there are more windows to learn from; fewer epochs do then.

    iDeep is the network of the paper, residual the one that the package brings, trained as `scripts/train_zoo` does
    but longer, since these are few windows. An ensemble averages `seeds` networks that learned with modalities dropped,
    from the validation windows too: nothing is decided by them. With co-binding, each of its networks scores a window
    with that evidence and without, since negatives touch other proteins' sites more often in some test sets than
    in their training sets.
    """
    settings = FitSettings(epochs=15, learning_rate=2e-3, schedule="one-cycle")
    residual = partial(IDeep, hidden=HIDDEN, shape=RESIDUAL)
    annotated, all_of_it = ("sequence", "region"), ("sequence", "region", "cobinding")
    dropping = replace(settings, keep=KEEP)
    seldom_dropping = replace(settings, keep={**KEEP, "cobinding": 0.5}, keep_experiment=0.9)  # every file is there
    fewer_epochs = partial(replace, epochs=8, batch=128)
    ensemble = partial(residual, networks=seeds, drop=True, validate=False)
    both = partial(ensemble, all_of_it, views=(annotated, all_of_it))
    more: dict[str, Method] = {
        MORE: LearningMore(residual(annotated, settings=fewer_epochs(settings))),
        f"{MORE}-ensemble": LearningMore(ensemble(annotated, settings=fewer_epochs(dropping))),
        f"{MORE}-cobinding-ensemble": LearningMore(both(settings=fewer_epochs(seldom_dropping))),
    }
    return {
        MAIN: IDeep(annotated, HIDDEN),
        "iDeep-cobinding": IDeep(all_of_it, HIDDEN),
        "residual-sequence": residual(("sequence",), settings=settings),
        "residual": residual(annotated, settings=settings),
        "residual-cobinding": residual(all_of_it, settings=settings),
        "residual-ensemble": ensemble(annotated, settings=dropping),
        "residual-cobinding-ensemble": both(settings=seldom_dropping),
        **(more if larger else {}),
    }


def methods(protocol: str, seeds: int, larger: bool) -> dict[str, Method]:
    """Name -> method of a protocol, in the order of the tables."""
    return published_methods(seeds) if protocol == PUBLISHED else own_methods(seeds, larger)


def described(method: Method) -> str:
    """A method with all its settings, as receipts state it."""
    if is_dataclass(method):
        return repr(method)
    return f"{getattr(method, '__module__', '')}.{getattr(method, '__qualname__', repr(method))}"


def read_by(chosen: Mapping[str, Method]) -> tuple[str, ...]:
    """The modalities that some methods read together, in their order."""
    together = {name for method in chosen.values() for name in getattr(method, "modalities", _EVIDENCE)}
    return tuple(name for name in _EVIDENCE if name in together)
