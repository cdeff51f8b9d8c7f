"""The view of typed variants in a real browser: answer, list, address, table, and what is refused."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import runs
from visits import READY, Visit, shot, sound

from ideep_scan.jobs.view.serve_variants import serve_variants
from ideep_scan.jobs.view.session import RunSession
from ideep_scan.jobs.view.variant import score_variant

SECTION = "document.querySelector('#view-variant')"
TEXT = f"{SECTION}.textContent"
SHOWN = f"{SECTION}.dataset.variant"
SCORED = {"until": f"{SECTION}.dataset.scored"}
ROWS = f"[...{SECTION}.querySelectorAll('.list tbody tr')].map((row) => row.textContent)"
PLACE = 57_345  # in a site of ELAVL1, 1-based


@pytest.fixture(scope="module")
def texts(run: Path) -> list[str]:
    """Substitutions at neighbouring positions."""
    live = RunSession(run).get().live
    bases = live.sequence("exA", PLACE - 1, PLACE + 2)
    return [f"exA-{PLACE + i}-{base}-{'G' if base != 'G' else 'C'}" for i, base in enumerate(bases)]


def enter(text: str) -> dict[str, str]:
    lines = text.replace("\n", "\\n").replace("\t", "\\t")
    return {
        "run": f"{SECTION}.querySelector('textarea').value = '{lines}'; {SECTION}.querySelector('form').requestSubmit()"
    }


def test_an_address_shows_all_models_with_the_figures_of_the_server(
    visit: Visit, url: str, run: Path, texts: list[str]
) -> None:
    answer = score_variant(RunSession(run).get(), texts[0])
    results = sound(
        visit(
            f"{url}#variant={texts[0]}&model=ELAVL1",
            READY,
            SCORED,
            {"run": f"{SECTION}.querySelectorAll('details').forEach((part) => {{ part.open = true; }})"},
            {"until": f"{SECTION}.querySelectorAll('.result tbody tr').length === {len(answer['rows'])}"},
            {"run": f"{SECTION}.querySelector('.lead').textContent"},
            {"run": f"{SECTION}.querySelector('.result tr.here').textContent"},
            {"run": "runPage.views.entries.get('variant').view.makeTable()"},
            {"run": "location.hash"},
            shot("variant", whole=True),
            width=1400,
        )
    )
    row = next(row for row in answer["rows"] if row["model"] == "ELAVL1")
    assert f"{row['alternate']:.3f}" in results[5]
    lines = results[6].strip().split("\n")
    assert len(lines) == 1 + len(answer["rows"])
    assert lines[1].split("\t")[0] == texts[0]
    assert f"view=variant&variant={texts[0]}&model=ELAVL1" in results[7]
    assert "score" in results[4]


def test_a_pasted_list_is_ranked_and_stepped_through(visit: Visit, url: str, texts: list[str]) -> None:
    chrom, position, ref, alt = texts[1].split("-")
    line = f"{chrom}\t{position}\trs5\t{ref}\t{alt}\t.\t.\t."
    results = sound(
        visit(
            f"{url}#view=variant",
            READY,
            enter(f"{texts[0]}\n{line}\nrs123\n{texts[2]}"),
            {"until": f"{SECTION}.dataset.scored === '4'"},
            {"run": ROWS},
            {"run": "location.hash"},
            {"run": f"[...{SECTION}.querySelectorAll('.list button')].map((button) => button.textContent)"},
            {"run": f"{SECTION}.querySelectorAll('.list button')[0].click()"},
            {"until": f"{SHOWN} === {SECTION}.querySelectorAll('.list button')[0].textContent && {SHOWN}"},
            {"run": "runPage.views.entries.get('variant').view.step(1)"},
            {"until": f"{SHOWN} === {SECTION}.querySelectorAll('.list button')[1].textContent && {SHOWN}"},
            {"run": "history.back()"},
            {"until": f"{SHOWN} === {SECTION}.querySelectorAll('.list button')[0].textContent && {SHOWN}"},
        )
    )
    rows, hash_, names = results[3:6]
    assert sorted(names) == sorted([*texts, "rs123"])
    assert "needs a database" in rows[-1]
    assert "list=" in hash_
    assert (results[7], results[9], results[11]) == (names[0], names[1], names[0])


def test_a_wrong_base_is_one_line(visit: Visit, url: str, texts: list[str]) -> None:
    ref = texts[0].split("-")[2]
    wrong = f"exA-{PLACE}-{'A' if ref != 'A' else 'C'}-G" if ref != "G" else f"exA-{PLACE}-A-C"
    results = sound(visit(f"{url}#view=variant", READY, enter(wrong), SCORED, {"run": TEXT}))
    assert f"the FASTA has {ref}" in results[3]


def test_the_list_of_a_scored_vcf_leads_to_all_proteins(
    visit: Visit, run: Path, texts: list[str], tmp_path: Path
) -> None:
    chrom, position, ref, alt = texts[0].split("-")
    example = run.parent / "example"
    _, text = runs.annotate(example, runs.vcf(tmp_path, f"{chrom} {position} . {ref} {alt} . . ."), min_delta=0.0)
    scored = tmp_path / "scored.vcf"
    scored.write_text(text)
    with ExitStack() as stack:
        server, address, _ = serve_variants(run, scored, stack)
        with server:
            results = sound(
                visit(
                    f"{address}#locus=exA:57001-57600",
                    READY,
                    {"run": "document.querySelector('#all-proteins').click()"},
                    {"until": f"{SECTION}.dataset.scored && {SHOWN}"},
                )
            )
    assert results[2] == texts[0]
