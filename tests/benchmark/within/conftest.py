"""The toy that the tests of this folder share."""

from __future__ import annotations

import pytest
import toy_within
from toy_within import ToyWithin


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> ToyWithin:
    return toy_within.write(tmp_path_factory.mktemp("within"))
