"""Our own connection to the greenhouses' broker: mutual TLS, user and password, kept up for ever.

One background task makes a session, waits until it ends, and tries again with growing, jittered pauses. Nothing here
gives up: a broker that comes back after a month is found within five minutes.
"""

import asyncio
import logging
import random
import ssl
from typing import Final

from homeassistant.core import HomeAssistant

from ..greenhouse.topic import SUBSCRIPTIONS
from . import LinkCallback, MessageCallback
from .broker import BrokerSettings, client_context
from .link import Link, LinkError, Problem
from .session import Session

_LOGGER = logging.getLogger(__name__)

_PAUSES_S: Final = (1, 2, 5, 10, 30, 60, 300)
_JITTER: Final = 0.2
"""Share of a pause by which it varies, so that a broker that restarts is not met by everybody at once."""
_SETTLED_S: Final = 20
"""A session that lasts this long was a real one: pauses start again from the shortest."""
_TAKEN_OVER_AFTER: Final = 3
"""So many sessions in a row accepted and cut at once: another client logs in with our user (MQTT-3.1.4-2)."""


class DirectTransport:
    """A way to a broker of its own, beside Home Assistant's MQTT."""

    def __init__(self, hass: HomeAssistant, settings: BrokerSettings) -> None:
        """Prepare; nothing is connected yet."""
        self._hass = hass
        self._settings = settings
        self._task: asyncio.Task[None] | None = None

    async def start(self, on_message: MessageCallback, on_link: LinkCallback) -> None:
        """Begin to connect in the background; LinkError when certificate and key cannot be used at all."""
        await self._prepare()
        self._task = self._hass.async_create_background_task(
            self._keep_connected(on_message, on_link), f"sigacs link to {self._settings.host}"
        )

    async def stop(self) -> None:
        """End the session and the task."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def try_once(self, on_message: MessageCallback) -> Session:
        """Make one session for a trial; LinkError names what is wrong. The caller closes it."""
        await self._prepare()
        return await self._connect(on_message)

    async def _prepare(self) -> None:
        try:
            self._context = await self._hass.async_add_executor_job(client_context, self._settings)
        except (ssl.SSLError, ValueError) as error:
            raise LinkError(Problem.UNUSABLE_CERTIFICATE, str(error)) from error

    async def _connect(self, on_message: MessageCallback) -> Session:
        return await Session.connect(self._settings, self._context, SUBSCRIPTIONS, on_message)

    async def _keep_connected(self, on_message: MessageCallback, on_link: LinkCallback) -> None:
        short_in_a_row = 0
        accepted_in_a_row = 0
        now = asyncio.get_running_loop().time
        while True:
            lasted_s = 0.0
            try:
                session = await self._connect(on_message)
            except LinkError as error:
                _LOGGER.debug("No session with %s:%s: %s", self._settings.host, self._settings.port, error)
                problem = error.problem
                accepted_in_a_row = 0
            else:
                on_link(Link())
                began = now()
                try:
                    problem = await session.ended
                finally:
                    await session.close()
                lasted_s = now() - began
                accepted_in_a_row += 1
            if lasted_s >= _SETTLED_S:
                short_in_a_row = accepted_in_a_row = 0
            if accepted_in_a_row >= _TAKEN_OVER_AFTER:
                problem = Problem.TAKEN_OVER
            on_link(Link(problem))
            pause_s = _PAUSES_S[min(short_in_a_row, len(_PAUSES_S) - 1)]
            short_in_a_row += 1
            await asyncio.sleep(pause_s * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret
