"""Settings of the command `hub`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.jobs.browser_assembly import check_assembly, check_email


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Settings of the command `hub`.

    Attributes
    ----------
    runs : tuple of Path
        Folders of finished runs.
    out : Path or None
        Folder of the hub; None for the folder of a single run.
    url_base : str or None
        Web address of the hub's folder. With it, an IGV session that holds web addresses is written too.
    assembly_hub : bool
        Include the genome as a 2bit file.
    fasta : Path or None
        Genome for the 2bit file; None for the copy in the run.
    chrom_sizes : Path or None
        Contig lengths of the assembly, to check the files against.
    variants : Path or None
        VCF with the effects of its variants, for a track of the hub; None for none.
    no_variants : bool
        Remove earlier tracks of variants.
    check_only : bool
        Check the hubs without changing them.
    assembly : str or None
        Name of the genome in browsers; None for each run's own.
    email : str or None
        Contact address in the hub; None for that of the runs.
    """

    runs: tuple[Path, ...]
    out: Path | None = None
    url_base: str | None = None
    assembly_hub: bool = False
    fasta: Path | None = None
    chrom_sizes: Path | None = None
    variants: Path | None = None
    no_variants: bool = False
    check_only: bool = False
    assembly: str | None = None
    email: str | None = None

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A value cannot be used, or two options contradict each other.
        """
        check_assembly(self.assembly)
        check_email(self.email)
        if self.fasta is not None and not self.assembly_hub:
            raise InputError("--fasta is the genome of an assembly hub: pass --assembly-hub too, or omit --fasta")
        if self.no_variants and self.variants:
            raise InputError("--no-variants removes variants and --variants adds them: omit one of them")
        changes = (self.out, self.assembly_hub, self.url_base, self.assembly, self.email, self.variants)
        if self.check_only and (self.no_variants or any(changes)):
            raise InputError(
                "--check leaves hubs as they are: omit -o, --url-base, --assembly-hub, --assembly, --email, "
                "--variants and --no-variants"
            )
