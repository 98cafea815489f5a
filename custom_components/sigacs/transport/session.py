"""One MQTT 3.1.1 session of paho over an asyncio connection.

asyncio owns the socket and TLS: cancellable, with time limits, and with the broker's TLS alert as an exception. paho
owns the conversation: CONNECT, SUBSCRIBE, keep-alive, DISCONNECT; `_Pipe` is a socket in its eyes. The one packet that
comes by the thousand, a PUBLISH of QoS 0, is read right here: paho spends more on it than all the rest of its way
(docs/adr/0003).

    asyncio -> data_received -> PacketStream -+-> PUBLISH -> on_message
                                              +-> any other -> _Pipe -> paho
"""

import asyncio
from collections.abc import Callable
import logging
import secrets
import ssl
from typing import Final, Self, cast, override

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from . import MessageCallback
from .broker import BrokerSettings
from .link import LinkError, Problem, problem_of
from .packets import MalformedError, PacketStream, is_plain_publish, read_publish

_LOGGER = logging.getLogger(__name__)

KEEPALIVE_S: Final = 30
"""Half-open connections are found within twice this time (MQTT 3.1.1, 3.1.2.10 and paho's own check)."""
CONNECT_TIMEOUT_S: Final = 10
VERDICT_S: Final = 0.25
ANSWER_TIMEOUT_S: Final = 10
CLOSE_TIMEOUT_S: Final = 2
_MISC_INTERVAL_S: Final = 5
_PACKETS_A_TURN: Final = 200
"""Packets handled before Home Assistant's loop gets its turn again: some 10 ms of a burst."""

# CONNACK codes 4 and 5 of MQTT 3.1.1 in paho's MQTT 5 spelling. Mosquitto says 5 for a wrong password.
_CONNACK: Final = {134: Problem.BAD_CREDENTIALS, 135: Problem.BAD_CREDENTIALS}


class _Pipe:
    """A socket as paho wants it; it reads one packet at a time from it."""

    def __init__(self, write: Callable[[bytes], None], close: Callable[[], None]) -> None:
        self._write = write
        self._unread = b""
        self.close = close

    def give(self, packet: bytes) -> None:
        self._unread += packet

    def recv(self, size: int) -> bytes:
        data, self._unread = self._unread[:size], self._unread[size:]
        if not data:
            raise BlockingIOError
        return data

    def send(self, data: bytes) -> int:
        self._write(data)
        return len(data)

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
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[Problem] = self._loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._stream = PacketStream()
        self._has_more = False
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
            # In TLS 1.3 the broker's alert about our certificate comes after the handshake. Whoever speaks before it
            # may find the connection reset, and the reason gone.
            await asyncio.wait([session.ended], timeout=VERDICT_S)
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await session._log_in(subscriptions)
        except BaseException as error:
            await session._leave()
            if isinstance(error, (OSError, ValueError, LinkError, ExceptionGroup)):
                raise LinkError(session._problem_of_attempt(error), str(error)) from error
            raise
        return session

    def _problem_of_attempt(self, error: Exception) -> Problem:
        problem = problem_of(error)
        # Hung up on while TLS was being agreed on: what a broker does on its port without TLS.
        return Problem.NOT_TLS if problem is Problem.LOST and self._transport is None else problem

    async def close(self) -> None:
        """Say DISCONNECT if still possible, and end; a broker that does not answer is not waited for."""
        if self._client.is_connected():
            self._client.disconnect()
            self._client.loop_write()
        await self._leave()

    async def _leave(self) -> None:
        """Leave no socket behind: politely, then at once."""
        self._end(Problem.LOST)
        if self._transport:
            for end in (self._hang_up, self._transport.abort):
                end()
                await asyncio.wait([self._gone], timeout=CLOSE_TIMEOUT_S)

    def _hang_up(self) -> None:
        # Never twice: asyncio's TLS transport forgets its connection at a second close, and can then not be aborted.
        if self._transport and not self._transport.is_closing():
            self._transport.close()

    async def _log_in(self, subscriptions: tuple[str, ...]) -> None:
        if not self.ended.done():
            self._client.connect("broker", keepalive=KEEPALIVE_S)
        await self._connack
        self._client.subscribe([(topic, 0) for topic in subscriptions])
        await self._suback

    # asyncio's side

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._client.pipe = _Pipe(self._transport.write, self._hang_up)
        self._misc = self._loop.call_later(_MISC_INTERVAL_S, self._keep_alive)

    @override
    def data_received(self, data: bytes) -> None:
        self._stream.feed(data)
        if not self._has_more:
            self._read()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end(problem_of(exc) if exc else Problem.LOST)
        self._gone.set_result(None)

    def _read(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        try:
            self._has_more = self._take_packets()
        except MalformedError as error:
            _LOGGER.debug("The broker sent what is not MQTT: %s", error)
            self._end(Problem.LOST)
        else:
            if self._has_more:
                self._transport.pause_reading()
                self._loop.call_soon(self._read)
            else:
                self._transport.resume_reading()

    def _take_packets(self) -> bool:
        """Take what has arrived, some of it; true when there is more."""
        for _ in range(_PACKETS_A_TURN):
            if self.ended.done() or (taken := self._stream.take()) is None:
                return False
            packet, body = taken
            if is_plain_publish(packet):
                self._publish_received(packet, body)
            else:
                self._hand_to_paho(packet)
        return True

    def _publish_received(self, packet: bytes, body: int) -> None:
        try:
            message = read_publish(packet, body)
        except UnicodeDecodeError:
            return  # a broker must close such a publisher (MQTT-1.5.3-1); there is no name to count it under
        try:
            self._on_message(message)
        except Exception:
            # One message must never end the link for all the others.
            _LOGGER.exception("A message on %r could not be handled", message.topic)

    def _hand_to_paho(self, packet: bytes) -> None:
        self._client.pipe.give(packet)
        try:
            failed = self._client.loop_read()
        except Exception as error:
            # Whatever its unpacking happens to raise.
            raise MalformedError(repr(error)) from error
        if failed:
            raise MalformedError(str(failed))

    def _write_soon(self, _client: Client, _userdata: object, _sock: object) -> None:
        self._loop.call_soon(self._client.loop_write)

    def _keep_alive(self) -> None:
        self._misc = self._loop.call_later(_MISC_INTERVAL_S, self._keep_alive)
        self._client.loop_misc()

    def _end(self, problem: Problem) -> None:
        if self._misc:
            self._misc.cancel()
            self._misc = None
        self._hang_up()
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

    def _disconnected(
        self, _client: Client, _userdata: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        _LOGGER.debug("Session over: %s", code)
        # Before its yes, this is paho's way to tell of an answer that it does not like.
        self._end(Problem.LOST if self._connack.done() else Problem.NOT_ALLOWED)


def _fail(answer: asyncio.Future[None], problem: Problem, detail: str = "") -> None:
    if not answer.done():
        answer.set_exception(LinkError(problem, detail))
        answer.exception()  # marks it as seen: it may be that nobody waits for it
