"""Our own connection to the greenhouses' broker: mutual TLS, user and password, kept up for ever.

One background task makes a session, waits until it ends, and tries again with growing, jittered pauses. Nothing here
gives up: a broker that comes back after a month is found within five minutes.

`renew` goes on with another login or certificate, and misses nothing (docs/adr/0016): a new session is made beside the
running one, whose task rests meanwhile; what it receives waits until the last message of the former is handed on.
"""

import asyncio
import logging
import random
import secrets
import ssl
from typing import Final

from homeassistant.core import HomeAssistant

from ..greenhouse.topic import SUBSCRIPTIONS
from . import LinkCallback, MessageCallback
from .broker import BrokerSettings, client_context
from .handover import Handover
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
        self.server_not_after: float | None = None
        self._hass = hass
        self._settings = settings
        # One for all sessions, so that each can go on with the subscriptions of the one before.
        self._client_id = f"sigacs-{secrets.token_hex(6)}"
        self._session: Session | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = False
        self._renewal = asyncio.Lock()

    async def start(self, on_message: MessageCallback, on_link: LinkCallback) -> None:
        """Begin to connect in the background; LinkError when certificate and key cannot be used at all."""
        self._on_message, self._on_link = on_message, on_link
        self._context = await self._context_of(self._settings)
        self._started = True
        self._go_on()

    async def stop(self) -> None:
        """End the session and the task."""
        self._started = False
        await self._rest()
        if self._session:
            await self._session.close()

    async def try_once(self, on_message: MessageCallback) -> Session:
        """Make one session for a trial; LinkError names what is wrong. The caller closes it."""
        return await self._connect(self._settings, await self._context_of(self._settings), on_message)

    async def renew(self, settings: BrokerSettings) -> None:
        """Go on with another login or certificate for the same broker, and miss no message.

        LinkError names why the broker does not take them; all is as before then. That the link is up is told only after
        the caller's turn: by then it has kept the settings.
        """
        async with self._renewal:
            context = await self._context_of(settings)
            await self._rest()
            try:
                await self._replace_session(settings, context)
            finally:
                self._go_on()

    async def _replace_session(self, settings: BrokerSettings, context: ssl.SSLContext) -> None:
        handover, former = Handover(self._on_message), self._session
        if former:
            former.on_message = handover.former
        try:
            session = await self._connect(settings, context, handover.successor)
        except BaseException:
            if former:
                former.on_message = self._on_message
            raise
        if not self._started:
            await session.close()
            raise LinkError(Problem.LOST, "stopped meanwhile")
        self._session, self._settings, self._context = session, settings, context
        try:
            if former and session.continues:  # the broker has ended it
                await former.outlive()
            elif former:  # two users, two sessions: the broker serves both until we end it
                await former.finish()
                await session.catch_up()
        finally:
            session.on_message = self._on_message
            if self._started:
                handover.end(both_served=not session.continues)

    async def _context_of(self, settings: BrokerSettings) -> ssl.SSLContext:
        try:
            return await self._hass.async_add_executor_job(client_context, settings)
        except (ssl.SSLError, ValueError) as error:
            raise LinkError(Problem.UNUSABLE_CERTIFICATE, str(error)) from error

    async def _connect(self, settings: BrokerSettings, context: ssl.SSLContext, on_message: MessageCallback) -> Session:
        return await Session.connect(settings, context, self._client_id, SUBSCRIPTIONS, on_message)

    # The background task

    def _go_on(self) -> None:
        if self._started:
            self._task = self._hass.async_create_background_task(
                self._keep_connected(), f"sigacs link to {self._settings.host}", eager_start=False
            )

    async def _rest(self) -> None:
        """End the task; its session goes on."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def _living_session(self) -> Session:
        """The session that a renewal has left, or a new one."""
        if self._session and self._session.ended.done():
            await self._session.close()
            self._session = None
        if self._session is None:
            self._session = await self._connect(self._settings, self._context, self._on_message)
        return self._session

    async def _keep_connected(self) -> None:
        short_in_a_row = 0
        accepted_in_a_row = 0
        now = asyncio.get_running_loop().time
        while True:
            lasted_s = 0.0
            try:
                session = await self._living_session()
            except LinkError as error:
                _LOGGER.debug("No session with %s:%s: %s", self._settings.host, self._settings.port, error)
                problem = error.problem
                accepted_in_a_row = 0
            else:
                self.server_not_after = session.server_not_after
                self._on_link(Link())
                began = now()
                await asyncio.wait([session.ended])
                problem = session.ended.result()
                lasted_s = now() - began
                accepted_in_a_row += 1
            if lasted_s >= _SETTLED_S:
                short_in_a_row = accepted_in_a_row = 0
            if accepted_in_a_row >= _TAKEN_OVER_AFTER:
                problem = Problem.TAKEN_OVER
            self._on_link(Link(problem))
            pause_s = _PAUSES_S[min(short_in_a_row, len(_PAUSES_S) - 1)]
            short_in_a_row += 1
            await asyncio.sleep(pause_s * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret
