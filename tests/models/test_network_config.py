"""Shape of a network: what fits its features, and what is refused."""

from __future__ import annotations

import dataclasses

import pytest
from toys import SPEC, network

from ideep_scan.models.network_config import check_network, count_flagged_channels
from track_hubs.typed_json import JsonTypeError

CONFIG = network(own=(1,)).config


def test_a_network_fits_its_own_features_only():
    check_network(CONFIG, SPEC)
    with pytest.raises(JsonTypeError, match="other shapes than its features"):
        check_network(CONFIG, dataclasses.replace(SPEC, window=SPEC.window + 2))


@pytest.mark.parametrize(("field", "value"), [("shared", 1025), ("outputs", 0), ("dilations", (0,)), ("pool", 93)])
def test_a_network_that_is_too_large_or_leaves_nothing_is_refused(field, value):
    with pytest.raises(JsonTypeError, match=f"network.*{field}"):
        check_network(dataclasses.replace(CONFIG, **{field: value}), SPEC)


def test_own_experiments_are_channels_of_cobinding():
    channels = count_flagged_channels(CONFIG.centre_sizes)
    assert channels == len(SPEC.experiments)
    with pytest.raises(JsonTypeError, match=f"0 to {channels - 1}"):
        check_network(dataclasses.replace(CONFIG, own_experiments=(channels,)), SPEC)
