"""The boards that SIGACS runs on, as UIFlow2 2.4.2 names and divides them."""

from dataclasses import dataclass

from .errors import ProvisionError

UIFLOW_VERSION = "2.4.2"  # what firmware/ is written for, MicroPython 1.25
BLOCK = 4096  # bytes, littlefs on ESP32: one sector of flash
_KIB = 1024


@dataclass(frozen=True)
class Board:
    """A model, and the file system on it."""

    id: str
    role: str
    name: str
    """MICROPY_HW_BOARD_NAME in m5stack/boards/*/mpconfigboard.h."""
    flash_bytes: int
    """Size of the partition `vfs` in m5stack/partitions_{4,8,16}mb.csv, mounted at /flash."""


BOARDS = {
    board.id: board
    for board in (
        Board("core2", "hub", "M5STACK Core2", 0x7DF000),  # 8060 KiB
        Board("stickc", "node", "M5STACK StickC", 0x9E000),  # 632 KiB
        Board("stickc-plus", "node", "M5STACK StickC PLUS", 0x9E000),
        Board("stickc-plus2", "node", "M5STACK StickC PLUS2", 0x1DF000),  # 1916 KiB
    )
}
HUB = BOARDS["core2"]


def board_named(machine: str) -> Board:
    """Return the board whose `os.uname().machine` this is, such as "M5STACK Core2 with ESP32(SPIRAM)".

    Raises ProvisionError for every other.
    """
    name = machine.partition(" with ")[0]
    for board in BOARDS.values():
        if board.name == name:
            return board
    ours = ", ".join(board.name for board in BOARDS.values())
    raise ProvisionError(
        f"The board says that it is “{machine}”, and SIGACS runs on {ours} "
        f"with UIFlow2 {UIFLOW_VERSION}. If it is one of these, flash UIFlow2's image for it: --firmware FILE"
    )
