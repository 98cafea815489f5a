"""Debian's packages without installing them: fetched by apt with a state of its own, unpacked into a folder.

The machine's own Debian source names the mirror, and may be given another suite. apt believes that nothing at all is
installed (an empty status file), so that it fetches every library down to the C library. Nothing of the system is
touched, and no root is needed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
import re
import shutil
import tempfile

from .apt_source import Source, find_debian_source
from .console import SetupError, run

_OS_RELEASE = Path("/etc/os-release")
_APT_CONFIGURATION = """\
#clear APT::Default-Release;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Install-Recommends "false";
Acquire::Languages "none";
Dir::Cache "{state}/cache";
Dir::Etc::preferences "{state}/none";
Dir::Etc::preferencesparts "{state}/none";
Dir::Etc::sourcelist "{state}/none";
Dir::Etc::sourceparts "{state}/sources.list.d";
Dir::State "{state}";
Dir::State::status "{state}/status";
"""


def is_debian() -> bool:
    """Tell whether apt's and dpkg's tools are here; a derivative without Debian's own source is found out later."""
    return all(shutil.which(tool) for tool in ("apt-get", "dpkg-deb"))


def unpack(into: Path, packages: Sequence[str], *, suite: str | None = None, alone: bool = False) -> None:
    """Unpack the packages, and unless `alone` all that they depend on, into the folder.

    `suite` is the machine's own unless named. Raises SetupError in words where apt cannot.
    """
    source = _machine_source()
    with tempfile.TemporaryDirectory(prefix="apt-", dir=into.parent) as name:
        state = Path(name).resolve()
        apt = ("apt-get", "-c", _private_state(state, source.with_suite(suite) if suite else source), "-qq")
        archives = state / "cache" / "archives"
        run([*apt, "update"])
        if alone:
            run([*apt, "download", *packages], cwd=archives)
        else:
            run([*apt, "install", "--download-only", "--yes", *packages])
        for archive in sorted(archives.glob("*.deb")):
            run(["dpkg-deb", "--extract", archive, into])


def _machine_source() -> Source:
    codename = re.search(r"^VERSION_CODENAME=\"?([\w-]+)", _OS_RELEASE.read_text(), re.MULTILINE)
    source = find_debian_source(_source_files(), codename[1] if codename else "")
    if source is None:
        raise SetupError(
            "No source of Debian's own packages is configured in /etc/apt/sources.list or /etc/apt/sources.list.d/."
        )
    return source


def _source_files() -> Iterator[Path]:
    """Debian's own files come first: a third party's source may carry the same suite name."""
    etc = Path("/etc/apt")
    yield from (etc / "sources.list.d" / "debian.sources", etc / "sources.list")
    yield from sorted((etc / "sources.list.d").glob("*"))


def _private_state(state: Path, source: Source) -> Path:
    for folder in ("sources.list.d", "lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    (state / "status").touch()
    (state / "sources.list.d" / "debian.sources").write_text(source.as_deb822())
    configuration = state / "apt.conf"
    configuration.write_text(_APT_CONFIGURATION.format(state=state))
    return configuration
