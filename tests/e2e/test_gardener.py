"""From "Discovered" to the first useful message, as a French gardener goes it who has read nothing.

Home Assistant's own MQTT is set up already; the hub announces itself there. What the pages send when a button is
pressed, the test sends.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
import re
from typing import Any, override

import pytest
import pytest_asyncio

from certs.passwords import Login
from certs.pki import Pki
from demo.api import Api
from demo.boards import Nodes, settings
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT, configure_broker, issue_all
from demo.home_assistant import HomeAssistant, free_port
from demo.integration import DOMAIN
from demo.onboarding import welcome
from tests.e2e.greenhouse import PERIOD_S, Hub
from tests.e2e.house import PERSON, House, eventually

FLOWS = "/api/config/config_entries/flow"
ALERT = "/api/config/automation/config/1795380000000"  # the editor takes the time of day for a new one's id


class FrenchHouse(House):
    """Whose people speak French."""

    @override
    async def settle_in(self) -> None:
        await welcome(self.api, PERSON, "fr")

    async def set_up_mqtt(self, pki: Pki, broker: Broker) -> None:
        """Connect Home Assistant's own MQTT, with a certificate, as its form does."""
        folder = pki.folder / HOME_ASSISTANT
        login = Login.read(folder / "login.txt")
        flow = await self.api.post(FLOWS, {"handler": "mqtt"})
        security = {
            "set_client_cert": True,
            "client_cert": await self.api.upload_file(folder / "client.crt"),
            "client_key": await self.api.upload_file(folder / "client.key"),
            "set_ca_cert": "custom",
            "certificate": await self.api.upload_file(folder / "ca.crt"),
            "transport": "tcp",
        }
        form = {"broker": "127.0.0.1", "port": broker.port, "protocol": "5", "other_settings": security}
        form |= {"username": login.user, "password": login.password}
        answer = await self.api.post(f"{FLOWS}/{flow['flow_id']}", form)
        assert answer["type"] == "create_entry", answer


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """An authority of their own."""
    pki = Pki(tmp_path_factory.mktemp("gardener") / "pki")
    issue_all(pki)
    return pki


@pytest.fixture(scope="module")
def broker(pki: Pki) -> Iterator[Broker]:
    """Their Mosquitto."""
    with Broker(configure_broker(pki, free_port())) as broker:
        yield broker


@pytest.fixture(scope="module")
def hub(pki: Pki, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub that they have just switched on."""
    with Hub(pki, "1", broker.port, tmp_path_factory.mktemp("gardener-hub")) as hub:
        hub.wait_online()
        yield hub


@pytest.fixture(scope="module")
def node(pki: Pki, broker: Broker, hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The node of planter 1, in moist soil, at work."""
    with nodes(pki, broker, hub, {"1": 41.0}, tmp_path_factory.mktemp("gardener-node")):
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(pki: Pki, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FrenchHouse]:
    """A Home Assistant with our integration installed, and nothing but MQTT configured."""
    hass = HomeAssistant(tmp_path_factory.mktemp("gardener-home-assistant"), free_port())
    try:
        await hass.start()
        async with Api(hass.url) as api:
            house = FrenchHouse(hass, api)
            await house.settle_in()
            await house.set_up_mqtt(pki, broker)
            yield house
    finally:
        await hass.stop()


@pytest.fixture
def dry_node(pki: Pki, broker: Broker, hub: Hub, tmp_path: Path) -> Nodes:
    """The node of planter 2, which is dry; not yet switched on."""
    return nodes(pki, broker, hub, {"2": 22.0}, tmp_path)


def nodes(pki: Pki, broker: Broker, hub: Hub, moisture: Mapping[str, float], folder: Path) -> Nodes:
    worlds = {planter: {"moisture": percent, "temperature": 19.5} for planter, percent in moisture.items()}
    return Nodes(pki, "1", worlds, settings(broker.port, hub.port, PERIOD_S), folder)


@pytest.mark.usefixtures("node")
async def test_from_discovered_to_the_first_useful_message(house: FrenchHouse, dry_node: Nodes) -> None:
    async def discovered() -> dict[str, Any] | None:
        flows = await house.api.command("config_entries/flow/progress")
        return next((flow for flow in flows if flow["handler"] == DOMAIN), None)

    # At Paramètres > Appareils et services, a card tells of the greenhouse; Ajouter, Valider
    flow = await eventually(discovered, "the greenhouse is discovered")
    assert flow
    assert flow["context"]["title_placeholders"] == {"name": "1"}
    assert (await house.api.get(f"{FLOWS}/{flow['flow_id']}"))["step_id"] == "discovery_confirm"
    assert (await house.api.post(f"{FLOWS}/{flow['flow_id']}", {}))["type"] == "create_entry"

    # Its planters come by themselves, as soon as they measure
    fine = await house.until(await house.entity("/serre/1/bac/1#status"), "fine")
    assert fine["attributes"]["friendly_name"] == "Bac 1 État"

    # At Paramètres > Automatisations > Créer, the blueprints are offered; Enregistrer, without a choice
    blueprints = await house.api.command("blueprint/list", domain="automation")
    names = {path: one["metadata"]["name"] for path, one in blueprints.items() if path.startswith("sigacs/")}
    assert names == {
        "sigacs/daily_round.yaml": "Tournée d'arrosage du jour (SIGACS)",
        "sigacs/frost_warning.yaml": "Alerte au gel (SIGACS)",
        "sigacs/silence_warning.yaml": "Alerte de silence (SIGACS)",
        "sigacs/watering_alert.yaml": "Alerte d'arrosage (SIGACS)",
    }
    alert = {"path": "sigacs/watering_alert.yaml", "input": {}}
    await house.api.post(ALERT, {"alias": names[alert["path"]], "description": "", "use_blueprint": alert})
    await house.until("automation.alerte_d_arrosage_sigacs", "on")

    async def messages() -> list[tuple[str, str]]:
        notifications = await house.api.command("persistent_notification/get")
        return [(one["title"], one["message"]) for one in notifications]

    assert not await messages()
    with dry_node:
        ((title, message),) = await eventually(messages, "a notification")
    assert title == "1 bac à arroser"
    assert re.fullmatch(r"- Bac 2\s: 22\s%", message)
