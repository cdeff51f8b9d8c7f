"""Make a track of scored variants for a hub or a page, from the VCF that a job on variants wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.variant_bigbed import VARIANTS, VariantBigbed, WrittenVariants
from ideep_scan.formats.variants.vcf import VcfFile, VcfRecord
from ideep_scan.formats.variants.vcf_effects import RBP, has_effects, parse_effects
from ideep_scan.jobs.vcf_assembly import check_vcf_assembly
from ideep_scan.records.exclusions import Exclusions
from track_hubs.color import CHANGE_COLORS
from track_hubs.hub_names import VARIANTS_BIGBED
from track_hubs.manifest import Assembly, Track


def open_scored_vcf(path: Path) -> VcfFile:
    """Open a VCF with the effects of its variants.

    Parameters
    ----------
    path : Path
        VCF or BCF.

    Returns
    -------
    VcfFile
        The file.

    Raises
    ------
    InputError
        The file is unreadable, or no job on variants wrote it.
    """
    vcf = VcfFile(path)
    if not has_effects(vcf.header):
        raise InputError(
            f"has no effects on binding sites (key {RBP} of INFO); run `ideep-scan variants` and give its output",
            path,
        )
    return vcf


def write_variant_track(vcf: VcfFile, folder: Path, assembly: Assembly) -> tuple[Track, tuple[str, ...]]:
    """Write the effects of variants as a bigBed.

    Parameters
    ----------
    vcf : VcfFile
        The variants.
    folder : Path
        Folder of the hub.
    assembly : Assembly
        Genome of the hub, whose contigs the records are matched to.

    Returns
    -------
    track : Track
        The track, with its path relative to the folder.
    notes : tuple of str
        Remarks for the user, one line each.

    Raises
    ------
    InputError
        A record is malformed, too few records lie on the genome, or none has an effect.
    OutputError
        The file cannot be written.
    """
    resolver = ContigResolver(assembly.sizes)
    about_lengths = check_vcf_assembly(vcf, assembly.sizes)
    exclusions = Exclusions(vcf.path, "record")
    used = 0
    with _new_folder(folder / VARIANTS_BIGBED) as path, VariantBigbed(path, assembly.sizes) as bigbed:
        for record in vcf.records():
            contig = _place(record, resolver, exclusions)
            if contig is not None:
                used += 1
                bigbed.add(contig, record, parse_effects(record, vcf.path))
        exclusions.check(used)
        written = bigbed.write()
        if not written.count:
            raise InputError(
                f"no record has an effect in {RBP}: run `ideep-scan variants` with a smaller --min-delta", vcf.path
            )
    notes = [*about_lengths, *exclusions.notes()]
    if written.without_delta:
        notes.append(f"{vcf.path.name}: {written.without_delta:,} effects without a DELTA are left out")
    return _describe_track(written), tuple(notes)


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Create the folder of a file; remove it again after an error, if it is empty."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another folder (-o)") from error
    try:
        yield path
    except BaseException:
        with suppress(OSError):
            path.parent.rmdir()
        raise


def _place(record: VcfRecord, resolver: ContigResolver, exclusions: Exclusions) -> str | None:
    """Return the contig of a record; None if the record does not lie on the genome."""
    contig = resolver.resolve(record.chrom)
    name = f"{record.chrom}:{record.start + 1}"
    if contig is None:
        reason = f"on contigs that the run lacks (it has {resolver.style()})"
        exclusions.add(reason, name, record.line, unusable=False)
        return None
    if record.start < 0 or record.end > resolver.contigs[contig]:
        exclusions.add("past an end of its contig", name, record.line)
        return None
    doubt = resolver.doubt(record.chrom)
    if doubt is not None:
        exclusions.remark(doubt, name, record.line)
    return contig


def _describe_track(written: WrittenVariants) -> Track:
    return Track(
        path=VARIANTS_BIGBED,
        kind="bigBed",
        role="variants",
        group="",
        label="Variants",
        long_label="Variants: predicted change of binding sites",
        color=CHANGE_COLORS["gained"],
        bed_fields=VARIANTS.bed_fields,
        extra_fields=len(VARIANTS.extra),
        count=written.count,
        extra_names=tuple(name for _, name, _ in VARIANTS.extra),
        choices={"model": written.models, "site": tuple(change for change in CHANGE_COLORS if change in written.sites)},
        ranges={"delta": (-1.0, 1.0), "absDelta": (0.0, 1.0)},
    )
