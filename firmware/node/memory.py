"""What a node knows from one wake to the next, packed into what sleep or a power cut leaves: JSON behind a checksum."""

from binascii import crc32
import json

from micropython import const

_VERSION = const(1)  # another one, and what an older program kept is forgotten
_LARGEST = const(2048)  # bytes of RTC memory


def fresh() -> dict:
    """Return what a node knows that has never run."""
    return {
        "version": _VERSION,
        "lease": None,  # address, mask, gateway, name server
        "leased": 0,  # seconds since it was given
        "bssid": "",  # of the access point, hexadecimal
        "hub": "",  # its address
        "away": 0,  # wakes in a row that could not deliver
        "fault": 0,  # whether the hub was told of one
        "still": [None, 0, None, 0],  # what soil and air said last, and how often in a row
        "late": [],  # not delivered: age in seconds, numbers as in cycle.py
        "woke": [0, 0],  # clock at the last wake, and how long after it the next one was meant to be
    }


def pack(known: dict) -> bytes:
    """Return it as at most 2048 bytes; should it be more, the oldest readings go."""
    while True:
        text = json.dumps(known).encode()
        if len(text) + 4 <= _LARGEST:
            return (crc32(text) & 0xFFFFFFFF).to_bytes(4, "big") + text
        known["late"].pop(0)


def unpack(blob: bytes) -> dict:
    """Return what was packed; `fresh()` for anything else, such as memory after a power cut."""
    if len(blob) > 4 and (crc32(blob[4:]) & 0xFFFFFFFF).to_bytes(4, "big") == blob[:4]:
        known = json.loads(blob[4:])
        if known.get("version") == _VERSION:
            return known
    return fresh()
