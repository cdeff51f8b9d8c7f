"""Names of the stores."""

from __future__ import annotations

import pytest

from ideep_scan.errors import InputError
from ideep_scan.models.store_names import DEFAULT, STORES, check_store


def test_stores_by_name() -> None:
    for store in (*STORES, DEFAULT):
        check_store(store)
    for name in ("Shared", "", "both"):
        with pytest.raises(InputError, match=f"--model {name} is not known: use shared or ideep"):
            check_store(name)
