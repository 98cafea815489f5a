"""Authorities to try things on: a folder alone, and one with a real Mosquitto at work."""

from collections.abc import Iterator
import getpass
from pathlib import Path
import shutil

import pytest

from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from tests.certs.greenhouse import Greenhouse


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority with all of its roles, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template") / "pki"
    pki = Pki(folder)
    pki.init()
    pki.issue_server(["greenhouse.test"], ["127.0.0.1"])
    pki.issue_client(HUB, "1")
    pki.issue_client(DASHBOARD)
    return folder


@pytest.fixture
def pki(_template: Path, tmp_path: Path) -> Pki:
    """An authority with a server, hub 1 and a dashboard."""
    return Pki(Path(shutil.copytree(_template, tmp_path / "pki")))


@pytest.fixture
def greenhouse(tmp_path: Path) -> Iterator[Greenhouse]:
    """A running broker with a server, hubs 1 and 2 and a dashboard; nothing runs any more afterwards."""
    made = Greenhouse(tmp_path / "pki", getpass.getuser())
    made.broker.start()
    yield made
    made.stop()
