"""From nothing to CONNACK: network, TCP, TLS with both certificates, MQTT login. Borrowed: not kept in memory."""

import asyncio
from errno import ECONNREFUSED, EINPROGRESS
import select
import socket

from micropython import const

from hub import reasons, tls
from shared import mqtt
from shared.wire import hub_topic

_KEEPALIVE_S = const(60)  # the broker publishes the will after 90 s of silence
_POLL_MS = const(20)


async def connect(config: dict, health, limits: "tuple[int, ...]") -> tuple:
    """Return the stream, its TLS and its TCP socket once the broker has let us in; tell `health` of the certificates.

    Raises RuntimeError with a code of reasons.py. `limits` are the seconds for TCP, and for all that follows.
    """
    broker = config["broker"]
    stage = ["files"]  # a list, because what waits for CONNACK moves it on
    tcp = connected = None
    try:
        context, health.certificates = tls.load(config["pki"])
        stage[0] = "dns"
        where = socket.getaddrinfo(broker["host"], broker["port"], 0, socket.SOCK_STREAM)[0]
        stage[0] = "tcp"
        tcp = socket.socket(*where[:3])
        tcp.setblocking(False)
        await asyncio.wait_for(_tcp(tcp, where[-1]), limits[0])
        stage[0] = "tls"
        name = broker.get("name") or broker["host"]
        secure = context.wrap_socket(tcp, server_hostname=name, do_handshake_on_connect=False)
        stream = asyncio.StreamReader(secure)
        await asyncio.wait_for(_login(stream, config, stage), limits[1])
        connected = True
        return stream, secure, tcp
    except (OSError, ValueError, EOFError, MemoryError, asyncio.TimeoutError) as error:
        raise RuntimeError(reasons.code(stage[0], error))
    finally:
        if tcp and not connected:
            tcp.close()


async def _tcp(tcp, address: tuple) -> None:
    """Wait until the connection stands. Raises OSError when it is refused."""
    try:
        tcp.connect(address)
    except OSError as error:
        if error.errno != EINPROGRESS:
            raise
    poll = select.poll()
    poll.register(tcp, select.POLLOUT)
    while not (events := poll.poll(0)):
        await asyncio.sleep_ms(_POLL_MS)
    if events[0][1] & (select.POLLERR | select.POLLHUP):
        tcp.send(b"")  # raises what has happened
        raise OSError(ECONNREFUSED)


async def _login(stream, config: dict, stage: "list[str]") -> None:
    """Send CONNECT, which brings the handshake about, and wait for CONNACK. Raises ValueError with its return code."""
    login = config["login"]
    will = (hub_topic(config["greenhouse"], "etat"), "offline")
    stream.write(mqtt.connect(login["user"], login["user"], login["password"], _KEEPALIVE_S, will))
    await stream.drain()
    stage[0] = "login"
    answer = await stream.readexactly(4)
    if answer[:2] != b"\x20\x02" or answer[3]:
        raise ValueError(answer[3])
