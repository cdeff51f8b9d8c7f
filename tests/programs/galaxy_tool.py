"""Print what Galaxy's library finds in a tool, and the command of each of its tests, as JSON.

Run by the Python that has `galaxy-tool-util` and Cheetah, not by the tests' own.
Values of parameters are plain: a text, a dict of a conditional, or a `Dataset`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from galaxy.tool_util.lint import LintLevel, get_lint_context_for_tool_source
from galaxy.tool_util.parser import get_tool_source
from galaxy.util.template import fill_template


class Dataset(str):
    """A file of a test: its path, with the extension that Galaxy knows it by."""

    ext = ""


class Choice(dict):
    """A conditional: its parameters are attributes."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


def read_value(param: Any, given: dict[str, Any], path: str, folder: Path) -> Any:
    """Return the value of a parameter: of the test, else the default."""
    name = f"{path}{param.parse_name()}"
    value = given.get(name, {}).get("value")
    if param.get("type") == "data":
        if value is None:
            return None
        dataset = Dataset(folder / "test-data" / value)
        dataset.ext = given[name]["attributes"]["ftype"]
        return dataset
    if value is None and param.get("type") == "select":
        value = next((option[1] for option in param.parse_static_options() if option[2]), None)
    return param.get("value", "") if value is None and param.get("type") != "select" else value


def read_values(inputs: Any, given: dict[str, Any], path: str, folder: Path) -> Choice:
    """Return the values of all parameters of a page or of a branch of a conditional."""
    values = Choice()
    for source in inputs.parse_input_sources():
        if source.parse_input_type() != "conditional":
            values[source.parse_name()] = read_value(source, given, path, folder)
            continue
        inner = f"{path}{source.parse_name()}|"
        test = source.parse_test_input_source()
        chosen = read_value(test, given, inner, folder)
        branch = next(page for value, page in source.parse_when_input_sources() if value == chosen)
        values[source.parse_name()] = read_values(branch, given, inner, folder) | {test.parse_name(): chosen}
        values[source.parse_name()] = Choice(values[source.parse_name()])
    return values


def main() -> None:
    """Lint the tool, fill in the command of each test, and print both."""
    path = Path(sys.argv[1]).resolve()
    tool = get_tool_source(str(path))
    context = get_lint_context_for_tool_source(tool)
    page = tool.parse_input_pages().page_sources[0]
    tests = []
    for test in tool.parse_tests_to_dict()["tests"]:
        given = {value["name"]: value for value in test["inputs"]}
        values = read_values(page, given, "", path.parent)
        tests.append(
            {
                "command": fill_template(tool.parse_command(), context=dict(values)),
                "collections": {
                    collection["name"]: collection["attributes"]["count"] for collection in test["output_collections"]
                },
            }
        )
    found = [str(message) for level in ("error", "warn") for message in getattr(context, f"{level}_messages")]
    print(json.dumps({"messages": found, "failed": context.failed(LintLevel.WARN), "tests": tests}))


if __name__ == "__main__":
    main()
