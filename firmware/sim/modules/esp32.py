"""MicroPython's `esp32` as far as the firmware uses it: non-volatile storage."""

from sim.device import running

HEAP_DATA = 4

_NOT_FOUND = -0x1102
_KEY_TOO_LONG = -0x1109
_INVALID_LENGTH = -0x110C
_LONGEST_KEY = 15


class NVS:
    """A namespace. What was not committed is lost, as the documentation allows a board to do."""

    def __init__(self, namespace: str) -> None:
        self._namespace = _checked(namespace)
        self._values = running().read_json("nvs.json", {}).get(namespace, {})

    def get_i32(self, key: str) -> int:
        value = self._get(key)
        if not isinstance(value, int):
            raise OSError(_NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")
        return value

    def set_i32(self, key: str, value: int) -> None:
        if not -0x80000000 <= value <= 0x7FFFFFFF:
            raise OverflowError("overflow converting long int to machine word")
        self._values[_checked(key)] = value

    def get_blob(self, key: str, buffer: bytearray) -> int:
        value = self._get(key)
        if not isinstance(value, str):
            raise OSError(_NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")
        content = bytes.fromhex(value)
        if len(content) > len(buffer):
            raise OSError(_INVALID_LENGTH, "ESP_ERR_NVS_INVALID_LENGTH")
        buffer[: len(content)] = content
        return len(content)

    def set_blob(self, key: str, value: bytes) -> None:
        self._values[_checked(key)] = bytes(value).hex()

    def erase_key(self, key: str) -> None:
        self._get(key)
        del self._values[key]

    def commit(self) -> None:
        device = running()
        everything = device.read_json("nvs.json", {})
        everything[self._namespace] = self._values
        device.write_json("nvs.json", everything)

    def _get(self, key: str) -> int | str:
        if _checked(key) not in self._values:
            raise OSError(_NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")
        return self._values[key]


def _checked(name: str) -> str:
    if len(name) > _LONGEST_KEY:
        raise OSError(_KEY_TOO_LONG, "ESP_ERR_NVS_KEY_TOO_LONG")
    return name
