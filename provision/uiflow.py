"""UIFlow2 itself: whether an image file is the pinned version for the board, and esptool, which flashes it.

M5Stack's images begin at offset 0 of the flash: boot loader, partition table at 0x8000, application at 0x10000. Both
formats are ESP-IDF's (partition tables: gen_esp32part.py; the application's description: esp_app_desc_t).
"""

from pathlib import Path
import struct
import subprocess
import sys

from .boards import BOARDS, UIFLOW_VERSION, Board
from .errors import ProvisionError

WHERE_FROM = (
    f"UIFlow2 {UIFLOW_VERSION} for your board comes from M5Stack: in M5Burner (on M5Stack's download page) choose the "
    f"device, UIFlow2.0, V{UIFLOW_VERSION}, Download; or take the .bin of release {UIFLOW_VERSION} of "
    "m5stack/uiflow-micropython on GitHub"
)
_TABLE, _TABLE_END, _ENTRY = 0x8000, 0x8C00, struct.Struct("<2sBBII16sI")
_DESCRIPTION, _MAGIC = 0x10020, 0xABCD5432
_VERSION_AT, _VERSION_BYTES = _DESCRIPTION + 16, 32


def check_image(path: Path, role: str) -> None:
    """Raise ProvisionError unless the file is UIFlow2 in the pinned version, for a board of this role."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProvisionError(f"{path}: {error.strerror}. {WHERE_FROM}") from error
    if int.from_bytes(content[_DESCRIPTION : _DESCRIPTION + 4], "little") != _MAGIC:
        raise ProvisionError(f"{path} is no whole image of an ESP32 that begins at offset 0. {WHERE_FROM}")
    version = content[_VERSION_AT : _VERSION_AT + _VERSION_BYTES].partition(b"\0")[0].decode(errors="replace")
    if version.lstrip("Vv") != UIFLOW_VERSION:
        raise ProvisionError(f"{path} is version {version}, and SIGACS needs {UIFLOW_VERSION}. {WHERE_FROM}")
    size = _filesystem_bytes(content)
    if size not in {board.flash_bytes for board in BOARDS.values() if board.role == role}:
        raise ProvisionError(
            f"{path} is for another board: its file system has {size // 1024} KiB, and no {role} has that. {WHERE_FROM}"
        )


def flash(path: Path, port: str) -> None:
    """Erase the whole chip and write the image; esptool shows how far it is. Raises ProvisionError."""
    options = ("--chip", "esp32", "--port", port, "--baud", "921600")
    command = [sys.executable, "-m", "esptool", *options, "write-flash", "--erase-all", "0x0", str(path)]
    if code := subprocess.run(command, check=False).returncode:
        raise ProvisionError(
            f"esptool ended with code {code}: see above. Try again; with a shorter cable, without a hub between, or "
            "while holding the board's reset and power button as M5Stack's page on it says."
        )


def check_version(version: str) -> None:
    """Raise ProvisionError unless the board's UIFlow2 is the pinned one."""
    if version != UIFLOW_VERSION:
        raise ProvisionError(
            f"The board has UIFlow2 {version}, and SIGACS needs {UIFLOW_VERSION}: --firmware FILE flashes it, and "
            f"erases all that is on the board. {WHERE_FROM}"
        )


def check_role(board: Board, role: str) -> None:
    """Raise ProvisionError if this board cannot have this role."""
    if board.role != role:
        ours = ", ".join(one.name for one in BOARDS.values() if one.role == role)
        raise ProvisionError(f"A {role} is made of {ours}, and this is a {board.name}.")


def _filesystem_bytes(content: bytes) -> int:
    """Return the size of the partition `vfs`, 0 without one."""
    table = content[_TABLE:_TABLE_END]
    for magic, _, _, _, size, label, _ in _ENTRY.iter_unpack(table[: len(table) // _ENTRY.size * _ENTRY.size]):
        if magic == b"\xaa\x50" and label.rstrip(b"\0") == b"vfs":
            return int(size)
    return 0
