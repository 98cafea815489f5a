"""Reading back what was stored: the right kind of value, or the default."""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any, Final, overload

_ANY: Final = (-inf, inf)


@overload
def number(value: object, default: float, within: tuple[float, float] = ...) -> float: ...
@overload
def number(value: object, default: None = None, within: tuple[float, float] = ...) -> float | None: ...
def number(value: object, default: float | None = None, within: tuple[float, float] = _ANY) -> float | None:
    """A finite number within an inclusive range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return default
    low, high = within
    return float(value) if low <= value <= high else default


def mapping(value: object) -> Mapping[str, Any]:
    """A JSON object; anything else is an empty one."""
    return value if isinstance(value, Mapping) else {}
