"""The picture of a panel, read by a decoder that is not ours."""

from pathlib import Path
import random
import struct
import subprocess
import zlib

import pytest

PNG = Path(__file__).parents[3] / "firmware" / "sim" / "png.py"
WIDTH, HEIGHT = 320, 240


def chunks(picture: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG by name, their checksums compared."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = {}, 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        found[kind] = data
        at += 12 + length
    return found


def panel(kind: str) -> list[int]:
    """Pixels in RGB565: one colour, noise of 256, or rectangles as of a screen."""
    chance = random.Random(kind)
    pixels = [0xFFFF] * WIDTH * HEIGHT
    if kind == "noise":
        return [chance.randrange(256) * 257 for _ in pixels]
    for _ in range(200 if kind == "rectangles" else 0):
        x, y, colour = (
            chance.randrange(WIDTH),
            chance.randrange(HEIGHT),
            chance.choice((0, 0xFFFF, 0xF800, 0x07E0, 0x001F)),
        )
        for row in range(y, min(HEIGHT, y + chance.randrange(60))):
            end = min(WIDTH, x + chance.randrange(90))
            pixels[WIDTH * row + x : WIDTH * row + end] = [colour] * max(0, end - x)
    return pixels


@pytest.mark.parametrize("kind", ["blank", "rectangles", "noise"])
def test_any_decoder_sees_the_panels_pixels(micropython: Path, tmp_path: Path, kind: str) -> None:
    pixels = panel(kind)
    (tmp_path / "panel.rgb565").write_bytes(struct.pack(f"<{len(pixels)}H", *pixels))
    subprocess.run([micropython, PNG, "panel.rgb565", "panel.png"], cwd=tmp_path, check=True)
    found = chunks((tmp_path / "panel.png").read_bytes())
    assert struct.unpack(">IIBB", found[b"IHDR"][:10]) == (WIDTH, HEIGHT, 8, 3)
    rows = zlib.decompress(found[b"IDAT"])
    assert len(rows) == (WIDTH + 1) * HEIGHT
    palette = [tuple(found[b"PLTE"][at : at + 3]) for at in range(0, len(found[b"PLTE"]), 3)]
    for row in range(HEIGHT):
        line = rows[(WIDTH + 1) * row : (WIDTH + 1) * (row + 1)]
        assert line[0] == 0
        expected = pixels[WIDTH * row : WIDTH * (row + 1)]
        assert [
            palette[index][0] >> 3 << 11 | palette[index][1] >> 2 << 5 | palette[index][2] >> 3 for index in line[1:]
        ] == expected
