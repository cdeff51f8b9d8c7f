"""Options that several commands share."""

from __future__ import annotations

from enum import Enum

import pytest

from ideep_scan.cli.options import check_threshold_choice
from ideep_scan.errors import InputError


class ParameterSource(Enum):
    """Sources of a value, named as click names them."""

    COMMANDLINE = 1
    DEFAULT = 2


class Context:
    """A context of a command whose --threshold came from one source."""

    def __init__(self, source: ParameterSource | None):
        self.source = source

    def get_parameter_source(self, name: str) -> ParameterSource | None:
        assert name == "threshold"
        return self.source


@pytest.mark.parametrize(
    ("source", "fdr"), [(ParameterSource.COMMANDLINE, None), (ParameterSource.DEFAULT, 0.8), (None, 0.8)]
)
def test_one_choice_of_a_threshold(source: ParameterSource | None, fdr: float | None) -> None:
    check_threshold_choice(Context(source), fdr)  # type: ignore[arg-type]


def test_two_choices_are_refused_even_if_one_is_the_default() -> None:
    with pytest.raises(InputError, match="both choose the sites"):
        check_threshold_choice(Context(ParameterSource.COMMANDLINE), 0.8)  # type: ignore[arg-type]
