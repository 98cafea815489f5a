"""A board on USB, over MicroPython's raw REPL and mpremote's transport: the one module that talks to it.

The chip is reset first, and Ctrl-C sent until the prompt answers: that catches a node in the second or two that it is
awake, and it stops a hub before its watchdog runs, which nothing could stop later.
"""

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
import io
import time

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial import SerialException
from serial.tools import list_ports

from .errors import ProvisionError

_RESET_S = 0.1
_CATCH_S = 15.0
_TRY_S = 0.5
_ANSWER_S = 10.0
_CHUNK = 512  # bytes of a file per exchange; as Python text that is four times as much at worst
_USB_SERIAL = {  # vendor, product: the chips on these boards
    (0x0403, 0x6001),  # FT232, StickC and StickC Plus
    (0x1A86, 0x55D4),  # CH9102, StickC Plus2, newer Core2
    (0x10C4, 0xEA60),  # CP2104, Core2
}
_NO_ANSWER = (
    "{port} answers no Ctrl-C. Is that the board (unplug others)? Has it power (StickC Plus2: press its power button)? "
    "Has it MicroPython at all? If not, flash UIFlow2: --firmware FILE"
)

# /flash is mounted and current after a whole start; Ctrl-C may have come in the middle of one
_MOUNT = """\
import os
if not os.getcwd().endswith("/flash"):
    import vfs, flashbdev
    try:
        vfs.mount(flashbdev.vfs_bdev, "/flash")
    except OSError:
        pass
    os.chdir("/flash")
"""
_IDENTITY = """\
import esp32, os
print((os.uname().machine, esp32.firmware_info()[3]))
"""
_HASHES = """\
import hashlib, os
def look(path):
    try:
        kind = os.stat(path)[0]
    except OSError:
        return
    if kind & 0x4000:
        for entry in os.ilistdir(path):
            look(path + "/" + entry[0])
        return
    digest, buffer = hashlib.sha256(), bytearray(512)
    with open(path, "rb") as file:
        while size := file.readinto(buffer):
            digest.update(memoryview(buffer)[:size])
    found[path] = digest.digest().hex()
found = {{}}
for place in {places!r}:
    look(place)
print(found)
"""
_FREE = "import os\ns = os.statvfs(os.getcwd())\nprint(s[0] * s[3])\n"


def find_port() -> str:
    """Return the one port that may be a board's. Raises ProvisionError when there is none, or more than one."""
    ports = [str(port.device) for port in list_ports.comports() if (port.vid, port.pid) in _USB_SERIAL]
    if not ports:
        raise ProvisionError(
            "No board on USB. Plug it in with a cable that carries data; if it is there under another name, say it: "
            "--port /dev/ttyUSB0"
        )
    if len(ports) > 1:
        raise ProvisionError(f"Several boards are on USB: {', '.join(ports)}. Say which: --port {ports[0]}")
    return ports[0]


@contextmanager
def board_at(port: str) -> Iterator["SerialBoard"]:
    """Catch the board at its prompt, and let it start again afterwards. Raises ProvisionError."""
    try:
        transport = SerialTransport(port)
    except (TransportError, SerialException, OSError) as error:
        raise ProvisionError(
            f"{port} cannot be opened ({error}). Is another program using it (a terminal, M5Burner)? May your account "
            "use it (Debian: group dialout)?"
        ) from error
    try:
        board = SerialBoard(transport, port)
        board.catch()
        try:
            yield board
        finally:
            with suppress(TransportError, OSError):
                board.restart()
    except TransportExecError as error:
        raise ProvisionError(
            f"The board at {port} could not do its part: {error.error_output.strip().splitlines()[-1]}. What ran on it "
            "before still does. Run this again; if it fails again, begin with an empty board: --firmware FILE"
        ) from error
    except TransportError as error:
        raise ProvisionError(
            f"The connection to the board at {port} failed: {error}. What ran on it before still does. "
            "Check the cable, and run this again."
        ) from error
    finally:
        with suppress(OSError):
            transport.close()


class SerialBoard:
    """See Flash for the files. Any method may raise TransportError."""

    def __init__(self, transport: SerialTransport, port: str) -> None:
        """Take an open transport."""
        self._transport = transport
        self._port = port

    def catch(self) -> None:
        """Bring the board to its prompt. Raises ProvisionError."""
        if not self._transport.is_pty:  # which has no such lines
            serial = self._transport.serial
            serial.dtr, serial.rts = False, True  # RTS pulls EN down
            time.sleep(_RESET_S)
            serial.rts = False
        deadline = time.monotonic() + _CATCH_S
        while time.monotonic() < deadline:
            self._transport.serial.timeout = _TRY_S
            with suppress(TransportError), redirect_stdout(io.StringIO()):  # it prints what it did not expect
                self._transport.enter_raw_repl(soft_reset=False, timeout_overall=_TRY_S)
                self._transport.serial.timeout = _ANSWER_S
                self._transport.exec(_MOUNT)
                return
        raise ProvisionError(_NO_ANSWER.format(port=self._port))

    def identity(self) -> tuple[str, str]:
        """Return what the board says that it is, and UIFlow2's version. Raises ProvisionError for another firmware."""
        try:
            machine, version = map(str, ast.literal_eval(self._say(_IDENTITY)))
        except TransportExecError:
            raise ProvisionError(
                f"The board at {self._port} runs a MicroPython that is not UIFlow2. Flash UIFlow2's image for it: "
                "--firmware FILE"
            ) from None
        return machine, version.lstrip("Vv")

    def restart(self) -> None:
        """Start what is on the board now."""
        self._transport.exec_raw_no_follow("import machine\nmachine.reset()\n")
        time.sleep(_RESET_S)

    def hashes(self, places: Sequence[str]) -> dict[str, str]:
        """See Flash."""
        found: dict[str, str] = ast.literal_eval(self._say(_HASHES.format(places=tuple(places))))
        return found

    def read(self, path: str) -> bytes | None:
        """See Flash."""
        return bytes(self._transport.fs_readfile(path)) if self._transport.fs_exists(path) else None

    def write(self, path: str, content: bytes) -> None:
        """See Flash."""
        folders = path.split("/")[:-1]
        for depth in range(1, len(folders) + 1):
            folder = "/".join(folders[:depth])
            if not self._transport.fs_isdir(folder):
                self._transport.fs_mkdir(folder)
        self._transport.fs_writefile(path, content, chunk_size=_CHUNK)

    def rename(self, old: str, new: str) -> None:
        """See Flash."""
        self._transport.exec(f"import os\nos.rename({old!r}, {new!r})")

    def remove(self, path: str) -> None:
        """See Flash."""
        self._transport.fs_rmfile(path)

    def free_bytes(self) -> int:
        """See Flash."""
        return int(self._say(_FREE))

    def _say(self, code: str) -> str:
        said: bytes = self._transport.exec(code)
        return said.decode()
