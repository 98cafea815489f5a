"""Feeds the hardware's watchdog only while every task lives.

Each task keeps a promise in a dictionary, `alive["uplink"] = uptime + 60`: when it will have said so again, at the
latest. Who looks after them calls `feed` about once a second. A broken promise ends the main task, so the cause is
written to crash.txt like that of any crash, and the hub starts again; should even that stand still, nobody feeds any
more and the hardware does it.
"""


def feed(dog, alive: "dict[str, int]", now: int) -> None:
    """Feed `dog` (machine.WDT). Raises RuntimeError, naming the task, once the uptime `now` is past a promise."""
    for task, until in alive.items():
        if now > until:
            raise RuntimeError("%s stood still" % task)
    dog.feed()
