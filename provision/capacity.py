"""Whether everything fits on a board, found by making its file system here: both slots, beside a full queue."""

from littlefs import LittleFS
from littlefs.errors import LittleFSError

from .boards import BLOCK, Board
from .errors import ProvisionError
from .install import Image

_QUEUE_BLOCKS = {
    "hub": 1024 * 1024 // BLOCK * 11 // 10,
    "node": 0,
}  # what the role keeps in flash at most, folder included
_WORD = 32  # bytes, MicroPython's own default of read and write


def blocks_needed(image: Image, board: Board) -> int:
    """Return how many blocks of the board's `flash_bytes // BLOCK` are taken at most. Raises ProvisionError."""
    queue = _QUEUE_BLOCKS[board.role]
    count = board.flash_bytes // BLOCK - queue
    filesystem = LittleFS(block_size=BLOCK, block_count=count, prog_size=_WORD, read_size=_WORD, cache_size=BLOCK)
    files = {**image.first, **{f"{slot}/{path}": content for slot in "ab" for path, content in image.slot.items()}}
    try:
        for path, content in files.items():
            filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
            with filesystem.open(path, "wb") as file:
                file.write(content)
    except LittleFSError as error:
        total = sum(map(len, files.values()))
        raise ProvisionError(
            f"{total // 1024} KiB in {len(files)} files do not fit into the {board.flash_bytes // 1024} KiB of a "
            f"{board.name}: {error}"
        ) from error
    return int(filesystem.used_block_count) + queue
