"""Home Assistant as its people see it: entities, devices, automations and its log, over its own interfaces."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import time
from typing import Any

from demo.api import Api, ApiError
from demo.home_assistant import HomeAssistant
from demo.integration import DOMAIN, entries
from demo.onboarding import Person, welcome

PERSON = Person("keeper", "a password of the tests")
PATIENCE_S = 30.0  # how long a test waits for something that must come
ALERT = "e2e_alert"  # the event by which an automation of the tests says that it ran
_POLL_S = 0.05


async def eventually[T](look: Callable[[], Awaitable[T]], what: str, within_s: float = PATIENCE_S) -> T:
    """Look until there is something true to see."""
    deadline = time.monotonic() + within_s
    while not (seen := await look()):
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        await asyncio.sleep(_POLL_S)
    return seen


class House:
    """One Home Assistant and the person who is logged in to it."""

    def __init__(self, hass: HomeAssistant, api: Api) -> None:
        self.hass = hass
        self.api = api

    async def restart(self, while_down: Callable[[], None] = lambda: None) -> None:
        await self.api.hang_up()
        await self.hass.stop()
        while_down()
        await self.hass.start()
        await self.settle_in()

    async def settle_in(self) -> None:
        """Log in, and wait until Home Assistant says that it has started."""
        await welcome(self.api, PERSON, "en")

        async def look() -> bool:
            return str((await self.api.command("get_config"))["state"]) == "RUNNING"

        await eventually(look, "Home Assistant is running")

    async def entry_id(self) -> str:
        return str((await entries(self.api))[0]["entry_id"])

    # Entities

    async def entity(self, unique_id_end: str) -> str:
        """Wait for the entity of a topic; return its entity id."""

        async def look() -> str | None:
            for entity in await self.api.command("config/entity_registry/list"):
                if entity["platform"] == DOMAIN and entity["unique_id"].endswith(unique_id_end):
                    return str(entity["entity_id"])
            return None

        return await eventually(look, f"an entity of {unique_id_end}") or ""

    async def knows(self, unique_id_end: str) -> bool:
        entities = await self.api.command("config/entity_registry/list")
        return any(entity["unique_id"].endswith(unique_id_end) for entity in entities)

    async def state(self, entity_id: str) -> dict[str, Any]:
        state: dict[str, Any] = await self.api.get(f"/api/states/{entity_id}")
        return state

    async def until(self, entity_id: str, wanted: str, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Wait until the entity has this state; return all of it."""
        last: dict[str, Any] = {}

        async def look() -> bool:
            try:
                last.update(await self.state(entity_id))
            except ApiError:  # not there yet
                return False
            return bool(last["state"] == wanted)

        await eventually(look, f"{entity_id} = {wanted}", within_s)
        return last

    async def last_reported(self, entity_id: str) -> str:
        """When the state was written last, changed or not; over REST this may come from a cache."""
        template = f"{{{{ states.{entity_id}.last_reported.timestamp() }}}}"
        return str(await self.api.post("/api/template", {"template": template}))

    async def connection(self) -> str:
        return await self.entity("#broker")

    # Devices

    async def device(self, identifier_end: str) -> dict[str, Any] | None:
        for device in await self.api.command("config/device_registry/list"):
            if any(domain == DOMAIN and name.endswith(identifier_end) for domain, name in device["identifiers"]):
                return dict(device)
        return None

    # Automations

    @asynccontextmanager
    async def automation(self, id_: str, **automation: Any) -> AsyncIterator[None]:
        """Write an automation as the editor does, wait until it watches, and take it away afterwards."""
        path = f"/api/config/automation/config/{id_}"
        await self.api.post(path, {"alias": id_, **automation})
        try:
            await self.until(f"automation.{id_}", "on")
            yield
        finally:
            await self.api.delete(path)

    @asynccontextmanager
    async def alerts(self) -> AsyncIterator[Callable[[], Awaitable[dict[str, Any]]]]:
        """Hear the automations of the tests; what is yielded waits for the next one."""
        async with self.api.subscription("subscribe_events", event_type=ALERT) as events:

            async def next_alert() -> dict[str, Any]:
                async with asyncio.timeout(PATIENCE_S):
                    return dict((await events.get())["data"])

            yield next_alert

    # Log

    async def wait_for_log(self, text: str, since: int) -> str:
        """Wait until this is logged; return the log from there on."""

        async def look() -> bool:
            return text in self.hass.log(since)

        await eventually(look, f"“{text}” in the log:\n{self.hass.log(since)}")
        return self.hass.log(since)
