"""What a planter sends comes in a burst: some of it means something only together with the rest."""

import asyncio
from collections.abc import Callable
from typing import Final

SETTLES_S: Final = 1.0
"""A node sends all of its readings in one segment; over Wi-Fi and two brokers they stay together."""


class Burst[K, V]:
    """Collects until a burst is over, the newest value of each key; then hands over all of it. One timer for all."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, over: Callable[[dict[K, V]], None], settles_s: float = SETTLES_S
    ) -> None:
        """Call `over` so many seconds after the first of what was added; 0: with the loop's next turn."""
        self._loop = loop
        self._over = over
        self._settles_s = settles_s
        self._waiting: dict[K, V] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, key: K, value: V) -> None:
        """Let this wait for the end of the burst."""
        self._waiting[key] = value
        if self._timer is None:
            self._timer = self._loop.call_later(self._settles_s, self._hand_over)

    def take(self, key: K) -> V | None:
        """Take back what waits under a key, if there is something."""
        return self._waiting.pop(key, None)

    def stop(self) -> None:
        """Leave no timer behind; what waits is dropped."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._waiting.clear()

    def _hand_over(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, {}
        self._over(waiting)
