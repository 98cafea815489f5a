"""One MQTT 3.1.1 session of paho over an asyncio connection.

asyncio owns the socket and TLS: cancellable, with time limits, and with the broker's TLS alert as an exception. paho
owns the protocol. Between them stands `_Pipe`, a socket in paho's eyes, from which it reads packet by packet what
asyncio received in one piece.

    asyncio -> data_received -> _Pipe -> paho.loop_read -> on_message -> caller
"""

import asyncio
import logging
import secrets
import ssl
from typing import Final, Self, cast, override

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from . import Message, MessageCallback
from .broker import BrokerSettings
from .link import LinkError, Problem, problem_of

_LOGGER = logging.getLogger(__name__)

KEEPALIVE_S: Final = 30
"""Half-open connections are found within twice this time (MQTT 3.1.1, 3.1.2.10 and paho's own check)."""
CONNECT_TIMEOUT_S: Final = 10
ANSWER_TIMEOUT_S: Final = 10
CLOSE_TIMEOUT_S: Final = 2
_MISC_INTERVAL_S: Final = 5
_PACKETS_A_TURN: Final = 200
"""Packets handled before Home Assistant's loop gets its turn again: some 10 ms of a burst."""

# CONNACK codes 4 and 5 of MQTT 3.1.1 in paho's MQTT 5 spelling. Mosquitto says 5 for a wrong password.
_CONNACK: Final = {134: Problem.BAD_CREDENTIALS, 135: Problem.BAD_CREDENTIALS}


class _Pipe:
    """A socket as paho wants it, over an asyncio transport."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._received = b""
        self._at = 0

    def feed(self, data: bytes) -> None:
        self._received = self._received[self._at :] + data
        self._at = 0

    @property
    def readable(self) -> bool:
        return self._at < len(self._received)

    def recv(self, size: int) -> bytes:
        data = self._received[self._at : self._at + size]
        if not data:
            raise BlockingIOError
        self._at += len(data)
        return data

    def send(self, data: bytes) -> int:
        self._transport.write(data)
        return len(data)

    def close(self) -> None:
        self._transport.close()

    def fileno(self) -> int:
        return -1

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - the socket's own signature
        """Do nothing: this never blocks."""


class _Client(Client):
    """paho's client on a connection that it did not open itself."""

    pipe: _Pipe

    @override
    def _create_socket(self) -> _Pipe:
        # The one private name of paho that we use; it is there from 1.3 to 2.2, and tests drive it for real.
        return self.pipe


class Session(asyncio.Protocol):
    """One connection from CONNECT to its end. Make it with `connect`; `ended` tells why it is over."""

    def __init__(self, settings: BrokerSettings, on_message: MessageCallback) -> None:
        """Prepare a session; nothing is sent yet."""
        self._loop = cast("asyncio.BaseEventLoop", asyncio.get_running_loop())
        self._on_message = on_message
        self._connack: asyncio.Future[None] = self._loop.create_future()
        self._suback: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[Problem] = self._loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._misc: asyncio.TimerHandle | None = None
        self._client = client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"sigacs-{secrets.token_hex(6)}",
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.username_pw_set(settings.username, settings.password)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_message = self._message
        client.on_disconnect = self._disconnected
        client.on_socket_register_write = self._write_soon

    @classmethod
    async def connect(
        cls,
        settings: BrokerSettings,
        context: ssl.SSLContext,
        subscriptions: tuple[str, ...],
        on_message: MessageCallback,
    ) -> Self:
        """Connect, log in and subscribe; LinkError names whatever went wrong on the way."""
        session = cls(settings, on_message)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await session._loop.create_connection(
                    lambda: session, settings.host, settings.port, ssl=context, all_errors=True
                )
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await session._log_in(subscriptions)
        except BaseException as error:
            session._abort()
            if isinstance(error, (OSError, ValueError, LinkError, ExceptionGroup)):
                raise LinkError(problem_of(error), str(error)) from error
            raise
        return session

    async def close(self) -> None:
        """Say DISCONNECT if still possible, and end; a broker that does not answer is not waited for."""
        if self._client.is_connected():
            self._client.disconnect()
            self._client.loop_write()
        if self._transport:
            self._transport.close()
            await asyncio.wait([self.ended], timeout=CLOSE_TIMEOUT_S)
        self._abort()

    def _abort(self) -> None:
        if self._transport:
            self._transport.abort()
        self._end(Problem.LOST)

    async def _log_in(self, subscriptions: tuple[str, ...]) -> None:
        self._client.connect("broker", keepalive=KEEPALIVE_S)
        await self._connack
        self._client.subscribe([(topic, 0) for topic in subscriptions])
        await self._suback

    # asyncio's side

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._client.pipe = _Pipe(self._transport)
        self._misc = self._loop.call_later(_MISC_INTERVAL_S, self._keep_alive)

    @override
    def data_received(self, data: bytes) -> None:
        pipe = self._client.pipe
        backlog = pipe.readable
        pipe.feed(data)
        if not backlog:
            self._read()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end(problem_of(exc) if exc else Problem.LOST)

    def _read(self) -> None:
        pipe = self._client.pipe
        for _ in range(_PACKETS_A_TURN):
            if not pipe.readable or self.ended.done():
                break
            if self._client.loop_read():
                return
        if self._transport is None or self._transport.is_closing():
            return
        if pipe.readable:
            self._transport.pause_reading()
            self._loop.call_soon(self._read)
        else:
            self._transport.resume_reading()

    def _write_soon(self, _client: Client, _userdata: object, _sock: object) -> None:
        self._loop.call_soon(self._client.loop_write)

    def _keep_alive(self) -> None:
        self._misc = self._loop.call_later(_MISC_INTERVAL_S, self._keep_alive)
        self._client.loop_misc()

    def _end(self, problem: Problem) -> None:
        if self._misc:
            self._misc.cancel()
            self._misc = None
        if self._transport:
            self._transport.close()
        # Before CONNACK, a broker that closes without a word has as a rule not accepted the certificate: TLS 1.3 lets a
        # client believe that the handshake is over before the broker has looked at it.
        _fail(self._connack, Problem.CLIENT_REJECTED if problem is Problem.LOST else problem)
        _fail(self._suback, problem)
        if not self.ended.done():
            self.ended.set_result(problem)

    # paho's side

    def _connected(
        self, _client: Client, _userdata: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        if code.is_failure:
            _fail(self._connack, _CONNACK.get(code.value, Problem.NOT_ALLOWED), str(code))
        else:
            self._connack.set_result(None)

    def _subscribed(
        self, _client: Client, _userdata: object, _mid: int, codes: list[ReasonCode], _properties: object
    ) -> None:
        if any(code.is_failure for code in codes):
            _fail(self._suback, Problem.NOT_ALLOWED, "subscription refused")
        else:
            self._suback.set_result(None)

    def _message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return  # the broker must close such a publisher (MQTT-1.5.3-1); there is no name to count it under
        try:
            self._on_message(Message(topic, message.payload, message.retain))
        except Exception:
            # One message must never end the link for all the others.
            _LOGGER.exception("A message on %r could not be handled", topic)

    def _disconnected(
        self, _client: Client, _userdata: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        _LOGGER.debug("Session over: %s", code)
        self._end(Problem.LOST)


def _fail(answer: asyncio.Future[None], problem: Problem, detail: str = "") -> None:
    if not answer.done():
        answer.set_exception(LinkError(problem, detail))
        answer.exception()  # marks it as seen: it may be that nobody waits for it
