"""What a person at the planter sees: a few lines on the Stick's screen, when it is switched on or a button is held."""

import M5
from micropython import const

_LANDSCAPE = const(1)
_BRIGHT = const(80)
_LINE = const(13)  # pixels; six lines fit on an M5StickC
_WHITE = const(0xFFFFFF)
_RED = const(0xFF4040)
_SHOWN = {"sol": "%", "air/temp": "C", "air/hum": "%", "tension": "V"}


def dark() -> None:
    """Keep the screen off, which M5.begin turned on."""
    M5.Display.setBrightness(0)


def asked() -> bool:
    """Tell whether somebody holds a button."""
    M5.update()
    return M5.BtnA.isPressed() or M5.BtnB.isPressed() or M5.BtnPWR.isPressed()


def show(title: str, readings: list, faults: list, trouble: str) -> None:
    """Show what was measured, and in red what is wrong, or that all is well."""
    screen = M5.Display
    font = screen.FONTS.DejaVu9
    screen.setRotation(_LANDSCAPE)
    screen.fillRect(0, 0, screen.width(), screen.height(), 0)
    lines = [title] + ["%s %s %s" % (leaf, text, _SHOWN[leaf]) for leaf, text in readings if leaf in _SHOWN]
    at = 0
    screen.setTextColor(_WHITE, 0)
    for line in lines if trouble else lines + ["sent to the hub"]:
        screen.drawString(line, 2, at, font)
        at += _LINE
    screen.setTextColor(_RED, 0)
    for line in [trouble] + faults:
        screen.drawString(line, 2, at, font)
        at += _LINE
    screen.setBrightness(_BRIGHT)
