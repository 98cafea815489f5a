"""The table that a person reads, and the same figures for a program."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any, Final

from .contender import Figures
from .fleet import Fleet
from .variants import VARIANTS

type Measured = Mapping[str, Figures]
"""By the variants' keys."""

_BURSTS: Final = {
    "changed": "changed values",
    "unchanged": "unchanged values",
    "paced": "changed values, paced",
}
_LABEL_WIDTH: Final = 46
_COLUMN_WIDTH: Final = 26


def summary(measured: Measured, fleet: Fleet) -> dict[str, dict[str, float]]:
    """Medians by row and variant: microseconds of CPU, messages a second, kilobytes, seconds."""
    rows: dict[str, Callable[[Figures], float]] = {}
    for kind in next(iter(measured.values())).bursts:
        rows[f"{_BURSTS[kind]}: CPU, µs a message"] = lambda figures, kind=kind: (  # type: ignore[misc]
            1e6 * median(burst.cpu_per_message_s for burst in figures.bursts[kind])
        )
    rows |= {
        "changed values: messages taken a second": lambda figures: median(
            burst.messages / burst.wall_s for burst in figures.bursts["changed"]
        ),
        "memory at first sight, KB a sensor": lambda figures: (
            (figures.seen_bytes - figures.empty_bytes) / fleet.sensors / 1000
        ),
        "memory after a restart, KB a sensor": lambda figures: (
            (figures.restarted_bytes - figures.empty_bytes) / fleet.sensors / 1000
        ),
        "first sight of all topics, s": lambda figures: figures.first_sight_s,
        "restart until all are there, s": lambda figures: figures.restart_s,
        "  the same with nothing to show, s": lambda figures: figures.alone_s,
    }
    return {row: {key: figure(figures) for key, figures in measured.items()} for row, figure in rows.items()}


def table(measured: Measured, fleet: Fleet) -> str:
    """Align the summary, each figure with its ratio to (a)."""
    heading = f"{fleet.sensors:,} sensors of {fleet.planters:,} planters"
    titles = [f"({variant.key}) {variant.title}" for variant in VARIANTS]
    lines = [_line(heading, titles), _line("-" * (_LABEL_WIDTH - 2), ["-" * (_COLUMN_WIDTH - 2)] * len(titles))]
    for row, figures in summary(measured, fleet).items():
        lines.append(_line(row, [_cell(figures[variant.key], figures["a"]) for variant in VARIANTS]))
    return "\n".join(lines)


def as_data(measured: Measured, fleet: Fleet) -> dict[str, Any]:
    """Everything, for `--json`: the medians and what each round gave."""
    return {
        "sensors": fleet.sensors,
        "planters": fleet.planters,
        "summary": summary(measured, fleet),
        "measured": {key: asdict(figures) for key, figures in measured.items()},
    }


def _cell(figure: float, reference: float) -> str:
    return f"{figure:,.1f}  x {figure / reference:.2f}" if reference else f"{figure:,.1f}"


def _line(label: str, cells: Sequence[str]) -> str:
    return (label.ljust(_LABEL_WIDTH) + "".join(cell.rjust(_COLUMN_WIDTH) for cell in cells)).rstrip()
