"""The real parts, started once for all tests of this folder: an authority, Mosquitto, two hubs, and Home Assistant."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_asyncio import is_async_test

from certs.passwords import Login
from certs.pki import Pki
from demo.api import Api
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT, TERMINAL, configure_broker, issue_all
from demo.home_assistant import HomeAssistant, free_port
from demo.integration import connect
from tests.certs.greenhouse import Client
from tests.e2e.greenhouse import Hub
from tests.e2e.house import House

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test in the loop in which the session's Home Assistant is watched."""
    for item in items:
        if _HERE in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """An authority with the broker of this machine, hubs 1 and 2, Home Assistant, and a second subscriber."""
    pki = Pki(tmp_path_factory.mktemp("e2e") / "pki")
    issue_all(pki)
    return pki


@pytest.fixture(scope="session")
def broker(pki: Pki) -> Iterator[Broker]:
    """Mosquitto as `python -m certs broker` configures it; it also logs what it denies."""
    configuration = configure_broker(pki, free_port())
    (configuration.parent / "conf.d" / "log.conf").write_text("log_type all\n")
    with Broker(configuration) as broker:
        yield broker


@pytest.fixture(scope="session")
def hub(pki: Pki, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub of greenhouse 1, connected."""
    with Hub(pki, "1", broker.port, tmp_path_factory.mktemp("hub-1")) as hub:
        hub.wait_online()
        yield hub


@pytest.fixture(scope="session")
def other_hub(pki: Pki, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub of greenhouse 2, connected."""
    with Hub(pki, "2", broker.port, tmp_path_factory.mktemp("hub-2")) as hub:
        hub.wait_online()
        yield hub


@pytest.fixture
def listener(pki: Pki, broker: Broker) -> Iterator[Client]:
    """A subscriber that is not Home Assistant, connected and not yet subscribed."""
    folder = pki.folder / TERMINAL
    with Client(broker, folder, login=Login.read(folder / "login.txt")) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bare_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Home Assistant with the integration installed and nothing configured."""
    hass = HomeAssistant(tmp_path_factory.mktemp("home-assistant"), free_port())
    try:
        await hass.start()
        async with Api(hass.url) as api:
            house = House(hass, api)
            await house.settle_in()
            yield house
    finally:
        await hass.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(bare_house: House, pki: Pki, broker: Broker, hub: Hub, other_hub: Hub) -> House:
    """Home Assistant with the integration connected to the broker, both hubs at work."""
    await connect(bare_house.api, broker.port, pki.folder / HOME_ASSISTANT)
    await bare_house.until(await bare_house.connection(), "on")
    return bare_house
