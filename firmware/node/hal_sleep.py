"""How each board sleeps, and where its memory survives that.

A StickC and a StickC Plus sleep deeply and keep their RTC memory. A Plus2 is switched off and on again by its clock
chip: 40 uA instead of 1 mA, and nothing kept but flash, so its memory lies in NVS. (In a plain deep sleep its pin G4,
which holds the power, would fall; it is never put into one here.) `M5.Power.deepSleep` takes at most 2147 s, a machine
word of microseconds; `timerSleep` takes seconds on all three.
"""

import esp32
import M5
import machine
from micropython import const

_POWERED_OFF = ("stickc-plus2",)
_HOLD = const(4)  # GPIO that keeps a Plus2 switched on
_LONGEST_S = const(15300)  # 255 minutes, what the clock chip can count
_LARGEST = const(2048)
_NAME = "node"


def hold(board: str) -> None:
    """Keep the board switched on: its clock chip or its button holds it only for a moment after a start."""
    if board in _POWERED_OFF:
        machine.Pin(_HOLD, machine.Pin.OUT, value=1)


def load(board: str) -> bytes:
    """Return what `save` kept; empty or rubbish when there is nothing."""
    if board not in _POWERED_OFF:
        return machine.RTC().memory()
    blob = bytearray(_LARGEST)
    try:
        return bytes(blob[: esp32.NVS(_NAME).get_blob(_NAME, blob)])
    except OSError:
        return b""


def save(board: str, blob: bytes) -> None:
    """Keep it over sleep. 400 bytes in NVS at each of 96 wakes a day wear out its 24 KB in over a century."""
    if board not in _POWERED_OFF:
        machine.RTC().memory(blob)
    else:
        storage = esp32.NVS(_NAME)
        storage.set_blob(_NAME, blob)
        storage.commit()


def by_timer(board: str, remembers: bool) -> bool:
    """Tell whether the board woke by itself; of a Plus2, which was switched on, only what it remembers tells."""
    return machine.reset_cause() == machine.DEEPSLEEP_RESET or (board in _POWERED_OFF and remembers)


def sleep(seconds: int) -> None:
    """Sleep for 1 to 15,300 s, a Plus2 for whole minutes above 270 s; does not return, the board starts anew."""
    M5.Power.timerSleep(max(1, min(_LONGEST_S, seconds)))
