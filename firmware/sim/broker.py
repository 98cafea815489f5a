"""The hub's broker alone, open to everybody: `micropython firmware/sim/broker.py PORT [--heap]`, for conformance suites.

`--heap` prints, once a second, how much is allocated, how many clients are connected, and what was refused.
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

    def login(self, *_):
        return True

    def may_publish(self, *_):
        return True

    def may_subscribe(self, _, topic_filter):
        return topic_filter != REFUSED


class Nowhere:
    """The app that keeps nothing."""

    def message(self, user, topic, payload, retain):
        pass

    def settle(self):
        pass


async def _report(broker):
    while True:
        await asyncio.sleep(1)
        gc.collect()
        print(gc.mem_alloc(), broker.clients, broker.counts)


async def _main(port, heap):
    broker = Broker(Open(), Nowhere())
    if heap:
        asyncio.create_task(_report(broker))
    await serve(broker, "127.0.0.1", port)


asyncio.run(_main(int(sys.argv[1]), "--heap" in sys.argv))
