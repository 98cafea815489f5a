"""One wake of a node: measure while Wi-Fi associates, hand it to the hub, sleep.

    memory -> Wi-Fi (remembered access point and address) -> hub (remembered address) -> memory -> sleep
                  while that associates: probes on, read, off

What is remembered and fails is forgotten, and done anew. What could not be delivered is kept with its age. After eight
seconds the node sleeps, whatever it waits for.
"""

import os
import socket
import time

from micropython import const

from node import cycle, hal_probe, hal_sign, hal_sleep, measure, memory, publish
from shared import hal_system
from shared.hal_wifi import Wifi
from shared.wire import FAULT, WAITING, planter_topic

_AWAKE_MS = const(8000)
_WATCHDOG_MS = const(30_000)
_MAINTENANCE_MS = const(600_000)  # for whoever interrupted us over USB: a watchdog cannot be stopped
_LEASE_S = const(6 * 3600)  # a router that forgot us would give our address away
_DOZE_MS = const(5)
_LAST_DOZES = const(4)  # for DISCONNECT to leave the antenna: without it the hub keeps our place for 15 s
_SHOWN_MS = const(5000)

told = None
"""The last Wake, for who looks."""


def main(config: dict, mark_good) -> None:
    """Wake once, then sleep; does not return on a board. `mark_good` is called when the hub took what was measured."""
    global told  # noqa: PLW0603
    told = Wake(config, mark_good)
    try:
        for _ in told.steps():
            time.sleep_ms(_DOZE_MS)
    except KeyboardInterrupt:
        hal_system.watchdog(_MAINTENANCE_MS)
        raise
    told.sleep()


class Wake:
    """What happens from one sleep to the next, and what it came to."""

    def __init__(self, config: dict, mark_good) -> None:
        self.readings = []  # leaf and payload of what was measured
        self.trouble = ""  # why the hub does not have it, see words.py
        self.delivered = False
        self.late_delivered = 0  # kept readings that the hub has now
        self.kept = 0  # readings that wait for the next wake
        self.seconds = 0  # to sleep
        self._config = config
        self._mark_good = mark_good
        self._begun = time.ticks_ms()

    def steps(self):  # noqa: ANN201 - a generator
        """Do all but the sleep; a generator that yields while it waits."""
        config = self._config
        board = config["board"]
        hal_sleep.hold(board)
        hal_system.begin()
        hal_system.watchdog(_WATCHDOG_MS)
        known = self._known = memory.unpack(hal_sleep.load(board))
        alone = hal_sleep.by_timer(board, known["woke"][1] > 0)
        shown = hal_sign.asked() or not alone
        if not shown:
            hal_sign.dark()
        now = time.time()
        cycle.age(known, now)

        wifi = Wifi(config["wifi"]["ssid"], config["wifi"]["password"])
        self._associate(wifi, not alone or known["leased"] >= _LEASE_S)
        values, faults = self._measure()
        self.trouble = yield from self._online(wifi)
        values["rssi"] = wifi.rssi()
        numbers = cycle.reading(values)
        self.readings = cycle.payloads(numbers)
        if not self.trouble:
            print("wifi: connected to", config["wifi"]["ssid"])
            self.trouble = yield from self._deliver(numbers, faults)
            for _ in range(_LAST_DOZES):
                yield
        wifi.off()  # what follows needs no radio, least of all five seconds of showing
        if self.delivered:
            self._mark_good()
        cycle.keep(known["late"], numbers)
        known["away"] = known["away"] + 1 if self.trouble else 0
        self.kept = len(known["late"])

        short = self._tell(faults)
        if shown:
            hal_sign.show(config["greenhouse"] + " / " + config["planter"], self.readings, faults, short)
            since = time.ticks_ms()
            while time.ticks_diff(time.ticks_ms(), since) < _SHOWN_MS:
                yield
            hal_sign.dark()
        awake_s = (time.ticks_diff(time.ticks_ms(), self._begun) + 500) // 1000
        self.seconds = max(1, cycle.pause(config["period"], known["away"]) - awake_s)
        if self.trouble:  # nodes that the hub had no room for together must not come back together
            self.seconds += os.urandom(1)[0] % (self.seconds // 8 + 1)
        known["woke"] = [now, awake_s + self.seconds]
        hal_sleep.save(board, memory.pack(known))

    def sleep(self) -> None:
        """Sleep for `seconds`; does not return on a board."""
        hal_sleep.sleep(self.seconds)

    def _expired(self) -> bool:
        return time.ticks_diff(time.ticks_ms(), self._begun) > _AWAKE_MS

    def _associate(self, wifi: Wifi, renew: bool) -> None:
        known = self._known
        if renew:
            known["lease"] = None
            known["bssid"] = known["bssid"] or (wifi.strongest() or b"").hex()
        wifi.connect(bytes.fromhex(known["bssid"]) or None, known["lease"])

    def _measure(self) -> tuple:
        probes = hal_probe.Probes(self._config)
        try:
            samples, answer = probes.read()
        finally:
            probes.off()
        values, faults = measure.values(samples, answer, self._config, self._known["still"])
        values["tension"], values["batterie"] = hal_probe.battery()
        return values, faults

    def _online(self, wifi: Wifi):  # noqa: ANN202 - a generator
        """Wait for the network. A first failure may be chance, or what was remembered: it is tried without that."""
        known = self._known
        tried = False
        while True:
            state = wifi.state()
            if state == "connected":
                if not known["lease"]:
                    known["lease"], known["leased"] = wifi.lease(), 0
                return ""
            if self._expired() or state != "connecting":
                known["bssid"], known["lease"] = "", None
                if tried or self._expired():
                    return state if state in ("no_network", "wrong_password") else "no_address"
                tried = True
                wifi.connect()
            yield

    def _deliver(self, numbers: list, faults: list):  # noqa: ANN202 - a generator
        """Send this reading, what is kept, and the fault if there is or was one; blank or drop what the hub has."""
        config, known = self._config, self._known
        if not known["hub"]:
            try:
                known["hub"] = _address(config["hub"]["host"])
            except OSError:
                return "hub_name"
        waiting = cycle.waiting(known["late"])
        messages = self.readings + [(WAITING, payload) for payload, _ in waiting]
        if faults or known["fault"]:
            messages.append((FAULT, "; ".join(faults)))
        address = known["hub"], config["hub"]["port"]
        whole = [(planter_topic(config["greenhouse"], config["planter"], leaf), text) for leaf, text in messages]
        taken = set()
        data = publish.packets(config["login"], whole)
        trouble = yield from publish.send(address, data, len(whole), taken, self._expired)
        if trouble:
            known["hub"], known["lease"] = "", None  # one of them may be why

        self.delivered = True
        for index, (leaf, _) in enumerate(self.readings):
            if index in taken:
                numbers[cycle.LEAVES.index(leaf)] = None
            else:
                self.delivered = False
        left = []
        for index, (_, count) in enumerate(waiting):
            if len(self.readings) + index in taken:
                self.late_delivered += count
            else:
                left += known["late"][:count]
            del known["late"][:count]
        known["late"] = left
        if messages[-1][0] == FAULT and len(messages) - 1 in taken:
            known["fault"] = len(faults)
        return trouble

    def _tell(self, faults: list) -> str:
        """Say on the console what came of it; return the trouble in few words, empty without one."""
        print(", ".join(["%s %s" % one for one in self.readings] + faults), "- kept for later:", self.kept)
        if not self.trouble:
            return ""
        from node import words  # noqa: PLC0415 - most wakes have no use for them

        short, sentence = words.trouble(self.trouble, self._config)
        print("%s. %s" % (short, sentence))
        return short


def _address(host: str) -> str:
    """Return the hub's address in digits: asking for a .local name takes seconds, so it is done once."""
    if not host.strip("0123456789."):
        return host
    where = socket.getaddrinfo(host, 0, socket.AF_INET)[0][-1]
    return where[0] if isinstance(where, tuple) else "%d.%d.%d.%d" % tuple(where[4:8])  # the unix port's is in bytes
