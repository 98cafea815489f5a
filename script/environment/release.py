"""What must agree before a version is tagged, and the tag.

The version stands in the manifest and is repeated in two more files; CHANGELOG.md describes it. A release is the tag
`v<version>`: HACS and the Marketplace install what is tagged, and .github/workflows/release.yml publishes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
import json
from pathlib import Path
import re
import subprocess

from .console import SetupError

MANIFEST = "custom_components/sigacs/manifest.json"
CHANGELOG = "CHANGELOG.md"
BRANCH = "main"

# read as text: Python 3.10 has no reader of TOML
_REPEATED_IN = {
    "pyproject.toml": re.compile(r'^version = "([^"]*)"$', re.MULTILINE),
    "firmware/hub/main.py": re.compile(r'^VERSION = "([^"]*)"$', re.MULTILINE),
}
# semver.org, without build metadata, which git and HACS would take for a part of the name
_NUMBER = r"(?:0|[1-9]\d*)"
_IDENTIFIER = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?", re.ASCII)
_HEADING = re.compile(r"^## (?P<name>\S+)(?: - (?P<date>\S+))?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What CHANGELOG.md says of one version; the date as it stands there."""

    name: str
    date: str | None
    text: str


def version(root: Path) -> str:
    """Return the version in the manifest, which Home Assistant shows. Raises SetupError if there is none."""
    try:
        return str(json.loads((root / MANIFEST).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f'{MANIFEST} cannot be read: {error!r}. It needs `"version": "1.2.3"`.') from error


def notes(root: Path) -> str:
    """Return what CHANGELOG.md says of the manifest's version. Raises SetupError if it says nothing."""
    said = version(root)
    for section in sections(root):
        if section.name == said and section.text:
            return section.text
    raise SetupError(f"{CHANGELOG}: nothing stands below {said}. Say there what changes for whoever installs it.")


def sections(root: Path) -> list[Section]:
    """Return what stands in CHANGELOG.md, from top to bottom."""
    text = (root / CHANGELOG).read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(text))
    ends = [*(heading.start() for heading in headings), len(text)][1:]
    return [
        Section(heading["name"], heading["date"], text[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    ]


def disagreements(root: Path, tag: str) -> Iterator[str]:
    """Yield what keeps the files from being those of this tag."""
    said = version(root)
    if not _VERSION.fullmatch(said):
        yield (
            f"{MANIFEST}: {said!r} is no version. Write one such as 1.2.3 or 1.2.3-beta.1; "
            "https://semver.org says which is next."
        )
    if tag != f"v{said}":
        yield f"{MANIFEST}: says {said}, whose tag is v{said}, and not {tag}. Change the file, or name that tag."
    for path, pattern in _REPEATED_IN.items():
        found = pattern.findall((root / path).read_text(encoding="utf-8"))
        if found != [said]:
            yield f"{path}: says {' and '.join(found) or 'nothing'}, and {MANIFEST} says {said}. Write {said} there."
    yield from _changelog_disagreements(sections(root), said)


def obstacles(root: Path, tag: str) -> Iterator[str]:
    """Yield what in the repository keeps this tag from being made now."""
    if changed := _git(root, "status", "--porcelain").splitlines():
        files = "".join(f"\n    {line}" for line in changed)
        yield f"These files are not committed, and a tag holds what is. Commit or `git stash -u` them:{files}"
    branch = _git(root, "branch", "--show-current") or "no branch"
    if branch != BRANCH:
        yield f"You are on {branch}, and a release is made of {BRANCH}: `git switch {BRANCH}`."
    if _git(root, "tag", "--list", tag):
        yield (
            f"{tag} is there already, see `git show {tag}`, and what people may have installed never changes. "
            f"Raise the version in {MANIFEST}, {', '.join(_REPEATED_IN)} and {CHANGELOG}."
        )


def commit(root: Path) -> str:
    """Return what is checked out."""
    return _git(root, "rev-parse", "HEAD")


def make_tag(root: Path, tag: str, commit: str) -> None:
    """Make the annotated tag here; it goes nowhere."""
    _git(root, "tag", "--annotate", "--message", f"SIGACS {tag.removeprefix('v')}", tag, commit)


def _changelog_disagreements(found: list[Section], said: str) -> Iterator[str]:
    names = [section.name for section in found[:2]]
    if names != ["Unreleased", said]:
        yield (
            f"{CHANGELOG}: its first headings are {' and '.join(names) or 'missing'}, and have to be "
            f"`## Unreleased` and `## {said} - YYYY-MM-DD`."
        )
        return
    unreleased, newest = found[:2]
    if unreleased.text:
        yield f"{CHANGELOG}: something still stands below Unreleased. Move it below {said}."
    if not newest.text:
        yield f"{CHANGELOG}: nothing stands below {said}. Say there what changes for whoever installs it."
    if not _is_date(newest.date):
        yield f"{CHANGELOG}: {said} has no date, but {newest.date!r}. Write its day: `## {said} - YYYY-MM-DD`."


def _is_date(text: str | None) -> bool:
    try:
        return text is not None and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _git(root: Path, *arguments: str) -> str:
    result = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SetupError(
            f"This failed: git {' '.join(arguments)}\n{result.stderr.strip()}\nPut that right, and run this again."
        )
    return result.stdout.rstrip()
