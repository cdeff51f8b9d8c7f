"""Keys of INFO that hold the effects of variants: their definitions and their values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path
from urllib.parse import unquote

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf import VcfHeader, VcfRecord, as_text
from ideep_scan.formats.variants.vcf_output import encode_name
from ideep_scan.records.span import STRANDS
from ideep_scan.records.variant_effect import Status, VariantEffect
from track_hubs.color import CHANGE_COLORS

RBP, RBP_MAX, RBP_DELTA, RBP_STATUS, RBP_HAP = "RBP", "RBP_MAX", "RBP_DELTA", "RBP_STATUS", "RBP_HAP"
KEYS = (RBP, RBP_MAX, RBP_DELTA, RBP_STATUS, RBP_HAP)
PROGRAM_KEY = "ideep_scan_variants"
_PARTS = "ALLELE|RBP|STRAND|GENE|REGION|REF|ALT|DELTA|OFFSET|SITE|P"
_MEANING = (
    "REF and ALT: highest score 0-1 among positions that see the change. DELTA: ALT minus REF score where the log odds "
    "change most. OFFSET: that position minus POS. SITE: gained, lost, kept, moved or none at the threshold. "
    "P: share of common variants whose log odds change at least as much"
)
_DEFINITIONS = {
    RBP: f"Effects on RNA-binding protein sites, one per allele, model and strand. {_MEANING}. Format: {_PARTS}",
    RBP_MAX: "Largest absolute DELTA of the record and its model. Format: DELTA|RBP",
    RBP_DELTA: "Largest absolute DELTA of the record, as a number to filter by",
    RBP_STATUS: "scored, or why not; one value for all alleles or one per ALT: "
    + ", ".join(status.value for status in Status),
    RBP_HAP: "Effects of all changes of one haplotype that share windows, as in RBP; ALLELE joins POS:REF>ALT of the "
    f"changes by &. Format: {_PARTS}",
}
_TYPES = dict.fromkeys(KEYS, "Number=.,Type=String")
_TYPES |= {RBP_MAX: "Number=1,Type=String", RBP_DELTA: "Number=1,Type=Float"}


def define_keys(is_phased: bool, program: str) -> list[str]:
    """Write the header lines of the keys.

    Parameters
    ----------
    is_phased : bool
        Whether haplotypes are scored.
    program : str
        Description of the program, its models and thresholds.

    Returns
    -------
    list of str
        The lines without their ends.
    """
    keys = [key for key in KEYS if is_phased or key != RBP_HAP]
    lines = [f'##INFO=<ID={key},{_TYPES[key]},Description="{_DEFINITIONS[key]}">' for key in keys]
    return [*lines, f"##{PROGRAM_KEY}={program}"]


def earlier_lines() -> list[str]:
    """List the beginnings of the header lines of an earlier run."""
    return [*(f"##INFO=<ID={key}," for key in KEYS), f"##{PROGRAM_KEY}="]


def info_values(
    record: VcfRecord,
    statuses: Sequence[Status],
    effects: Sequence[VariantEffect],
    *,
    haplotypes: Sequence[VariantEffect],
    min_delta: float,
) -> dict[str, str]:
    """Format the values of the keys for one record.

    Parameters
    ----------
    record : VcfRecord
        The record.
    statuses : sequence of Status
        One per alternate allele.
    effects : sequence of VariantEffect
        Effects of single alleles.
    haplotypes : sequence of VariantEffect
        Effects of haplotypes that have a change of the record.
    min_delta : float
        Entries with a smaller absolute delta are left out.

    Returns
    -------
    dict of str to str
        Value of each key that the record gets.
    """
    values = {
        RBP: _entries(record, effects, min_delta),
        **_largest(effects),
        RBP_STATUS: ",".join(status.value for status in (statuses[:1] if len(set(statuses)) == 1 else statuses)),
        RBP_HAP: _entries(record, haplotypes, min_delta),
    }
    return {key: value for key, value in values.items() if value}


def join_changes(changes: Sequence[tuple[VcfRecord, str]]) -> str:
    """Name the changes of one haplotype.

    Parameters
    ----------
    changes : sequence of tuple[VcfRecord, str]
        Each record with its allele.

    Returns
    -------
    str
        POS:REF>ALT of each change, joined by '&'.
    """
    return "&".join(f"{record.start + 1}:{record.ref}>{allele}" for record, allele in changes)


def has_effects(header: VcfHeader) -> bool:
    """Test whether a header defines the key RBP as this program does.

    Parameters
    ----------
    header : VcfHeader
        Header of a VCF.

    Returns
    -------
    bool
        True for the output of a job on variants.
    """
    start = f"##INFO=<ID={RBP},".encode()
    return any(line.startswith(start) and _PARTS.encode() in line for line in header.lines)


def parse_effects(record: VcfRecord, path: Path) -> list[VariantEffect]:
    """Read the effects in the key RBP of one record. Numbers have the digits of the file.

    Parameters
    ----------
    record : VcfRecord
        The record.
    path : Path
        The VCF, for messages.

    Returns
    -------
    list of VariantEffect
        The effects, with a NaN for the change of log odds; empty without the key.

    Raises
    ------
    InputError
        An entry has other parts, or a number out of its range.
    """
    start = f"{RBP}=".encode()
    value = next((part[len(start) :] for part in record.columns[7].split(b";") if part.startswith(start)), b"")
    return [_parse_entry(text, record, path) for text in as_text(value).split(",") if text]


def _parse_entry(text: str, record: VcfRecord, path: Path) -> VariantEffect:
    """Read one entry of the key RBP."""
    try:
        allele, model, strand, gene, region, reference, alternate, delta, offset, site, p_value = text.split("|")
        if strand not in STRANDS or site not in CHANGE_COLORS or not model:
            raise ValueError
        return VariantEffect(
            _decode_name(allele),
            _decode_name(model),
            STRANDS[STRANDS.index(strand)],
            _decode_name(gene),
            _decode_name(region),
            _parse_number(reference, 0),
            _parse_number(alternate, 0),
            _parse_number(delta, -1),
            None if offset == "." else record.start + int(offset),
            nan,
            site,
            None if p_value == "." else _parse_number(p_value, 0),
        )
    except ValueError as error:
        raise InputError(
            f"{RBP} has the entry {text[:80]!r} instead of {_PARTS}; run `ideep-scan variants` again", path, record.line
        ) from error


def _decode_name(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def _parse_number(text: str, low: float) -> float:
    """Read a number from `low` to 1; NaN for '.'."""
    if text == ".":
        return nan
    value = float(text)
    if not low <= value <= 1:
        raise ValueError
    return value


def _entries(record: VcfRecord, effects: Sequence[VariantEffect], min_delta: float) -> str:
    return ",".join(_entry(record, effect) for effect in effects if not abs(effect.delta) < min_delta)


def _entry(record: VcfRecord, effect: VariantEffect) -> str:
    return "|".join(
        (
            encode_name(effect.allele),
            encode_name(effect.model),
            effect.strand,
            encode_name(effect.gene or "."),
            encode_name(effect.region or "."),
            _number(effect.reference),
            _number(effect.alternate),
            _number(effect.delta),
            "." if effect.position is None else str(effect.position - record.start),
            effect.site,
            "." if effect.p_value is None else f"{effect.p_value:.3g}",
        )
    )


def _largest(effects: Sequence[VariantEffect]) -> dict[str, str]:
    """Format the largest absolute delta, with its model and alone; nothing if no position has both scores."""
    changes = [effect for effect in effects if not isnan(effect.delta)]
    if not changes:
        return {}
    largest = max(changes, key=lambda effect: abs(effect.delta))
    delta = _number(abs(largest.delta))
    return {RBP_MAX: f"{delta}|{encode_name(largest.model)}", RBP_DELTA: delta}


def _number(value: float) -> str:
    """Format a score with four decimals; '.' if it is missing, and no negative zero."""
    return "." if isnan(value) else f"{round(value, 4) + 0.0:.4f}"
