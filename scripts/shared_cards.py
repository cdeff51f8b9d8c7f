"""Cards of the models of the shared network: data, protocols, citations and figures."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_figures import Card, describe_sites, measure_published
from shared_labels import Head
from shared_outputs import PlannedModel
from shared_training import SharedWork
from zoo_measure import read_anchors

from ideep_scan.formats.experiments import Experiment, read_experiments
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.peak_lists import PARCLIP
from ideep_scan.formats.text import read_table_rows
from ideep_scan.jobs.source_date import add_source_date
from ideep_scan.jobs.train.calibration import ModelCalibration
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.version import __version__

ALIASES = Path(__file__).parent / "protein_aliases.tsv"
_PAPER = "Pan & Shen 2017, BMC Bioinformatics 18:136 (iDeep)"
_LANDMARKS = "Avsec et al. 2018, Bioinformatics 34:1261 (landmarks)"
_CITATIONS = {
    "published": (
        "Strazar et al. 2016, Bioinformatics 32:1527 (the 31 experiments)",
        "Pan et al. 2018, BMC Genomics 19:511 (iDeepS, the 30,000 windows)",
    ),
    "eCLIP": ("Van Nostrand et al. 2020, Nature 583:711 (ENCODE eCLIP)",),
    "PAR-CLIP": ("Mukherjee et al. 2019, Nucleic Acids Res 47:570 (PAR-CLIP peaks of HEK293)",),
}
_LICENCE = (
    "weights MIT; learned from windows published with iDeep and iDeepS, which carry no licence file, "
    "and from ENCODE eCLIP and PAR-CLIP peaks"
)
_KINDS = {
    "both": "mean of the log odds of the gene and place outputs",
    "score": "the output of all windows",
    "within": "the output of bound genes",
}


@dataclass(frozen=True, eq=False)
class CardWriter:
    """Everything that cards share.

    Attributes
    ----------
    digest : str
        Digest of the annotation.
    accessions : Mapping[str, str]
        ENCODE accession by list of peaks.
    anchors : Mapping[int, dict[str, Any]]
        Published figures by number of the experiment.
    tests : Mapping[str, dict[str, Any]]
        Figures on published windows, by experiment.
    """

    digest: str
    accessions: Mapping[str, str]
    anchors: Mapping[int, dict[str, Any]]
    tests: Mapping[str, Card]

    def write(self, model: PlannedModel, calibration: ModelCalibration, sites: Card) -> Card:
        """Write the card of a model.

        Parameters
        ----------
        model : PlannedModel
            The model.
        calibration : ModelCalibration
            Its calibration.
        sites : dict[str, Any]
            What describes its sites.

        Returns
        -------
        dict[str, Any]
            The card.
        """
        names = [head.name for head in model.heads]
        kinds = [_kind(head) for head in model.heads]
        data = [text for kind, texts in _CITATIONS.items() if kind in kinds for text in texts]
        card: Card = {
            "assembly": "hg19",
            "annotation": "RefSeq (hg19, 58,322 transcripts)",
            "annotation digest": self.digest,
            "experiments": names,
            "protocol": describe_protocols(model.heads),
            "made": add_source_date(f"scripts/train_zoo, ideep-scan {__version__}"),
            "recommended": model.experiment is None,
            "licence": _LICENCE,
            "citation": [_PAPER, *data, _LANDMARKS],
            "threshold": calibration.threshold,
            **sites,
        }
        if model.learned_from_peaks:
            card["peak_lists"] = [head.name for head in model.heads if not head.published]
        if model.experiment is not None:
            return card | self._describe_experiment(model.experiment)
        accessions = [self.accessions[name] for name in names if name in self.accessions]
        counted = f"{len(names)} experiment{'s' if len(names) > 1 else ''}"
        why = f"{_KINDS[model.choice.kind]} of {counted}, chosen on chr3 and chr21"
        return card | {"recommended why": why} | ({"accessions": accessions} if accessions else {})

    def _describe_experiment(self, experiment: Experiment) -> Card:
        facts = {"number": experiment.number, "experiment": experiment.experiment, "note": experiment.note}
        return {
            **facts,
            "protocol": experiment.protocol,
            "published figures": self.anchors[experiment.number],
            **self.tests[experiment.experiment],
        }


def write_cards(
    work: SharedWork,
    network: IDeepNetwork,
    models: Sequence[PlannedModel],
    *,
    calibrations: Sequence[ModelCalibration],
) -> list[Card]:
    """Measure the figures of all cards, and write the cards.

    Parameters
    ----------
    work : SharedWork
        Windows, labels and features.
    network : IDeepNetwork
        The trained network, with two outputs per experiment.
    models : sequence of PlannedModel
        The models.
    calibrations : sequence of ModelCalibration
        Their calibrations.

    Returns
    -------
    list of dict[str, Any]
        A card per model.
    """
    digest = InputFile(work.data / "annotation" / "refseq_hg19.bed12.gz").digest()
    writer = CardWriter(digest, _read_accessions(work.data), read_anchors(work.data), measure_published(work, network))
    sites = describe_sites(work, models)
    return [writer.write(*facts) for facts in zip(models, calibrations, sites, strict=True)]


def describe_protocols(heads: Sequence[Head]) -> str:
    """Describe the protocols of experiments, with the cells of lists of peaks: `eCLIP (HepG2, K562)`."""
    published = {item.experiment: item.protocol for item in read_experiments()}
    cells: dict[str, set[str]] = defaultdict(set)
    for head in heads:
        if head.published:
            cells[published[head.name]] |= set()
        else:
            cells[_kind(head)].add(head.name.rsplit("_", 2)[1])
    return ", ".join(name + (f" ({', '.join(sorted(cells[name]))})" if cells[name] else "") for name in cells)


def _kind(head: Head) -> str:
    """Return the key of an experiment's citations."""
    if head.published:
        return "published"
    return "PAR-CLIP" if head.name.endswith(PARCLIP) else "eCLIP"


def describe_truth(model: PlannedModel, region: str) -> str:
    """Describe the sites that judge the calls of a model."""
    protocols = describe_protocols(model.heads)
    if model.learned_from_peaks:
        return f"peaks of the training experiments ({protocols}) on {region}, which training did not see"
    return f"published sites ({protocols}; a capped sample) on {region}, which training did not see"


def read_aliases() -> dict[str, tuple[str, ...]]:
    """Read the other names of proteins: those of published experiments, and the table beside this script."""
    aliases = {item.protein: item.aliases for item in read_experiments()}
    rows = read_table_rows(ALIASES, ("protein", "aliases"))
    return {fields[0]: tuple(fields[1].split(",")) for _, fields in rows} | aliases


def _read_accessions(data: Path) -> dict[str, str]:
    """Read the ENCODE accession of each list of peaks; none if the data has no such table."""
    path = data / "clip_peaks" / "eclip_experiments.tsv"
    if not path.exists():
        return {}
    with path.open() as table:
        return {row["name"]: row["experiment"] for row in csv.DictReader(table, delimiter="\t")}
