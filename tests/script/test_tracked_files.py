from pathlib import Path
import subprocess

import pytest

from script.environment.tracked_files import complaints


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def test_an_ordinary_file_is_no_offence(repository: Path) -> None:
    (repository / "notes.md").write_text("A key starts with -----BEGIN PRIVATE KEY----- and Debian is at debian.org.\n")
    assert complaints(repository) == []


@pytest.mark.parametrize("kind", ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE"])
def test_a_key_or_a_certificate_is_found_with_its_line(repository: Path, kind: str) -> None:
    (repository / "notes.md").write_text(f"one\n-----BEGIN {kind}-----\n{'MIG' * 20}\n-----END {kind}-----\n")
    assert complaints(repository) == ["notes.md:2: holds a key or a certificate"]


@pytest.mark.parametrize(
    "host", [("pypi", "org"), ("files.pythonhosted", "org"), ("registry.npmjs", "org"), ("deb.debian", "org")]
)
def test_the_host_of_a_package_registry_is_found(repository: Path, host: tuple[str, str]) -> None:
    (repository / "lock").write_text(f"x = https://{'.'.join(host)}/simple\n")
    assert complaints(repository) == ["lock:1: names the host of a package registry"]


def test_exceptions_keep_their_parentheses(repository: Path) -> None:
    (repository / "good.py").write_text("try:\n    pass\nexcept (OSError, ValueError):\n    pass\n")
    (repository / "worse.py").write_text("try:\n    pass\nexcept OSError, ValueError:\n    pass\n")
    assert [line.split(":")[:2] for line in complaints(repository)] == [["worse.py", "3"]]


def test_a_big_file_is_found(repository: Path) -> None:
    (repository / "film.bin").write_bytes(bytes(1_000_001))
    assert complaints(repository) == ["film.bin: 1,000,001 bytes, and no file may have more than 1,000,000"]


def test_what_git_ignores_and_what_was_deleted_is_passed_over(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.bin\n")
    (repository / "film.bin").write_bytes(bytes(1_000_001))
    gone = repository / "gone"
    gone.touch()
    subprocess.run(["git", "-C", repository, "add", "gone"], check=True)
    gone.unlink()
    assert complaints(repository) == []
