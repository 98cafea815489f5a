"""An authority that devices can be provisioned from, and the settings that a person would have written."""

from pathlib import Path
import shutil

import pytest

from certs.pki import Pki
from certs.policy import HUB
from provision.settings import Settings

WIFI_PASSWORD = "wet and green since 1987"
SIGACS_TOML = f"""\
[wifi]
ssid = "garden"
password = "{WIFI_PASSWORD}"
[broker]
host = "127.0.0.1"
[hub]
host = "192.168.42.50"
"""


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "pki"
    pki = Pki(folder)
    pki.init()
    pki.issue_server(["greenhouse.test"], ["127.0.0.1"])
    pki.issue_client(HUB, "1")
    (folder / "sigacs.toml").touch(mode=0o600)
    (folder / "sigacs.toml").write_text(SIGACS_TOML)
    return folder


@pytest.fixture
def authority(_template: Path, tmp_path: Path) -> Path:
    """The folder of an authority with a server, hub 1 and sigacs.toml."""
    return Path(shutil.copytree(_template, tmp_path / "pki"))


@pytest.fixture
def wishes() -> Settings:
    """What SIGACS_TOML says, and a board."""
    return {
        "wifi": {"ssid": "garden", "password": WIFI_PASSWORD},
        "broker": {"host": "127.0.0.1"},
        "hub": {"host": "192.168.42.50"},
        "node": {"board": "stickc"},
    }
