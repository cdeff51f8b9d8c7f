"""The tutorial on own peaks runs as it is written: commands in bash, then the picture in Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial_own_peaks.md"


def test_the_tutorial_runs(tmp_path: Path) -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    commands = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (picture,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(commands) == 5
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {
        **os.environ,
        "PATH": paths,
        "PYTHONPATH": str(ROOT),
        "MPLBACKEND": "agg",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    (tmp_path / "picture.py").write_text(picture, encoding="utf-8")
    script = "\n".join([*commands, "python picture.py"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "own_peaks.bed").read_text().splitlines()) == 103
    assert "MYRBP: 86 sites" in done.stdout
    assert (tmp_path / "myrbp.report" / "index.html").is_file()
    assert (tmp_path / "own_peaks.png").stat().st_size > 1000
