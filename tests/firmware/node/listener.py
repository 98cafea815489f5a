"""The hub's broker with one app, which prints what it was given: `micropython THIS FIRMWARE PORT GREENHOUSE KEY`.

One JSON line per message: user, topic, payload. Ends with its standard input.
"""

import asyncio
import json
import sys

sys.path[:0] = [sys.argv[1]]

from hub.access import Greenhouse  # noqa: E402
from hub.broker import Broker  # noqa: E402
from hub.server import serve  # noqa: E402


class Listener:
    def message(self, user: str, topic: str, payload: bytes, _retain: bool) -> None:  # noqa: FBT001 - a hook of the broker
        print(json.dumps([user, topic, str(payload, "utf8")]))  # noqa: T201 - what it is for

    def settle(self) -> None:
        pass


asyncio.run(
    serve(Broker(Greenhouse(sys.argv[3], bytes.fromhex(sys.argv[4])), Listener()), "127.0.0.1", int(sys.argv[2]))
)
