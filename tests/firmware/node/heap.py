"""The heap of a node's wake, compiled as on a board: `micropython THIS FIRMWARE COMPILED FOLDER`.

Prints JSON: bytes that its modules take, and the most that was in use whenever it waited. The simulated hardware and
what the interpreter needs by itself are not counted. On a board with 32 bits it is about half.
"""

import gc
import json
import sys

sys.path[:] = [sys.argv[1] + "/sim/modules", sys.argv[1], ".frozen"]

from sim.device import Device, absolute, run  # noqa: E402

device = run(Device(absolute(sys.argv[3])))
device.start()

import errno  # noqa: E402, F401 - this and the next come with the interpreter, or are the hardware
import select  # noqa: E402, F401
import socket  # noqa: E402, F401

import esp32  # noqa: E402, F401
import M5  # noqa: E402, F401
import machine  # noqa: E402, F401
import network  # noqa: E402, F401

device.world  # noqa: B018 - made now, so that it is not counted
sys.path[:] = [sys.argv[2], ".frozen"]
gc.collect()
before = gc.mem_alloc()

from shared import config  # noqa: E402

settings = config.load("config.json")
del config, sys.modules["shared.config"], sys.modules["shared"].config

from node import main  # noqa: E402

gc.collect()
modules = gc.mem_alloc() - before
wake = main.Wake(settings, int)
most = 0
for _ in wake.steps():
    gc.collect()
    most = max(most, gc.mem_alloc() - before)
print(json.dumps({"modules": modules, "most": most, "delivered": wake.delivered}))  # noqa: T201 - what it is for
