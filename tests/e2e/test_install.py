"""What is committed can be installed: by the Marketplace of Home Assistant, which has taken HACS's place in 2026.11."""

import io
import json
from pathlib import Path
import subprocess
from typing import Any
import zipfile

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".tools" / "hass" / "bin" / "python"
INTEGRATION = "custom_components/sigacs"
MANIFEST = f"{INTEGRATION}/manifest.json"


@pytest.fixture(scope="module")
def archive() -> bytes:
    """The commit that is checked out, packed as GitHub packs it: below one folder."""
    command = ["git", "archive", "--format=zip", "--prefix=sigacs-HEAD/", "HEAD"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout


def changed(archive: bytes, path: str, content: str | None) -> bytes:
    """The archive without this file, or with this content of it, before all others."""
    result = io.BytesIO()
    path = f"sigacs-HEAD/{path}"
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(result, "w") as after:
        if content is not None:
            after.writestr(path, content)
        for member in before.infolist():
            if member.filename != path:
                after.writestr(member, before.read(member))
    return result.getvalue()


def install(archive: bytes, folder: Path) -> dict[str, Any]:
    """Let the Marketplace install it; return what it found. Raises CalledProcessError with its refusal."""
    (folder / "archive.zip").write_bytes(archive)
    command = [PYTHON, ROOT / "tests/e2e/marketplace.py", folder / "archive.zip", folder / "config"]
    result = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(result.stdout)
    assert "Ignoring" not in result.stderr  # a key of hacs.json or of the manifest that has the wrong type
    return found


def test_the_marketplace_installs_what_is_committed(archive: bytes, tmp_path: Path) -> None:
    found = install(archive, tmp_path)
    assert found["domain"] == "sigacs"
    assert found["remote"] == INTEGRATION
    assert found["config_flow"] is True
    assert found["minimum"].startswith("2026.10")
    installed = tmp_path / "config" / INTEGRATION
    committed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD", INTEGRATION],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = {str(path.relative_to(tmp_path / "config")) for path in installed.rglob("*") if path.is_file()}
    assert files == set(committed.stdout.splitlines())


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("hacs.json", None),
        (MANIFEST, None),
        (MANIFEST, '{"domain": "sigacs", "name": "SIGACS"}'),
        ("custom_components/another/__init__.py", ""),
    ],
    ids=["no hacs.json", "no manifest", "no version", "a second integration that sorts before ours"],
)
def test_the_marketplace_would_refuse_less(archive: bytes, tmp_path: Path, path: str, content: str | None) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        install(changed(archive, path, content), tmp_path)
