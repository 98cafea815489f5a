"""The table that a person reads, and the same medians for a program."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from .contenders import CONTENDERS
from .page_load import Load

type Measured = Mapping[str, Sequence[Load]]
"""By the contenders' keys."""

_ROWS: Final[Mapping[str, Callable[[Load], float]]] = {
    "readable, ms": lambda load: load.readable_ms,
    "at rest, ms": lambda load: load.at_rest_ms,
    "CPU until at rest, ms": lambda load: load.cpu_ms,
    "layout shift": lambda load: load.layout_shift,
    "memory of scripts, MB": lambda load: load.heap_mb,
    "nodes of the page": lambda load: load.elements,
}
_REFERENCE: Final = "b"
_LABEL_WIDTH: Final = 28
_COLUMN_WIDTH: Final = 26


def summary(measured: Measured) -> dict[str, dict[str, float]]:
    """Medians by row and contender."""
    return {row: {key: median(map(figure, loads)) for key, loads in measured.items()} for row, figure in _ROWS.items()}


def table(measured: Measured, planters: int) -> str:
    """Align the summary, each figure with its ratio to that of core's overview of all entities."""
    titles = [f"({contender.key}) {contender.title}" for contender in CONTENDERS]
    lines = [_line(f"{planters} planters", titles)]
    lines.append(_line("-" * (_LABEL_WIDTH - 2), ["-" * (_COLUMN_WIDTH - 2)] * len(titles)))
    for row, figures in summary(measured).items():
        cells = [_cell(figures[contender.key], figures[_REFERENCE]) for contender in CONTENDERS]
        lines.append(_line(row, cells))
    return "\n".join(lines)


def _cell(figure: float, reference: float) -> str:
    shown = f"{figure:,.0f}" if figure >= 1 else f"{figure:.3f}"
    return f"{shown}  x {figure / reference:.2f}" if reference else shown


def _line(label: str, cells: Sequence[str]) -> str:
    return (label.ljust(_LABEL_WIDTH) + "".join(cell.rjust(_COLUMN_WIDTH) for cell in cells)).rstrip()
