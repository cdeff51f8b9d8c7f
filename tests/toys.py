"""Toy worlds: genomes, annotations, sites, motifs and small networks that answer like the real ones.

No test stands here; whatever opens a file is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.features.rnaplfold import Folder
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.kernels.onehot import encode
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.models.bundle import ModelBundle, create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.span import Span, Strand
from ideep_scan.records.transcript import Transcript

Site = tuple[str, int, int, str]

EXPERIMENTS = ("expA", "expB", "expC")
HIDDEN = {"region": 7, "motifs": 5, "structure": 4, "cobinding": 6}
SPEC = FeatureSpec(("M1", "M2", "M3"), EXPERIMENTS)
MODALITIES = list_names(SPEC)
FLIP: dict[str, Strand] = {"+": "-", "-": "+"}


class ToyGenome(InMemoryGenome):
    """A genome from letters."""

    def __init__(self, letters: Mapping[str, str]):
        super().__init__({chrom: encode(text.encode()) for chrom, text in letters.items()})


class ToySites:
    """Sites from a list; the strand '.' counts on both."""

    def __init__(self, sites: list[Site]):
        self.sites = sites

    def covered(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        out = np.zeros(positions.shape, bool)
        for at, start, end, side in self.sites:
            if at == chrom and side in (strand, "."):
                out |= (start <= positions) & (positions < end)
        return out


class LoneRow:
    """A toy scorer that is its own network of one row; a subclass has `score`, and `score_and_drivers` if needed."""

    row = 0

    @property
    def network(self):  # type: ignore[no-untyped-def]
        return self

    def score_rows(self, tile, rows):  # type: ignore[no-untyped-def]
        return self.score(tile)[None]  # type: ignore[attr-defined]

    def score_rows_and_drivers(self, tile, rows, thresholds):  # type: ignore[no-untyped-def]
        if np.isinf(thresholds[0]):
            return (scores := self.score_rows(tile, rows)), np.full(scores.shape, -1, np.int8)
        scores, drivers = self.score_and_drivers(tile, thresholds[0])  # type: ignore[attr-defined]
        return scores[None], drivers[None]


class Loci:
    """Loci from a list of spans."""

    def __init__(self, *spans: Span):
        self.spans = spans

    def overlapping(self, chrom: str, start: int, end: int) -> list[Span]:
        return [span for span in self.spans if span.chrom == chrom and span.start < end and start < span.end]


def transcript(
    exons: list[tuple[int, int]],
    cds: tuple[int, int] | None = None,
    strand: Strand = "+",
    gene: str = "G",
    chrom: str = "chr1",
    name: str = "T",
) -> Transcript:
    return Transcript(name, gene, gene, chrom, strand, np.array(exons, np.int64), cds)


def mirror_letters(letters: str) -> str:
    return letters[::-1].translate(str.maketrans("ACGTUacgtu", "TGCAAtgcaa"))


def mirror_transcript(original: Transcript, length: int) -> Transcript:
    """The same transcript on the reverse complement of a contig of `length`."""
    cds = None if original.cds is None else (length - original.cds[1], length - original.cds[0])
    exons = length - original.exons[::-1, ::-1]
    t = original
    return Transcript(t.id, t.gene_id, t.gene_name, t.chrom, FLIP[t.strand], np.ascontiguousarray(exons), cds)


@dataclass(frozen=True)
class World:
    """Everything that there is to read from, in letters and lists."""

    letters: Mapping[str, str]
    transcripts: list[Transcript] = field(default_factory=list)
    sites: Mapping[str, list[Site]] = field(default_factory=dict)
    motifs: list[np.ndarray] = field(default_factory=list)

    def window(self, chrom: str, start: int, end: int) -> str:
        """Letters of `[start, end)` of the plus strand; N past the ends of the contig."""
        text = self.letters[chrom]
        return "".join(text[i] if 0 <= i < len(text) else "N" for i in range(start, end))

    def sources(self, spec: FeatureSpec = SPEC) -> Sources:
        return Sources(
            ToyGenome(self.letters),
            RegionMap(self.transcripts),
            {name: ToySites(sites) for name, sites in self.sites.items()},
            pack(self.motifs),
            Folder(spec.structure_window, spec.structure_span),
        )

    def featurizer(self, spec: FeatureSpec = SPEC, modalities: Collection[str] = MODALITIES) -> Featurizer:
        return Featurizer(spec, self.sources(spec), modalities)

    def mirrored(self) -> World:
        """The same molecules on the reverse complement of every contig."""
        length = {chrom: len(text) for chrom, text in self.letters.items()}
        flip = {**FLIP, ".": "."}
        return World(
            {chrom: mirror_letters(text) for chrom, text in self.letters.items()},
            [mirror_transcript(t, length[t.chrom]) for t in self.transcripts],
            {
                name: [(c, length[c] - end, length[c] - start, flip[strand]) for c, start, end, strand in sites]
                for name, sites in self.sites.items()
            },
            self.motifs,
        )


def world(seed: int = 0, length: int = 700) -> World:
    """A contig with genes on both strands, isoforms, a run of N, odd letters, and a second one without annotation."""
    rng = np.random.default_rng(seed)
    letters = "".join(rng.choice(list("ACGTacgt"), length))
    n = length // 5
    letters = letters[: 3 * n] + "NNNNNNNN" + letters[3 * n + 8 : 4 * n] + "RyK" + letters[4 * n + 3 :]
    transcripts = [
        transcript([(20, n), (2 * n, 3 * n + 40)], (60, 2 * n + 50), name="T1"),
        transcript([(40, n - 20), (n + 30, n + 60), (2 * n + 10, 3 * n)], name="T2"),
        transcript([(n // 2, 2 * n), (3 * n, 4 * n), (4 * n + 20, length - 5)], (n, 4 * n + 30), "-", "H", name="T3"),
        transcript([(3 * n + 10, 3 * n + 90)], None, "-", "K", name="T4"),
    ]
    sites = {
        "expA": [("chr1", 50, 90, "+"), ("chr1", 3 * n, 3 * n + 30, "-")],
        "expC": [("chr1", 2 * n, 2 * n + 25, "."), ("chr2", 0, 60, "-")],
    }
    motifs = [rng.dirichlet([0.4] * 4, width) * 50 for width in (5, 7, 7)]
    other = "".join(rng.choice(list("ACGT"), 230))
    return World({"chr1": letters, "chr2": other}, transcripts, sites, motifs)


def network(
    spec: FeatureSpec = SPEC,
    hidden: Mapping[str, int] = HIDDEN,
    own: tuple[int, ...] = (),
    seed: int = 0,
    **shape: object,
) -> IDeepNetwork:
    """A small network with random weights, batch statistics and absent vectors, in evaluation mode."""
    net = create_network(spec, dict(hidden), own, **{"filters": 9, "sequence_hidden": 8, "shared": 10, **shape})
    generator = torch.Generator().manual_seed(seed)
    gain = 1.0 if net.config.channels else 4.0  # a deep branch would blow rounding up with every layer
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if name == "output.bias":
                tensor.fill_(-2.0)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 2.0, generator=generator)
            elif tensor.is_floating_point() and tensor.ndim > 1:
                tensor.normal_(0.0, gain / tensor[0].numel() ** 0.5, generator=generator)
            elif tensor.is_floating_point():
                tensor.normal_(0.1, 0.7, generator=generator)
    return net.eval()


def bundle(
    name: str = "TOY1", net: IDeepNetwork | None = None, spec: FeatureSpec = SPEC, **fields: object
) -> ModelBundle:
    return ModelBundle(name, name, spec, network(spec) if net is None else net, **fields)  # type: ignore[arg-type]
