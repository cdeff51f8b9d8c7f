"""Content of the pages of motifs: what each model has learned, and which motifs models share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from track_hubs.manifest import Row


@dataclass(frozen=True, slots=True)
class KnownMotif:
    """A known motif beside a learned one.

    Attributes
    ----------
    id, symbol, source : str
        Its id, the gene symbol of its protein, and the name of its set.
    shares : sequence of Row
        Shares of A, C, G and U at each position; empty if the matrix is unavailable.
    p_value, e_value : float
        Chance of such a resemblance, and the expected number of them in the set.
    offset : int
        Positions by which it begins after the learned motif.
    is_found : bool
        True if p and E are below the limits.
    """

    id: str
    symbol: str
    source: str
    shares: Sequence[Row]
    p_value: float
    e_value: float
    offset: int
    is_found: bool


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Windows that hold a motif.

    Attributes
    ----------
    bound_hits, bound, unbound_hits, unbound : int
        Bound windows with the motif and all of them, and the same for unbound windows.
    odds_ratio : float
        Odds of the motif in bound windows over those in unbound windows; may be infinite, or NaN without any hit.
    p_value, q_value : float
        Of Fisher's exact test, and adjusted for all motifs of the model.
    is_enriched : bool
        True if bound windows hold the motif more often, at a q-value below the limit.
    """

    bound_hits: int
    bound: int
    unbound_hits: int
    unbound: int
    odds_ratio: float
    p_value: float
    q_value: float
    is_enriched: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean change of the log odds with its 95 % confidence interval.

    Attributes
    ----------
    mean, low, high : float
        The mean and the ends of its interval.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LearnedMotif:
    """A motif that a model has learned.

    Attributes
    ----------
    id : str
        Unique for the model. It is the anchor of the motif in the report.
    consensus : str
        Consensus of its letters.
    origin : str
        'filter' or 'pattern'.
    sites : int
        Number of aligned sequences.
    information : float
        Total information, bits.
    shares : sequence of Row
        Shares of A, C, G and U at each position, 5'→3'.
    contributions : sequence of Row or None
        Mean contribution of each letter, log odds; None for a filter.
    enrichment : Enrichment or None
        None without unbound windows.
    distances : sequence of int
        Bound windows by the place of the centre of the best hit; the middle index is the centre of the window.
    matches : sequence of KnownMotif
        Known motifs that resemble it, best first.
    planted, removed : Effect or None
        Effect of planting the motif into neutral sequence and of removing it from bound windows; None if unknown.
    """

    id: str
    consensus: str
    origin: str
    sites: int
    information: float
    shares: Sequence[Row]
    contributions: Sequence[Row] | None
    enrichment: Enrichment | None
    distances: Sequence[int]
    matches: Sequence[KnownMotif]
    planted: Effect | None
    removed: Effect | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Near-identical motifs of a model.

    Attributes
    ----------
    motifs : sequence of LearnedMotif
        Its members, the founder first.
    copies : sequence of int
        Bound windows with 0, 1, 2, ... hits; the last entry counts more hits as well.
    spacings : sequence of int
        Pairs of neighbouring hits by the distance of their first letters in nt.
    """

    motifs: Sequence[LearnedMotif]
    copies: Sequence[int]
    spacings: Sequence[int]


@dataclass(frozen=True, slots=True)
class FilterTree:
    """Filters of the first convolution, ordered by similarity.

    Attributes
    ----------
    weights : sequence of sequence of Row
        For each filter, the weights of A, C, G and U at each position.
    ids, names : sequence of str
        Id and consensus of the motif of each filter; empty if it is not shown.
    silent : sequence of int
        Filters that never fire.
    order : sequence of int
        Filters from top to bottom.
    merges : sequence of (int, int, float)
        Pairs of groups and the cosine distance at which they join, nearest first.
        Numbers below the number of filters are filters; later ones are earlier merges, in order.
    """

    weights: Sequence[Sequence[Row]]
    ids: Sequence[str]
    names: Sequence[str]
    silent: Sequence[int]
    order: Sequence[int]
    merges: Sequence[tuple[int, int, float]]


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """The learned motif of a model that best resembles a known motif of its protein.

    Attributes
    ----------
    learned : LearnedMotif
        The learned motif.
    known : KnownMotif
        The known one.
    """

    learned: LearnedMotif
    known: KnownMotif


@dataclass(frozen=True, slots=True)
class ModelMotifs:
    """Content of the report of a model.

    Attributes
    ----------
    model, protein : str
        Name of the model, gene symbol of its protein.
    windows : str
        Windows that the motifs were computed from.
    bound, unbound : int
        Number of bound and unbound windows.
    clusters : sequence of Cluster
        Strongest first. Each motif is in one.
    tree : FilterTree
        Filters of the first convolution.
    agreement : float or None
        Correlation of gradients x input with saturated mutagenesis; None if unknown.
    has_known : bool
        True if a motif of the protein is known.
    own : OwnMatch or None
        Best match to a known motif of the protein; None if there is none.
    meme : str
        Motifs in MEME format; empty for no download.
    """

    model: str
    protein: str
    windows: str
    bound: int
    unbound: int
    clusters: Sequence[Cluster]
    tree: FilterTree
    agreement: float | None
    has_known: bool
    own: OwnMatch | None
    meme: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A model that has a known motif, or one like it.

    Attributes
    ----------
    model : str
        Name of the model.
    symbol : str
        Protein of the known motif.
    motif : str
        Id of the learned motif.
    strength : float
        Base-2 logarithm of its odds ratio.
    """

    model: str
    symbol: str
    motif: str
    strength: float


@dataclass(frozen=True, slots=True)
class Sharing:
    """Known motifs that models share.

    Attributes
    ----------
    models, symbols : sequence of str
        Models and proteins of known motifs, each ordered by similarity.
    entries : sequence of Shared
        Pairs that belong together.
    """

    models: Sequence[str]
    symbols: Sequence[str]
    entries: Sequence[Shared]
