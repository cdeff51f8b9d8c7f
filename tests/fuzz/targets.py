"""The fuzzed readers by name, each with valid inputs to mutate and words to insert."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fuzz import readers


@dataclass(frozen=True)
class Target:
    """A reader under test.

    Attributes
    ----------
    prepare : makes the reader; its argument is a scratch folder.
    seeds : valid inputs, or a function of a scratch folder that makes them.
    words : tokens that the fuzzer inserts.
    largest : bytes of an input at most.
    json : whether inputs are JSON, which is mutated value by value.
    """

    prepare: Callable[[Path], readers.Read]
    seeds: tuple[str, ...] | Callable[[Path], list[bytes]]
    words: tuple[str, ...] = ()
    largest: int = 4096
    json: bool = False

    def inputs(self, folder: Path) -> list[bytes]:
        """The valid inputs as bytes."""
        return self.seeds(folder) if callable(self.seeds) else [seed.encode() for seed in self.seeds]


_NUMBERS = ("0", "-1", "1e9", "nan", "4294967296", "9" * 30)
_GTF = (
    'chr1\tx\texon\t101\t200\t.\t+\t.\tgene_id "G"; transcript_id "T"; gene_name "ABC1"; exon_number 1;\n'
    'chr1\tx\tCDS\t151\t200\t.\t+\t0\tgene_id "G"; transcript_id "T"; note "a; gene b";\n'
    'chrX\tx\texon\t1\t80\t.\t-\t.\tgene_id "H"; transcript_id "U"\n',
    "chr1\tAUGUSTUS\tgene\t101\t900\t1\t+\t.\tg1\nchr1\tAUGUSTUS\ttranscript\t101\t900\t1\t+\t.\tg1.t1\n"
    'chr1\tAUGUSTUS\texon\t101\t900\t.\t+\t.\ttranscript_id "g1.t1"; gene_id "g1";\n',
)
_GFF3 = (
    "##gff-version 3\n##sequence-region chr1 1 5000\nchr1\tx\tregion\t1\t5000\t.\t+\t.\tID=c;Is_circular=true\n"
    "chr1\tx\tgene\t101\t900\t.\t+\t.\tID=gene:G1;Name=ABC1\nchr1\tx\tmRNA\t101\t900\t.\t+\t.\tID=T1;Parent=gene:G1\n"
    "chr1\tx\texon\t101\t300\t.\t+\t.\tParent=T1\nchr1\tx\tCDS\t201\t300\t.\t+\t0\tParent=T1,T2\n"
    "chr1\tx\tthree_prime_UTR\t801\t900\t.\t+\t.\tParent=T1;Note=a%2Cb\n",
)
_BED12 = ("chr1\t100\t500\tNM_1|ABC1\t0\t+\t150\t450\t0\t2\t100,200,\t0,200,\n",)
_BED = ("track name=x\nchr1\t100\t200\ta\t0\t+\nchrX\t5\t6\tb\t1.5\t-\n",)
_FASTA = (">chr1 a\nACGTN\nACG\n>chrX\nTTTT\n\n", ">a\r\nAC GT\r\nACGTA\r\n", "\ufeff>b\nAC\tGT\n;x\n")
_INDEX = ("chr1\t5000\t10\t60\t61\nchrX\t800\t5105\t60\t61\nchrM\t300\t5930\t60\t61\n",)
_PLACES = ("chr1:1,001-2000", "chrX", "chr1:5-5", "M:1-300")
_SIZES = ("chr1\t5000\nchrX\t800\nchrM\t300\n",)
_TABLE = ("experiment\tpath\nexpA\ta.bed\nexpB\ta.bed\n",)
_EXPRESSION = ("Name\tLength\tTPM\nENST1.2\t500\t2.5\n", "# cells\nABC\t1\nDEF\t0\n", '"TPM"\n"ABC"\t2\n')
_PEAKS = ("chr1\t100\t200\tTARDBP_K562_ENCFF037TVC\t5\t+\nchrX\t5\t60\tQKI5_HEK293_PARCLIP\t1.5\t-\n",)
_MEME = (
    "MEME version 4\n\nALPHABET= ACGU\n\nBackground letter frequencies\nA 0.3 C 0.2 G 0.2 U 0.3\n\nMOTIF M1 HuR\n"
    "letter-probability matrix: alength= 4 w= 2 nsites= 10 E= 0\n0.1 0.2 0.3 0.4\n0 0 0 1\nURL x\n\nMOTIF M2\n"
    "log-odds matrix: alength= 4 w= 1\n1 -2 3 4\nletter-probability matrix: w= 1\n.25 .25 .25 .25\n",
    'MEME version 5\nALPHABET "RNA" RNA-LIKE\nA "A" CC0000\nC\nG\nU\nN = ACGU\nT = U\nEND ALPHABET\nMOTIF x\n'
    "letter-probability matrix: w= 1 nsites= 3\n1 0 0 0\n",
)
_TRANSFAC = ("VV x\nXX\n//\nAC  M1\nID  HuR_A\nNA HuR\nP0     a c g t\n1   1 2 3 4 N\n2   5 6 7 8\nXX\nCC  x\n//\n",)
_CLUSTER_BUSTER = (">RNCMPT00136-HuR\n1\t2\t3\t4\n5 6 7 8\n#x\n>M2 x\n0.5 0 0 1\n",)
_MOTIF_TABLE = ("# x\nmotif\tprotein\tsymbol\tposition\tA\tC\tG\tU\nM1\tHuR\tELAVL1\t1\t1\t2\t3\t4\n",)
_QUERIES = (
    "/live/scores?chrom=chrA&start=0&end=100&step=10&client=a&view=1",
    "/live/letters?chrom=chrA&start=300&end=320&model=ELAVL1&strand=%2B",
    "/live/sequence?chrom=chrA&start=0&end=100",
    "/live/genes?chrom=chrB&start=0&end=400",
    "/live/find?name=chrA:1-200",
    "/live/variant?text=chrA:300%20A%3EG",
    "/live/about",
)
_VARIANTS = ("chr1:1234 A>G", "chr1-1234-A-G", "chrX:12 ATT>A", "1:1,234:A:ACC")
_VCF = (
    "##fileformat=VCFv4.3\n##contig=<ID=chr1,length=5000>\n##INFO=<ID=RBP,Number=.,Type=String,Description=x>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\nchr1\t5\tr\tG\tA,<DEL>,*\t.\t.\tDP=1;RBP=x\tGT:PS\t0|1:7\n"
    "chr1\t9\t.\tA\tAT\t.\t.\t.\tGT\t1/1\nX\t3\t.\tGTG\tG\t9\tPASS\tDB;\tGT\t.\n",
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\r\nMT\t1\t.\tA\tA[chr1:5[\t.\t.\t.\r\n",
)
_FEATURES = ("exon", "CDS", "five_prime_UTR", "transcript", "start_codon", "ID=", "Parent=", "gene_id", "transcript_id")

TARGETS = {
    "gtf": Target(readers.annotation_reader, _GTF, (*_FEATURES, *_NUMBERS)),
    "gff3": Target(readers.annotation_reader, _GFF3, (*_FEATURES, *_NUMBERS)),
    "bed12": Target(readers.annotation_reader, _BED12, _NUMBERS),
    "bed": Target(readers.bed_reader, _BED, _NUMBERS),
    "windows": Target(readers.windows_reader, _FASTA, (">", "\r", "\n\n", ";", " ")),
    "fasta": Target(readers.fasta_reader, _FASTA, (">", "\r", "\n\n", ";", " ")),
    "fai": Target(readers.index_reader, _INDEX, ("\t", *_NUMBERS)),
    "regions": Target(readers.regions_reader, _PLACES, (":", "-", ",", *_NUMBERS), 6000),
    "regions_bed": Target(readers.regions_file_reader, _BED, _NUMBERS),
    "chrom_sizes": Target(readers.sizes_reader, _SIZES, _NUMBERS),
    "expression": Target(readers.expression_reader, _EXPRESSION, ("\t", "TPM", "gene", '"', "NA", *_NUMBERS)),
    "peaks": Target(readers.peaks_reader, _PEAKS, ("_PARCLIP", "_", *_NUMBERS)),
    "meme": Target(readers.motifs_reader, _MEME, ("MOTIF ", "ALPHABET= ", "alength= 4", "w= ", "nsites= ", *_NUMBERS)),
    "motifs": Target(
        readers.motifs_reader, (*_TRANSFAC, *_CLUSTER_BUSTER, *_MOTIF_TABLE), ("P0", "//", "AC  ", ">", *_NUMBERS)
    ),
    "table": Target(readers.table_reader, _TABLE, ("a.bed", "/dev/null", ".", "\t")),
    "bigbed": Target(partial(readers.big_reader, "sites.bb"), readers.big_files, largest=1 << 16),
    "bundle": Target(readers.bundle_reader, readers.bundle_headers, ("null", "[]", "{}", *_NUMBERS), 1 << 16, True),
    "manifest": Target(
        readers.manifest_reader, readers.manifests, ("null", "[]", "{}", "../", *_NUMBERS), 1 << 16, True
    ),
    "live": Target(readers.live_reader, _QUERIES, ("&", "step=", "start=", "%00", *_NUMBERS), 25_000),
    "vcf": Target(readers.vcf_reader, _VCF, ("\t", "GT:PS", "0|1", "<DEL>", ",", ";RBP=", "##contig=<", *_NUMBERS)),
    "variant": Target(readers.variant_reader, _VARIANTS, (">", ":", "-", *_NUMBERS), 25_000),
}
