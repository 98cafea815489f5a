"""A house whose time can be moved, its people French, and what they have been told so far."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import cycle
from types import TracebackType
from typing import Any, Self, override

from certs.pki import Pki
from demo.api import Api
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT
from demo.home_assistant import HomeAssistant
from demo.integration import DOMAIN, connect
from demo.onboarding import welcome
from tests.e2e.house import PERSON, House, eventually
from tests.e2e.time_machine import TimeMachine
from tests.e2e.voice import PERIOD_S, Voice

STEP = timedelta(seconds=PERIOD_S)
_TOKEN_DAYS = 3650


class KeyHolder(Api):
    """A person whose login outlives the half hour, as the app's does."""

    _token = ""

    async def settle(self) -> None:
        """Log in, the first time; afterwards go on with what that gave."""
        if not self._token:
            await welcome(self, PERSON, "fr")
            self._token = await self.command("auth/long_lived_access_token", client_name="Tests", lifespan=_TOKEN_DAYS)
        self._session.headers["Authorization"] = f"Bearer {self._token}"
        await self.hang_up()


class Future(House):
    """One Home Assistant in the time of a time machine."""

    api: KeyHolder

    def __init__(self, hass: HomeAssistant, api: KeyHolder, machine: TimeMachine, pki: Pki, broker: Broker) -> None:
        super().__init__(hass, api)
        self.machine = machine
        self.pki = pki
        self.broker = broker
        self._marker = self.hub("mark")
        self._marks = cycle(("40.0", "60.0"))

    async def __aenter__(self) -> Self:
        await self.hass.start()
        await self.settle_in()
        self._marker.__enter__()
        await connect(self.api, self.broker.port, self.pki.folder / HOME_ASSISTANT)
        await self.until(await self.connection(), "on")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._marker.close()
        await self.hass.stop()

    @override
    async def settle_in(self) -> None:
        await self.api.settle()

        async def look() -> bool:
            return str((await self.api.command("get_config"))["state"]) == "RUNNING"

        await eventually(look, "Home Assistant is running")

    def hub(self, greenhouse: str, **health: object) -> Voice:
        return Voice(self.pki, self.broker, greenhouse, **health)

    # Time

    @property
    def now(self) -> datetime:
        return self.machine.now()

    async def pass_time(self, by: timedelta, speak: Callable[[], None] = lambda: None, step: timedelta = STEP) -> None:
        """Let time pass in steps; after each, let greenhouses speak, and wait until all of it has been dealt with."""
        left = by
        while left > timedelta():
            self.machine.move(min(step, left))
            left -= step
            await self.wake()
            speak()
            await self.heard_all()

    async def wake(self) -> None:
        """Let what is due by now happen. Its heartbeats want an answer before time moves on."""
        for _ in range(2):
            await self.api.command("ping")

    async def heard_all(self) -> None:
        """Wait until Home Assistant has taken all that was published: what is published after it arrives after it."""
        mark = next(self._marks)
        self._marker.measure("mark", sol=mark)
        await self.until(await self.entity("/serre/mark/bac/mark/sol"), mark)
        await self.wake()
        await eventually(self.nothing_runs, "automations have ended")

    async def nothing_runs(self) -> bool:
        """Whether no automation is at work: one that waits for a phone's answer must not find itself in the future."""
        running = "{{ states.automation | map(attribute='attributes.current') | sum }}"
        return bool(await self.api.post("/api/template", {"template": running}) == "0")

    # What is there

    async def ours(self) -> dict[str, dict[str, Any]]:
        """All entities of ours, by what follows the entry in the unique id."""
        entities = await self.api.command("config/entity_registry/list")
        return {
            one["unique_id"].partition("/")[2] or one["unique_id"]: one for one in entities if one["platform"] == DOMAIN
        }

    @asynccontextmanager
    async def watch(self, *entity_ids: str) -> AsyncIterator[dict[str, list[str]]]:
        """Note every state that these entities take from now on, beginning with the present one."""
        seen = {entity_id: [(await self.state(entity_id))["state"]] for entity_id in entity_ids}
        async with self.api.subscription("subscribe_events", event_type="state_changed") as events:
            yield seen
            await self.wake()
            while not events.empty():
                about = events.get_nowait()["data"]
                if about["entity_id"] in seen and about["new_state"]:
                    seen[about["entity_id"]].append(about["new_state"]["state"])

    async def issues(self, about: str = "") -> list[dict[str, Any]]:
        """Our issues in Repairs, or those of them that name this."""
        listed = (await self.api.command("repairs/list_issues"))["issues"]
        return [one for one in listed if one["domain"] == DOMAIN and about in str(one["translation_placeholders"])]

    async def notifications(self, about: str = "") -> list[dict[str, Any]]:
        """The notifications of the side bar, or those of them that name this."""
        listed = await self.api.command("persistent_notification/get")
        return [one for one in listed if about in f"{one['title']} {one['message']}"]

    def blueprint(self, id_: str, name: str, **inputs: object) -> Any:
        """Use one of our blueprints as a person would who changes nothing but these inputs."""
        return self.automation(id_, use_blueprint={"path": f"sigacs/{name}.yaml", "input": inputs})
