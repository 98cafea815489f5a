"""A Home Assistant that has heard many planters, each with its three measures, through a Mosquitto with mutual TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
import time
from typing import Final

from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from demo.api import Api
from demo.broker import Broker
from demo.credentials import configure_broker
from demo.home_assistant import HomeAssistant, HomeAssistantError, free_port
from demo.integration import connect, places
from demo.onboarding import Person, welcome

from ..packets import publish
from ..publisher import Publisher

_PERSON: Final = Person("bench", "a password of the bench")
_HEARD_WITHIN_S: Final = 120.0
_POLL_S: Final = 1.0
_DRY: Final = 7
"""Every so many planters, one needs water."""


@asynccontextmanager
async def filled(folder: Path, greenhouses: int, planters: int) -> AsyncIterator[Api]:
    """Start it, and yield once all planters are known. Raises HomeAssistantError when they do not all come."""
    pki = Pki(folder / "pki")
    pki.init()
    pki.issue_server(["localhost"], ["127.0.0.1"])
    pki.issue_client(DASHBOARD)
    keys = [str(number) for number in range(1, greenhouses + 1)]
    for key in keys:
        pki.issue_client(HUB, key)
    hass = HomeAssistant(folder / "home-assistant", free_port())
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(Broker(configure_broker(pki, free_port())))
        stack.push_async_callback(hass.stop)
        await hass.start()
        api = await stack.enter_async_context(Api(hass.url))
        await welcome(api, _PERSON, "en")
        await connect(api, broker.port, pki.folder / DASHBOARD.name)
        hubs = {key: stack.enter_context(Publisher(pki.folder / f"hub-{key}", broker.port)) for key in keys}
        deadline = time.monotonic() + _HEARD_WITHIN_S
        while (known := await _known(api)) < planters // greenhouses * greenhouses:
            if time.monotonic() > deadline:
                raise HomeAssistantError(f"Home Assistant knows {known} planters only, after {_HEARD_WITHIN_S:g} s")
            for key, hub in hubs.items():  # again and again, as hubs do: it may not have subscribed yet
                await hub.send(_measured(key, planters // greenhouses))
            await asyncio.sleep(_POLL_S)
        yield api


def _measured(greenhouse: str, planters: int) -> list[bytes]:
    measured = []
    for planter in range(1, planters + 1):
        path = f"/serre/{greenhouse}/bac/{planter}"
        moisture = 20 + planter / 10 if planter % _DRY == 0 else 40 + planter
        for leaf, value in (("sol", moisture), ("air/temp", 21.5), ("air/hum", 58.0)):
            measured.append(publish(f"{path}/{leaf}", f"{value:.1f}"))
    return measured


async def _known(api: Api) -> int:
    status = {place.entities.get("status") for path, place in (await places(api)).items() if "/bac/" in path}
    states = {state["entity_id"]: state["state"] for state in await api.command("get_states")}
    return sum(states.get(entity_id or "", "unknown") not in ("unknown", "unavailable") for entity_id in status)
