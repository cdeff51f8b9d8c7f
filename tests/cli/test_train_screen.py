"""Test what a training prints: a line per epoch, then its figures."""

from __future__ import annotations

import pytest

from ideep_scan.cli.train_screen import TrainScreen
from ideep_scan.train.own_fit import Epoch


def test_each_epoch_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainScreen() as screen:
        screen.begins(10, ["few sites"])
        screen.starts("training", None)
        screen.learned(Epoch(2, 0.25, 0.9, 0.8, 0.7))
        screen.advance(1)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "note: few sites"
    assert said[1].startswith("epoch 2: loss 0.2500, AUC 0.900 on training windows, 0.800 on validation windows")
