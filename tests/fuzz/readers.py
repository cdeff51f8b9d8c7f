"""The readers that meet files and text from elsewhere, as functions of bytes.

A reader may raise `EXPECTED` alone: the errors that the command line prints as one line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pybigtools
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from toys import bundle, network

from ideep_scan.errors import IdeepScanError
from ideep_scan.formats.annotation.reader import map_to_contigs, read_annotation
from ideep_scan.formats.bed_sites import read_bed_sites
from ideep_scan.formats.chrom_sizes import read_genome_sizes
from ideep_scan.formats.clip_sites import read_cobinding_table, read_sites
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.expression_table import read_expression
from ideep_scan.formats.fasta.source import FastaSource, read_fasta_records
from ideep_scan.formats.motif_sets.reader import read_motifs
from ideep_scan.formats.peak_lists import read_peak_lists
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.formats.variants.variant_text import read_variant
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.formats.variants.vcf_effects import info_values
from ideep_scan.formats.variants.vcf_output import annotate_record
from ideep_scan.jobs.live.routes import make_routes
from ideep_scan.jobs.live.session import open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.jobs.variants.phasing import Phasing
from ideep_scan.jobs.variants.survey import survey
from ideep_scan.kernels.onehot import encode
from ideep_scan.models.bundle import load_bundle
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.variant_effect import Status
from track_hubs.check.hub_check import check
from track_hubs.manifest import HubError
from track_hubs.render import render

EXPECTED = (IdeepScanError, HubError)
CONTIGS = {"chr1": 5000, "chrX": 800, "chrM": 300}
EXPERIMENTS = ("expA", "expB")
KEYS = (b"RBP", b"RBP_STATUS")
_LETTERS = "ACGTGGATTTATTTATTTACCATGCAATTTTTGCA"

Read = Callable[[bytes], object]


def _of_file(name: str, read: Callable[[Path], object], folder: Path) -> Read:
    """Give the reader the input as a file of this name."""
    path = folder / name

    def reader(data: bytes) -> object:
        path.write_bytes(data)
        return read(path)

    return reader


def annotation_reader(folder: Path) -> Read:
    resolver = ContigResolver(CONTIGS)
    return _of_file("genes.gtf", lambda path: map_to_contigs(read_annotation(path), resolver), folder)


def bed_reader(folder: Path) -> Read:
    resolver = ContigResolver(CONTIGS)

    def read(path: Path) -> None:
        exclusions = Exclusions(path, "site")
        rows = sum(1 for _ in read_bed_sites(path, resolver, exclusions))
        exclusions.check(rows - exclusions.count)

    return _of_file("sites.bed", read, folder)


def windows_reader(folder: Path) -> Read:
    return _of_file("windows.fa", lambda path: deque(read_fasta_records(path), 0), folder)


def _codes(path: Path) -> None:
    with FastaSource(path) as source:
        for name, length in source.contigs.items():
            source.codes(name, -3, min(length, 1000) + 3)


def fasta_reader(folder: Path) -> Read:
    reader = _of_file("genome.fa", _codes, folder)

    def without_index(data: bytes) -> object:
        (folder / "genome.fa.fai").unlink(missing_ok=True)
        return reader(data)

    return without_index


def index_reader(folder: Path) -> Read:
    fasta = folder / "genome.fa"
    fasta.write_text(_fasta_text(CONTIGS))

    def reader(data: bytes) -> object:
        (folder / "genome.fa.fai").write_bytes(data)
        return _codes(fasta)

    return reader


def regions_reader(folder: Path) -> Read:
    resolver = ContigResolver(CONTIGS)
    return lambda data: read_regions((data.decode("utf-8", "surrogateescape"),), resolver)


def regions_file_reader(folder: Path) -> Read:
    resolver = ContigResolver(CONTIGS)
    return _of_file("regions.bed", lambda path: read_regions((str(path),), resolver), folder)


def sizes_reader(folder: Path) -> Read:
    return _of_file("genome.chrom.sizes", lambda path: read_genome_sizes(path, CONTIGS), folder)


def expression_reader(folder: Path) -> Read:
    return _of_file("tpm.tsv", read_expression, folder)


def peaks_reader(folder: Path) -> Read:
    return _of_file("peaks.bed", lambda path: read_peak_lists([path], ContigResolver(CONTIGS)), folder)


def motifs_reader(folder: Path) -> Read:
    return _of_file("motifs.txt", read_motifs, folder)


def table_reader(folder: Path) -> Read:
    (folder / "a.bed").write_text("chr1\t1\t2\tx\t0\t+\n")
    return _of_file("cobinding.tsv", lambda path: read_cobinding_table(path, EXPERIMENTS), folder)


_CALIBRATION = {
    "format": 1,
    "limits": "a toy",
    "prevalence": {"value": 0.01, "source": "a guess"},
    "kinds": {
        "sequence": {
            "logits": [-3.5, 1],
            "positions": 9,
            "positions above": [9, 1],
            "tail rate": 2,
            "sites": 0,
            "sites above": None,
        }
    },
    "variants": {
        "limits": "a toy",
        "kinds": {"sequence": {"snv": {"effects": 3, "log odds": [0.1, 1], "effects above": [3, 1]}}},
    },
}


def big_reader(name: str, folder: Path) -> Read:
    resolver = ContigResolver(CONTIGS)
    return _of_file(name, lambda path: read_sites(path, resolver), folder)


def bundle_reader(folder: Path) -> Read:
    """The input is the header of a bundle, as JSON; its weights are those of a toy."""
    weights = folder / "weights.safetensors"
    weights.write_bytes(_bundle_bytes(folder))
    tensors, path = load_file(weights), folder / "toy.safetensors"

    def reader(data: bytes) -> object:
        save_file(tensors, path, {"ideep_scan": data.decode("utf-8", "replace")})
        return load_bundle(path)

    return reader


def manifest_reader(folder: Path) -> Read:
    """The input is the manifest of a finished run, which is rendered and checked."""
    out = _run(folder)
    manifest = out / "manifest.json"

    def reader(data: bytes) -> object:
        manifest.write_bytes(data)
        render(out)
        return check(out, hubcheck=False)

    return reader


def live_reader(folder: Path) -> Read:
    """The input is the path and query of a request to the live view."""
    asked = LiveSettings(("ELAVL1",), _micro(folder), device="cpu", threads=1)
    live = open_live(asked, ExitStack())
    table = make_routes(live, "fuzz", live.first_view())

    def reader(data: bytes) -> object:
        parts = urlsplit("http://x/" + data.decode("latin-1").lstrip("/").replace("\n", ""))
        route = table.get(unquote(parts.path))
        if route is None:
            return None
        reply = route(dict(parse_qsl(parts.query, keep_blank_values=True)))
        if len(reply.body) > 20_000_000:
            raise AssertionError(f"a reply of {len(reply.body)} bytes")
        return reply

    return reader


def vcf_reader(folder: Path) -> Read:
    genome = InMemoryGenome({name: encode((_LETTERS * 200)[:length].encode()) for name, length in CONTIGS.items()})
    resolver = ContigResolver(CONTIGS)
    reader = AlleleReader(resolver, genome)

    def read(path: Path) -> None:
        vcf = VcfFile(path)
        records = [reader.place(record) for record in vcf.records()]
        for placed in records:
            statuses = [allele if isinstance(allele, Status) else Status.SCORED for allele in placed.alleles]
            values = info_values(placed.record, statuses, (), haplotypes=(), min_delta=0)
            annotate_record(placed.record, values, KEYS)
        if vcf.header.samples:
            Phasing(0, reader, 101).haplotypes(records)
        survey(vcf, reader, resolver, strict=False)

    return _of_file("variants.vcf", read, folder)


def variant_reader(folder: Path) -> Read:
    resolver = ContigResolver(CONTIGS)
    letters = partial(_known, "ACGT" * 2000)
    return lambda data: read_variant(data.decode("utf-8", "surrogateescape"), resolver, letters)


def _known(text: str, chrom: str, start: int, end: int) -> str:
    return text[start:end]


def _fasta_text(contigs: dict[str, int]) -> str:
    records = []
    for name, length in contigs.items():
        letters = (_LETTERS * (length // len(_LETTERS) + 1))[:length]
        lines = "\n".join(letters[at : at + 60] for at in range(0, length, 60))
        records.append(f">{name} toy\n{lines}\n")
    return "".join(records)


def _micro(folder: Path) -> Path:
    path = folder / "micro.fa"
    path.write_text(_fasta_text({"chrA": 900, "chrB": 400}))
    return path


class _Silent:
    def begins(self, *_: object) -> None: ...
    def advance(self, *_: object) -> None: ...
    def reports(self, *_: object) -> None: ...
    def closing(self, *_: object) -> None: ...


def _run(folder: Path) -> Path:
    out = folder / "out"
    run(ScanSettings(("ELAVL1",), _micro(folder), out=out, threads=1, device="cpu", overwrite=True), _Silent())
    return out


def _bundle_bytes(folder: Path) -> bytes:
    path = folder / "seed.safetensors"
    bundle("TOY1", network(own=(1,)), card={"recommended": True}, calibration=_CALIBRATION).save(path)
    return path.read_bytes()


def bundle_headers(folder: Path) -> list[bytes]:
    """The header of a toy bundle, as JSON."""
    path = folder / "header.safetensors"
    path.write_bytes(_bundle_bytes(folder))
    with safe_open(path, framework="pt") as file:
        return [file.metadata()["ideep_scan"].encode()]


def manifests(folder: Path) -> list[bytes]:
    """The manifest of a small run."""
    return [(_run(folder) / "manifest.json").read_bytes()]


def big_files(folder: Path) -> list[bytes]:
    """A bigBed and a bigWig with a few items."""
    beds, wigs = folder / "seed.bb", folder / "seed.bw"
    items = [("chr1", 10, 20, "x\t0\t+"), ("chr1", 30, 45, "y\t0\t-"), ("chrX", 5, 6, "z\t0\t+")]
    pybigtools.open(str(beds), "w").write(CONTIGS, iter(items))
    pybigtools.open(str(wigs), "w").write(CONTIGS, iter([("chr1", 10, 20, 1.0), ("chrX", 5, 6, 0.5)]))
    return [beds.read_bytes(), wigs.read_bytes()]
