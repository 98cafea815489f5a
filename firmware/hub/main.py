"""The hub, whole: what an M5Stack Core2 runs from its start on.

    nodes -> server -> broker -> intake -> queue, in flash -> uplink -> Mosquitto
                                    `-> greenhouse -> screen

Each of these runs for ever. An error that none of them knows ends all of it: main.py on the board notes the cause and
starts anew, and so does the watchdog when one of them stands still.
"""

import asyncio
import os
import time

from micropython import const

from hub import hal_display, server, watchdog
from hub.access import Greenhouse as Access
from hub.borrow import borrow
from hub.broker import Broker
from hub.greenhouse import Greenhouse
from hub.health import Health
from hub.intake import Intake
from hub.queue import Queue
from hub.screen import Screen
from hub.timekeeper import Timekeeper
from hub.uplink import Uplink
from shared import hal_system, hal_wifi
from shared.clock import Clock

VERSION = "0.1.0"
_QUEUE_BYTES = const(1048576)  # a week of ten nodes
_WATCHDOG_MS = const(60000)
# longest time between two signs of life: the uplink pauses up to five minutes between two attempts
_LIMITS_S = {"broker": 30, "uplink": 420}
_GOOD_AFTER_S = const(60)  # of uptime, and one session with Mosquitto: then this firmware stays
_GOODBYE_S = const(3)
_INTERRUPTED_MS = const(600000)  # what a person at the console has before the watchdog restarts the hub
_NAMES = "planters.txt"  # who was ever heard


class Hub:
    """All parts, connected."""

    def __init__(self, config: dict, mark_good) -> None:
        """Take the configuration, and what to call when all works."""
        hal_system.begin()
        count, self._cause = borrow("hub.crash", "last", hal_system.reset_cause() == "watchdog")
        name = config["greenhouse"]
        self._mark_good = mark_good
        self._port = config["listen"]
        self._alive = {}
        self._told = {}
        self._clock = Clock(time.ticks_ms)
        self._greenhouse = Greenhouse(config["period"], config["dry"], _known())
        self._named = len(self._greenhouse.planters)
        queue = Queue("queue", _QUEUE_BYTES, self._clock, config["period"])
        self._health = Health(VERSION, config["period"], self._clock, queue)
        self._timekeeper = Timekeeper(self._clock, config["ntp"], hal_system)
        wifi = config["wifi"]
        self._wifi = hal_wifi.Wifi(wifi["ssid"], wifi["password"], "sigacs-" + name)
        self.uplink = Uplink(config, queue, self._clock, self._health, self._has_network, self._timekeeper.shift)
        self._intake = Intake(name, self._greenhouse, queue, self._clock, self.uplink.wake)
        access = Access(name, bytes.fromhex(config["node_key"]), config["refused_nodes"])
        self._broker = Broker(access, self._intake)
        self._screen = Screen(hal_display.cell, borrow("hub.words", "words", config["language"]), name)
        self._health.notes.update(refused=self._intake.refused, local=self._broker.counts, crashes=count)
        self._dog = hal_system.watchdog(_WATCHDOG_MS)

    async def run(self) -> None:
        """Run until something fails that no part knows what to do about."""
        for task in _LIMITS_S:
            self._lives(task)
        parts = [
            server.serve(self._broker, "0.0.0.0", self._port, lambda: self._lives("broker")),  # noqa: S104 - its nodes
            self.uplink.run(lambda: self._lives("uplink")),
            self._timekeeper.run(),
            self._wifi.keep(),
            self._keep_showing(),
        ]
        await asyncio.gather(*parts)

    async def stop(self) -> None:
        """Say goodbye to the broker; who does not answer is not waited for."""
        self.uplink.stop()
        try:
            await asyncio.wait_for(self.uplink.stopped.wait(), _GOODBYE_S)
        except asyncio.TimeoutError:
            pass

    def _has_network(self) -> bool:
        return self._wifi.state() == "connected"

    def _lives(self, task: str) -> None:
        self._alive[task] = self._clock.uptime() + _LIMITS_S[task]

    async def _keep_showing(self) -> None:
        """Look once a second at how all the others are."""
        offline_since = 0
        print("hub: listening on port %d" % self._port)
        while True:
            now = self._clock.uptime()
            address = self._wifi.lease()[0] if self._has_network() else None
            state = self.uplink.state
            self._tell("wifi", "connected as " + address if address else self._wifi.state())
            self._tell("uplink", state)
            if state != "online":
                offline_since = now if offline_since is None else offline_since
            else:
                offline_since = None
                if now >= _GOOD_AFTER_S:
                    self._mark_good()
            ends = self._health.certificate()
            days = ends and ends[1]
            about = (self.uplink.words, offline_since, address, self._clock.unix(), days, self._cause)
            self._screen.show(now, self._greenhouse, about)
            self._keep_names()
            watchdog.feed(self._dog, self._alive, now)
            await asyncio.sleep(1)

    def _tell(self, what: str, state: str | None) -> None:
        """Say on the console what has changed."""
        if self._told.get(what) != state:
            self._told[what] = state
            print("%s: %s" % (what, state))

    def _keep_names(self) -> None:
        """Remember who was ever heard, so that a planter that dies while the hub is off is missed."""
        planters = self._greenhouse.planters
        if len(planters) > self._named:
            with open(_NAMES + ".new", "w") as file:
                file.write("\n".join([planter[1] for planter in planters]))
            os.rename(_NAMES + ".new", _NAMES)
            self._named = len(planters)


def _known() -> tuple:
    try:
        with open(_NAMES) as file:
            return tuple(file.read().split())
    except OSError:
        return ()


def main(config: dict, mark_good) -> None:
    """Run the hub; says goodbye to the broker when a person interrupts it."""
    hub = Hub(config, mark_good)
    try:
        asyncio.run(hub.run())
    except KeyboardInterrupt:
        hal_system.watchdog(_INTERRUPTED_MS)
        asyncio.run(hub.stop())
        raise
