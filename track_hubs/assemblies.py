"""Genome assemblies that the UCSC Genome Browser hosts: chromosome lengths, and names. It needs no network.

The lengths are in `assemblies.tsv`. chrM is left out, because several assemblies share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("assemblies.tsv")
_LONG = 1_000_000  # nt from which on a length tells a chromosome under any name
_ACCESSION = re.compile(r"[A-Z]{1,2}_?\d{6,}\.\d+")  # of GenBank or RefSeq
_EXAMPLES = 3
_GENARK = re.compile(r"GC[AF]_\d{9}\.\d+")
# Names of UCSC's databases without their numbers.
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
# Names of assemblies elsewhere, in lower case, and what UCSC calls them.
_SYNONYMS = {
    "ncbi36": "hg18", "grch37": "hg19", "b37": "hg19", "hs37d5": "hg19", "grch38": "hg38", "chm13": "hs1",
    "t2t-chm13": "hs1", "ncbim37": "mm9", "grcm38": "mm10", "grcm39": "mm39", "rnor_6": "rn6", "mratbn7": "rn7",
    "grcz10": "danRer10", "grcz11": "danRer11", "bdgp5": "dm3", "bdgp6": "dm6", "ws220": "ce10", "wbcel235": "ce11",
    "r64-1-1": "sacCer3", "grcg6a": "galGal6", "ars-ucd1": "bosTau9", "sscrofa11": "susScr11",
}  # fmt: skip
_CHR_M = {"hg18": 16571, "hg19": 16571}  # UCSC's chrM where it is not the one that FASTA files have today


@lru_cache(1)
def _assemblies() -> dict[str, dict[str, int]]:
    """Chromosome lengths by assembly, from the packaged table."""
    assemblies: dict[str, dict[str, int]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            assembly, chromosome, length = line.split("\t")
            assemblies.setdefault(assembly, {})[chromosome] = int(length)
    return assemblies


def lengths(assembly: str) -> dict[str, int] | None:
    """Return an assembly's chromosomes and their lengths in nt, without scaffolds; None if it is not in the table."""
    sizes = _assemblies().get(assembly)
    return None if sizes is None else dict(sizes)


def candidates(contigs: Mapping[str, int]) -> list[str]:
    """Name the assemblies that some contigs may belong to.

    An assembly qualifies if at least one contig has the name and the length of one of its chromosomes, and none has the
    name of a chromosome of another length. A contig named by its accession is known by its length alone.

    Parameters
    ----------
    contigs : mapping of str to int
        Name and length in nt of each contig.

    Returns
    -------
    list of str
        UCSC names, in the order of the table. More than one if the contigs do not tell them apart.

    Examples
    --------
    >>> candidates({"20": 63025520})
    ['hg19']
    >>> candidates({"chr20": 62435964})
    ['hg17', 'hg18']
    >>> candidates({"chr20": 251930})
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


def assembly_of(contigs: Mapping[str, int]) -> str | None:
    """Return the UCSC name of the one assembly that the contigs belong to; None if there is none, or several."""
    names = candidates(contigs)
    return names[0] if len(names) == 1 else None


def ucsc_hosts(assembly: str) -> bool:
    """Tell whether UCSC has an assembly of this name: a database, or an accession of its GenArk collection."""
    return _DATABASE.fullmatch(assembly) is not None or _GENARK.fullmatch(assembly) is not None


def ucsc_name(assembly: str) -> str | None:
    """Return UCSC's name of an assembly that is known by another one (GRCh38); None if no such name is known."""
    for other, name in _SYNONYMS.items():
        if re.fullmatch(rf"{re.escape(other)}(?:[.v-].*)?", assembly, re.IGNORECASE):
            return name
    return None


def misfits(contigs: Mapping[str, int], sizes: Mapping[str, int], complete: bool) -> list[str]:
    """What is wrong with the contigs of a file, a line each.

    A "chr" before a chromosome's name more or less is no misfit: UCSC and IGV bridge it.

    Parameters
    ----------
    contigs : name and length in nt of each contig of the file.
    sizes : those of the assembly.
    complete : whether `sizes` holds all contigs of the assembly; else only those it has are compared.
    """
    known = _keyed(sizes)
    found = []
    for name, length in contigs.items():
        meant = known.get(_key(name))
        if meant is None and complete:
            found.append(f"contig {name} is not one of the assembly's")
        elif meant is not None and meant != length:
            found.append(f"contig {name} is {length:,} nt long, the assembly's {meant:,}")
    of_assembly = any(_key(name) in known or _ACCESSION.fullmatch(name) for name in contigs)
    if contigs and not complete and not of_assembly:
        found.append(f"not one chromosome of the assembly is in it, but {', '.join(list(contigs)[:_EXAMPLES])}")
    return found


def unknown_spellings(contigs: Iterable[str], assembly: str) -> dict[str, str]:
    """Return the contigs that are spelled as UCSC does not know them, with UCSC's own names.

    UCSC's table of aliases has names without "chr" and accessions. It does not have other letter case (Chr1).
    """
    own = {_key(name): name for name in _assemblies().get(assembly, ())}
    meant = {name: own[_key(name)] for name in contigs if _key(name) in own}
    return {name: ucsc for name, ucsc in meant.items() if name not in (ucsc, ucsc.removeprefix("chr"))}


def naming_notes(contigs: Mapping[str, int], assembly: str) -> list[str]:
    """Say how the names of contigs differ from those of UCSC's assembly where UCSC copes with it, a line each."""
    own = _assemblies().get(assembly, {})
    aliases = [name for name in contigs if f"chr{name}" in own or (_ACCESSION.fullmatch(name) and own)]
    notes = []
    if aliases:
        listed = ", ".join(aliases[:_EXAMPLES]) + (", ..." if len(aliases) > _EXAMPLES else "")
        notes.append(
            f"contigs are named {listed} where {assembly} has {next(iter(own))}, ...: UCSC and IGV know both names, "
            "other browsers may not"
        )
    length = contigs.get("chrM")
    if assembly in _CHR_M and length not in (None, _CHR_M[assembly]):
        notes.append(
            f"chrM is {length:,} nt long, but {_CHR_M[assembly]:,} nt in UCSC's {assembly}: positions on it may be off "
            "there by up to 2 nt"
        )
    return notes


def _keyed(sizes: Mapping[str, int]) -> dict[str, int]:
    return {_key(name): length for name, length in sizes.items()}


def _key(name: str) -> str:
    return re.sub(r"^chr", "", name, flags=re.IGNORECASE)
