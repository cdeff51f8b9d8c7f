"""Hubs of finished runs: the golden one, findings about a hub, and edits of its text.

No test stands here.
"""

from __future__ import annotations

import re
from pathlib import Path

from track_hubs.check.hub_check import check

GOLDEN = Path(__file__).resolve().parents[1] / "track_hubs" / "example"


def findings(hub: Path) -> list[str]:
    report = check(hub, hub / "chrom.sizes", hubcheck=False)
    results = [str(finding) for finding in report.findings]
    assert not any("\n" in line for line in results)
    assert report.tracks == len(re.findall(r"^track ", (hub / "hub.txt").read_text(encoding="utf-8"), re.MULTILINE))
    return results


def change(hub: Path, old: str, new: str, count: int = 1) -> None:
    text = (hub / "hub.txt").read_text(encoding="utf-8")
    assert old in text
    (hub / "hub.txt").write_text(text.replace(old, new, count), encoding="utf-8")
