"""One question to a time server (SNTPv4, RFC 4330), and whether to believe it. Borrowed: not kept in memory."""

import asyncio
from errno import EAGAIN
import os
import socket
import time

from micropython import const

_PORT = const(123)
_ANSWER_MS = const(3000)
_POLL_MS = const(20)
_CLIENT = b"\x23" + bytes(39)  # version 4, mode 3; then all zero up to the transmit timestamp
_UNIX = const(2208988800)  # seconds from 1900 to 1970


async def ask(host: str, port: int = _PORT) -> int:
    """Return the Unix time that a server tells, rounded. Raises OSError without an answer, ValueError for a bad one."""
    family, _, _, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_DGRAM)[0]
    udp = socket.socket(family, socket.SOCK_DGRAM)
    try:
        udp.setblocking(False)
        udp.connect(address)  # nobody else's packets are taken then
        nonce = os.urandom(8)
        udp.send(_CLIENT + nonce)
        sent = time.ticks_ms()
        while True:
            await asyncio.sleep_ms(_POLL_MS)
            took = time.ticks_diff(time.ticks_ms(), sent)
            try:
                return unix(udp.recv(128), nonce, took)
            except OSError as error:
                if error.errno != EAGAIN or took > _ANSWER_MS:
                    raise
    finally:
        udp.close()


def unix(reply: bytes, nonce: bytes, took_ms: int) -> int:
    """Return the time when the reply came, `took_ms` after the question. Raises ValueError that says what is wrong."""
    if len(reply) < 48 or reply[0] & 7 != 4:
        raise ValueError("no answer of a time server")
    if reply[0] >> 6 == 3 or not 1 <= reply[1] <= 15:  # 0: kiss of death; 16: not synchronised
        raise ValueError("the time server does not know the time itself")
    if reply[24:32] != nonce:
        raise ValueError("an answer to another question")
    seconds = int.from_bytes(reply[40:44], "big")
    if not seconds:
        raise ValueError("no time in the answer")
    if seconds < 0x80000000:  # they begin anew on 2036-02-07, RFC 4330, 3
        seconds += 1 << 32
    thousandths = int.from_bytes(reply[44:46], "big") * 1000 // 65536 + took_ms // 2
    return seconds - _UNIX + (thousandths + 500) // 1000
