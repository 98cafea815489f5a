from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import shutil

import pytest

from certs.pki import Pki
from demo.credentials import credentials, issue_all


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return credentials(tmp_path_factory.mktemp("made") / "pki").folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "pki"))


def test_what_serves_is_kept(folder: Path) -> None:
    before = (folder / "ca.crt").read_bytes()
    credentials(folder)
    assert (folder / "ca.crt").read_bytes() == before


def lose_a_key(folder: Path) -> None:
    (folder / "hub-1" / "client.key").unlink()


def revoke_a_hub(folder: Path) -> None:
    Pki(folder).revoke("hub-2")


def spoil_the_ledger(folder: Path) -> None:
    (folder / "ledger.csv").write_text("no ledger")


def be_interrupted(folder: Path) -> None:
    shutil.rmtree(folder / "dashboard-terminal")


def be_years_old(folder: Path) -> None:
    shutil.rmtree(folder)
    issue_all(Pki(folder, clock=lambda: datetime.now(UTC) - timedelta(days=5 * 365)))


@pytest.mark.parametrize("mishap", [lose_a_key, revoke_a_hub, spoil_the_ledger, be_interrupted, be_years_old])
def test_what_does_not_serve_is_made_anew(folder: Path, mishap: Callable[[Path], None]) -> None:
    before = (folder / "ca.crt").read_bytes()
    mishap(folder)
    pki = credentials(folder)
    assert (folder / "ca.crt").read_bytes() != before
    assert not any(row.needs_attention for row in pki.status())
