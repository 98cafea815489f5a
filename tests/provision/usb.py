"""A board on USB: MicroPython's own prompt at the end of a pseudo-terminal, with a folder for its flash.

What stands in for UIFlow2 are the few modules below; the transport, the prompt and the files are the real ones. Like a
board it runs boot.py and main.py, if it has them, and then shows its prompt; Ctrl-C interrupts, a reset begins anew.
"""

import os
from pathlib import Path
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from types import TracebackType
from typing import Self

MICROPYTHON = Path(sys.executable).with_name("micropython")
CORE2 = "M5STACK Core2 with ESP32(SPIRAM)"
UIFLOW = "V2.4.2"

_RESET = 77  # the exit code that machine.reset() ends with here
_MODULES = {
    "esp32.py": "import info\ndef firmware_info():\n    return (0, 0, None, info.VERSION)\n",
    "machine.py": f"import sys\ndef reset():\n    sys.exit({_RESET})\n",
    "os.py": "from uos import *\nimport info\nclass Name:\n    machine = info.MACHINE\ndef uname():\n    return Name\n",
    "time.py": "from utime import *\ndef timezone(name):\n    pass\n",
}
# Ctrl-C interrupts what MicroPython runs, and ends no board before it does
_TAKE_THE_TERMINAL = """\
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_IGN)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
_START = """\
for name in ("boot.py", "main.py"):
    try:
        with open(name) as file:
            source = file.read()
    except OSError:
        continue
    exec(source)
"""


class UsbBoard:
    """One board that runs until the end of the `with`; `port` is the name to open."""

    def __init__(self, folder: Path, machine: str = CORE2, version: str = UIFLOW) -> None:
        self.flash = folder / "flash"
        self.flash.mkdir(parents=True, exist_ok=True)
        self.resets = 0
        modules = folder / "modules"
        modules.mkdir()
        for name, text in {**_MODULES, "info.py": f"MACHINE = {machine!r}\nVERSION = {version!r}\n"}.items():
            (modules / name).write_text(text)
        self._environment = {**os.environ, "MICROPYPATH": f":{modules}:.frozen"}
        # the computer opens one terminal, the board has another; between them go the bytes
        (self._cable, computers), (self._chip, self._boards) = pty.openpty(), pty.openpty()
        self._open = (self._cable, computers, self._chip, self._boards)
        for terminal, signals in ((computers, 0), (self._boards, termios.ISIG)):
            _make_transparent(terminal, signals)
        self.port = os.ttyname(computers)
        self._stopped = False

    def __enter__(self) -> Self:
        self._process = self._start()
        self._threads = [
            threading.Thread(target=target, args=arguments, daemon=True)
            for target, arguments in (
                (_carry, (self._cable, self._chip)),
                (_carry, (self._chip, self._cable)),
                (self._keep_running, ()),
            )
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped = True
        self._process.send_signal(signal.SIGKILL)
        self._threads[-1].join(timeout=10)
        for terminal in self._open:
            os.close(terminal)

    def wait_for_reset(self, within_s: float = 10) -> None:
        deadline = time.monotonic() + within_s
        while not self.resets:
            assert time.monotonic() < deadline, "the board was not reset"
            time.sleep(0.01)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", _TAKE_THE_TERMINAL, MICROPYTHON, "-i", "-c", _START],
            stdin=self._boards,
            stdout=self._boards,
            stderr=self._boards,
            cwd=self.flash,
            env=self._environment,
            start_new_session=True,
        )

    def _keep_running(self) -> None:
        while True:
            code = self._process.wait()
            if self._stopped:
                return
            self.resets += code == _RESET
            self._process = self._start()


def _make_transparent(terminal: int, signals: int) -> None:
    """Change no byte on the way, as a serial line; with `signals`, Ctrl-C interrupts what runs."""
    settings = termios.tcgetattr(terminal)
    settings[0] = settings[1] = 0
    settings[3] = signals
    termios.tcsetattr(terminal, termios.TCSANOW, settings)


def _carry(source: int, target: int) -> None:
    while True:
        try:
            content = os.read(source, 4096)
            os.write(target, content)
        except OSError:
            return
