"""Wakes of one node in one process, as fast as they go: `micropython THIS FIRMWARE FOLDER CYCLES`.

Prints JSON: heap after each tenth of the cycles, and the microseconds from connecting to the hub to its last answer.
"""

import gc
import json
import sys

sys.path[:] = [sys.argv[1], sys.argv[1] + "/sim/modules", ".frozen"]

from sim.device import AsleepError, Device, absolute, run  # noqa: E402
import utime  # noqa: E402

device = run(Device(absolute(sys.argv[2]), pace=1e9))
device.start()

from node import main, publish  # noqa: E402
from shared.config import load  # noqa: E402

config = load("config.json")
send = publish.send
took = [0] * 1001


def timed(*arguments):  # noqa: ANN002, ANN201 - whatever it takes
    begun = utime.ticks_us()
    trouble = yield from send(*arguments)
    took[cycle % 1001] = utime.ticks_diff(utime.ticks_us(), begun)
    return trouble


publish.send = timed
device.write("reset", "deepsleep")
cycles = int(sys.argv[3])
heap = []
undelivered = 0
for cycle in range(cycles):
    device.start()
    wake = main.Wake(config, int)
    for _ in wake.steps():
        pass
    undelivered += not wake.delivered
    try:
        wake.sleep()
    except AsleepError as asleep:
        device.sleep(asleep.args[0])
    if cycle % (cycles // 10) == cycles // 10 - 1:
        del wake
        gc.collect()
        heap.append(gc.mem_alloc())
took = sorted(one for one in took if one)
result = {
    "heap": heap,
    "median_us": took[len(took) // 2],
    "p99_us": took[-len(took) // 100],
    "undelivered": undelivered,
}
print(json.dumps(result))  # noqa: T201 - what it is for
