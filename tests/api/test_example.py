"""The embedded example: its bytes come from its script, and it is what its README says. Read by pysam and pandas."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pysam
import pytest

from ideep_scan.api.example import Example, find_example

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "ideep_scan" / "data" / "example"
MOTIFS = ROOT / "ideep_scan" / "data" / "motifs" / "rnacompete_human_102.tsv"
SCRIPT = ROOT / "scripts" / "build_example.py"
FILES = ("example.fa.gz", "example.fa.gz.fai", "example.fa.gz.gzi", "genes.gtf", "planted_sites.bed", "variants.vcf")
LENGTHS = {"exA": 120_000, "exB": 80_000}


def flip(sequence: str) -> str:
    return sequence.translate(str.maketrans("ACGTN", "TGCAN"))[::-1]


@pytest.fixture(scope="module")
def genome() -> dict[str, str]:
    with pysam.FastaFile(str(EXAMPLE / "example.fa.gz")) as fasta:
        return {name: fasta.fetch(name) for name in fasta.references}


@pytest.fixture(scope="module")
def genes() -> pd.DataFrame:
    """Lines of the GTF; start is 0-based here."""
    names = ["chrom", "source", "feature", "start", "end", "score", "strand", "frame", "attributes"]
    table = pd.read_csv(EXAMPLE / "genes.gtf", sep="\t", comment="#", names=names, dtype={"frame": str}, quoting=3)
    for attribute in ("gene_name", "gene_type", "transcript_id"):
        table[attribute] = table["attributes"].str.extract(f'{attribute} "([^"]+)"', expand=False)
    table["start"] -= 1
    return table


@pytest.fixture(scope="module")
def sites() -> pd.DataFrame:
    return pd.read_csv(
        EXAMPLE / "planted_sites.bed", sep="\t", names=["chrom", "start", "end", "name", "score", "strand"]
    )


def transcripts(genes: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return list(genes.dropna(subset=["transcript_id"]).groupby("transcript_id"))


def parts(transcript: pd.DataFrame, *features: str) -> list[tuple[int, int]]:
    rows = transcript[transcript["feature"].isin(features)].sort_values("start")
    return list(zip(rows["start"], rows["end"], strict=True))


def rna(genome: dict[str, str], transcript: pd.DataFrame, blocks: list[tuple[int, int]]) -> str:
    chrom, strand = transcript[["chrom", "strand"]].iloc[0]
    line = "".join(genome[chrom][start:end] for start, end in blocks).upper()
    return line if strand == "+" else flip(line)


def share(sequences: list[str], letters: str) -> float:
    known = [base for sequence in sequences for base in sequence.upper() if base != "N"]
    return sum(base in letters for base in known) / len(known)


def test_script_makes_the_committed_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SCRIPT, "-o", tmp_path], check=True, capture_output=True, cwd=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes(), name
    assert sum((EXAMPLE / name).stat().st_size for name in FILES) < 300_000


def test_readme_says_that_it_is_simulated_and_with_which_seed() -> None:
    readme = (EXAMPLE / "README.md").read_text()
    seed = re.search(r"^SEED = (\d+)$", SCRIPT.read_text(), re.MULTILINE)
    assert "Everything here is simulated" in readme
    assert seed is not None
    assert f"seed {seed[1]}" in readme
    assert all(name in readme for name in FILES if not name.endswith("i"))


def test_each_path_is_a_file_of_the_example() -> None:
    paths = [getattr(find_example(), field.name) for field in fields(Example)]
    assert [path.name for path in paths] == ["example.fa.gz", "genes.gtf", "planted_sites.bed", "variants.vcf"]
    assert [path.read_bytes() for path in paths] == [(EXAMPLE / path.name).read_bytes() for path in paths]
    assert find_example() == find_example()


def test_contigs_and_index(genome: dict[str, str]) -> None:
    assert {name: len(sequence) for name, sequence in genome.items()} == LENGTHS
    with gzip.open(EXAMPLE / "example.fa.gz", "rt") as handle:
        records = handle.read().split(">")[1:]
    for record, (name, sequence) in zip(records, genome.items(), strict=True):
        header, _, body = record.partition("\n")
        assert header.split()[0] == name
        assert "simulated" in header
        assert body.replace("\n", "") == sequence
        assert set(sequence) <= set("ACGTNacgt")


def test_unknown_and_masked_stretches(genome: dict[str, str]) -> None:
    gaps = [(name, match.start(), len(match[0])) for name in genome for match in re.finditer("N+", genome[name])]
    assert ("exA", 0, 1000) in gaps
    assert max(length for _, _, length in gaps) >= 2000
    assert min(length for _, _, length in gaps) == 1
    masked = sum(base.islower() for sequence in genome.values() for base in sequence) / sum(LENGTHS.values())
    assert 0.15 < masked < 0.4


def test_genes_are_of_all_kinds(genes: pd.DataFrame) -> None:
    bodies = genes[genes["feature"] == "gene"]
    assert set(genes["feature"]) == {"gene", "transcript", "exon", "CDS", "start_codon", "stop_codon", "UTR"}
    assert len(bodies) >= 12
    assert set(bodies["strand"]) == {"+", "-"}
    assert set(bodies["gene_type"]) == {"protein_coding", "lincRNA"}
    assert (genes["start"] >= 0).all()
    assert (genes["end"] <= genes["chrom"].map(LENGTHS)).all()
    pairs = bodies.merge(bodies, on="chrom", suffixes=("", "2"))
    overlap = (pairs["start"] < pairs["end2"]) & (pairs["start2"] < pairs["end"])
    assert (overlap & (pairs["strand"] == "+") & (pairs["strand2"] == "-")).sum() == 3
    exons = [parts(transcript, "exon") for _, transcript in transcripts(genes)]
    assert min(map(len, exons)) == 1
    isoforms = genes[genes["feature"] == "transcript"].groupby("gene_name").size()
    assert (isoforms > 1).sum() == 3


def test_reading_frames(genome: dict[str, str], genes: pd.DataFrame) -> None:
    coding = 0
    for name, transcript in transcripts(genes):
        cds = parts(transcript, "CDS")
        if not cds:
            assert (transcript["gene_type"] == "lincRNA").all()
            continue
        frame = rna(genome, transcript, cds)
        codons = [frame[i : i + 3] for i in range(0, len(frame), 3)]
        stop = parts(transcript, "stop_codon")
        assert len(frame) % 3 == 0, name
        assert codons[0] == "ATG" == rna(genome, transcript, parts(transcript, "start_codon")), name
        assert not {"TAA", "TAG", "TGA"} & set(codons), name
        assert rna(genome, transcript, stop) in {"TAA", "TAG", "TGA"}, name
        assert stop[0][0] == cds[-1][1] or stop[0][1] == cds[0][0], name
        coding += 1
    assert coding >= 12


def test_frames_and_utrs_add_up(genes: pd.DataFrame) -> None:
    for name, transcript in transcripts(genes):
        cds = transcript[transcript["feature"] == "CDS"]  # 5'→3' in the file
        done = 0
        for start, end, frame in zip(cds["start"], cds["end"], cds["frame"], strict=True):
            assert int(frame) == -done % 3, name
            done += end - start
        exonic = {base for block in parts(transcript, "exon") for base in range(*block)}
        coding = {base for block in parts(transcript, "CDS") for base in range(*block)}
        untranslated = {base for block in parts(transcript, "UTR") for base in range(*block)}
        assert coding <= exonic, name
        assert untranslated == (exonic - coding if coding else set()), name


def test_splice_sites_and_poly_a_signals(genome: dict[str, str], genes: pd.DataFrame) -> None:
    for name, transcript in transcripts(genes):
        exons = parts(transcript, "exon")
        for (_, start), (end, _) in pairwise(exons):
            intron = rna(genome, transcript, [(start, end)])
            assert intron[:2] == "GT", name
            assert intron[-2:] == "AG", name
            assert sum(base in "CT" for base in intron[-20:-4]) >= 9, name
        assert "AATAAA" in rna(genome, transcript, exons)[-30:], name


def test_composition_is_that_of_human_genes(genome: dict[str, str], genes: pd.DataFrame) -> None:
    utr5, utr3, introns = [], [], []
    for _, transcript in transcripts(genes):
        introns += [rna(genome, transcript, [(a, b)]) for (_, a), (b, _) in pairwise(parts(transcript, "exon"))]
        if cds := parts(transcript, "CDS"):
            utrs = parts(transcript, "UTR")
            left = rna(genome, transcript, [utr for utr in utrs if utr[1] <= cds[0][0]])
            right = rna(genome, transcript, [utr for utr in utrs if utr[0] >= cds[-1][1]])
            plus = transcript["strand"].iloc[0] == "+"
            utr5.append(left if plus else right)
            utr3.append(right if plus else left)
    assert 0.55 < share(utr5, "GC") < 0.66
    assert 0.60 < share(utr3, "AT") < 0.66
    assert 0.41 < share(introns, "GC") < 0.46
    whole = "".join(introns)
    assert whole.count("CG") < 0.4 * whole.count("C") * whole.count("G") / len(whole)


def test_planted_sites_are_there_on_their_strand(
    genome: dict[str, str], genes: pd.DataFrame, sites: pd.DataFrame
) -> None:
    table = pd.read_csv(MOTIFS, sep="\t", comment="#")
    bodies = genes[genes["feature"] == "gene"]
    words: dict[str, list[str]] = {}
    for site in sites.itertuples():
        sequence = genome[site.chrom][site.start : site.end].upper()
        word = sequence if site.strand == "+" else flip(sequence)
        pwms = [pwm[list("ACGU")] for _, pwm in table[table["symbol"] == site.name].groupby("motif")]
        shares = [
            sum(
                pwm["ACGU".index(base)] / max(pwm)
                for pwm, base in zip(rows.values, word.replace("T", "U"), strict=True)
            )
            for rows in pwms
            if len(rows) == len(word)
        ]
        assert any(abs(1000 * share / len(word) - site.score) < 2 for share in shares), site
        inside = bodies[
            (bodies["start"] <= site.start) & (bodies["end"] >= site.end) & (bodies["strand"] == site.strand)
        ]
        assert site.chrom in set(inside["chrom"]), site
        words.setdefault(site.name, []).append(word)
    assert set(words) == {"ELAVL1", "QKI", "RBFOX1", "PTBP1", "TARDBP"}
    assert share(words["ELAVL1"], "T") > 0.75
    assert sum("CTAA" in word for word in words["QKI"]) > 0.6 * len(words["QKI"])
    assert sum("GCATG" in word for word in words["RBFOX1"]) > 0.8 * len(words["RBFOX1"])


def test_elavl1_sites_come_in_u_rich_clusters_in_utrs_and_introns(
    genome: dict[str, str], genes: pd.DataFrame, sites: pd.DataFrame
) -> None:
    elavl1 = sites[sites["name"] == "ELAVL1"]
    assert len(elavl1) > 60
    utrs = genes[genes["feature"] == "UTR"]
    in_utr = [
        (
            (utrs["chrom"] == site.chrom)
            & (utrs["strand"] == site.strand)
            & (utrs["start"] <= site.start)
            & (utrs["end"] >= site.end)
        ).any()
        for site in elavl1.itertuples()
    ]
    assert 0.3 < sum(in_utr) / len(in_utr) < 0.9
    for site in elavl1.itertuples():
        middle = (site.start + site.end) // 2
        near = elavl1[(elavl1["chrom"] == site.chrom) & ((elavl1["start"] - site.start).abs() < 100)]
        around = genome[site.chrom][middle - 25 : middle + 26].upper()
        assert len(near) >= 3, site
        assert share([around if site.strand == "+" else flip(around)], "AT") > 0.5, site


def test_variants_agree_with_the_sequence(genome: dict[str, str], sites: pd.DataFrame) -> None:
    with pysam.VariantFile(str(EXAMPLE / "variants.vcf")) as vcf:
        assert {name: contig.length for name, contig in vcf.header.contigs.items()} == LENGTHS
        records = list(vcf)
    assert 35 <= len(records) <= 45
    assert [(r.chrom, r.start) for r in records] == sorted((r.chrom, r.start) for r in records)
    kinds = []
    for record in records:
        assert genome[record.chrom][record.start : record.stop].upper() == record.ref
        assert record.alts is not None
        assert all(set(alt) <= set("ACGT") and alt[-1] != record.ref[-1] for alt in record.alts), record
        lengths = {len(record.ref) - len(alt) for alt in record.alts}
        kinds.append("indel" if lengths != {0} else "MNV" if len(record.ref) > 1 else "SNV")
        if "SITE" in record.info:
            of_protein = sites[(sites["chrom"] == record.chrom) & (sites["name"] == record.info["SITE"])]
            assert ((of_protein["start"] <= record.start) & (record.start < of_protein["end"])).any(), record
    assert sum(len(record.alts) > 1 for record in records) == 1
    assert {kind: kinds.count(kind) for kind in kinds}["MNV"] == 1
    assert sum("SITE" in record.info for record in records) >= 8
