"""UIFlow2's `M5` as far as the firmware uses it: power, battery, buttons, screen, by the board's configuration.

FOLDER/button, when it is there, names the button that somebody holds down.
"""

import time

from sim.device import AsleepError, running

_SIZES = {"stickc": (80, 160), "stickc-plus": (135, 240), "stickc-plus2": (135, 240)}  # others have a Core2's
_LONGEST_SLEEP_US = 0x7FFFFFFF  # `deepSleep` takes a machine word


def begin() -> None:
    """Turn the peripherals on, the 5 V output among them, and set the system's clock from the BM8563."""
    parts = running().parts
    parts["begun"] = True
    parts["ext_output"] = (True, time.ticks_ms())


def update() -> None:
    """Look at the buttons."""
    parts = _parts()
    held = running().read("button")
    parts["button_before"], parts["button"] = parts.get("button"), held


class _Power:
    def setExtOutput(self, enable: bool) -> None:
        if running().config.get("board") != "stickc-plus2":  # M5Unified has no case for it: the output stays on
            _parts()["ext_output"] = (bool(enable), time.ticks_ms())

    def getExtOutput(self) -> bool:
        return _parts()["ext_output"][0] and running().config.get("board") != "stickc-plus2"

    def getBatteryVoltage(self) -> int:
        device = running()
        _parts()
        return device.world.battery_mv(device.time())

    def getBatteryLevel(self) -> int:
        return max(0, min(100, (self.getBatteryVoltage() - 3300) * 100 // (4150 - 3350)))

    def timerSleep(self, seconds: int) -> None:
        _parts()
        if not 1 <= seconds <= 15300:
            raise ValueError("the simulated BM8563 counts 1 to 15300 s, not %s" % seconds)
        device = running()
        if device.config.get("board") == "stickc-plus2":
            device.parts["power_off"] = True
            seconds = seconds if seconds < 270 else (seconds + 30) // 60 * 60
        raise AsleepError(seconds)

    def deepSleep(self, micro_seconds: int = 0, touch_wakeup: bool = True) -> None:
        if micro_seconds > _LONGEST_SLEEP_US:
            raise OverflowError("overflow converting long int to machine word")
        raise AsleepError(micro_seconds / 1000000)


class _Button:
    def __init__(self, name: str) -> None:
        self._name = name

    def isPressed(self) -> bool:
        return _parts().get("button") == self._name

    def wasPressed(self) -> bool:
        return self.isPressed() and _parts().get("button_before") != self._name


def _parts() -> dict:
    parts = running().parts
    if not parts.get("begun"):
        raise RuntimeError("M5.begin() comes first: a board would read no power chip here")
    return parts


def __getattr__(name: str):  # noqa: ANN202 - the board's screen
    if name not in ("Display", "Lcd"):
        raise AttributeError(name)
    parts = running().parts  # the object is there before M5.begin(), as on a board; to draw then would crash one
    if "display" not in parts:
        size = _SIZES.get(running().config.get("board"))
        parts["display"] = _Stick(*size) if size else _panel()
    return parts["display"]


def _panel():  # noqa: ANN202 - sim.display.Display
    from sim.display import Display  # noqa: PLC0415 - no frame buffer for who draws nothing

    return Display(running().folder + "/screen.rgb565")


class _Stick:
    """A Stick's screen, which can be turned: the upper left corner of the file, made once something is drawn."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._screen = None

    def setBrightness(self, brightness: int) -> None:
        running().parts["brightness"] = brightness

    def setRotation(self, rotation: int) -> None:
        short, long = sorted(self._size)
        self._size = (long, short) if rotation % 2 else (short, long)
        self._screen = None

    def width(self) -> int:
        return self._size[0]

    def height(self) -> int:
        return self._size[1]

    def __getattr__(self, name: str):  # noqa: ANN204 - a method of the panel
        if self._screen is None:
            self._screen = _panel()
        return getattr(self._screen, name)


Power = _Power()
BtnA = _Button("A")
BtnB = _Button("B")
BtnC = _Button("C")
BtnPWR = _Button("PWR")
