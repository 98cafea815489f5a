"""Hands messages to the hub: one segment out with CONNECT and every PUBLISH (QoS 1), one back, DISCONNECT.

Generators, which yield whenever there is nothing to do but wait, so that a board can doze and a simulation can run
others.
"""

import errno
import select
import socket

from micropython import const

from shared import mqtt

_KEEPALIVE_S = const(10)  # should the DISCONNECT get lost, the hub forgets us soon
_LARGEST = const(64)  # bytes of what a hub has to say to us


def packets(login: dict, messages: list) -> bytes:
    """Return CONNECT, and PUBLISH for each (topic, payload)."""
    user = login["user"]
    whole = [mqtt.connect(user, user, login["password"], _KEEPALIVE_S)]
    for index, (topic, payload) in enumerate(messages):
        whole.append(mqtt.publish(topic, payload, 1, False, index + 1))
    return b"".join(whole)


def send(address: tuple, data: bytes, count: int, taken: set, expired):  # noqa: ANN201 - a generator
    """Send `packets` of so many messages; the indices of those that the hub has safe go into `taken`.

    Returns the trouble, in the codes of words.py, or "".
    """
    sock = socket.socket()
    try:
        return (yield from _talk(sock, address, data, count, taken, expired))
    except OSError as error:
        return "hub_refused" if error.errno == errno.ECONNREFUSED else "hub_unreachable"
    except mqtt.ProtocolError:
        return "hub_hung_up"
    finally:
        try:
            sock.send(mqtt.DISCONNECT)
        except OSError:
            pass  # nobody is there to take leave of
        sock.close()


def _talk(sock, address: tuple, data: bytes, count: int, taken: set, expired):  # noqa: ANN202, PLR0913, PLR0917
    sock.setblocking(False)
    try:
        sock.connect(socket.getaddrinfo(*address)[0][-1])
    except OSError as error:
        if error.errno != errno.EINPROGRESS:
            raise
    poller = select.poll()
    poller.register(sock, select.POLLOUT)
    while data:
        if not (yield from _ready(poller, expired)):
            return "hub_unreachable"
        data = data[sock.send(data) :]
    poller.modify(sock, select.POLLIN)
    heard = mqtt.Packets(_LARGEST)
    while len(taken) < count:
        if not (yield from _ready(poller, expired)):
            return "hub_silent"
        chunk = sock.recv(256)
        if not chunk:
            return "hub_hung_up"
        refusal = _heard(heard.feed(chunk), taken)
        if refusal:
            return "login" if refusal in (4, 5) else "hub_hung_up"
    return ""


def _heard(packets, taken: set) -> int:
    """Note what was acknowledged; return the code with which the hub refuses us, 0 if it does not."""
    for first, body in packets:
        if first == mqtt.CONNACK and body[1]:
            return body[1]
        if first == mqtt.PUBACK:
            taken.add((body[0] << 8 | body[1]) - 1)
    return 0


def _ready(poller, expired):  # noqa: ANN202 - a generator
    """Wait until the socket can be read or written, whichever was asked for; False when the time is up."""
    while not poller.poll(0):
        if expired():
            return False
        yield
    return True
