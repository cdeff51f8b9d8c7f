"""The Dockerfile and the conda recipe: linters, and agreement with pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pipelines
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ideep_scan.version import __version__

tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no tomllib")
DOCKER = pipelines.PIPELINES / "docker"
RECIPE = pipelines.PIPELINES / "conda" / "recipe.yaml"
CONDA_NAMES = {"torch": "pytorch", "isal": "python-isal"}  # packages with another name in conda
RENDER = """
import json, sys
from rattler_build import RenderConfig, Stage0Recipe, VariantConfig
variant, = Stage0Recipe.from_file(sys.argv[1]).render(VariantConfig(), RenderConfig())
print(json.dumps(variant.recipe.to_dict()))
"""


@pytest.fixture(scope="module")
def project() -> Any:
    """The table `project` of pyproject.toml."""
    return tomllib.loads((pipelines.ROOT / "pyproject.toml").read_text())["project"]


def read_pins() -> dict[str, str]:
    """Return the versions of constraints.txt."""
    lines = (DOCKER / "constraints.txt").read_text().splitlines()
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines if "==" in line)}


def test_hadolint_has_no_findings() -> None:
    assert pipelines.run(pipelines.find_tool("hadolint"), DOCKER / "Dockerfile") == ""


def test_every_dependency_of_the_image_is_pinned(project: Any) -> None:
    pins, extras = read_pins(), project["optional-dependencies"]
    for text in [*project["dependencies"], *extras["zarr"], *extras["dask"]]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), text


def test_the_image_has_the_version_and_the_torch_of_this_package() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    assert f'image.version="{__version__}"' in text
    assert f"-t ideep-scan:{__version__} ." in text
    assert re.search(r"torch==(\S+)\+cpu", text)[1] == read_pins()["torch"]  # type: ignore[index]


def test_the_context_of_the_image_has_what_is_copied() -> None:
    kept = [line[1:] for line in (pipelines.ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in kept if not (pipelines.ROOT / name).exists()] == []
    assert {"pyproject.toml", "README.md", "LICENSE", "ideep_scan", "track_hubs"} <= set(kept)


def test_the_recipe_has_the_dependencies_of_the_package(project: Any) -> None:
    recipe = pipelines.ask_tools(RENDER, RECIPE)
    run = recipe["requirements"]["run"]
    found = dict(text.split(" ", 1) for text in run)
    python = found.pop("python")
    assert SpecifierSet(python) == SpecifierSet(project["requires-python"])
    requirements = map(Requirement, project["dependencies"])
    wanted = {CONDA_NAMES.get(item.name, item.name.lower()): item.specifier for item in requirements}
    assert {name: SpecifierSet(versions) for name, versions in found.items()} == wanted


def test_the_recipe_has_the_version_and_the_command_of_the_package(project: Any) -> None:
    recipe = pipelines.read_yaml(RECIPE)
    assert recipe["context"]["version"] == __version__
    (name, target), *_ = project["scripts"].items()
    assert recipe["build"]["python"]["entry_points"] == [f"{name} = {target}"]
    assert recipe["about"]["license"] == project["license"]
    assert (RECIPE.parent / recipe["source"]["path"]).resolve() == pipelines.ROOT
    build = tomllib.loads((pipelines.ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert [text.replace(" ", "") for text in recipe["requirements"]["host"]][2:] == build


def test_hadolint_finds_faults(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM debian\nRUN cd /tmp && apt-get install python3\n")
    with pytest.raises(AssertionError, match="DL3006"):
        pipelines.run(pipelines.find_tool("hadolint"), path)
