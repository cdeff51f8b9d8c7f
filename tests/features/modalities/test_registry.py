"""A modality defined in one file: registered, trained, scanned, and kept in place by a variant."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
import toys

from ideep_scan.features.edited_sequence import featurize_edited_sequence
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities import registry
from ideep_scan.features.modalities.base import Encoding, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.window_features import compute_features
from ideep_scan.models.bundle import create_network, load_bundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.records.span import Span
from ideep_scan.records.variant import Variant
from ideep_scan.records.walk import Walk
from ideep_scan.scan.sweep import sweep
from ideep_scan.train.fit import FitSettings, fit
from ideep_scan.variants.haplotype import Line, alternate_haplotype, score_lines


class Height(Modality):
    """A toy modality: the height of a hill at each genome position."""

    name = "height"
    follows = "position"
    storage = np.float32

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int]:
        return 1, spec.window

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        return Encoding(window=np.sin(view.positions / 40).astype(np.float32)[None])


class ToyTrack:
    """A track that has a value on the first 500 positions of chr1."""

    def values(self, chrom: str, positions: np.ndarray) -> np.ndarray:
        values = np.sin(positions / 40).astype(np.float32)
        return np.where((positions < 500) & (chrom == "chr1"), values, np.float32(np.nan))


def train(tmp_path, featurizer: Featurizer, name: str):
    """A bundle that learned from the modality, through its file."""
    spec, rng = featurizer.spec, np.random.default_rng(0)
    centre = np.sort(rng.choice(np.arange(60, 440), 300, replace=False))
    places = Places(np.full(300, "chr1", object), np.full(300, "+", object), centre)
    features = compute_features(featurizer, places)
    labels = (np.sin(centre / 40) > 0).astype(np.int8)
    torch.manual_seed(0)
    network = create_network(spec, {name: 6}, filters=8, sequence_hidden=8, shared=8, dropout=0.0)
    rows = rng.permutation(300)
    settings = FitSettings(epochs=8, batch=50, learning_rate=3e-3)
    kinds = {"both": ("sequence", name)}
    areas = fit(network, features, labels, train=rows[:200], validation=rows[200:], kinds=kinds, settings=settings)
    assert areas["both"] > 0.9
    path = tmp_path / "TOY.safetensors"
    toys.bundle("TOY", network, spec, modalities=("sequence", name)).save(path)
    return load_bundle(path)


def check_scan_and_variant(bundle, featurizer: Featurizer, name: str) -> None:
    """Compare a scan with a scorer that lacks the modality, and a variant with the scan away from it."""
    span, genome = Span("chr1", 0, 700, "+"), featurizer.sources.sequence
    scorer = Scorer(bundle, featurizer.modalities, torch.device("cpu"))
    ((_, (track,)),) = sweep([span], genome, featurizer, [scorer])
    blind = Scorer(bundle, ("sequence",), torch.device("cpu"))
    ((_, (without,)),) = sweep([span], genome, featurizer, [blind])
    assert np.nanmax(np.abs(track.values - without.values)) > 0.1, "the modality must show"
    letters = genome.codes("chr1", 250, 251)
    variant = Variant("chr1", 250, "ACGU"[letters[0]].replace("U", "T"), "ACGT"[(letters[0] + 1) % 4])
    alternate = alternate_haplotype([variant], genome.codes("chr1", 150, 351), 150)
    walk, scored = Walk("chr1", "+", ((150, 351),)), np.array([100])
    edited = featurize_edited_sequence(featurizer, walk, [alternate.codes], scored)
    np.testing.assert_array_equal(edited.window[name], featurizer.tile(walk, scored).window[name])
    mask = alternate.places == 250
    ((scores,),) = score_lines([Line("chr1", "+", alternate, mask)], featurizer, [scorer]).values()
    assert np.isfinite(scores).tolist() == mask.tolist()


def test_a_modality_of_one_file_goes_from_training_to_a_variant(monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "MODALITIES", (*registry.MODALITIES, Height()))
    spec = FeatureSpec((), ())
    assert registry.list_names()[-1] == "height"
    featurizer = Featurizer(spec, Sources(toys.ToyGenome(toys.world().letters)), ("sequence", "height"))
    check_scan_and_variant(train(tmp_path, featurizer, "height"), featurizer, "height")


def test_a_track_of_the_users_own_goes_from_training_to_a_variant(tmp_path):
    spec = FeatureSpec((), (), evidence=("wave", "other"))
    sources = Sources(toys.ToyGenome(toys.world().letters), tracks={"wave": ToyTrack()})
    featurizer = Featurizer(spec, sources, ("sequence", "evidence"))
    check_scan_and_variant(train(tmp_path, featurizer, "evidence"), featurizer, "evidence")
    plus = featurizer.tile(Walk("chr1", "+", ((450, 551),)), np.array([50])).window["evidence"]
    minus = featurizer.tile(Walk("chr1", "-", ((450, 551),)), np.array([50])).window["evidence"]
    np.testing.assert_array_equal(plus, minus[:, ::-1])
    assert plus[2].tolist() == [1.0] * 50 + [0.0] * 51
    assert not plus[[1, 3]].any(), "a track without a file has neither values nor a mask"


def test_a_spec_without_tracks_is_as_it_was_before_tracks():
    assert "evidence" not in registry.list_names(toys.SPEC)
    assert "evidence" not in toys.SPEC.to_dict()
    spec = FeatureSpec((), (), evidence=("wave",))
    assert FeatureSpec.from_dict({**spec.to_dict(), "motifs": [], "experiments": [], "evidence": ["wave"]}) == spec


@pytest.mark.parametrize("follows", ["sequence", "position"])
def test_every_modality_follows_letters_or_places(follows):
    followers: Mapping[str, set[str]] = {
        "sequence": {"sequence", "motifs", "structure"},
        "position": {"region", "cobinding", "evidence"},
    }
    assert {entry.name for entry in registry.MODALITIES if entry.follows == follows} == followers[follows]
