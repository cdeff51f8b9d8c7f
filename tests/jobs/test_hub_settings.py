"""Settings of a hub: values and options that contradict each other, before a file is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.hub_settings import HubSettings

RUN = (Path("run"),)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"check_only": True},
        {"check_only": True, "chrom_sizes": Path("sizes.tsv")},
        {"assembly_hub": True, "fasta": Path("a.fa"), "out": Path("hub"), "url_base": "https://a.org"},
        {"assembly": "hg19", "email": "me@a.org"},
    ],
)
def test_settings_that_go_together_pass(fields):
    HubSettings(RUN, **fields).check()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"fasta": Path("a.fa")}, "--fasta is the genome of an assembly hub: pass --assembly-hub too, or omit --fasta"),
        ({"assembly": "../hg19"}, "--assembly '../hg19' is not a name"),
        ({"assembly": ""}, "--assembly '' is not a name"),
        ({"email": "me"}, "--email 'me' is not an e-mail address"),
        *(
            ({"check_only": True, name: value}, "--check leaves hubs as they are: omit -o, --url-base")
            for name, value in {
                "out": Path("hub"),
                "assembly_hub": True,
                "url_base": "https://a.org",
                "assembly": "hg19",
                "email": "me@a.org",
            }.items()
        ),
    ],
)
def test_settings_that_cannot_be_used_are_one_line(fields, reason):
    with pytest.raises(InputError, match=reason) as caught:
        HubSettings(RUN, **fields).check()
    assert "\n" not in str(caught.value)
