"""What every test inside Home Assistant needs."""

from collections.abc import Iterator
import getpass
from pathlib import Path

import pytest

# Home Assistant imports `custom_components` once per process: ours has to be first, not the test plugin's own.
import custom_components  # noqa: F401
from custom_components.sigacs.transport import direct
from tests.certs.greenhouse import Greenhouse


@pytest.fixture(autouse=True)
def our_integration_is_found(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load custom integrations in every test that has one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


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
