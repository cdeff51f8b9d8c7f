#!/usr/bin/env python3
"""Check the English of documents and docstrings: words, how summaries begin, and the length of sentences.

scripts/check_prose.py [FILE ...]
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 25
# Patterns, each with its replacement. docs/glossary.md names the words of this project.
WORDS = {
    r"whence|wherefrom": "from where",
    r"thereof|therein|wherein": "of it, in it",
    r"anew": "again",
    r"made-up": "synthetic",
    r"in (the|its|their) place of": "instead of",
    r"(is|are|was|were) (told|handed|asked)": "gets, receives",
    r"(it|that|which|this) bears": "supports",
    r"at hand": "available",
    r"from which on": "threshold",
    r"is no (error|FASTA|number|bundle|folder|file)": "is not a ...",
    r"what it is worth": "its confidence interval",
}
QUESTION = re.compile(r"(What|Where|Which|Whether|How|Of|At which) ")


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each docstring of a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, text


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each paragraph of a Markdown file, without code blocks, tables and addresses."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^( *)```.*?^\1```", lambda block: "\n" * block[0].count("\n"), text, flags=re.MULTILINE | re.DOTALL)
    line = 1
    for block in re.split(r"(\n(?: *\n)+|\n(?=\s*[-*|#>]|\s*\d+\. ))", text):
        if block.strip() and not block.lstrip().startswith(("|", "#", "<", "!")):
            yield line, re.sub(r"\]\([^)]*\)", "]", block)
        line += block.count("\n")


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a paragraph. A code span counts as one word."""
    plain = re.sub(r"`[^`]*`", "CODE", text)
    yield from re.split(r"(?<=[.!?:])\**\s+|\n\s*\n", plain)


def faults(path: Path) -> Iterator[str]:
    """Yield one message for each fault in the English of a file."""
    code = path.suffix == ".py"
    for line, text in docstrings(path) if code else paragraphs(path):
        place = f"{path.relative_to(ROOT)}:{line}"
        prose = text.split("\n\n")[0] if code else text
        if code and QUESTION.match(text):
            yield f"{place}: summary begins with a question word: {prose.splitlines()[0]}"
        for pattern, replacement in WORDS.items():
            for match in re.finditer(rf"\b({pattern})\b", text):
                yield f"{place}: word {match[0]!r}; better: {replacement}"
        for sentence in map(str.split, sentences(prose)):
            if len(sentence) > LONGEST:
                yield f"{place}: sentence of {len(sentence)} words: {' '.join(sentence[:10])} ..."


def files() -> Iterator[Path]:
    """Yield the documents and the Python files to check."""
    for pattern in ("*.md", "docs/**/*.md", "ideep_scan/**/*.py", "track_hubs/**/*.py", "scripts/*.py"):
        yield from sorted(ROOT.glob(pattern))


def main() -> None:
    """Print the faults and exit with status 1 if there are any."""
    paths = [Path(name).resolve() for name in sys.argv[1:]] or list(files())
    messages = [message for path in paths for message in faults(path)]
    print("\n".join(messages), end="\n" if messages else "")
    sys.exit(bool(messages))


if __name__ == "__main__":
    main()
