"""What may not stand in git: secrets, big files, the host of a package registry (people may use a mirror) ..."""

from collections.abc import Iterator
from pathlib import Path
import re
import subprocess

_LARGEST = 1_000_000  # bytes
_FORBIDDEN = (
    (re.compile(rb"-----BEGIN [A-Z0-9 ]+-----\s+[A-Za-z0-9+/=]{32,}"), "holds a key or a certificate"),
    (
        re.compile(
            rb"\b(?:pypi|pythonhosted|npmjs|yarnpkg|crates|(?:deb|ftp|security|snapshot)\.debian)\.(?:org|com|io)\b"
        ),
        "names the host of a package registry",
    ),
    (
        re.compile(rb"^\s*except [\w.]+, [\w., ]+:", re.MULTILINE),
        "no Python before 3.14 can read this: put parentheses around the exceptions",
    ),
)


def complaints(root: Path) -> list[str]:
    """Return one line per offence in the files that git tracks or would add."""
    return [line for path in _files(root) for line in _complaints_about(root, path)]


def _files(root: Path) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    # a file deleted in the work tree is listed until that is committed
    return sorted(path for path in listing.stdout.decode().split("\0") if path and (root / path).is_file())


def _complaints_about(root: Path, path: str) -> Iterator[str]:
    content = (root / path).read_bytes()
    if len(content) > _LARGEST:
        yield f"{path}: {len(content):,} bytes, and no file may have more than {_LARGEST:,}"
    for pattern, offence in _FORBIDDEN:
        if found := pattern.search(content):
            line = content.count(b"\n", 0, found.start()) + 1
            yield f"{path}:{line}: {offence}"
