"""The documents as their readers have them: headings with GitHub's anchors, links, pictures, tables, blocks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
import re
import subprocess
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^( *)```(\w*)$")
_HEADING = re.compile(r"^(#+) (.*)$")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]*)\)")


class Block(NamedTuple):
    """What stands between two fences, and below which heading it is the how-manieth of its language."""

    language: str
    content: str
    heading: str
    number: int


class Link(NamedTuple):
    """`[text](target)`, or with `picture` an image and its alternative text."""

    text: str
    target: str
    picture: bool


@dataclass(frozen=True)
class Document:
    """One file. `prose` is all that is neither a block nor code within a line."""

    path: Path
    headings: tuple[tuple[int, str], ...]
    blocks: tuple[Block, ...]
    lines: tuple[str, ...]

    @property
    def prose(self) -> str:
        return re.sub(r"`[^`\n]*`", "", "\n".join(self.lines))

    @property
    def links(self) -> list[Link]:
        found = [Link(text, target, bool(mark)) for mark, text, target in _LINK.findall("\n".join(self.lines))]
        return found + [Link(*inner, picture=True) for link in found for inner in _PICTURE_IN_LINK.findall(link.text)]

    @property
    def anchors(self) -> set[str]:
        """What GitHub makes of the headings: lower case, accents kept, hyphens for spaces, a number for the second."""
        seen: Counter[str] = Counter()
        made = set()
        for _level, heading in self.headings:
            words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
            anchor = words.replace(" ", "-")
            made.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
            seen[anchor] += 1
        return made

    @property
    def tables(self) -> list[tuple[int, int]]:
        """Columns and rows of each, without its head."""
        lines = iter(self.lines)
        return [
            (line.count("|") - 1, sum(1 for _ in takewhile(lambda row: row.startswith("|"), lines)) - 1)
            for line in lines
            if line.startswith("|")
        ]


_PICTURE_IN_LINK = re.compile(r"!\[([^\]]*)\]\(([^()\s]*)\)")


@cache
def document(name: str) -> Document:
    """Read one, by its path from the root of the repository."""
    path = ROOT / name
    headings: list[tuple[int, str]] = []
    blocks: list[Block] = []
    lines: list[str] = []
    numbers: Counter[tuple[str, str]] = Counter()
    source = iter(path.read_text(encoding="utf-8").splitlines())
    for line in source:
        if fence := _FENCE.match(line):
            indent, language = fence.groups()
            content = "".join(f"{inside.removeprefix(indent)}\n" for inside in _until(source, f"{indent}```"))
            heading = headings[-1][1] if headings else ""
            numbers[heading, language] += 1
            blocks.append(Block(language, content, heading, numbers[heading, language]))
            continue
        if found := _HEADING.match(line):
            headings.append((len(found[1]), found[2]))
        lines.append(line)
    return Document(path, tuple(headings), tuple(blocks), tuple(lines))


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    return takewhile(lambda line: line != end, lines)


@cache
def all_documents() -> tuple[str, ...]:
    """Every document that is, or would be, in git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(sorted({name for name in listed.stdout.splitlines() if (ROOT / name).exists()}))
