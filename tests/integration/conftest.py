"""What every test inside Home Assistant needs."""

from collections.abc import Iterator
import getpass
from pathlib import Path
import tempfile

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

# Home Assistant imports `custom_components` once per process: ours has to be first, not the test plugin's own.
import custom_components  # noqa: F401
from custom_components.sigacs import config_flow
from custom_components.sigacs.transport import direct, session
from tests.certs.greenhouse import Greenhouse
from tests.integration.person import Person


@pytest.fixture(autouse=True)
def our_integration_is_found(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load custom integrations in every test that has one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Keep what is written into the configuration's folder apart: the blueprints are."""
    return hass_tmp_config_dir


@pytest.fixture
def expected_lingering_timers(request: pytest.FixtureRequest) -> bool:
    """Allow for the timer that the plugin's own imitation of MQTT leaves behind; tests of ours look for ours."""
    return "mqtt_mock" in request.fixturenames


@pytest.fixture(autouse=True)
def no_cooldown(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Home Assistant's MQTT subscribe and unsubscribe at once: it collects for half a second otherwise."""
    if "mqtt_mock" in request.fixturenames:
        for name in ("INITIAL_SUBSCRIBE_COOLDOWN", "SUBSCRIBE_COOLDOWN", "UNSUBSCRIBE_COOLDOWN"):
            monkeypatch.setattr(f"homeassistant.components.mqtt.client.{name}", 0.0)


@pytest.fixture
def greenhouse(socket_enabled: None, tmp_path: Path) -> Iterator[Greenhouse]:
    """A running Mosquitto over mutual TLS with hubs 1 and 2 and a dashboard; nothing runs any more afterwards."""
    made = Greenhouse(tmp_path / "pki", getpass.getuser())
    made.broker.start()
    yield made
    made.stop()


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnect without the pauses that are there for the broker's sake."""
    monkeypatch.setattr(direct, "_PAUSES_S", (0.05,))


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only briefly for what does not come."""
    monkeypatch.setattr(config_flow, "_LISTEN_S", 0.2)
    monkeypatch.setattr(session, "CLOSE_TIMEOUT_S", 0.2)


@pytest.fixture
def own_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep uploads apart: they lie in a folder of a fixed name, which every Home Assistant empties when it stops."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
async def person(
    hass: HomeAssistant, greenhouse: Greenhouse, hass_client: ClientSessionGenerator, own_temporary_folder: None
) -> Person:
    """Somebody before the form, while the greenhouse's broker runs."""
    assert await async_setup_component(hass, "file_upload", {})
    assert await async_setup_component(hass, "config", {})
    return Person(hass, await hass_client(), greenhouse)
