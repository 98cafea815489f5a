"""The hub's broker alone, open to everybody, for conformance suites: `micropython firmware/sim/broker.py PORT`.

`--heap` behind that prints, once a second, how much is allocated, how many clients are connected, and what was refused.
"""

import asyncio
import gc
import sys

sys.path.insert(0, sys.path[0] + "/..")

from hub.broker import Broker
from hub.server import serve

REFUSED = "test/nosubscribe"  # by the name that the Eclipse Paho conformance suite tries a refusal with


class Open:
    """The policy that lets everybody do everything but subscribe to one filter."""

    def login(self, _client_id: str, _user: str | None, _password: bytes | None) -> bool:
        """Let everybody in."""
        return True

    def may_publish(self, _user: str | None, _topic: str) -> bool:
        """Let everybody publish anything."""
        return True

    def may_subscribe(self, _user: str | None, topic_filter: str) -> bool:
        """Let everybody subscribe to all but one."""
        return topic_filter != REFUSED


class Nowhere:
    """The app that keeps nothing."""

    def message(self, _user: str | None, _topic: str, _payload: bytes, _retain: bool) -> None:
        """Forget it."""

    def settle(self) -> None:
        """Have nothing to store."""


def _report(broker) -> None:
    gc.collect()
    print(gc.mem_alloc(), broker.clients, broker.counts)


def _main(port: int, heap: bool) -> None:
    broker = Broker(Open(), Nowhere())
    asyncio.run(serve(broker, "127.0.0.1", port, (lambda: _report(broker)) if heap else None))


_main(int(sys.argv[1]), "--heap" in sys.argv)
