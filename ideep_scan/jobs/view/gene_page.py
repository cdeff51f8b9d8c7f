"""All proteins over one gene: sites by region, against all genes of the run, and the strongest ones to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, TimeoutError
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.gene_regions import REGIONS, lay_regions
from ideep_scan.formats.annotation.exon_columns import read_exon_columns
from ideep_scan.formats.bigwig.open_files import OpenBigWigs
from ideep_scan.formats.site_columns import BLOCK_COLUMNS
from ideep_scan.formats.site_frames import read_columns
from ideep_scan.formats.site_texts import clean
from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.gene_table import GeneTable, measure_scanned
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.jobs.view.site_index import UNKNOWN, SiteIndex
from ideep_scan.jobs.view.sites import Sites, SiteTable
from ideep_scan.process import ThreadPool
from ideep_scan.records.isoforms import Isoforms
from track_hubs.server.http_server import Reply

_PATIENCE = 0.4  # seconds that an answer waits for the tables of genes
_DRAWN_SITES, _DRAWN_TRANSCRIPTS = 300, 12
_MAX_NAME = 200  # characters
_INTRON = REGIONS.index("intron")


class GenePage:
    """Answers on single genes of a run.

    Parameters
    ----------
    genes : GeneModels
        Genes of the run.
    sites : Sites
        Sites of the run.
    scores : mapping of str to dict of str to Path
        The bigWig of each strand, by model.
    """

    def __init__(self, genes: GeneModels, sites: Sites, scores: Mapping[str, dict[str, Path]]):
        self._genes = genes
        self._sites = sites
        self._scores = scores
        self._lock = Lock()
        self._future: Future[dict[str, GeneTable]] | None = None
        self._whole = np.zeros((0, len(REGIONS)))  # nt of each gene and region, scanned or not

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `gene`, a symbol, identifier or accession, as JSON; the gene with the most sites if it is empty.

        `complete` asks for symbols that begin with a text instead.
        While tables are read, the answer has only `done` and `tables`; without such a gene, it has only `error`.
        """
        try:
            if "complete" in query:
                return reply_json({"genes": self._genes.complete(query["complete"][:_MAX_NAME])})
            name = query.get("gene", "").strip()
            if len(name) > _MAX_NAME:
                raise InputError(f"the name of a gene has at most {_MAX_NAME} characters")
            tables = self._load()
            loaded = self._sites.load(0)
            if tables is None or loaded is None:
                return reply_json(self._sites.progress())
            isoforms = self._genes.find(name or _find_richest(loaded.index))
            return reply_json(self._describe(isoforms, loaded.index, tables))
        except InputError as error:
            return reply_error(error)

    def _load(self) -> dict[str, GeneTable] | None:
        """Return the table of genes of each model; None if they are not complete after some time."""
        with self._lock:
            if self._future is None:
                pool = ThreadPool(1, "genes")
                self._future = pool.submit(self._build)
                pool.shutdown(wait=False)
        try:
            return self._future.result(_PATIENCE)
        except TimeoutError:
            return None

    def _build(self) -> dict[str, GeneTable]:
        """Make the table of genes of each run on the page, and return it by model."""
        loaded = self._sites.load(None)
        assert loaded is not None
        exons = read_exon_columns(self._genes.read_lines())
        if not exons.genes:
            raise InputError("this run has no gene models: scan with an annotation (--gtf) to see genes")
        pieces = lay_regions(exons)
        self._whole = measure_scanned(pieces, exons.contigs, len(exons.genes), None)
        by_run: dict[Path, GeneTable] = {}
        tables = {}
        for table in self._sites.tables:
            run = table.path.parent
            if run not in by_run:
                coverage = _Coverage(self._scores.get(table.model, {}))
                lengths = measure_scanned(pieces, exons.contigs, len(exons.genes), coverage.read if coverage else None)
                if _is_spliced(table):
                    lengths[:, _INTRON] = 0
                by_run[run] = GeneTable(exons.genes, lengths, loaded.index)
            tables[table.model] = by_run[run]
        return tables

    def _describe(self, isoforms: Isoforms, index: SiteIndex, tables: dict[str, GeneTable]) -> dict[str, Any]:
        """Describe a gene: its transcripts, its regions, the sites of each model, and the strongest sites."""
        transcripts = [isoforms.get_transcript(name) for name in isoforms.lengths]
        symbol = clean(transcripts[0].gene_name)
        place = transcripts[0].chrom, transcripts[0].strand
        copies = {(item.chrom, item.strand) for item in transcripts}
        shown = [item for item in transcripts if (item.chrom, item.strand) == place]
        shown.sort(key=lambda item: (item.cds is None, item.start - item.end))
        first = next(iter(tables.values()), None)
        number = None if first is None else first.find(symbol)
        code = index.texts["gene_name"].lookup(symbol)
        rows = np.zeros(0, np.int64) if code is None else np.flatnonzero(index.texts["gene_name"].codes == code)
        strongest = rows[np.argsort(-index.numbers["score"][rows], kind="stable")][:_DRAWN_SITES]
        return {
            "gene": symbol,
            "chrom": place[0],
            "strand": place[1],
            "start": min(item.start for item in shown),
            "end": max(item.end for item in shown),
            "copies": len(copies),
            "transcripts": [
                {"id": item.id, "exons": item.exons.tolist(), "cds": item.cds} for item in shown[:_DRAWN_TRANSCRIPTS]
            ],
            "isoforms": len(shown),
            "total": len(rows),
            "regions": _describe_regions(first, number, self._whole),
            "differ": number is not None and len({tuple(table.scanned(number)) for table in tables.values()}) > 1,
            "models": [
                {
                    "name": model,
                    "regions": [asdict(cell) for cell in table.count(i, number)] if number is not None else [],
                }
                for i, (model, table) in enumerate(tables.items())
            ],
            "sites": index.describe(strongest),
        }


class _Coverage:
    """Parts of a run that were scored, from the bigWigs of one of its models; false without any."""

    def __init__(self, paths: dict[str, Path]):
        self._paths = paths
        self._files = OpenBigWigs()

    def __bool__(self) -> bool:
        return bool(self._paths)

    def read(self, contig: str, minus: bool, start: int, end: int, bins: int) -> np.ndarray:
        """Return whether a position of each bin was scored, as `gene_table.Coverage` describes."""
        path = self._paths.get("-" if minus else "+")
        if path is None:
            return np.zeros(bins, np.bool_)
        return ~np.isnan(self._files.read_maxima(path, contig, start, end, bins))


def _describe_regions(table: GeneTable | None, gene: int | None, whole: np.ndarray) -> list[dict[str, Any]]:
    """Describe the regions of a gene: their scanned nt, all their nt, and the number of genes with such a region."""
    if table is None or gene is None:
        return [{"name": name, "length": 0, "whole": 0, "genes": 0} for name in REGIONS]
    rows = zip(REGIONS, table.scanned(gene), whole[gene].tolist(), table.counts_of_genes.tolist(), strict=True)
    return [
        {"name": name, "length": round(length), "whole": round(size), "genes": count}
        for name, length, size, count in rows
    ]


def _find_richest(index: SiteIndex) -> str:
    """Return the gene with the most sites. Raise InputError if no site has a gene."""
    counts: Sequence[tuple[str, int]] = [pair for pair in index.texts["gene_name"].counts() if pair[0] != UNKNOWN]
    if not counts:
        raise InputError("no site of this run is in a gene: type the name of a gene")
    return max(counts, key=lambda pair: pair[1])[0]


def _is_spliced(table: SiteTable) -> bool:
    """Tell whether the sites of a table are those of spliced transcripts, which have no introns."""
    try:
        return BLOCK_COLUMNS[0] in read_columns(table.path)
    except InputError:
        return False
