"""All parts of the demonstration, started in order, watched while they run, and stopped in the opposite order."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
import hashlib
from pathlib import Path
import time

from certs.passwords import Login
from certs.pki import Pki

from .alert import watch_over
from .api import Api
from .boards import Board, Hub, Nodes, settings
from .broker import Broker
from .console import say, step
from .credentials import HOME_ASSISTANT, TERMINAL, configure_broker, credentials
from .dashboard import lay_out
from .home_assistant import WISHES_RESTART, HomeAssistant, free_port
from .integration import connect, entries, places
from .leash import Leash
from .onboarding import Person, set_language, welcome
from .planting import DAY_S, PLANTERS
from .program import Program

PERIOD_S = 10
_WATCH_S = 0.5
_PLANTERS_LIMIT_S = 60.0
_POLL_S = 0.2
_FIRST_PORT = 8123
_LAST_LINES = 15
_NOT_KNOWN = ("unknown", "unavailable")


class StageError(RuntimeError):
    """A part ended by itself, or did not do its work; the text says which, and what it said last."""


class Stage:
    """The demonstration in one folder; `run` ends by being cancelled."""

    def __init__(self, folder: Path, language: str) -> None:
        """Take the folder that keeps everything, and the language in which Home Assistant names things."""
        self._folder = folder
        self._language = language
        self._person = Person.at(folder / "login.json")

    async def run(self, ready: Callable[[str], None]) -> None:
        """Start everything, hand over what to tell the person, and stay. Raises StageError when a part ends."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as watch:
            leash = stack.enter_context(Leash(str(self._folder)))
            with step("Certificates"):
                pki = credentials(self._folder / "pki")
            with step("Mosquitto, with mutual TLS"):
                broker = Broker(configure_broker(pki, self._broker_port(pki)))
                broker.log_file.unlink(missing_ok=True)
                stack.callback(_stop, broker, leash)
                broker.start()
                if broker.pid:
                    leash.hold(broker.pid)
                watch.create_task(_watch(broker))
            hubs = []
            for greenhouse, planters in PLANTERS.items():
                with step(f"Greenhouse {greenhouse}: a hub and {len(planters)} nodes"):
                    for board in await asyncio.to_thread(self._provision, pki, greenhouse, broker.port):
                        stack.callback(_stop, board, leash)
                        await asyncio.to_thread(board.start)
                        if board.pid:
                            leash.hold(board.pid)
                        watch.create_task(_watch(board))
                        if isinstance(board, Hub):
                            await asyncio.to_thread(board.wait_online)
                            hubs.append(board)
            watch.create_task(self._photograph(hubs))
            home_assistant = HomeAssistant(self._folder / "home-assistant", free_port(_FIRST_PORT), leash.hold)
            stack.push_async_callback(_stop_home_assistant, home_assistant, leash)
            home_assistant.log_file.unlink(missing_ok=True)
            with step("Home Assistant"):
                await home_assistant.start()
            watch.create_task(_watch_home_assistant(home_assistant, leash))
            async with Api(home_assistant.url) as api:
                await self._set_up(api, pki, broker.port)
            ready(self._summary(home_assistant, pki, broker))

    async def _set_up(self, api: Api, pki: Pki, port: int) -> None:
        with step("Logging in"):
            await welcome(api, self._person, self._language)
            await set_language(api, self._language)
        credentials = pki.folder / HOME_ASSISTANT
        connected = self._folder / "connected"
        to_what = f"{port} {hashlib.sha256((credentials / 'client.crt').read_bytes()).hexdigest()}"
        known = connected.read_text() if connected.exists() else ""
        if known != to_what or not await entries(api):
            with step("Connecting the integration to the broker"):
                await connect(api, port, credentials)
                connected.write_text(to_what)
        with step("Waiting for the planters"):
            await _all_planters(api)
            await lay_out(api, self._language)
            await watch_over(api, self._language)

    def _provision(self, pki: Pki, greenhouse: str, broker_port: int) -> tuple[Board, ...]:
        """Make the boards of a greenhouse, as `script/provision` does."""
        there = settings(broker_port, free_port(), PERIOD_S, self._language)
        boards = self._folder / f"greenhouse-{greenhouse}"
        worlds = {planter: {"day_s": DAY_S, **world} for planter, world in PLANTERS[greenhouse].items()}
        hub = Hub(pki, greenhouse, there, boards / "hub")
        return hub, Nodes(pki, greenhouse, worlds, there, boards)

    async def _photograph(self, hubs: list[Hub]) -> None:
        """Keep a picture of each hub's screen."""
        while True:
            for hub in hubs:
                await asyncio.to_thread(hub.photograph, self._folder / f"hub-{hub.greenhouse}.png")
            await asyncio.sleep(PERIOD_S)

    def _broker_port(self, pki: Pki) -> int:
        """Return the port of the last time, if it is still free: Home Assistant knows it."""
        configuration = pki.folder / "mosquitto" / "mosquitto.conf"
        return free_port(Broker(configuration).port if configuration.exists() else 0)

    def _summary(self, home_assistant: HomeAssistant, pki: Pki, broker: Broker) -> str:
        _write_listener(self._folder / "mosquitto_sub", pki, broker.port)
        shown = _relative(self._folder)
        return f"""
  Home Assistant  {home_assistant.url}
  Login           {self._person.username}   Password  {self._person.password}
                  (made up for this demonstration, which only this machine can reach)
  Hub screens     {shown}/hub-1.png  {shown}/hub-2.png    (drawn anew every {PERIOD_S} s)
  Certificates    {shown}/pki        .venv/bin/python -m certs --dir {shown}/pki status
  Logs            {shown}/home-assistant/hass.log  {shown}/pki/mosquitto/mosquitto.log
                  {shown}/greenhouse-1/hub/console.log  {shown}/greenhouse-1/console.log
  Listen          XDG_CONFIG_HOME={shown} mosquitto_sub -t '/serre/#' -v     (package mosquitto-clients)

A day takes ten minutes here, and planters 4 and 3 are watered late: their alert comes as a notification.
When a planter will need water is foretold once it is known how its soil dries, after a quarter of an hour.
Ctrl-C stops everything."""


async def _all_planters(api: Api) -> None:
    """Wait until something is known of every planter's soil."""
    wanted = sum(map(len, PLANTERS.values()))
    deadline = time.monotonic() + _PLANTERS_LIMIT_S
    while time.monotonic() < deadline:
        shown = [place.entities.get("status") for path, place in (await places(api)).items() if "/bac/" in path]
        states = {state["entity_id"]: state["state"] for state in await api.command("get_states")}
        known = [entity_id for entity_id in shown if states.get(entity_id or "", "unknown") not in _NOT_KNOWN]
        if len(known) >= wanted:
            return
        await asyncio.sleep(_POLL_S)
    raise StageError(
        f"Home Assistant knows something of {len(known)} of {wanted} planters only, after {_PLANTERS_LIMIT_S:g} s"
    )


async def _watch(program: Program) -> None:
    while program.pid is not None:  # noqa: ASYNC110 - its end is nobody's event
        await asyncio.sleep(_WATCH_S)
    lines = "\n".join(program.log().splitlines()[-_LAST_LINES:])
    raise StageError(f"{program.what} ended; {program.log_file} ends with:\n{lines}")


async def _watch_home_assistant(home_assistant: HomeAssistant, leash: Leash) -> None:
    code = WISHES_RESTART
    while code == WISHES_RESTART:
        pid = home_assistant.pid
        code = await home_assistant.ended()
        if pid:
            leash.release(pid)
        if code == WISHES_RESTART:
            say("Home Assistant restarts, as somebody asked it to.")
            await home_assistant.start()
    log = f"{home_assistant.log_file} ends with:\n{home_assistant.last_lines()}"
    raise StageError(f"Home Assistant has ended (exit code {code}); {log}")


def _stop(program: Program, leash: Leash) -> None:
    pid = program.pid
    program.stop()
    if pid:
        leash.release(pid)


async def _stop_home_assistant(home_assistant: HomeAssistant, leash: Leash) -> None:
    pid = home_assistant.pid
    await home_assistant.stop()
    if pid:
        leash.release(pid)


def _write_listener(path: Path, pki: Pki, port: int) -> None:
    """Write the options of mosquitto_sub, password and all, so that no command line shows them."""
    folder = pki.folder / TERMINAL
    login = Login.read(folder / "login.txt")
    options = {
        "-h": "127.0.0.1",
        "-p": port,
        "--cafile": folder / "ca.crt",
        "--cert": folder / "client.crt",
        "--key": folder / "client.key",
        "-u": login.user,
        "-P": login.password,
    }
    path.touch(mode=0o600)
    path.write_text("".join(f"{option} {value}\n" for option, value in options.items()))


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
