"""`ideep-scan demo`: its options reach the job, and its summary is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan import demo as job
from ideep_scan.jobs.scan.run import Summary


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), (Path("ideep_scan_demo"), 0)),
        (("-o", "x", "--threads", "3"), (Path("x"), 3)),
        (("--out", "x"), (Path("x"), 0)),
    ],
)
def test_options_reach_the_job(command, monkeypatch, arguments, expected):
    seen = []

    def run(out, threads, monitor):
        seen.append((out, threads))
        monitor.advance(5)
        return Summary(out, 1234, (), (), 2.0)

    monkeypatch.setattr(job, "run", run)
    said = command("demo", *arguments)
    assert (said.code, seen) == (0, [expected])
    assert said.out.startswith("1,234 positions scored in 2 s")
    assert f"{expected[0]}: tracks/" in said.out


def test_an_error_of_the_job_is_one_line(command, monkeypatch):
    def run(out, threads, monitor):
        raise InputError("is a file; name a folder", out)

    monkeypatch.setattr(job, "run", run)
    said = command("demo", "-o", "x")
    assert (said.code, said.out, said.err) == (2, "", "ideep-scan: x: is a file; name a folder\n")
