"""`sante`, in which a hub tells of itself (docs/protocol.md). Borrowed: not kept in memory."""

import gc
import json

from micropython import const

_LONGEST = const(2048)  # bytes


def text(about: tuple, certificates: "dict[str, int]", notes: dict) -> str:
    """Return the JSON, at most 2048 bytes: without the notes if they are too much. `about`: see health.py."""
    version, period, clock, queue = about
    gc.collect()
    report = {
        "version": version,
        "period": period,
        "uptime": clock.uptime(),
        "memory": gc.mem_free(),
        "queue": len(queue),
        "dropped": queue.dropped,
        "clock": clock.unix(),
        "certificates": certificates,
    }
    brief = json.dumps(report)
    report.update(notes)
    whole = json.dumps(report)
    return whole if len(whole.encode()) <= _LONGEST else brief
