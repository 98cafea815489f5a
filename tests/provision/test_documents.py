"""What the documents tell a person to type for a device is understood by the program."""

import argparse
from pathlib import Path
import re
import shlex
import tomllib

import pytest

from provision.commands import _parsed
from provision.settings import for_planter

ROOT = Path(__file__).resolve().parents[2]
IN_BOTH_LANGUAGES = (
    "README.md",
    "README.fr.md",
    "docs/install.md",
    "docs/install.fr.md",
    "docs/devices.md",
    "docs/devices.fr.md",
)
DOCUMENTS = (
    *IN_BOTH_LANGUAGES,
    "docs/protocol.md",
    "docs/protocol.fr.md",
    "docs/security.md",
    "docs/security.fr.md",
    "firmware/README.md",
    "CONTRIBUTING.md",
)


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(document: str) -> list[argparse.Namespace]:
    """Every `script/provision` with arguments, in blocks and in sentences."""
    text = (ROOT / document).read_text(encoding="utf-8")
    lines = re.findall(r"^script/provision (.*)$", text, re.MULTILINE) + re.findall(r"`script/provision ([^`]+)`", text)
    return [_parsed(shlex.split(line)) for line in lines]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_command_of_a_document_is_one_of_ours(document: str) -> None:
    for options in commands(document):
        assert options.role in {"hub", "node"}


def test_the_documents_say_how_to_make_a_hub_and_a_node() -> None:
    for document in IN_BOTH_LANGUAGES:
        assert {options.role for options in commands(document)} == {"hub", "node"}, document


@pytest.mark.parametrize("document", ["docs/devices.md", "docs/devices.fr.md"])
def test_the_settings_that_a_document_shows_exist(document: str) -> None:
    shown = [tomllib.loads(block) for block in blocks(document, "toml")]
    assert shown
    for settings in shown:
        node = for_planter(settings, "1", "3")["node"]
        assert node["soil"] == {"dry_mv": 2750, "wet_mv": 1500}  # said for planter 3 alone


@pytest.mark.parametrize("document", ["docs/devices.md", "docs/devices.fr.md"])
def test_the_pins_that_a_document_shows_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    shown = re.findall(r"`((?:pins|air) = [^`]+)`", text)
    assert len(shown) > 3
    for line in shown:
        for_planter({"node": tomllib.loads(line)}, "1", "3")
