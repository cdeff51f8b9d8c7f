"""A second, slow iDeep in plain numpy: from letters, transcripts and sites to the probability of one position.

It shares no code with the featurizer, the kernels or the network: what it says is what the documentation says.
It serves toy worlds and the shipped models alike; whoever calls it hands in what reads the letters of a genome.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from test_cluster_score import twin as slow_cluster_scores

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.network_config import NetworkConfig
from ideep_scan.records.transcript import Transcript

Weights = Mapping[str, np.ndarray]
COMPLEMENT = {"A": "T", "C": "G", "G": "C", "T": "A", "U": "A"}


class Material(Protocol):
    """What the twin reads from; `toys.World` is one."""

    transcripts: Sequence[Transcript]
    sites: Mapping[str, Sequence[tuple[str, int, int, str]]]
    motifs: Sequence[np.ndarray]

    def window(self, chrom: str, start: int, end: int) -> str:
        """Raw letters of `[start, end)` of the plus strand, any case; N past the ends of the contig."""
        ...


def rna(letters: str, strand: str) -> str:
    """The RNA's letters A C G U N, 5'→3', from letters of the plus strand."""
    upper = letters.upper()
    if strand == "-":
        upper = "".join(COMPLEMENT.get(letter, "N") for letter in reversed(upper))
    return "".join({"T": "U"}.get(letter, letter) if letter in "ACGTU" else "N" for letter in upper)


def onehot(sequence: str) -> np.ndarray:
    return np.array([[0.25 if x == "N" else float(x == base) for x in sequence] for base in "ACGU"])


def region_types(position: int, transcripts: Sequence[Transcript]) -> list[float]:
    """Intron, CDS, 5'UTR, 3'UTR, exon at one genome position; transcripts of its strand only."""
    types = set()
    for t in transcripts:
        if not t.start <= position < t.end:
            continue
        if not any(start <= position < end for start, end in t.exons):
            types.add("intron")
            continue
        types.add("exon")
        if t.cds is not None:
            if t.cds[0] <= position < t.cds[1]:
                types.add("CDS")
            else:
                types.add("5'UTR" if (position < t.cds[0]) == (t.strand == "+") else "3'UTR")
    return [float(name in types) for name in ("intron", "CDS", "5'UTR", "3'UTR", "exon")]


def landmark_bases(transcripts: Sequence[Transcript], strand: str) -> list[set[int]]:
    """Genome positions of TSS, polyA, donors, acceptors, start and stop codons, gene starts and ends."""
    landmarks: list[set[int]] = [set() for _ in range(8)]

    def both(first: int, last: int, start: int, end: int) -> None:
        """The first and the last base of `[start, end)` as the RNA reads it."""
        bases = (start, end - 1) if strand == "+" else (end - 1, start)
        landmarks[first].add(bases[0])
        landmarks[last].add(bases[1])

    for t in transcripts:
        both(0, 1, t.start, t.end)
        exons = [(int(start), int(end)) for start, end in t.exons]
        for (_, left), (right, _) in pairwise(exons):
            landmarks[2].add(left - 1 if strand == "+" else right)
            landmarks[3].add(right if strand == "+" else left - 1)
        if t.cds is not None:
            both(4, 5, *t.cds)
        start, end = t.start, t.end
        while True:  # grow over the gene's other transcripts until nothing more overlaps
            touching = [o for o in transcripts if o.gene_id == t.gene_id and o.start < end and start < o.end]
            grown = min(o.start for o in touching), max(o.end for o in touching)
            if grown == (start, end):
                break
            start, end = grown
        both(6, 7, start, end)
    return landmarks


def basis(i: int, degree: int, x: float) -> float:
    """B-spline number `i` on the knots ..., -1, 0, 1, ... (Cox-de Boor)."""
    if degree == 0:
        return float(i <= x < i + 1)
    left, right = basis(i, degree - 1, x), basis(i + 1, degree - 1, x)
    return (x - i) / degree * left + (i + degree + 1 - x) / degree * right


def splines(distance: int | None, reach: int, bases: int) -> list[float]:
    if distance is None:
        return [0.0] * bases
    limit = np.log10(1 + reach)
    x = np.clip(np.sign(distance) * np.log10(1 + abs(distance)), -limit, limit)
    u = (x + limit) / (2 * limit) * (bases - 3)
    return [basis(i - 3, 3, min(u, bases - 3 - 1e-12)) for i in range(bases)]


def landmarks(position: int, strand: str, transcripts: Sequence[Transcript], spec: FeatureSpec) -> np.ndarray:
    out: list[float] = []
    for bases in landmark_bases(transcripts, strand):
        downstream = [position - base if strand == "+" else base - position for base in bases]
        nearest = min(downstream, key=lambda d: (abs(d), -d), default=None)
        out += splines(nearest, spec.landmark_reach, spec.landmark_bases)
    return np.array(out)


def unpaired(sequence: str, window: int, span: int) -> np.ndarray:
    """RNAplfold of the window alone, by ViennaRNA's plain call; what is too near to an end is cut off."""
    import RNA

    rows = RNA.pfl_fold_up(sequence, 1, window, span)
    return np.array([row[1] for row in rows[1 : len(sequence) + 1]])[None, window : len(sequence) - window]


def features(
    material: Material, spec: FeatureSpec, modalities: Collection[str], chrom: str, strand: str, position: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Window tensors (channels, width) and centre tensors (values,) by modality."""
    half = spec.window // 2
    sequence = rna(material.window(chrom, position - half, position + half + 1), strand)
    line = range(position - half, position + half + 1)
    if strand == "-":
        line = line[::-1]
    near = [t for t in material.transcripts if (t.chrom, t.strand) == (chrom, strand)]
    windows, centres = {"sequence": onehot(sequence)}, {}
    if "region" in modalities:
        windows["region"] = np.array([region_types(p, near) for p in line]).T
        centres["region"] = landmarks(position, strand, near, spec)
    if "motifs" in modalities:
        codes = np.array([["ACGUN".index(x) for x in sequence]], np.int8)
        centres["motifs"] = slow_cluster_scores(codes, list(material.motifs), False)[0]
    if "structure" in modalities:
        windows["structure"] = unpaired(sequence, spec.structure_window, spec.structure_span)
    if "cobinding" in modalities:

        def bound(name: str, p: int) -> bool:
            sites = material.sites.get(name, ())
            return any(c == chrom and start <= p < end and s in (strand, ".") for c, start, end, s in sites)

        windows["cobinding"] = np.array([[float(bound(name, p)) for p in line] for name in spec.experiments])
        centres["cobinding"] = np.array([float(name not in material.sites) for name in spec.experiments])
    return windows, centres


def batch_norm(x: np.ndarray, weights: Weights, layer: str) -> np.ndarray:
    scale = weights[f"{layer}.weight"] / np.sqrt(weights[f"{layer}.running_var"] + 1e-5)
    return (x - weights[f"{layer}.running_mean"]) * scale + weights[f"{layer}.bias"]


def sequence_branch(window: np.ndarray, weights: Weights, config: NetworkConfig) -> np.ndarray:
    kernel, bias = weights["branches.sequence.convolution.weight"], weights["branches.sequence.convolution.bias"]
    steps = config.window - config.filter_width + 1
    convolved = np.empty((config.filters, steps))
    for i in range(steps):
        convolved[:, i] = (kernel * window[None, :, i : i + config.filter_width]).sum((1, 2)) + bias
    pools = steps // config.pool
    pooled = np.maximum(convolved, 0)[:, : pools * config.pool].reshape(-1, pools, config.pool).max(2)
    linear = weights["branches.sequence.linear.weight"].reshape(config.sequence_hidden, -1)
    out = linear @ pooled.ravel() + weights["branches.sequence.linear.bias"]
    return np.maximum(batch_norm(out, weights, "branches.sequence.finish.0"), 0)


def residual_branch(window: np.ndarray, weights: Weights, config: NetworkConfig) -> np.ndarray:
    prefix = "branches.sequence"

    def convolved(x: np.ndarray, name: str, dilation: int = 1) -> np.ndarray:
        kernel, bias = weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"]
        width = kernel.shape[2]
        steps = x.shape[1] - (width - 1) * dilation
        taps = [x[:, i : i + (width - 1) * dilation + 1 : dilation] for i in range(steps)]
        return np.array([(kernel * tap).sum((1, 2)) + bias for tap in taps]).T

    def rectified(x: np.ndarray, name: str) -> np.ndarray:
        return np.maximum(batch_norm(x.T, weights, f"{prefix}.{name}").T, 0)

    out = rectified(convolved(window, "convolution"), "normal")
    pools = out.shape[1] // config.pool
    out = out[:, : pools * config.pool].reshape(len(out), pools, config.pool).max(2)
    out = rectified(convolved(out, "narrow"), "narrow_normal")
    for i, dilation in enumerate(config.dilations):
        deeper = rectified(convolved(out, f"residual.{i}", dilation), f"residual_normal.{i}")
        out = out[:, dilation:-dilation] + deeper
    linear = weights[f"{prefix}.linear.weight"].reshape(config.sequence_hidden, -1)
    flat = linear @ out.ravel() + weights[f"{prefix}.linear.bias"] + weights[f"{prefix}.anywhere.weight"] @ out.max(1)
    return np.maximum(batch_norm(flat, weights, f"{prefix}.finish.0"), 0)


def evidence_branch(
    name: str, window: np.ndarray | None, centre: np.ndarray | None, weights: Weights, config: NetworkConfig
) -> np.ndarray:
    prefix = f"branches.{name}"
    out = np.zeros(config.hidden[name])
    if window is not None:
        kernel = weights[f"{prefix}.window.weight"].reshape(config.hidden[name], -1)
        out = out + kernel @ window.ravel() + weights[f"{prefix}.window.bias"]
    if centre is not None:
        out = out + weights[f"{prefix}.centre.weight"] @ centre + weights[f"{prefix}.centre.bias"]
    out = np.maximum(batch_norm(out, weights, f"{prefix}.finish.0.0"), 0)
    out = weights[f"{prefix}.finish.1.weight"] @ out + weights[f"{prefix}.finish.1.bias"]
    return np.maximum(batch_norm(out, weights, f"{prefix}.finish.2.0"), 0)


def logit(
    windows: Mapping[str, np.ndarray], centres: Mapping[str, np.ndarray], weights: Weights, config: NetworkConfig
) -> float:
    """Log odds of one position; a modality in neither mapping is absent."""
    mask = np.zeros(config.centre_sizes.get("cobinding", 0))
    mask[list(config.own_experiments)] = 1
    rows = []
    for name in ("sequence", "region", "motifs", "structure", "cobinding"):
        if name != "sequence" and name not in config.hidden:
            continue
        window, centre = windows.get(name), centres.get(name)
        if window is None and centre is None:
            rows.append(weights[f"absent.{name}"])
        elif name == "sequence":
            assert window is not None
            branch = residual_branch if config.channels else sequence_branch
            rows.append(branch(window, weights, config))
        else:
            if name == "cobinding":
                assert window is not None
                assert centre is not None
                window, centre = np.where(mask[:, None] > 0, 0, window), np.where(mask > 0, 1, centre)
            rows.append(evidence_branch(name, window, centre, weights, config))
    shared = weights["shared.0.weight"] @ np.concatenate(rows) + weights["shared.0.bias"]
    shared = np.maximum(batch_norm(shared, weights, "shared.1.0"), 0)
    return float(weights["output.weight"][0] @ shared + weights["output.bias"][0])


def probability(
    material: Material,
    spec: FeatureSpec,
    config: NetworkConfig,
    weights: Weights,
    modalities: Collection[str],
    chrom: str,
    strand: str,
    position: int,
) -> float:
    """Probability of a binding site centred at a 0-based genome position.

    Parameters
    ----------
    weights : the network's state by name, as numpy arrays (`safetensors.numpy.load_file` gives them).
    modalities : evidence to read; the sequence is always read.
    """
    windows, centres = features(material, spec, modalities, chrom, strand, position)
    state = {name: np.asarray(tensor, np.float64) for name, tensor in weights.items()}
    return float(1 / (1 + np.exp(-logit(windows, centres, state, config))))
