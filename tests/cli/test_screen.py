"""Lines of estimates, notes and summaries, without a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ideep_scan.benchmark.run import BenchmarkSummary
from ideep_scan.benchmark.within.report import Means
from ideep_scan.benchmark.within.run import WithinSummary
from ideep_scan.cli.screen import CellScreen, RowScreen, Screen, StepScreen, VariantScreen, count_noun
from ideep_scan.jobs.false_share import LowestShare
from ideep_scan.jobs.predict import PredictSummary
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan.run import Summary
from ideep_scan.jobs.site_summary import MeasuredShare, SiteSummary
from ideep_scan.records.estimate import Estimate

ESTIMATE = ScanEstimate(
    2_000_000, 1_500_000, ("ELAVL1", "QKI"), ("sequence", "region"), seconds=61.4, memory=2.34e9, disk=5.6e6
)


def test_a_scan_begins_with_its_cost_and_notes_on_standard_error(capsys):
    with Screen() as screen:
        screen.begins(ESTIMATE, ["a.gtf: 1 transcript\nis left out"])
        screen.advance(10)
        screen.closing(1, 2)
    assert capsys.readouterr() == (
        "",
        "ELAVL1, QKI on sequence, region: about 1,500,000 positions to score of 2,000,000; "
        "about 61 s, 2.3 GB of memory, 6 MB of disk\nnote: a.gtf: 1 transcript\\nis left out\n",
    )


def summary(*called, **fields):
    return Summary(Path("my out"), 12_345, called, (), **{"seconds": 2.0, **fields})


def sites(**fields):
    values = {"threshold": 0.5, "sites": 1200, "positions": 600_000, "false_share": None, "prior": None}
    return SiteSummary("ELAVL1", prior_source=None, **{**values, **fields})


def shown(capsys, result):
    Screen().summarise(result)
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def test_a_summary_has_rate_sites_and_files(capsys):
    assert shown(capsys, summary(sites())) == [
        "12,345 positions scored in 2 s (6,172 positions/s)",
        "ELAVL1: 1,200 sites with a score of 0.5 or more, 2.00 per scored kb",
        "my out: tracks/, hits/, motifs/, hub.txt, igv_session.xml, index.html, manifest.json",
    ]


def test_a_model_without_a_site_has_its_highest_score(capsys):
    line = shown(capsys, summary(sites(sites=0, highest=0.43219)))[1]
    assert line == "ELAVL1: 0 sites with a score of 0.5 or more, 0.00 per scored kb; the highest score is 0.4322"
    assert "highest" not in shown(capsys, summary(sites(sites=0)))[1]


def test_sites_that_are_mostly_false_come_with_a_stricter_threshold_and_their_ranking(capsys):
    lowest = LowestShare(0.612, "0.62", "0.97")
    lines = shown(capsys, summary(sites(false_share=0.9, prior=0.00123, lowest=lowest, strict_sites=7)))
    assert "expected false share 0.9" in lines[1]
    assert "at a prior of 0.00123" in lines[1]
    assert lines[2] == "  lowest expected false share 0.62, by --fdr 0.62 or --threshold 0.97: 7 sites"
    assert lines[3].endswith("gzip -dc 'my out/hits/ELAVL1.bed.gz' | sort -k5,5nr | head -n 20")


def test_sites_that_are_mostly_true_need_no_advice(capsys):
    lines = shown(capsys, summary(sites(false_share=0.1, prior=0.01, lowest=LowestShare(0.01, "0.01", "0.99"))))
    assert len(lines) == 3


def test_findings_of_the_hub_check_name_their_folder(capsys):
    assert "my out/hub.txt: lacks an address" in shown(capsys, summary(hub=("hub.txt: lacks an address",)))


def test_a_scan_that_takes_no_time_has_a_rate(capsys):
    assert shown(capsys, summary(seconds=0.0))[0].startswith("12,345 positions scored in 0 s (")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (99.4, "99 s"), (100, "2 min"), (5999, "100 min"), (6000, "1.7 h")]
)
def test_a_duration_has_a_unit_that_suits_it(capsys, seconds, text):
    assert f"scored in {text} (" in shown(capsys, summary(seconds=seconds))[0]


@pytest.mark.parametrize(("out", "end"), [(None, ""), (Path("a.tsv"), "; a.tsv")])
def test_a_prediction_leaves_standard_output_to_its_table(capsys, out, end):
    with RowScreen() as screen:
        screen.begins(5, ["a note"])
        screen.summarise(PredictSummary(out, 1005, 5, ("ELAVL1",), 1.0))
    expected = f"note: a note\n1,005 rows, ELAVL1, 1 s: 1,000 scored, 5 without a score{end}\n"
    assert capsys.readouterr() == ("", expected)


def test_a_benchmark_shows_its_means_as_a_table(capsys):
    with CellScreen() as screen:
        screen.begins(5, [])
        screen.summarise(BenchmarkSummary(Path("out"), 4, 1, (("published", "iDeep", 31, 0.91234, 0.8),), 7200.0))
    out, err = capsys.readouterr()
    assert [line.split("\t") for line in out.splitlines()] == [
        ["protocol", "method", "experiments", "mean AUC", "mean auPRC"],
        ["published", "iDeep", "31", "0.912", "0.800"],
    ]
    assert err.startswith("4 trainings in 2.0 h, 1 kept from before; out: benchmark.md")


def test_a_benchmark_inside_transcripts_shows_its_means_as_a_table(capsys):
    estimates = dict.fromkeys(("auPRC", "auPRC_ratio"), Estimate(0.12345, 0.1, 0.2, 0.01))
    means = (Means("ideep", "other", "all", "region type", 9, estimates),)
    with StepScreen() as screen:
        screen.begins(5, [])
        screen.summarise(WithinSummary(Path("out"), 12, 3400, means, 60.0))
    out, err = capsys.readouterr()
    assert [line.split("\t") for line in out.splitlines()] == [
        ["models", "experiment", "predictor", "proteins", "mean auPRC", "mean auPRC / prevalence"],
        ["ideep", "other", "region type", "9", "0.123", "0.1"],
    ]
    assert err.startswith("12 lists of peaks, 3,400 positions in ")


class Terminal(io.StringIO):
    """A terminal that may be closed."""

    closed_by_user = False

    def isatty(self) -> bool:
        """Say that this is a terminal."""
        return True

    def write(self, text: str) -> int:
        """Fail once the user has closed it."""
        if self.closed_by_user:
            raise OSError(5, "Input/output error")
        return super().write(text)


def test_a_terminal_shows_the_bar_and_lines_without_markup(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    with Screen() as screen:
        screen.begins(ESTIMATE, ["[red]x[/red]\x1b[31m"])
        screen.advance(1_000_000)
        screen.closing(1, 2)
    text = terminal.getvalue()
    assert r"note: [red]x[/red]\x1b[31m" in text
    assert "closing files of models" in text


def test_a_terminal_that_closes_does_not_stop_the_scan(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    screen = Screen()
    terminal.closed_by_user = True
    screen.begins(ESTIMATE, ["a note"])
    screen.advance(5)


def test_the_bar_begins_again_for_the_pictures_of_a_report(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    with VariantScreen() as screen:
        screen.begins(7000, [])
        screen.advance(7000)
        screen.draws(12)
        screen.advance(5)
    last = terminal.getvalue().rpartition("drawing")[2]
    assert "5/12" in last


@pytest.mark.parametrize(("number", "text"), [(0, "0 sites"), (1, "1 site"), (2000, "2,000 sites")])
def test_a_count_has_a_noun_that_suits_it(number, text):
    assert count_noun(number, "site") == text


def test_measured_sites_are_counted_with_their_rule(capsys):
    measured = MeasuredShare(0.23, 0.17, 0.29, "eCLIP of K562", independent=True)
    line = shown(capsys, summary(sites(false_share=0.77, prior=0.01, measured=measured, chosen_by="best F1")))[1]
    assert line == (
        "ELAVL1: 1,200 sites with a score of 0.5 or more (best F1), 2.00 per scored kb; of 100 such calls in bound "
        "transcripts, about 23 lie within 50 nt of a peak of another laboratory (17-29)"
    )
