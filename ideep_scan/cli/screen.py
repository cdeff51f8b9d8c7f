"""Progress and results of a job on the terminal: an estimate, notes, a progress bar, a summary."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ideep_scan.cli.streams import printable, say
from ideep_scan.records.share import format_share

if TYPE_CHECKING:
    from ideep_scan.benchmark.run import BenchmarkSummary
    from ideep_scan.benchmark.within.run import WithinSummary
    from ideep_scan.jobs.intersect.run import IntersectSummary
    from ideep_scan.jobs.motifs.run import MotifSummary
    from ideep_scan.jobs.predict import PredictSummary
    from ideep_scan.jobs.scan.array_job import PartSummary
    from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
    from ideep_scan.jobs.scan.run import Summary
    from ideep_scan.jobs.site_summary import SiteSummary
    from ideep_scan.jobs.variants.run import VariantSummary
    from ideep_scan.jobs.verify.run import VerifySummary
    from ideep_scan.records.learned_motif import MotifCollection

Self = TypeVar("Self", bound="Bar")


class Bar:
    """Notes, and a progress bar on terminals only; both go to standard error."""

    def __init__(self, task: str) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self._progress = Progress(
            *columns, console=self._console, transient=True, disable=not self._console.is_terminal
        )
        self._task = self._progress.add_task(task, total=None)

    def __enter__(self: Self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, done: int) -> None:
        """Advance the bar."""
        self._progress.advance(self._task, done)

    def _expect(self, total: int, notes: Sequence[str]) -> None:
        for note in notes:
            self._print(f"note: {note}")
        self._progress.update(self._task, total=total)

    def _print(self, text: str) -> None:
        """Print a line on standard error, above the progress bar if there is one."""
        if not self._console.is_terminal:
            say(text, sys.stderr)
            return
        with suppress(OSError, SystemExit):  # rich exits if the terminal has closed
            self._console.print(printable(text), markup=False)


class RowScreen(Bar):
    """Monitor of a prediction (`jobs.predict.RowMonitor`)."""

    def __init__(self) -> None:
        super().__init__("scoring")

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        """Print the notes and start the bar."""
        self._expect(rows, notes)

    def summarise(self, summary: PredictSummary) -> None:
        """Print the result on standard error, as the table may go to standard output."""
        where = "" if summary.out is None else f"; {summary.out}"
        self._print(
            f"{count_noun(summary.rows, 'row')}, {', '.join(summary.models)}, {_duration(summary.seconds)}: "
            f"{summary.rows - summary.unscored:,} scored, {summary.unscored:,} without a score{where}",
        )


class IntervalScreen(Bar):
    """Monitor of an intersection (`jobs.intersect.run.IntervalMonitor`)."""

    def __init__(self) -> None:
        super().__init__("intersecting")

    def summarise(self, summary: IntersectSummary) -> None:
        """Print notes and result on standard error, as the table may go to standard output."""
        for note in summary.notes:
            self._print(f"note: {note}")
        where = "" if summary.out is None else f"; {summary.out}"
        inputs, overlapping = (count_noun(number, summary.noun) for number in (summary.inputs, summary.overlapping))
        self._print(
            f"{inputs}, {count_noun(summary.sites, 'site')}, {_duration(summary.seconds)}: "
            f"{count_noun(summary.rows, 'overlap')} of {overlapping} with a site{where}"
        )


class VariantScreen(Bar):
    """Monitor of a job on variants (`jobs.variants.run.VariantMonitor`)."""

    def __init__(self) -> None:
        super().__init__("scoring")

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        """Print the notes and start the bar."""
        self._expect(rows, notes)

    def draws(self, pictures: int) -> None:
        """Start the bar again for the pictures of the report."""
        self._progress.update(self._task, description="drawing", total=pictures, completed=0)

    def summarise(self, summary: VariantSummary) -> None:
        """Print the records by status on standard error, as the VCF may go to standard output."""
        for note in summary.notes:
            self._print(f"note: {note}")
        scored = sum(count for status, count in summary.statuses.items() if status.value == "scored")
        self._print(
            f"{count_noun(summary.records, 'record')}, {', '.join(summary.models)}, {_duration(summary.seconds)}: "
            f"{scored:,} scored, {summary.records - scored:,} not"
        )
        causes = [(status, count) for status, count in summary.statuses.items() if status.value != "scored"]
        for number, (status, count) in enumerate(causes):
            commonest = " (the commonest cause)" if number == 0 and len(causes) > 1 else ""
            self._print(f"  {count:,} {status.value}: {status.reason}{commonest}")
        if scored:
            counts = ", ".join(f"{summary.sites.get(site, 0):,} {site}" for site in ("gained", "lost", "kept", "moved"))
            self._print(f"sites: {counts}")
        files = [str(path) for path in (summary.out, summary.table, summary.report) if path is not None]
        if files:
            self._print(", ".join(files))


class MotifScreen(Bar):
    """Monitor of a report on motifs (`jobs.motifs.run.ModelMonitor`)."""

    def __init__(self) -> None:
        super().__init__("motifs")

    def begins(self, models: int, notes: Sequence[str]) -> None:
        """Print the notes and start the bar."""
        self._expect(models, notes)

    def summarise(self, summary: MotifSummary) -> None:
        """Print a line per model on standard output, and the files."""
        for note in summary.notes:
            self._print(f"note: {note}")
        for collection in summary.collections:
            say(summarise_motifs(collection))
        self._print(
            f"{count_noun(len(summary.collections), 'model')} in {_duration(summary.seconds)}; "
            f"{summary.out}: index.html, and .html, .meme, .tsv and .matches.tsv of each model"
        )


class CheckScreen(Bar):
    """Monitor of a verification (`jobs.verify.checks.CheckMonitor`)."""

    def __init__(self) -> None:
        super().__init__("reading inputs")

    def checks(self, part: str, positions: int) -> None:
        """Start the bar again for a part of the run."""
        self._progress.update(self._task, description=f"comparing {part}", total=positions, completed=0)

    def summarise(self, summary: VerifySummary) -> None:
        """Print the notes on standard error; print the differences, or what agrees, on standard output."""
        for note in summary.notes:
            self._print(f"note: {note}")
        for line in summary.differences:
            say(line)
        if summary.count > len(summary.differences):
            say(f"and {summary.count - len(summary.differences):,} more")
        extent = f"{count_noun(summary.positions, 'position')} of {count_noun(summary.models, 'model')}"
        if summary.count:
            say(f"{extent} and {count_noun(summary.files, 'file')} checked: {count_noun(summary.count, 'difference')}")
            return
        verb = "agrees" if summary.positions == 1 else "agree"
        parts = [f"{extent} {verb} (largest difference {summary.largest:.4f})"]
        if summary.empty:
            parts.append(_clause(summary.empty, "position without a score", "is empty", "are empty"))
        if summary.contributions:
            parts.append(f"contributions agree at {count_noun(summary.contributions, 'position')}")
        if summary.sites:
            parts.append(_clause(summary.sites, "site", "agrees", "agree"))
        record = "digest" if summary.digests else "size"
        files = _clause(summary.files, "file", f"has its {record}", f"have their {record}s")
        say(f"{', '.join(parts)}; {files}")


class CellScreen(Bar):
    """Monitor of a benchmark (`benchmark.run.CellMonitor`)."""

    def __init__(self) -> None:
        super().__init__("training")

    def begins(self, cells: int, notes: Sequence[str]) -> None:
        """Print the notes and start the bar."""
        self._expect(cells, notes)

    def summarise(self, summary: BenchmarkSummary) -> None:
        """Print the means as a table on standard output, and the paths of the files."""
        say("protocol\tmethod\texperiments\tmean AUC\tmean auPRC")
        for protocol, method, experiments, auc, auprc in summary.means:
            say(f"{protocol}\t{method}\t{experiments}\t{auc:.3f}\t{auprc:.3f}")
        self._print(
            f"{summary.computed} trainings in {_duration(summary.seconds)}, {summary.reused} kept from before; "
            f"{summary.out}: benchmark.md, benchmark.tsv, figures/, scores/",
        )


class StepScreen(Bar):
    """Monitor of a benchmark inside transcripts (`benchmark.within.run.StepMonitor`)."""

    def __init__(self) -> None:
        super().__init__("judging")

    def begins(self, steps: int, notes: Sequence[str]) -> None:
        """Print the notes and start the bar."""
        self._expect(steps, notes)

    def summarise(self, summary: WithinSummary) -> None:
        """Print the means as a table on standard output, and the paths of the files."""
        say("models\texperiment\tpredictor\tproteins\tmean auPRC\tmean auPRC / prevalence")
        for mean in summary.means:
            precision, ratio = mean.estimates["auPRC"].value, mean.estimates["auPRC_ratio"].value
            facts = (mean.source, mean.relation, mean.predictor, str(mean.proteins))
            say("\t".join((*facts, f"{precision:.3f}", f"{ratio:.1f}")))
        self._print(
            f"{count_noun(summary.lists, 'list')} of peaks, {summary.positions:,} positions in "
            f"{_duration(summary.seconds)}; {summary.out}: within.md, within.tsv, figures/, scores/",
        )


class Screen(Bar):
    """Monitor of a scan (`jobs.scan.run.Monitor`)."""

    def __init__(self) -> None:
        super().__init__("scanning")

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        """Print what will be scored, and the time, memory and disk space that it takes."""
        self._print(
            f"{', '.join(expected.models)} on {', '.join(expected.modalities)}: about {expected.positions:,} positions "
            f"to score of {expected.planned:,}; about {_duration(expected.seconds)}, {expected.memory / 1e9:.1f} GB of "
            f"memory, {expected.disk / 1e6:,.0f} MB of disk"
        )
        self._expect(expected.planned, notes)

    def reports(self, state: str) -> None:
        """Show the state of a cluster beside the bar."""
        self._progress.update(self._task, description=state)

    def closing(self, done: int, models: int) -> None:
        """Count models instead of positions."""
        self._progress.update(self._task, description="closing files of models", completed=done, total=models)

    def summarise(self, summary: Summary) -> None:
        """Print the result on standard output."""
        if not summary.is_new:
            say(f"{summary.out}: the run is complete already; nothing was scored")
            return
        rate = summary.positions / max(summary.seconds, 1e-9)
        say(
            f"{summary.positions:,} positions scored in {_duration(summary.seconds)} ({rate:,.0f} positions/s)",
        )
        if summary.silent:
            say(summary.silent)
        for model in summary.called:
            for line in _called_lines(model):
                say(line)
        doubtful = [model for model in summary.called if model.doubtful]
        if doubtful:
            say(_ranking(summary.out / "hits" / f"{doubtful[0].name}.bed.gz"))
        for finding in summary.hub:
            say(f"{summary.out}/{finding}")
        pages = "index.html, transcripts.html" if summary.of_transcripts else "index.html"
        say(f"{summary.out}: tracks/, hits/, motifs/, hub.txt, igv_session.xml, {pages}, manifest.json")

    def summarise_part(self, part: PartSummary) -> None:
        """Print the result of a part on standard output."""
        say(
            f"part {part.part}: {count_noun(part.scored, 'shard')} scored ({part.positions:,} positions, "
            f"{_duration(part.seconds)}), {part.finished:,} finished before; {part.out}: "
            "`ideep-scan merge` makes the results when all parts have ended"
        )


def _called_lines(model: SiteSummary) -> Iterator[str]:
    """Describe the sites of one model and, on a second line, those of a stricter threshold."""
    expected = highest = ""
    if model.measured is not None:
        expected = f"; {model.measured.in_words()}"
    elif model.false_share is not None:
        share = format_share(model.false_share)
        expected = f"; expected false share {share} (model-based, at a prior of {model.prior:.3g})"
    if not model.sites and model.highest is not None:
        highest = f"; the highest score is {model.highest:.4g}"
    rule = f" ({model.chosen_by})" if model.chosen_by else ""
    yield (
        f"{model.name}: {count_noun(model.sites, 'site')} with a score of {model.threshold:.6g} or more{rule}, "
        f"{model.per_kb:.2f} per scored kb{highest}{expected}"
    )
    stricter = model.stricter
    if stricter is not None:
        yield (
            f"  lowest expected false share {stricter.fdr}, by --fdr {stricter.fdr} or --threshold "
            f"{stricter.threshold}: {count_noun(model.strict_sites or 0, 'site')}"
        )


def summarise_motifs(collection: MotifCollection) -> str:
    """Describe the strongest motif of a model and what it resembles."""
    counts = f"{count_noun(len(collection.clusters), 'cluster')} of {count_noun(len(collection.motifs), 'motif')}"
    if not collection.clusters:
        return f"{collection.model}: no motif"
    strongest = next(motif for motif in collection.motifs if motif.pwm.id == collection.clusters[0].members[0])
    test, match = strongest.enrichment, next(iter(strongest.matches), None)
    share = "" if test is None else f", in {test.bound_hits / max(test.bound, 1):.0%} of bound windows"
    if test is not None and test.unbound:
        share += f" and {test.unbound_hits / test.unbound:.0%} of unbound ones (q = {test.q_value:.2g})"
    resemblance = "" if match is None else f", like {match.symbol} {match.id} (p = {match.p_value:.2g})"
    return f"{collection.model}: {counts}; the strongest is {strongest.pwm.name}{share}{resemblance}"


def _ranking(bed: Path) -> str:
    """Explain how to use sites if most of them are expected to be false."""
    command = f"gzip -dc {shlex.quote(str(bed))} | sort -k5,5nr | head -n 20"
    return f"Most sites are expected to be false: use their rank, not their count. Strongest first: {command}"


def count_noun(number: int, noun: str) -> str:
    """Write a number with its noun: 1 site, 2,000 sites."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _clause(number: int, subject: str, one: str, several: str) -> str:
    """Write a clause whose verb fits its number: 1 file has its size."""
    noun, _, more = subject.partition(" ")
    return " ".join(filter(None, (count_noun(number, noun), more, one if number == 1 else several)))


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
