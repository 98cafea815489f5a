"""Every link leads somewhere, and every picture is there and says what is seen on it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.documents.markdown import ROOT, Link, all_documents, document

HOSTS = {
    "docs.docker.com",
    "docs.m5stack.com",
    "github.com",
    "keepachangelog.com",
    "my.home-assistant.io",
    "semver.org",
}
"""Where a link may lead outside. Whoever adds one here has opened the page."""
LARGEST_PICTURE = 300_000


def links() -> Iterator[tuple[str, Link]]:
    for name in all_documents():
        for link in document(name).links:
            yield name, link


def test_there_is_something_to_look_at() -> None:
    assert len(all_documents()) > 30
    assert sum(1 for _ in links()) > 200


@pytest.mark.parametrize("name", all_documents())
def test_every_link_within_the_repository_leads_somewhere(name: str) -> None:
    assert [link.target for link in document(name).links if is_ours(link) and not leads_somewhere(name, link)] == []


def is_ours(link: Link) -> bool:
    return not urlsplit(link.target).scheme


def leads_somewhere(name: str, link: Link) -> bool:
    path, _, anchor = link.target.partition("#")
    target = (ROOT / name).parent / path if path else ROOT / name
    if not target.exists() or not target.resolve().is_relative_to(ROOT):
        return False
    if target.suffix != ".md":
        return not anchor
    return not anchor or anchor in document(str(target.resolve().relative_to(ROOT))).anchors


def test_every_link_outside_is_whole_and_to_a_host_that_we_know() -> None:
    for name, link in links():
        if is_ours(link):
            continue
        parts = urlsplit(link.target)
        assert parts.scheme == "https", f"{name}: {link.target}"
        assert parts.hostname in HOSTS, f"{name}: {link.target}"
        assert not set(link.target) & set(' <>"{}|\\^`'), f"{name}: {link.target}"


def test_every_link_has_words() -> None:
    assert [(name, link.target) for name, link in links() if not link.text.strip()] == []


def test_every_picture_says_what_is_seen_on_it() -> None:
    for name, link in links():
        if link.picture:
            assert len(link.text.split()) > 1, f"{name}: {link.target}"


def test_no_picture_is_heavy() -> None:
    pictures = {(ROOT / name).parent / link.target for name, link in links() if link.picture and is_ours(link)}
    pictures |= images()
    assert len(pictures) > 2
    for picture in pictures:
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name


def test_every_picture_is_in_a_document() -> None:
    shown = {Path(link.target).name for _, link in links() if link.picture}
    assert {path.name for path in images()} - shown <= {"icon.svg"}  # what the brand's pictures are made of


def images() -> set[Path]:
    return {path for path in (ROOT / "docs" / "images").iterdir() if path.suffix in {".png", ".svg", ".jpg", ".webp"}}


def test_what_a_document_of_ours_says_of_another_is_in_its_language() -> None:
    for name, link in links():
        path = link.target.partition("#")[0]
        if is_ours(link) and path.endswith(".md") and not path.endswith(".fr.md") and name.endswith(".fr.md"):
            target = ((ROOT / name).parent / path).resolve()
            french = target.with_name(f"{target.stem}.fr.md")
            own = target == (ROOT / name.replace(".fr.md", ".md"))
            assert own or not french.exists(), f"{name} leads to {path}, and there is {french.name}"


def test_a_link_that_leads_nowhere_would_be_found() -> None:
    assert not leads_somewhere("README.md", Link("x", "docs/install.md#nowhere", picture=False))
    assert not leads_somewhere("README.md", Link("x", "docs/nothing.md", picture=False))
    assert leads_somewhere("README.fr.md", Link("x", "docs/integration.fr.md#étalonner-une-sonde", picture=False))
    assert leads_somewhere("README.fr.md", Link("x", "docs/integration.fr.md#lair", picture=False))
