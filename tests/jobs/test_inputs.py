"""Inputs of a job: models that share a run, the modalities that each reads, and remarks on all of them."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import runs
import toys

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.features.rnaplfold import Folder
from ideep_scan.formats.input_file import InputFile
from ideep_scan.jobs import inputs as room
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import check_cobinding, choose_modalities, describe_inputs, gather_evidence, open_bundles
from ideep_scan.jobs.model_settings import ModelSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.store import Entry
from ideep_scan.models.store_names import IDEEP

BUNDLE = toys.bundle(modalities=("sequence", "region"))
LACKING = {"cobinding": "no table of CLIP sites was given (--cobinding)", "evidence": "no track"}


def choose(asked: str, lacking: dict[str, str] = LACKING) -> tuple[str, ...]:
    return choose_modalities([BUNDLE], asked, lacking)["TOY1"]


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ("auto", ("sequence", "region")),
        ("all", ("sequence", "region", "motifs", "structure")),
        ("sequence", ("sequence",)),
        ("structure, sequence,structure", ("sequence", "structure")),
    ],
)
def test_a_model_reads_what_is_asked_in_the_order_of_the_registry(asked, used):
    assert choose(asked) == used


def test_what_the_inputs_lack_is_left_out_unless_it_is_named():
    lacking = {**LACKING, "region": "no annotation was given (--gtf)"}
    assert choose("auto", lacking) == ("sequence",)
    with pytest.raises(InputError, match=r"--modalities region: no annotation was given \(--gtf\): give it, or leave"):
        choose("sequence,region", lacking)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("shape", "--modalities 'shape' is not known: use auto, all, or some of sequence, region"),
        ("", "--modalities '' is not known"),
        ("sequence,", "--modalities '' is not known"),
        ("evidence", "--modalities evidence: the model TOY1 was trained without it"),
        ("region", "--modalities without sequence: every model needs it: add sequence"),
        ("sequence,auto", "--modalities 'auto' is not known"),
    ],
)
def test_modalities_that_cannot_be_read_are_one_line(asked, reason):
    with pytest.raises(InputError, match=reason) as caught:
        choose(asked)
    assert "\n" not in str(caught.value)


def test_each_model_reads_its_own():
    other = toys.bundle("TOY2", toys.network(hidden={"motifs": 3}), modalities=("sequence", "motifs"))
    assert choose_modalities([BUNDLE, other], "auto", {}) == {
        "TOY1": ("sequence", "region"),
        "TOY2": ("sequence", "motifs"),
    }


def test_given_inputs_are_named_without_a_file():
    spec = dataclasses.replace(toys.SPEC, evidence=("conservation",))
    none = describe_inputs(ModelSettings(("A",)), spec)
    assert (none.annotation, none.cobinding, none.evidence, none.trained_tracks) == (False, False, False, spec.evidence)
    settings = ModelSettings(("A",), gtf=Path("no"), cobinding=Path("no"), evidence=("conservation=no.bw",))
    everything = describe_inputs(settings, spec)
    assert (everything.annotation, everything.cobinding, everything.evidence) == (True, True, True)
    other = describe_inputs(ModelSettings(("A",), evidence=("other=no.bw",)), spec)
    assert not other.evidence


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModelBundle]:
    """Models by name; `open_bundles` finds these and no others."""
    models: dict[str, ModelBundle] = {}

    def choose(asked: tuple[str, ...], store: str) -> list[Entry]:
        return [Entry(Path(name), name, name, (), ("sequence",), {}) for name in asked]

    monkeypatch.setattr(room, "choose_entries", choose)
    monkeypatch.setattr(room, "load_models", lambda path: [dataclasses.replace(models[str(path)], name=str(path))])
    return models


def test_models_come_in_the_order_of_their_names(store):
    store.update({name: dataclasses.replace(BUNDLE, name=name) for name in ("B", "A")})
    assert [bundle.name for bundle in open_bundles(["A", "B"], IDEEP)] == ["A", "B"]


def test_models_of_different_features_cannot_share_a_run(store):
    spec = dataclasses.replace(toys.SPEC, motifs=("M1", "M2", "M9"))
    store.update({"A": BUNDLE, "B": dataclasses.replace(BUNDLE, spec=spec)})
    with pytest.raises(SpecMismatch, match=r"read different features and cannot share a run: A \(\w{8}\), B \(\w{8}\)"):
        open_bundles(["A", "B"], IDEEP)


def test_models_whose_files_would_have_one_name_cannot_share_a_run(store):
    for other in ("a.neglog10p", "A.no_cobinding", "A.NEGLOG10P"):
        with pytest.raises(InputError, match=f"the models A and {other} would write to the same files"):
            open_bundles(["A", other])
    store.update(dict.fromkeys(("A", "A.x", "B.neglog10p"), BUNDLE))
    assert len(open_bundles(list(store))) == 3


def test_a_run_without_a_model_is_refused():
    with pytest.raises(InputError, match="no protein is named: give --rbp NAME"):
        open_bundles([])


def test_motifs_that_this_program_lacks_are_named():
    with pytest.raises(SpecMismatch, match=r"reads motifs that this program lacks \(M1, M2, M3\): update ideep-scan"):
        gather_evidence(None, [BUNDLE], "auto", None, runs.no_folding)


def gather(example: Path, stack: ExitStack, **fields: Any):
    bundles = open_bundles(["ELAVL1"], IDEEP)
    genome = open_genome(example / "example.fa.gz", fields.pop("gtf", None), stack)
    values = {"choice": "auto", "cobinding": None, "folder": runs.no_folding, "stack": stack, **fields}
    return genome, bundles, gather_evidence(genome, bundles, **values)


def test_evidence_says_why_each_modality_is_left_out(example):
    with ExitStack() as stack:
        _, _, evidence = gather(example, stack)
        assert evidence.modalities == {"ELAVL1": ("sequence",)}
        assert set(evidence.left_out) == set(list_names(evidence.featurizer.spec)) - {"sequence"}
        assert evidence.left_out["region"] == "no annotation was given (--gtf)"
        assert "--modalities all uses it" in evidence.left_out["motifs"]
        assert evidence.receipts()["modalities"] == {"ELAVL1": ["sequence"]}


def test_rna_is_folded_only_for_models_that_read_its_structure(example):
    with ExitStack() as stack:
        made: list[int] = []

        def folder(spec) -> Folder:
            made.append(spec.structure_window)
            return Folder(spec.structure_window, spec.structure_span)

        gather(example, stack, choice="sequence,motifs", folder=folder)
        assert made == []
        _, _, evidence = gather(example, stack, choice="sequence,structure", folder=folder)
        assert len(made) == 1
        assert evidence.featurizer.modalities == {"sequence", "structure"}


def test_a_table_of_clip_sites_is_checked_before_large_files(tmp_path):
    (tmp_path / "table.tsv").write_text("expZ\tx.bed\n")
    with pytest.raises(InputError, match="unknown experiment 'expZ'"):
        check_cobinding(tmp_path / "table.tsv", [BUNDLE])
    check_cobinding(None, [BUNDLE])
    check_cobinding(tmp_path / "a pipe, read later", [BUNDLE])


def test_clip_sites_that_no_model_can_read_are_refused(tmp_path):
    deaf = toys.bundle("DEAF", toys.network(hidden={"region": 5}))
    with pytest.raises(
        InputError,
        match="--cobinding: DEAF: trained without it: leave it out, or name a bundled model with --model ideep",
    ):
        check_cobinding(tmp_path / "none.tsv", [deaf])
    check_cobinding(tmp_path / "a pipe, read later", [deaf, BUNDLE])


def test_files_of_clip_sites_have_receipts(example, tmp_path):
    experiment = open_bundles(["ELAVL1"], IDEEP)[0].spec.experiments[3]
    (tmp_path / "a.bed").write_text("exA\t10\t20\ts\t0\t+\n")
    (tmp_path / "table.tsv").write_text(f"{experiment}\ta.bed\n")
    with ExitStack() as stack:
        _, _, evidence = gather(example, stack, cobinding=tmp_path / "table.tsv")
        assert set(evidence.files) == {"cobinding table", f"cobinding {experiment}"}
        assert evidence.receipts()["cobinding"] == {experiment: InputFile(tmp_path / "a.bed").digest()}
