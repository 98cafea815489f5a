"""Keeps the time: from the board's clock chip at the start, from a time server as soon as one answers and each hour.

UIFlow2 2.4.2 tells its TLS library a date 30 years ahead, as far as its sources say. Certificates of `certs` allow for
that. Where one does not, TLS refuses the broker as expired or not yet valid: then the system's clock is set 30 years
off to make up for it, and so it is remembered. `clock`, and all that is sent, keep the true time.
"""

import asyncio

from hub.borrow import borrow


class Timekeeper:
    """`hosts` are asked in their order; `system` is hal_system."""

    def __init__(self, clock, hosts: "list[str]", system) -> None:
        """Take the clock chip's time, if it can be right."""
        self._set = (clock, system)
        self._hosts = hosts
        borrow("hub.time_setting", "start", clock, system)

    async def run(self) -> None:
        """Ask for the time, for ever."""
        doubtful = 0
        while True:
            wait_s, doubtful = await borrow("hub.time_setting", "synchronise", *self._set, self._hosts, doubtful)
            await asyncio.sleep(wait_s)

    def shift(self) -> None:
        """TLS has refused the broker because of a date."""
        borrow("hub.time_setting", "shift", *self._set)
