"""What the program says of the documents, and the documents of the program's words, is so."""

import json
from pathlib import Path
import re

import pytest

from tests.documents.markdown import ROOT, document

SOURCES = ("custom_components", "certs", "provision", "demo", "script", "bench", "firmware")
KINDS = {".py", ".json", ".yaml", ""}
WORDS = {
    "docs/troubleshooting.md": (ROOT / "custom_components/sigacs/translations/en.json", r'^\| "([^"]+)" \|'),
    "docs/troubleshooting.fr.md": (ROOT / "custom_components/sigacs/translations/fr.json", r"^\| « ([^»]+) » \|"),
}


def sources() -> list[Path]:
    return [
        path
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in KINDS and "__pycache__" not in path.parts
    ]


def test_every_document_that_the_program_names_is_there() -> None:
    named = set()
    for path in sources():
        text = path.read_text(encoding="utf-8", errors="ignore")
        named |= set(re.findall(r"\b((?:docs/(?:adr/)?|certs/|firmware/)[\w.-]+\.md)(?:#([\w-]+))?", text))
    assert len(named) > 5
    for name, anchor in named:
        assert (ROOT / name).exists(), name
        assert not anchor or anchor in document(name).anchors, f"{name}#{anchor}"


@pytest.mark.parametrize("name", WORDS)
def test_what_a_person_sees_is_quoted_in_its_words(name: str) -> None:
    translations, quoted = WORDS[name]
    said = translations.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in document(name).lines]
    quotes = [found[1] for line in lines if (found := re.match(quoted, line))]
    assert len(quotes) > 6
    texts = said.replace("\\n", "\n")
    assert [quote for quote in quotes if json.dumps(quote, ensure_ascii=False)[1:-1] not in texts] == []
