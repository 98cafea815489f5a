"""One MQTT 5 connection of paho over asyncio.

asyncio owns the socket and TLS: cancellable, with time limits, and with the broker's TLS alert as an exception. paho
owns the conversation: CONNECT, SUBSCRIBE, keep-alive, DISCONNECT; `_Pipe` is a socket in its eyes. The one packet that
comes by the thousand, a PUBLISH of QoS 0, is read right here: paho spends more on it than all the rest of its way
(docs/adr/0003).

    asyncio -> data_received -> PacketStream -+-> PUBLISH -> on_message
                                              +-> any other -> _Pipe -> paho

The broker keeps a session for a few seconds beyond its connection. So a second connection with the same client id goes
on with the subscriptions of the first: between the two the broker drops nothing (docs/adr/0016).
"""

import asyncio
from collections.abc import Callable
import logging
import ssl
from typing import Final, Self, cast, override

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from . import MessageCallback
from .broker import BrokerSettings
from .handover import hand_on
from .link import LinkError, Problem, problem_of
from .packets import MalformedError, PacketStream, is_plain_publish, read_publish

_LOGGER = logging.getLogger(__name__)

KEEPALIVE_S: Final = 30
"""Half-open connections are found within twice this time (MQTT 5, 3.1.2.10 and paho's own check)."""
SESSION_EXPIRY_S: Final = 10
"""How long the broker keeps a session whose connection broke. Any time will do for a second connection to go on with
it; a short one, so that no broker can hand over old measurements as if they were of now."""
CONNECT_TIMEOUT_S: Final = 10
VERDICT_S: Final = 0.25
ANSWER_TIMEOUT_S: Final = 10
CLOSE_TIMEOUT_S: Final = 2
_MISC_INTERVAL_S: Final = 5
_PACKETS_A_TURN: Final = 200
"""Packets handled before Home Assistant's loop gets its turn again: some 10 ms of a burst."""

# "Bad user name or password" and "not authorized" (MQTT 5, 3.2.2.2). Mosquitto says the second for a wrong password.
_CONNACK: Final = {134: Problem.BAD_CREDENTIALS, 135: Problem.BAD_CREDENTIALS}

_DISCONNECT: Final = bytes.fromhex("e0 07 00 05 11 00000000")
"""Written by ourselves, as paho would close the connection behind it: the session ends now (3.14.2.2.2)."""
_PINGREQ: Final = bytes.fromhex("c0 00")
_PINGRESP: Final = 0xD0


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

    continues = False
    """Whether the broker went on with the session of an earlier connection, which it has ended with that."""
    server_not_after: float | None = None
    """When the broker's certificate ends, as it was shown; Unix seconds."""

    def __init__(self, settings: BrokerSettings, client_id: str, on_message: MessageCallback) -> None:
        """Prepare a session; nothing is sent yet."""
        self._loop = cast("asyncio.BaseEventLoop", asyncio.get_running_loop())
        self.on_message = on_message
        self._connack: asyncio.Future[None] = self._loop.create_future()
        self._suback: asyncio.Future[None] = self._loop.create_future()
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._echo: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[Problem] = self._loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._stream = PacketStream()
        self._has_more = False
        self._lost: Problem | None = None
        self._misc: asyncio.TimerHandle | None = None
        self._client = client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
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
        client_id: str,
        subscriptions: tuple[str, ...],
        on_message: MessageCallback,
    ) -> Self:
        """Connect, log in and subscribe; LinkError names whatever went wrong on the way."""
        session = cls(settings, client_id, on_message)
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
        """End at once; a broker that does not answer is not waited for."""
        self._say_goodbye()
        await self._leave()

    async def finish(self) -> None:
        """End, but take everything that the broker has sent before it closes; it has `CLOSE_TIMEOUT_S` for that."""
        self._say_goodbye()
        await self.outlive()

    async def outlive(self) -> None:
        """Take what is left of a connection that the broker ends by itself."""
        await asyncio.wait([self.ended], timeout=CLOSE_TIMEOUT_S)
        await self._leave()

    async def catch_up(self) -> None:
        """Take everything that the broker has sent until now: its answer comes behind it, in `CLOSE_TIMEOUT_S`."""
        self._echo = self._loop.create_future()
        if self._transport and not self._transport.is_closing():
            self._transport.write(_PINGREQ)
        await asyncio.wait((self._echo, self.ended), timeout=CLOSE_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)

    def _say_goodbye(self) -> None:
        if self._transport and not self.ended.done() and not self._transport.is_closing():
            self._transport.write(_DISCONNECT)

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
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has no types there
            properties.SessionExpiryInterval = SESSION_EXPIRY_S
            self._client.connect("broker", keepalive=KEEPALIVE_S, clean_start=False, properties=properties)
        await self._connack
        self._client.subscribe([(topic, 0) for topic in subscriptions])
        await self._suback

    # asyncio's side

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if certificate := transport.get_extra_info("peercert"):
            self.server_not_after = ssl.cert_time_to_seconds(certificate["notAfter"])
        self._client.pipe = _Pipe(self._transport.write, self._hang_up)
        self._misc = self._loop.call_later(_MISC_INTERVAL_S, self._keep_alive)

    @override
    def data_received(self, data: bytes) -> None:
        self._stream.feed(data)
        if not self._has_more:
            self._read()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set_result(None)
        self._lost = problem_of(exc) if exc else Problem.LOST
        if not self._has_more:
            self._end(self._lost)

    def _read(self) -> None:
        if self._transport is None or self.ended.done():
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
            elif self._lost:
                self._end(self._lost)
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
                if packet[0] == _PINGRESP and not self._echo.done():
                    self._echo.set_result(None)
        return True

    def _publish_received(self, packet: bytes, body: int) -> None:
        try:
            message = read_publish(packet, body)
        except UnicodeDecodeError:
            return  # a broker must close such a publisher (MQTT-1.5.3-1); there is no name to count it under
        hand_on(message, self.on_message)

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
        self, _client: Client, _userdata: object, flags: ConnectFlags, code: ReasonCode, _properties: object
    ) -> None:
        self.continues = flags.session_present
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
