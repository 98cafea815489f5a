"""What people use is there in English and in French, and one says what the other says."""

import json
import re
import tomllib

import pytest
import yaml

from tests.documents.markdown import ROOT, all_documents, document

IN_BOTH_LANGUAGES = (
    "README.md",
    "docs/automations.md",
    "docs/devices.md",
    "docs/install.md",
    "docs/integration.md",
    "docs/protocol.md",
    "docs/removal.md",
    "docs/security.md",
    "docs/troubleshooting.md",
)
ENGLISH_ONLY = {"docs/forecast.md"}
"""For whoever changes the program; with docs/adr/."""
THE_SAME = {"sh", "console", "json", ""}
"""Languages of blocks that are the same, letter by letter. Others have words in them: comments, messages, names."""

in_both_languages = pytest.mark.parametrize("english", IN_BOTH_LANGUAGES)


def french_of(english: str) -> str:
    return english.replace(".md", ".fr.md")


def test_every_document_for_people_has_its_translation() -> None:
    for_people = {name for name in all_documents() if re.fullmatch(r"docs/\w+\.md|README\.md", name)}
    assert for_people - ENGLISH_ONLY == set(IN_BOTH_LANGUAGES)
    translations = {name for name in all_documents() if name.endswith(".fr.md")}
    assert translations == {french_of(name) for name in IN_BOTH_LANGUAGES}


@in_both_languages
def test_both_have_the_same_headings(english: str) -> None:
    levels = [[level for level, _ in document(name).headings] for name in (english, french_of(english))]
    assert levels[0] == levels[1]


@in_both_languages
def test_both_have_the_same_blocks(english: str) -> None:
    blocks = [document(name).blocks for name in (english, french_of(english))]
    assert [one.language for one in blocks[0]] == [one.language for one in blocks[1]]
    for one, other in zip(*blocks, strict=True):
        if one.language in THE_SAME and not is_a_drawing(one.content):
            assert one.content == other.content


def is_a_drawing(content: str) -> bool:
    return "---" in content and "|" not in content.splitlines()[0]


@in_both_languages
def test_both_have_tables_of_the_same_size(english: str) -> None:
    assert document(english).tables == document(french_of(english)).tables


@in_both_languages
def test_both_lead_to_the_same_places(english: str) -> None:
    places = [[place_of(link.target) for link in document(name).links] for name in (english, french_of(english))]
    assert sorted(places[0]) == sorted(places[1])


def place_of(target: str) -> str:
    """What a link leads to, whatever the language of what is there."""
    path, mark, _ = target.partition("#")
    if path.startswith("https:"):
        return target
    return (
        re.sub(r"(\.fr\.md|-fr\.(?:png|svg))$", lambda found: found[0].replace(".fr", "").replace("-fr", ""), path)
        + mark
    )


@in_both_languages
def test_both_show_the_same_commands_and_names(english: str) -> None:
    """Code within a line: what a person types or finds, in no language."""
    codes = [
        sorted(re.findall(r"`([^`\n]+)`", "\n".join(document(name).lines))) for name in (english, french_of(english))
    ]
    missing = set(codes[0]) - set(codes[1])
    assert {code for code in missing if "." in code or "/" in code} - {place_of(code) for code in codes[1]} == set()


@in_both_languages
def test_french_breaks_no_line_before_its_punctuation(english: str) -> None:
    assert re.findall(r".{12}(?: [;:!?»](?=[\s])|« ).{0,8}", document(french_of(english)).prose) == []


@pytest.mark.parametrize("name", all_documents())
def test_blocks_of_data_can_be_read(name: str) -> None:
    readers = {"yaml": yaml.safe_load, "json": json.loads, "toml": tomllib.loads}
    for block in document(name).blocks:
        if block.language in readers:
            assert readers[block.language](block.content), block.heading


@in_both_languages
def test_each_leads_to_the_other(english: str) -> None:
    name = (ROOT / english).name
    assert any(link.target == french_of(name) for link in document(english).links)
    assert any(link.target == name for link in document(french_of(english)).links)
