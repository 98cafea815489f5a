"""Sensirion SHT3x and SHT4x: one measurement at high repeatability, its two checksums verified.

Figures: datasheet SHT3x-DIS (version 5, chapters 4.3, 4.12, 4.13; at most 15.5 ms) and datasheet SHT4x (version 6,
the checksum's properties, the command overview, the pseudo code on page 2; at most 8.3 ms). Pure: whoever has the bus
sends COMMANDS, waits, and reads ANSWER bytes.
"""

from micropython import const

ADDRESS = const(0x44)
ANSWER = const(6)  # temperature, its checksum, humidity, its checksum

# kind: command, longest measurement in ms; then humidity = factor * raw / 65535 - offset
COMMANDS = {"sht30": (b"\x24\x00", 16), "sht40": (b"\xfd", 9)}
_HUMIDITY = {"sht30": (100, 0), "sht40": (125, 6)}


def decode(kind: str, answer: bytes) -> tuple | None:
    """Return °C and % relative humidity; None when a checksum says that the bytes are not what the sensor sent."""
    if len(answer) != ANSWER or crc8(answer[:2]) != answer[2] or crc8(answer[3:5]) != answer[5]:
        return None
    temperature = -45 + 175 * (answer[0] << 8 | answer[1]) / 65535
    factor, offset = _HUMIDITY[kind]
    humidity = factor * (answer[3] << 8 | answer[4]) / 65535 - offset
    return temperature, max(0.0, min(100.0, humidity))  # an SHT4x goes past both ends, and says to cut there


def crc8(content: bytes) -> int:
    """Return the checksum of two bytes: polynomial 0x31, from 0xFF; of 0xBEEF it is 0x92."""
    crc = 0xFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x31) & 0xFF if crc & 0x80 else crc << 1
    return crc
