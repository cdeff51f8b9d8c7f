"""An invented training: sites with UUUUU, found well but not always."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import toys

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.jobs.train.outcome import Epoch, TrainingOutcome
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.records.estimate import Estimate
from ideep_scan.records.places import Places
from ideep_scan.train.calibrate import Reliability
from ideep_scan.train.site_summary import SiteSummary, count_bases
from ideep_scan.train.training_data import SAME_TRANSCRIPT, SITE, TrainingData

SEED = 3
SPEC = FeatureSpec((), ())


def make_codes(labels: np.ndarray, offset: int = 0) -> np.ndarray:
    """Draw windows; half of the sites have UUUUU at the offset."""
    rng = np.random.default_rng(SEED)
    codes = rng.integers(0, 4, (len(labels), 101)).astype(np.int8)
    codes[np.flatnonzero(labels)[::2], 48 + offset : 53 + offset] = 3
    return codes


def make_data(sites: int) -> TrainingData:
    """Make a site and four other windows for each site; a fifth of them are test windows."""
    labels = np.resize(np.array([1, 0, 0, 0, 0], np.int8), 5 * sites)
    number = np.arange(len(labels))
    places = Places(np.full(len(labels), "chr1", object), number * 500 + 60, np.full(len(labels), "+", object))
    return TrainingData(
        places,
        labels,
        np.resize(np.repeat(np.array([0, 0, 0, 1, 2], np.int8), 5), len(labels)),
        np.where(labels == 1, SITE, SAME_TRANSCRIPT).astype(np.int8),
        np.full(len(labels), np.nan, np.float32),
        number // 50,
    )


def make_summary(data: TrainingData, codes: np.ndarray) -> SiteSummary:
    return SiteSummary(
        files=("own <peaks>.bed",),
        site="centre",
        read=int(data.label.sum()) + 40,
        kept=int(data.label.sum()),
        dropped=(("within 15 nt of a stronger site", 30), ("no base of the genome <N>", 10)),
        own_strand=0.9,
        other_strand=0.1,
        site_regions=np.array([0.02, 0.05, 0.4, 0.03, 0.45, 0.05]),
        negative_regions=np.array([0.02, 0.1, 0.1, 0.08, 0.65, 0.05]),
        transcript_regions=np.array([0.01, 0.04, 0.05, 0.05, 0.85, 0.0]),
        site_bases=count_bases(codes[data.label == 1]),
        negative_bases=count_bases(codes[data.label == 0]),
    )


def make_model(name: str = "MYRBP") -> ModelBundle:
    return ModelBundle(name, "MYRBP", SPEC, toys.network(SPEC, {"region": 4}))


def make_outcome(sites: int = 250, offset: int = 0) -> tuple[TrainingOutcome, np.ndarray]:
    """Make a training, and the codes of its windows."""
    rng = np.random.default_rng(SEED)
    data = make_data(sites)
    codes = make_codes(data.label, offset)
    test = data.label[data.part == 2]
    epochs = tuple(
        Epoch(number, 0.6 / number**0.5, 1 - 0.2 / number, 0.93 - 0.2 / number - 0.002 * number, 0.7)
        for number in range(1, 9)
    )
    outcome = TrainingOutcome(
        model=make_model(),
        data=data,
        codes=codes,
        summary=make_summary(data, codes),
        epochs=epochs,
        best_epoch=7,
        test_logits=(rng.normal(0, 1.2, len(test)) - 2 + 3 * test).astype(np.float32),
        ranks=(rng.random(int(test.sum())) ** 4).astype(np.float32),
        reliability=Reliability(0.5, Estimate(0.55, 0.4, 0.7, 0.08), 20, 40),
    )
    return outcome, codes


def without_genome(outcome: TrainingOutcome) -> TrainingOutcome:
    """Return a training on windows that have no place."""
    return replace(outcome, summary=None, ranks=outcome.ranks[:0], reliability=None)
