"""Names and chromosome lengths of the genome assemblies that the UCSC Genome Browser hosts.

The lengths are in the packaged table `assemblies.tsv`. It omits chrM, because several assemblies share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("assemblies.tsv")
_LONG = 1_000_000  # nt; a contig of at least this length is identified by its length alone
_ACCESSION = re.compile(r"[A-Z]{1,2}_?\d{6,}\.\d+")  # GenBank or RefSeq
_EXAMPLES = 3
_GENARK = re.compile(r"GC[AF]_\d{9}\.\d+")
# Names of UCSC databases without their version numbers.
_DATABASES = (
    "ailMel allMis anaPla anoCar anoGam apiMel aplCal aptMan aquChr asfvi balAcu bisBis bosTau braFlo bruMal burXyl "
    "caeAng caeJap caePb caeRem caeSp calJac calMil canFam cavPor cb ce cerSim chiLan chlSab choHof chrPic ci criGri "
    "criGriChoV danRer dasNov dipOrd dirImm dm droAna droEre droGri droMoj droPer droSec droSim droVir droYak eboVir "
    "echTel eptBur equCab eriEur felCat fr fukDam gadMor galGal galVar gasAcu geoFor gorGor haeCon hetBac hetGla hg hs "
    "latCha loaLoa loxAfr macEug macFas manPen mayZeb melGal melHap melInc melUnd micMur mm monDom musFur myoLuc "
    "nanGal nanPar nasLar necAme nomLeu ochPri oncVol oreNil ornAna oryCun oryLat otoGar oviAri panPan panRed panTro "
    "papAnu papHam petMar ponAbe priExs priPac proCap pteVam rheMac rhiRox rn sacCer saiBol sarHar sorAra speTri "
    "strPur strRat susScr taeGut tarSyr tetNig triMan triSpi tupBel turTru vicPac vicVic wuhCor xenLae xenTro"
)
_DATABASE = re.compile(rf"(?:{'|'.join(_DATABASES.split())})\d+[a-z]?")
# UCSC name by lower-case name that other sources use.
_SYNONYMS = {
    "ncbi36": "hg18", "grch37": "hg19", "b37": "hg19", "hs37d5": "hg19", "grch38": "hg38", "chm13": "hs1",
    "t2t-chm13": "hs1", "ncbim37": "mm9", "grcm38": "mm10", "grcm39": "mm39", "rnor_6": "rn6", "mratbn7": "rn7",
    "grcz10": "danRer10", "grcz11": "danRer11", "bdgp5": "dm3", "bdgp6": "dm6", "ws220": "ce10", "wbcel235": "ce11",
    "r64-1-1": "sacCer3", "grcg6a": "galGal6", "ars-ucd1": "bosTau9", "sscrofa11": "susScr11",
}  # fmt: skip
_CHR_M = {"hg18": 16571, "hg19": 16571}  # length of UCSC's chrM where it differs from the one in current FASTA files


@lru_cache(1)
def _assemblies() -> dict[str, dict[str, int]]:
    """Read chromosome lengths by assembly from the packaged table."""
    assemblies: dict[str, dict[str, int]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            assembly, chromosome, length = line.split("\t")
            assemblies.setdefault(assembly, {})[chromosome] = int(length)
    return assemblies


def read_lengths(assembly: str) -> dict[str, int] | None:
    """Return the chromosome lengths of an assembly, without scaffolds.

    Parameters
    ----------
    assembly : str
        UCSC name, such as "hg38".

    Returns
    -------
    dict of str to int or None
        Length in nt by chromosome name; None if the table does not have the assembly.
    """
    sizes = _assemblies().get(assembly)
    return None if sizes is None else dict(sizes)


def find_candidates(contigs: Mapping[str, int]) -> list[str]:
    """List the assemblies that the contigs of a file may belong to.

    An assembly qualifies if at least one contig has the name and the length of one of its chromosomes.
    It is ruled out by a contig that has the name of a chromosome but another length.
    A contig named by its accession is compared by length only.

    Parameters
    ----------
    contigs : mapping of str to int
        Name and length in nt of each contig.

    Returns
    -------
    list of str
        UCSC names in the order of the table. Several if the contigs fit several assemblies.

    Examples
    --------
    >>> find_candidates({"20": 63025520})
    ['hg19']
    >>> find_candidates({"chr20": 62435964})
    ['hg17', 'hg18']
    >>> find_candidates({"chr20": 251930})
    []
    """
    by_key = {_key(name): length for name, length in contigs.items()}
    accessions = {length for name, length in contigs.items() if length >= _LONG and _ACCESSION.fullmatch(name)}
    names = []
    for name, sizes in _assemblies().items():
        shared = [by_key[key] == length for key, length in _keyed(sizes).items() if key in by_key]
        if all(shared) and (shared or not accessions.isdisjoint(sizes.values())):
            names.append(name)
    return names


def find_assembly(contigs: Mapping[str, int]) -> str | None:
    """Return the UCSC name of the assembly that the contigs belong to; None if no assembly or several fit."""
    names = find_candidates(contigs)
    return names[0] if len(names) == 1 else None


def ucsc_hosts(assembly: str) -> bool:
    """Tell whether UCSC hosts an assembly of this name, as a database or in its GenArk collection."""
    return _DATABASE.fullmatch(assembly) is not None or _GENARK.fullmatch(assembly) is not None


def find_ucsc_name(assembly: str) -> str | None:
    """Return the UCSC name for a synonym.

    Examples
    --------
    >>> find_ucsc_name("GRCh38.p14")
    'hg38'
    >>> find_ucsc_name("hg38") is None  # not a synonym
    True
    """
    for synonym, name in _SYNONYMS.items():
        if re.fullmatch(rf"{re.escape(synonym)}(?:[.v-].*)?", assembly, re.IGNORECASE):
            return name
    return None


def list_misfits(contigs: Mapping[str, int], sizes: Mapping[str, int], complete: bool) -> list[str]:
    """List the contigs of a file that do not belong to an assembly.

    The prefix "chr" is ignored, because UCSC and IGV accept names with and without it.

    Parameters
    ----------
    contigs : mapping of str to int
        Name and length in nt of each contig of the file.
    sizes : mapping of str to int
        Name and length in nt of each contig of the assembly.
    complete : bool
        Whether `sizes` has all contigs of the assembly. If not, contigs that it lacks are accepted.

    Returns
    -------
    list of str
        One sentence for each misfit.

    Examples
    --------
    >>> list_misfits({"20": 100}, {"chr20": 120}, complete=True)
    ['contig 20 is 100 nt long, but 120 nt in the assembly']
    """
    assembly_lengths = _keyed(sizes)
    messages = []
    for name, length in contigs.items():
        assembly_length = assembly_lengths.get(_key(name))
        if assembly_length is None and complete:
            messages.append(f"the assembly has no contig {name}")
        elif assembly_length is not None and assembly_length != length:
            messages.append(f"contig {name} is {length:,} nt long, but {assembly_length:,} nt in the assembly")
    overlaps = any(_key(name) in assembly_lengths or _ACCESSION.fullmatch(name) for name in contigs)
    if contigs and not complete and not overlaps:
        listed = ", ".join(list(contigs)[:_EXAMPLES])
        messages.append(f"has no chromosome of the assembly; its contigs are {listed}")
    return messages


def find_unknown_spellings(contigs: Iterable[str], assembly: str) -> dict[str, str]:
    """Return the contig names that UCSC does not recognise.

    UCSC recognises its own names, names without "chr", and accessions. It does not recognise other letter case (Chr1).

    Parameters
    ----------
    contigs : iterable of str
        Names of the contigs.
    assembly : str
        UCSC name of their assembly.

    Returns
    -------
    dict of str to str
        UCSC's name by the name in the file.

    Examples
    --------
    >>> find_unknown_spellings(["chr1", "2", "CHR3"], "hg38")
    {'CHR3': 'chr3'}
    """
    ucsc_names = {_key(name): name for name in _assemblies().get(assembly, ())}
    translations = {name: ucsc_names[_key(name)] for name in contigs if _key(name) in ucsc_names}
    return {name: ucsc for name, ucsc in translations.items() if name not in (ucsc, ucsc.removeprefix("chr"))}


def list_naming_notes(contigs: Mapping[str, int], assembly: str) -> list[str]:
    """Describe how contig names differ from UCSC's names, where UCSC accepts them anyway.

    Parameters
    ----------
    contigs : mapping of str to int
        Name and length in nt of each contig.
    assembly : str
        UCSC name of their assembly.

    Returns
    -------
    list of str
        One sentence for each difference.
    """
    chromosomes = _assemblies().get(assembly, {})
    aliases = [name for name in contigs if f"chr{name}" in chromosomes or (_ACCESSION.fullmatch(name) and chromosomes)]
    notes = []
    if aliases:
        listed = ", ".join(aliases[:_EXAMPLES]) + (", ..." if len(aliases) > _EXAMPLES else "")
        notes.append(
            f"contigs are named {listed}, but {next(iter(chromosomes))}, ... in {assembly}: UCSC and IGV accept both "
            "names, other browsers may not"
        )
    length = contigs.get("chrM")
    if assembly in _CHR_M and length not in (None, _CHR_M[assembly]):
        notes.append(
            f"chrM is {length:,} nt long, but {_CHR_M[assembly]:,} nt in UCSC's {assembly}: UCSC may show positions on "
            "it up to 2 nt off"
        )
    return notes


def _keyed(sizes: Mapping[str, int]) -> dict[str, int]:
    return {_key(name): length for name, length in sizes.items()}


def _key(name: str) -> str:
    return re.sub(r"^chr", "", name, flags=re.IGNORECASE)
