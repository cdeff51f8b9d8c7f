"""Explanation of one site from the files of its run: columns, motif hits, transcript, other sites at the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bigbed_rows import Row, list_blocks, read_named_rows, read_score
from ideep_scan.formats.motif_collections import find_archive, read_collections
from ideep_scan.jobs.known_motifs import find_known_motif
from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.queries import QueryError, is_whole, parse_name
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.models.store_names import STORES
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.transcript_pieces import TranscriptMap
from ideep_scan.scan.site_report import GeneIndex
from track_hubs.manifest import HubError, Manifest
from track_hubs.manifest_file import read_manifest
from track_hubs.server.http_server import Reply

_STRIDE = 1 << 24  # nt of a contig that are searched for a name at a time
_FIRST_SEARCH = 50_000  # nt of the first search for a neighbour; each further one covers four times as many
_MOTIFS = 30  # motif hits of an answer
_HALF = 50  # nt on each side of a summit where motif hits are listed


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Name of a group of the page, and the bigBeds, or else BEDs, of its sites and motif hits."""

    name: str
    sites: Path | None
    motifs: Path | None


class SiteExplanation:
    """Explanations of the sites of a run. Nothing is computed again.

    Parameters
    ----------
    models : sequence of ModelFiles
        The groups of the page.
    genes : GeneModels
        Genes of the run.
    contigs : mapping of str to int
        Length of each contig in nt.
    folder : Path
        Folder of the run, whose manifest describes the models.
    """

    def __init__(
        self, models: Sequence[ModelFiles], genes: GeneModels, contigs: Mapping[str, int], folder: Path
    ) -> None:
        self._models = {model.name: model for model in models}
        self._genes = genes
        self._contigs = contigs
        self._folder = folder

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `model`, `site` (its name) and perhaps `at` (chrom:summit, 1-based), which finds the site faster."""
        try:
            model, name = (parse_name(query, key) for key in ("model", "site"))
            place = _read_place(query.get("at", ""), self._contigs)
        except QueryError as error:
            return reply_error(error, 400)
        try:
            return reply_json(self.explain(model, name, place))
        except InputError as error:
            return reply_error(error)

    def explain(self, model: str, name: str, place: tuple[str, int] | None = None) -> dict[str, Any]:
        """Explain a site.

        Parameters
        ----------
        model : str
            Name of the model.
        name : str
            Name of the site.
        place : tuple of str and int, optional
            Contig and summit (0-based); a site elsewhere is found too.

        Returns
        -------
        dict
            JSON values.

        Raises
        ------
        InputError
            The run has no such model or site, or a file is damaged.
        """
        files = self._models.get(model)
        if files is None:
            raise InputError(f"{model} is not in this run, which has {_shorten(list(self._models))}")
        if files.sites is None:
            raise InputError(f"{model} has no table of sites in this run")
        row = self._find(files.sites, name, place)
        if row is None:
            raise InputError(f"{model} has no site {name} in this run")
        site = describe_row(row)
        return {
            "site": site,
            "model": self._describe_model(model),
            "gene": self._describe_gene(files.sites, site),
            "motifs": self._list_motifs(files, site),
            "others": list(self._list_others(model, row)),
            **self._find_neighbours(files.sites, row),
        }

    def _find(self, path: Path, name: str, place: tuple[str, int] | None) -> Row | None:
        """Find a site by its name: at its place, else in the gene of its name, else on all contigs."""
        for chrom, start, end in self._search_places(name, place, is_indexed=path.suffix == ".bb"):
            for row in read_named_rows(path, chrom, start, end):
                if row["name"] == name:
                    return row
        return None

    def _search_places(
        self, name: str, place: tuple[str, int] | None, *, is_indexed: bool
    ) -> Iterator[tuple[str, int, int]]:
        if place is not None:
            yield place[0], place[1], place[1] + 1
        for transcript in self._find_gene(name.rpartition(":")[0]):
            yield transcript.chrom, transcript.start, transcript.end
        for chrom, length in self._contigs.items():
            stride = _STRIDE if is_indexed else length
            for start in range(0, length, stride):
                yield chrom, start, min(start + stride, length)

    def _find_gene(self, gene: str) -> list[Any]:
        """List the transcripts of a gene; none if the run has no such gene."""
        try:
            isoforms = self._genes.find(gene)
        except InputError:
            return []
        return [isoforms.get_transcript(name) for name in isoforms.lengths]

    def _describe_model(self, model: str) -> dict[str, Any]:
        """Describe a model by the manifest of the run: protein, assay, modalities, threshold, measured precision."""
        manifest = self._manifest
        if manifest is None or model not in manifest.models:
            return {"name": model, "protein": model, "assay": "", "reads": []}
        card, called = manifest.models[model], manifest.receipts.get("called", {}).get(model, {})
        return {
            "name": model,
            "protein": card.protein,
            "assay": card.assay,
            "reads": list(card.reads),
            "threshold": called.get("threshold"),
            "smoothing": called.get("smoothing", 0),
            "sites": called.get("sites"),
            "measured": called.get("measured precision"),
            "program": manifest.receipts.get("tool", ""),
        }

    @cached_property
    def _manifest(self) -> Manifest | None:
        """The manifest; None for a hub of several runs."""
        try:
            return read_manifest(self._folder)
        except HubError:
            return None

    def _describe_gene(self, path: Path, site: dict[str, Any]) -> dict[str, Any] | None:
        """Describe the transcript that names a site, 5'→3', and count the sites of the model in its gene."""
        transcripts = [item for item in self._find_gene(site.get("geneName", "")) if item.chrom == site["chrom"]]
        same_strand = [item for item in transcripts if item.strand == site["strand"]]
        (transcript,) = GeneIndex(same_strand).find(site["chrom"], site["strand"], np.array([site["summit"]]))
        if transcript is None:
            return None
        start, end = min(item.start for item in same_strand), max(item.end for item in same_strand)
        rows = read_named_rows(path, site["chrom"], start, end)
        places = TranscriptMap(transcript)
        spliced = Isoforms([transcript], {transcript.chrom: transcript.end})
        summit = places.find_interval(site["summit"], site["summit"] + 1)
        copies = spliced.find_copies(site["chrom"], site["strand"], site["summit"])
        return {
            "name": transcript.gene_name,
            "transcript": transcript.id,
            "sites": sum(row.get("geneName") == site["geneName"] for row in rows),
            "exons": [[exon.start, exon.end, exon.position] for exon in places.exons],
            "coding": places.find_coding_part(),
            "length": len(places),
            "place": places.find_interval(site["start"], site["end"]),
            "summit": None if summit is None else summit[0],
            "spliced": spliced.lengths[transcript.id],
            "position": copies[0][1] if copies else None,
        }

    def _list_motifs(self, files: ModelFiles, site: dict[str, Any]) -> list[dict[str, Any]]:
        """List motif hits around the summit on the strand of the site; that of its column `motif` comes first."""
        if files.motifs is None:
            return []
        start, end = site["summit"] - _HALF, site["summit"] + _HALF + 1
        rows = [
            {**describe_row(row), "isBest": row.get("motif") == site.get("motif")}
            for row in read_named_rows(files.motifs, site["chrom"], max(0, start), end)
            if row["strand"] == site["strand"] and start <= int(row["chromStart"]) and int(row["chromEnd"]) <= end
        ]
        rows.sort(key=lambda row: (not row["isBest"], row.get("pValue", 1.0)))
        for row in rows[:1]:
            row["matrix"] = find_matrix(row.get("motif", ""), files.name)
        return rows[:_MOTIFS]

    def _list_others(self, model: str, row: Row) -> Iterator[dict[str, Any]]:
        """Yield sites of other models that share a base and the strand with a site, strongest first."""
        blocks, rows = list_blocks(row), []
        start, end = blocks[0][0], blocks[-1][1]
        for name, files in self._models.items():
            if name == model or files.sites is None:
                continue
            for other in read_named_rows(files.sites, row["chrom"], start, end):
                if other["strand"] == row["strand"] and _overlap(blocks, list_blocks(other)):
                    rows.append({"model": name, **describe_row(other)})
        columns = ("model", "name", "chrom", "start", "end", "summit", "score", "precision", "rankInGene", "motifName")
        for other in sorted(rows, key=lambda item: -item["score"]):
            yield {key: other[key] for key in columns if key in other}

    def _find_neighbours(self, path: Path, row: Row) -> dict[str, dict[str, Any] | None]:
        """Find the previous and the next site of the model on the contig."""
        chrom, key = row["chrom"], _order(row)
        length = self._contigs.get(chrom, key[1])
        previous = following = None
        size = _FIRST_SEARCH
        while following is None:
            end = min(length, key[0] + size)
            after = [other for other in read_named_rows(path, chrom, key[0], end) if _order(other) > key]
            following = min(after, key=_order, default=None)
            if end == length:
                break
            size *= 4
        size = _FIRST_SEARCH
        while previous is None:
            start = max(0, key[0] - size)
            before = [
                other
                for other in read_named_rows(path, chrom, start, key[1])
                if _order(other) < key and int(other["chromStart"]) >= start
            ]
            previous = max(before, key=_order, default=None)
            if start == 0:
                break
            size *= 4
        return {"previous": _link(previous), "next": _link(following)}


def describe_row(row: Row) -> dict[str, Any]:
    """Turn a row of sites or motif hits into JSON values; columns without a value are left out.

    Examples
    --------
    >>> describe_row({"chrom": "c", "chromStart": "4", "chromEnd": "9", "name": "G:1", "strand": "+", "score": "500",
    ...               "thickStart": "6", "thickEnd": "7", "rawScore": "0.5", "driver": "."})
    {'chrom': 'c', 'start': 4, 'end': 9, 'name': 'G:1', 'strand': '+', 'summit': 6, 'score': 0.5}
    """
    item: dict[str, Any] = {"chrom": row["chrom"], "start": int(row["chromStart"]), "end": int(row["chromEnd"])}
    item |= {"name": row["name"], "strand": row["strand"]}
    if "thickStart" in row:
        item["summit"] = int(row["thickStart"])
    item["score"] = read_score(row)
    for name in ("pValue", "precision", "expectedPrecision", "rankInGene", "rankInRun"):
        value = _read_number(row.get(name, "."))
        if value is not None:
            item["precision" if name == "expectedPrecision" else name] = value
    texts = ("driver", "motif", "motifName", "motifProtein", "motifOrigin", "geneName", "geneId", "region", "sequence")
    item |= {name: row[name] for name in (*texts, "match", "origin") if row.get(name, ".") not in ("", ".")}
    blocks = list_blocks(row)
    return {**item, "blocks": blocks} if len(blocks) > 1 else item


@lru_cache(64)
def find_matrix(motif: str, model: str) -> list[list[float]] | None:
    """Find the share of A, C, G and U at each position of a known motif, or of one that a packaged model learned.

    Parameters
    ----------
    motif : str
        Identifier of the motif.
    model : str
        Name of the model.

    Returns
    -------
    list of list of float or None
        None if the package does not have the motif.
    """
    pwm = find_known_motif(motif)
    for path in (find_archive(store) for store in STORES):
        if pwm is None and path.is_file():
            learned = [item.pwm for group in read_collections(path, [model], leaders=True) for item in group.motifs]
            pwm = next((item for item in learned if item.id == motif), None)
    if pwm is None:
        return None
    shares: list[list[float]] = np.round(pwm.counts / pwm.counts.sum(axis=1, keepdims=True), 4).tolist()
    return shares


def _overlap(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> bool:
    return any(start < last and end > first for start, end in one for first, last in other)


def _order(row: Row) -> tuple[int, int, str]:
    return int(row["chromStart"]), int(row["chromEnd"]), row["name"]


def _link(row: Row | None) -> dict[str, Any] | None:
    """Return name and place of a site, by which a page asks for it."""
    if row is None:
        return None
    return {"site": row["name"], "at": f"{row['chrom']}:{int(row.get('thickStart', row['chromStart'])) + 1}"}


def _read_number(text: str) -> float | int | None:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return None


def _read_place(text: str, contigs: Mapping[str, int]) -> tuple[str, int] | None:
    """Read chrom:position, 1-based; None without a text. Raise QueryError if it is not a place of the run."""
    if not text:
        return None
    chrom, _, digits = text.rpartition(":")
    if chrom not in contigs or not is_whole(digits) or not int(digits):
        raise QueryError("at: give chrom:position, with a contig of this run")
    return chrom, int(digits) - 1


def _shorten(names: Sequence[str], limit: int = 5) -> str:
    """List a few names, and count the others."""
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} others" if rest > 0 else "")
