"""The MQTT session against exact bytes: what a broker may send, in whatever pieces, and what we answer."""

import asyncio
from collections.abc import Callable
import logging
from typing import override

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.sigacs.transport import Message, session as session_module
from custom_components.sigacs.transport.broker import BrokerSettings
from custom_components.sigacs.transport.link import LinkError, Problem
from custom_components.sigacs.transport.session import Session
from tests.integration.packets import publish

CONNACK = b"\x20\x03\x00\x00\x00"
SUBACK = b"\x90\x06\x00\x01\x00\x00\x00\x00"
PINGREQ = b"\xc0\x00"
PINGRESP = b"\xd0\x00"
DISCONNECT = b"\xe0\x07\x00\x05\x11\x00\x00\x00\x00"  # the session ends with it
SUBSCRIPTIONS = ("/serre/+/bac/+/#", "/serre/+/etat", "/serre/+/sante")
SETTINGS = BrokerSettings("broker.test", 8883, "dashboard", "secret", "", "", "")


class Wire(asyncio.Transport):
    """The connection to a broker as asyncio would run it: what was written, and whether it is still open."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._lost = False
        self.written = b""
        self.closed = False
        self.paused = False
        self.frozen = False

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    @override
    def is_closing(self) -> bool:
        return self.closed

    @override
    def close(self) -> None:
        assert not self.closed, "asyncio's TLS transport cannot be aborted any more after a second close"
        self.closed = True
        if not self.frozen:
            asyncio.get_running_loop().call_soon(self.breaks)

    @override
    def abort(self) -> None:
        self.closed = True
        asyncio.get_running_loop().call_soon(self.breaks)

    @override
    def pause_reading(self) -> None:
        self.paused = True

    @override
    def resume_reading(self) -> None:
        self.paused = False

    def breaks(self, error: Exception | None = None) -> None:
        """Let the connection end, once."""
        self.closed = True
        if not self._lost:
            self._lost = True
            self._session.connection_lost(error)


async def turns(count: int = 5) -> None:
    """Let the event loop do what is due."""
    for _ in range(count):
        await asyncio.sleep(0)


async def begin(on_message: Callable[[Message], None]) -> tuple[Session, Wire, asyncio.Task[None]]:
    """A session whose CONNECT is on the wire."""
    session = Session(SETTINGS, "sigacs-0123456789ab", on_message)
    wire = Wire(session)
    session.connection_made(wire)
    log_in = asyncio.create_task(session._log_in(SUBSCRIPTIONS))
    await turns()
    return session, wire, log_in


async def established(on_message: Callable[[Message], None]) -> tuple[Session, Wire]:
    """A session that the broker has accepted, with its subscriptions."""
    session, wire, log_in = await begin(on_message)
    session.data_received(CONNACK)
    await turns()
    session.data_received(SUBACK)
    await log_in
    wire.written = b""
    return session, wire


# Login


async def test_login_is_mqtt_5_with_a_session_that_goes_on_user_and_password() -> None:
    session, wire, log_in = await begin(lambda _message: None)
    assert wire.written == (
        b"\x10\x38"
        b"\x00\x04MQTT\x05\xc0\x00\x1e"  # no clean start
        b"\x05\x11\x00\x00\x00\x0a"  # the session is kept for ten seconds
        b"\x00\x13sigacs-0123456789ab\x00\x09dashboard\x00\x06secret"
    )

    wire.written = b""
    session.data_received(CONNACK)
    await turns()
    wanted = b"".join(len(topic).to_bytes(2) + topic.encode() + b"\x00" for topic in SUBSCRIPTIONS)
    assert wire.written == b"\x82" + bytes([3 + len(wanted)]) + b"\x00\x01\x00" + wanted
    session.data_received(SUBACK)
    await log_in
    await session.close()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"\x20\x02\x00\x01", Problem.NOT_ALLOWED),  # a broker that knows MQTT 3.1.1 alone
        (b"\x20\x03\x00\x84\x00", Problem.NOT_ALLOWED),  # unsupported protocol version
        (b"\x20\x03\x00\x88\x00", Problem.NOT_ALLOWED),  # server unavailable
        (b"\x20\x03\x00\x8a\x00", Problem.NOT_ALLOWED),  # banned
        (b"\x20\x03\x00\x86\x00", Problem.BAD_CREDENTIALS),  # bad user name or password
        (b"\x20\x03\x00\x87\x00", Problem.BAD_CREDENTIALS),  # not authorized
        (CONNACK + b"\x90\x06\x00\x01\x00\x00\x87\x00", Problem.NOT_ALLOWED),  # one subscription refused
    ],
)
async def test_an_answer_that_refuses_is_named(answer: bytes, problem: Problem) -> None:
    session, _wire, log_in = await begin(lambda _message: None)
    for at in range(0, len(answer), 5):
        session.data_received(answer[at : at + 5])
        await turns()
    with pytest.raises(LinkError) as error:
        await log_in
    assert error.value.problem is problem
    await session.close()


async def test_a_broker_that_closes_before_its_answer_has_refused_the_certificate() -> None:
    _session, wire, log_in = await begin(lambda _message: None)
    wire.breaks()
    with pytest.raises(LinkError) as error:
        await log_in
    assert error.value.problem is Problem.CLIENT_REJECTED


async def test_a_broker_that_closes_after_its_answer_was_only_lost() -> None:
    session, wire, log_in = await begin(lambda _message: None)
    session.data_received(CONNACK)
    await turns()
    wire.breaks()
    with pytest.raises(LinkError) as error:
        await log_in
    assert error.value.problem is Problem.LOST


@pytest.mark.parametrize("noise", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64, b"\xff" * 64, b"SSH-2.0-x\r\n"])
async def test_what_is_no_mqtt_ends_the_session_and_nothing_else(noise: bytes) -> None:
    session, wire, log_in = await begin(lambda _message: None)
    session.data_received(noise)
    await turns()
    wire.breaks()
    with pytest.raises(LinkError):
        await log_in
    assert session.ended.done()
    await session.close()


# Messages


async def test_messages_come_whole_however_the_bytes_were_cut() -> None:
    stream = (
        publish(b"/serre/1/bac/1/sol", b"65.0")
        + PINGRESP
        + publish(b"/serre/1/etat", b"online", retain=True)
        + publish(b"/serre/1/bac/1/air/temp", b"")
        + publish(b"/serre/1/sante", b"x" * 300)
    )
    expected = [
        Message("/serre/1/bac/1/sol", b"65.0", retained=False),
        Message("/serre/1/etat", b"online", retained=True),
        Message("/serre/1/bac/1/air/temp", b"", retained=False),
        Message("/serre/1/sante", b"x" * 300, retained=False),
    ]
    received: list[Message] = []
    session, _wire = await established(received.append)
    for cut in range(len(stream) + 1):
        for piece in (stream[:cut], stream[cut:]):
            session.data_received(piece)
        assert received == expected, f"cut at {cut}"
        received.clear()
    for at in range(len(stream)):
        session.data_received(stream[at : at + 1])
    assert received == expected
    await session.close()


async def test_a_burst_of_ten_thousand_messages_lets_home_assistant_work_in_between() -> None:
    received: list[Message] = []
    session, wire = await established(received.append)
    in_a_turn: list[int] = []

    async def watch() -> None:
        seen = 0
        while len(received) < 10_000:
            in_a_turn.append(len(received) - seen)
            seen = len(received)
            await asyncio.sleep(0)

    session.data_received(b"".join(publish(b"/serre/1/bac/1/sol", b"%d" % number) for number in range(10_000)))
    assert wire.paused
    await asyncio.wait_for(watch(), 30)
    assert [int(message.payload) for message in received] == list(range(10_000))
    assert max(in_a_turn) <= 400
    await turns()
    assert not wire.paused
    await session.close()


async def test_what_comes_while_a_burst_is_worked_off_comes_after_it() -> None:
    received: list[Message] = []
    session, _wire = await established(received.append)
    burst = b"".join(publish(b"/a", b"%d" % number) for number in range(1000))
    session.data_received(burst)
    session.data_received(publish(b"/a", b"1000")[:3])
    session.data_received(publish(b"/a", b"1000")[3:])
    await turns(20)
    assert [int(message.payload) for message in received] == list(range(1001))
    await session.close()


async def test_nothing_is_received_any_more_after_the_end() -> None:
    received: list[Message] = []
    session, _wire = await established(received.append)
    session.data_received(b"".join(publish(b"/a", b"%d" % number) for number in range(1000)))
    await session.close()
    count = len(received)
    await turns(20)
    assert len(received) == count < 1000


async def test_what_came_before_a_broken_connection_is_all_taken() -> None:
    received: list[Message] = []
    session, wire = await established(received.append)
    session.data_received(b"".join(publish(b"/a", b"%d" % number) for number in range(1000)))
    wire.breaks()
    assert not session.ended.done()
    await turns(20)
    assert [int(message.payload) for message in received] == list(range(1000))
    assert session.ended.result() is Problem.LOST
    await session.close()


async def test_finishing_takes_what_the_broker_sends_until_it_closes() -> None:
    received: list[Message] = []
    session, wire = await established(received.append)
    finishing = asyncio.create_task(session.finish())
    await turns()
    assert wire.written == DISCONNECT
    assert not wire.closed
    session.data_received(publish(b"/a", b"1"))
    wire.breaks()
    await finishing
    assert [message.payload for message in received] == [b"1"]


async def test_finishing_waits_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CLOSE_TIMEOUT_S", 0.05)
    session, wire = await established(lambda _message: None)
    wire.frozen = True
    await session.finish()
    assert wire.closed
    assert session.ended.result() is Problem.LOST


async def test_a_session_that_goes_on_is_told_from_a_new_one() -> None:
    for present in (False, True):
        session, _wire, log_in = await begin(lambda _message: None)
        session.data_received(bytes([0x20, 3, present, 0, 0]))
        await turns()
        session.data_received(SUBACK)
        await log_in
        assert session.continues is present
        await session.close()


async def test_a_topic_that_is_no_utf_8_is_passed_over() -> None:
    received: list[Message] = []
    session, _wire = await established(received.append)
    session.data_received(publish(b"/serre/\xff\xfe/bac/1/sol", b"65.0") + publish(b"/serre/1/bac/1/sol", b"64.0"))
    assert received == [Message("/serre/1/bac/1/sol", b"64.0", retained=False)]
    assert not session.ended.done()
    await session.close()


async def test_a_message_that_cannot_be_handled_does_not_end_the_link(caplog: pytest.LogCaptureFixture) -> None:
    received: list[Message] = []

    def handle(message: Message) -> None:
        received.append(message)
        if message.payload == b"bad":
            raise RuntimeError("as it must not happen")

    session, _wire = await established(handle)
    session.data_received(publish(b"/a", b"1") + publish(b"/b", b"bad") + publish(b"/c", b"3"))
    assert [message.topic for message in received] == ["/a", "/b", "/c"]
    assert not session.ended.done()
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "/b" in record.message
    await session.close()


@pytest.mark.parametrize("size", [127, 128, 16_383, 16_384, 2_097_152])
async def test_a_large_message_comes_whole(size: int) -> None:
    received: list[Message] = []
    session, _wire = await established(received.append)
    packet = publish(b"/serre/1/sante", b"x" * size)
    for at in range(0, len(packet), 65_536):
        session.data_received(packet[at : at + 65_536])
    assert [len(message.payload) for message in received] == [size]
    await session.close()


@pytest.mark.parametrize(
    "packet",
    [
        b"\x30\xff\xff\xff\xff\x7f",  # a length of five bytes (MQTT 5, 1.5.5)
        b"\x30\x01\x00",  # a PUBLISH too short for its topic's length
        b"\x30\x04\x00\x09/a",  # a topic longer than its packet
        b"\x30\x02\x00\x00",  # a PUBLISH without the length of its properties
        b"\x30\x03\x00\x00\x00",  # an empty topic
        b"\x30\x04\x00\x00\x09x",  # properties longer than their packet
        b"\x20\x00",  # a CONNACK without a code
        b"\x90\x01\x00",  # a SUBACK too short
        b"\xd0\x01\x00",  # a PINGRESP with something in it
        b"\xf0\x00",  # an AUTH, which we did not ask for
        b"\x10\x00",  # a CONNECT, which only a client sends
    ],
)
async def test_a_malformed_packet_ends_the_session_at_worst(packet: bytes, caplog: pytest.LogCaptureFixture) -> None:
    received: list[Message] = []
    session, _wire = await established(received.append)
    session.data_received(packet)
    await turns()
    if session.ended.done():
        assert session.ended.result() is Problem.LOST
    await session.close()
    assert [record for record in caplog.records if record.exc_info] == []


# The end


async def test_closing_says_disconnect() -> None:
    session, wire = await established(lambda _message: None)
    await session.close()
    assert wire.written == DISCONNECT
    assert wire.closed
    assert session.ended.result() is Problem.LOST


async def test_closing_twice_does_no_harm() -> None:
    session, wire = await established(lambda _message: None)
    await session.close()
    await session.close()
    assert wire.written == DISCONNECT


async def test_closing_does_not_wait_for_a_broker_that_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CLOSE_TIMEOUT_S", 0.05)
    session, wire = await established(lambda _message: None)
    wire.frozen = True
    await session.close()
    assert wire.closed
    assert session.ended.result() is Problem.LOST


async def test_closing_before_the_login_ends_it() -> None:
    session, wire, log_in = await begin(lambda _message: None)
    await session.close()
    assert wire.closed
    with pytest.raises(LinkError):
        await log_in


@pytest.mark.parametrize(
    ("error", "problem"),
    [(None, Problem.LOST), (ConnectionResetError(), Problem.LOST), (TimeoutError(), Problem.NO_ANSWER)],
)
async def test_a_broken_connection_is_the_end(error: Exception | None, problem: Problem) -> None:
    session, wire = await established(lambda _message: None)
    wire.breaks(error)
    assert session.ended.result() is problem
    await session.close()


async def test_an_idle_session_asks_whether_the_broker_is_still_there(freezer: FrozenDateTimeFactory) -> None:
    session, wire = await established(lambda _message: None)
    for _ in range(5):
        freezer.tick(31)
        await turns()
        assert wire.written == PINGREQ
        wire.written = b""
        session.data_received(PINGRESP)
    assert not session.ended.done()
    await session.close()


async def test_a_broker_that_does_not_answer_that_is_given_up(freezer: FrozenDateTimeFactory) -> None:
    session, wire = await established(lambda _message: None)
    freezer.tick(31)
    await turns()
    assert wire.written == PINGREQ
    freezer.tick(31)
    await turns()
    assert session.ended.result() is Problem.LOST
    assert wire.closed
    await session.close()
