from pathlib import Path
import struct

import pytest

from provision import uiflow
from provision.boards import BOARDS, HUB, Board
from provision.errors import ProvisionError


def image(board: Board, version: str = "V2.4.2") -> bytes:
    """What M5Stack's makeimg.py puts together: boot loader, partition table, application; here without their code."""
    content = bytearray(b"\xff" * 0x10200)
    parts = (
        (1, 2, 0x9000, 0x6000, b"nvs"),
        (0, 0, 0x10000, 0x350000, b"factory"),
        (1, 0x81, 0x360000, board.flash_bytes, b"vfs"),
    )
    for number, (kind, subkind, offset, size, label) in enumerate(parts):
        struct.pack_into(
            "<2sBBII16sI", content, 0x8000 + 32 * number, b"\xaa\x50", kind, subkind, offset, size, label, 0
        )
    struct.pack_into("<I12x32s32s", content, 0x10020, 0xABCD5432, version.encode(), b"micropython")
    return bytes(content)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "uiflow2.bin"


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_the_pinned_version_for_a_board_of_this_role_is_taken(file: Path, board: Board) -> None:
    file.write_bytes(image(board))
    uiflow.check_image(file, board.role)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (image(HUB, "V2.4.4"), "is version V2.4.4, and SIGACS needs 2.4.2"),
        (image(HUB, "V2.3.9"), "is version V2.3.9"),
        (image(BOARDS["stickc"]), "is for another board: its file system has 632 KiB, and no hub has that"),
        (image(HUB)[0x1000:], "no whole image of an ESP32 that begins at offset 0"),
        (b"", "no whole image"),
        (b"PK\x03\x04" * 50_000, "no whole image"),
    ],
    ids=["newer", "older", "other board", "without its beginning", "empty", "archive"],
)
def test_any_other_file_is_refused_before_anything_is_erased(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ProvisionError, match=said) as refused:
        uiflow.check_image(file, "hub")
    assert "M5Burner" in str(refused.value), "where to get the right one"


def test_a_file_that_is_not_there_says_where_to_get_it(file: Path) -> None:
    with pytest.raises(ProvisionError, match=r"No such file .*M5Burner"):
        uiflow.check_image(file, "hub")


def test_another_version_on_the_board_is_refused() -> None:
    uiflow.check_version("2.4.2")
    with pytest.raises(ProvisionError, match=r"has UIFlow2 2\.5\.1, and SIGACS needs 2\.4\.2: --firmware FILE"):
        uiflow.check_version("2.5.1")


def test_a_board_cannot_have_another_role() -> None:
    uiflow.check_role(HUB, "hub")
    with pytest.raises(ProvisionError, match="A hub is made of M5STACK Core2, and this is a M5STACK StickC"):
        uiflow.check_role(BOARDS["stickc"], "hub")
