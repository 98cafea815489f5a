"""Run by MicroPython: the hub's queue and uplink without the rest of it; commands come as JSON lines on stdin.

Prints a JSON line for each state of the uplink, and one for each command that has been done.
"""

import asyncio
import json
import os
import sys
import time

sys.path.insert(0, sys.argv[1])
os.chdir(sys.argv[2])

from hub.health import Health
from hub.queue import Queue
from hub.uplink import Uplink
from shared.clock import Clock


class Reported(Uplink):
    def _tell(self, code):
        if code != self.state:
            say(state=code)
        super()._tell(code)


def say(**what):
    print(json.dumps(what))


def shifted():
    say(date_refused=True)


def has_network():
    return settings.get("network", True)


with open("settings.json") as file:
    settings = json.load(file)
clock = Clock(time.ticks_ms)
if settings.get("clock", True):
    clock.set(int(time.time()), "rtc")
queue = Queue("queue", settings.get("room", 1 << 20), clock, settings["config"]["period"])
health = Health("0.1.0", settings["config"]["period"], clock, queue)
uplink = Reported(settings["config"], queue, clock, health, has_network, shifted)
uplink.limits = settings["limits"]


async def obey():
    stdin = asyncio.StreamReader(sys.stdin)
    while line := await stdin.readline():
        command = json.loads(line)
        for planter, leaf, payload, age_s in command.get("measure", ()):
            queue.add(planter, leaf, payload, clock.uptime() - age_s)
        if queue.commit():
            uplink.wake()
        if "clock" in command:
            clock.set(command["clock"], "ntp")
        settings.update(command.get("settings", {}))
        if command.get("stop"):
            uplink.stop()
        say(done=command.get("number"), waiting=len(queue), dropped=queue.dropped)


async def main():
    obeying = asyncio.create_task(obey())
    await uplink.run(lambda: None)
    obeying.cancel()
    say(end=True, waiting=len(queue), dropped=queue.dropped)


asyncio.run(main())
