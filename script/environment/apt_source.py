"""Reads where this machine gets Debian's packages from, in both of apt's formats, and writes it for another suite."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
import re

# sources.list(5): the three options whose deb822 field is named otherwise
_FIELD_OF_OPTION = {"arch": "Architectures", "lang": "Languages", "target": "Targets"}
_ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>[^#]+)")
_MOVING_SUITES = frozenset({"oldstable", "stable", "testing", "unstable", "sid"})


@dataclass(frozen=True)
class Source:
    """One place that packages come from: sources.list(5)."""

    uris: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()

    def is_debian(self, codename: str) -> bool:
        """Tell Debian's main archive from its security archive and from other people's."""
        own = {codename} | _MOVING_SUITES
        return "debian" in self.uris and "main" in self.components and not own.isdisjoint(self.suites)

    def with_suite(self, suite: str) -> "Source":
        """Return the same place, another suite."""
        return replace(self, suites=(suite,))

    def as_deb822(self) -> str:
        """Return the stanza for a `.sources` file, with component main alone."""
        fields = (
            ("Types", "deb"),
            ("URIs", self.uris),
            ("Suites", " ".join(self.suites)),
            ("Components", "main"),
            *self.fields,
        )
        return "".join(f"{name}: {value}\n" for name, value in fields)


def find_debian_source(files: Iterable[Path], codename: str) -> Source | None:
    """Return the first source in these files that is Debian's main archive; files that do not exist are passed over."""
    readers = {".sources": parse_deb822, ".list": parse_one_line}
    for file in files:
        if (read := readers.get(file.suffix)) and file.is_file():
            for source in read(file.read_text(errors="replace")):
                if source.is_debian(codename):
                    return source
    return None


def parse_one_line(text: str) -> Iterator[Source]:
    """Yield the binary sources of a `.list` file: `deb [options] uri suite components`."""
    for line in text.splitlines():
        if entry := _ONE_LINE.match(line.strip()):
            options = (option.partition("=") for option in (entry["options"] or "").split())
            yield Source(
                uris=entry["uri"],
                suites=(entry["suite"],),
                components=tuple(entry["components"].split()),
                fields=tuple(
                    (_FIELD_OF_OPTION.get(name, name.title()), value.replace(",", " ")) for name, _, value in options
                ),
            )


def parse_deb822(text: str) -> Iterator[Source]:
    """Yield the enabled binary sources of a `.sources` file."""
    uncommented = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", uncommented):
        # a line that begins with a space continues the field above it, as an embedded signing key does
        pairs = re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE)
        fields = {name.title(): value for name, value in pairs}
        types = fields.pop("Types", "").split()
        uris, suites, components = (fields.pop(name, "") for name in ("Uris", "Suites", "Components"))
        enabled = fields.pop("Enabled", "yes").strip().lower() not in {"no", "false", "0"}
        if "deb" in types and enabled:
            yield Source(uris.strip(), tuple(suites.split()), tuple(components.split()), tuple(fields.items()))
