"""The commands that the documents tell people to type, for the tests that type them.

A test that runs a block fetches it with `block("docs/install.md", "2. Certificates")`, in these words: the document,
the heading that it stands below, and which of its blocks it is if there are several. `test_commands.py` finds those
calls in the tests, and fails for a block that no test fetches: a new block needs a test, or a reason in `NOT_RUN`.
French documents show the same blocks, `test_languages.py`.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.documents.markdown import ROOT, all_documents, document

LANGUAGES = ("sh", "console")
NOT_RUN: Mapping[tuple[str, str, int], str] = {
    ("README.md", "SIGACS", 2): "script/test is what runs this test, and everything else",
    ("docs/install.md", "1. Mosquitto and the tool for certificates", 1): "apt changes the machine; tests get the same "
    "packages from script/setup",
    (
        "docs/install.md",
        "In a container",
        2,
    ): "needs Docker and its registry; test_container.py runs what compose.yaml says",
    ("docs/removal.md", "At the broker", 3): "needs Docker; test_container.py compares the account and the folder",
    ("docs/devices.md", "Looking inside", 1): "mpremote waits for a person at a board on USB",
    ("docs/devices.md", "Looking inside", 3): "mpremote begins with a soft reset, which only a board can do",
}
"""Document, heading, number: why no test can run it."""


def block(name: str, heading: str, number: int = 1, *, instead: Mapping[str, str] | None = None) -> str:
    """The commands as they stand, but for what `instead` puts in place of a few words, each of which has to be there.

    Raises AssertionError for what is not in the document.
    """
    found = [
        one.content
        for one in document(name).blocks
        if (one.heading, one.number) == (heading, number) and one.language in LANGUAGES
    ]
    assert found, f"{name} has no block of commands number {number} below “{heading}”"
    text = found[0]
    for words, others in (instead or {}).items():
        assert words in text, f"{name}, “{heading}”, number {number}: “{words}” is not there any more"
        text = text.replace(words, others)
    return text


def shown() -> set[tuple[str, str, int]]:
    """Every block of commands in every document that is not a translation."""
    return {
        (name, one.heading, one.number)
        for name in all_documents()
        if not name.endswith(".fr.md")
        for one in document(name).blocks
        if one.language in LANGUAGES
    }


def fetched() -> set[tuple[str, str, int]]:
    """Every block that a test fetches, read in the tests' sources."""
    found = set()
    for path in (ROOT / "tests").rglob("*.py"):
        if "tests.documents.commands" in (source := path.read_text(encoding="utf-8")):
            found |= {_named(call, path) for call in _calls_of_block(ast.parse(source))}
    return found


def _calls_of_block(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "block":
            yield node


def _named(call: ast.Call, path: Path) -> tuple[str, str, int]:
    words = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    match words:
        case [str(name), str(heading)]:
            return name, heading, 1
        case [str(name), str(heading), int(number)]:
            return name, heading, number
    raise AssertionError(f"{path}:{call.lineno}: block() is called with words and a number, so that it can be found")
