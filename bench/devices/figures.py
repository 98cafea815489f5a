"""One row for each figure, beside the limit that it has to keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WIDTHS: Final = (72, 12, 14)
_SMALL: Final = 0.1


@dataclass(frozen=True)
class Figure:
    """`limit` is the most that is allowed, the least if `at_least`, None where nothing was promised."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def table(figures: Sequence[Figure]) -> str:
    """Align them."""
    rows = [("", "measured", "limit", ""), *map(_row, figures)]
    return "\n".join(
        (name.ljust(_WIDTHS[0]) + value.rjust(_WIDTHS[1]) + limit.rjust(_WIDTHS[2]) + verdict).rstrip()
        for name, value, limit, verdict in rows
    )


def _digits(value: float) -> str:
    """Write two digits behind the point, or as many as it takes to show two."""
    return f"{value:.2g}" if 0 < abs(value) < _SMALL else f"{value:,.2f}"


def _row(figure: Figure) -> tuple[str, str, str, str]:
    sign = ">=" if figure.at_least else "<="
    limit = "" if figure.limit is None else f"{sign} {figure.limit:g}"
    return f"{figure.name}, {figure.unit}", _digits(figure.value), limit, "" if figure.kept else "  missed"
