"""The tables that a person reads, and the same figures for a program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .evaluation import BASELINES, HOUR_S, OURS, Case

_SHORT_H: Final = 12.0
_LONG_H: Final = 48.0
_FEW: Final = 2
METHODS: Final = (OURS, *BASELINES)
HORIZONS: Final[dict[str, Callable[[Case], bool]]] = {
    "< 12 h": lambda case: case.horizon_h < _SHORT_H,
    "12-48 h": lambda case: _SHORT_H <= case.horizon_h <= _LONG_H,
    "> 48 h": lambda case: case.horizon_h > _LONG_H,
    "all": lambda _: True,
}
REGIMES: Final[dict[str, Callable[[Case], bool]]] = {
    **HORIZONS,
    "no past dry-down": lambda case: case.past_cycles == 0,
    "1-2 past dry-downs": lambda case: 0 < case.past_cycles <= _FEW,
    "3 or more": lambda case: case.past_cycles > _FEW,
    "with air probe": lambda case: case.has_air,
    "without": lambda case: not case.has_air,
}
_WIDTH: Final = 19


@dataclass(frozen=True)
class Errors:
    """Of one method in one group of cases: how many, and the absolute error: its median, its 90 % quantile."""

    cases: int
    median_h: float
    p90_h: float


def errors(cases: Sequence[Case]) -> dict[str, dict[str, Errors]]:
    """Compare where every method answered and the truth came within three weeks: by horizon, by method."""
    comparable = [case for case in cases if case.truth is not None and None not in case.answers.values()]
    return {
        horizon: {method: _errors([case for case in comparable if belongs(case)], method) for method in METHODS}
        for horizon, belongs in HORIZONS.items()
    }


def ranges(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Tell by regime how many cases there were, the shares that were unknown and that held, and the usual width."""
    found = {}
    for regime, belongs in REGIMES.items():
        some = [case for case in cases if belongs(case)]
        told = [case.ours for case in some if case.ours]
        held = sum(case.covered for case in some)
        found[regime] = {
            "cases": float(len(some)),
            "unknown": 1 - len(told) / max(len(some), 1),
            "held": held / max(len(told), 1),
            "width_h": quantile([(one.latest - one.earliest) / HOUR_S for one in told], 0.5),
        }
    return found


def table(cases: Sequence[Case]) -> str:
    """Write both."""
    lines = [f"{'error, h: median / 90 %':{_WIDTH + 8}}" + "".join(f"{method:>{_WIDTH}}" for method in METHODS)]
    for horizon, by_method in errors(cases).items():
        head = f"{horizon} ({by_method[OURS].cases} cases)"
        cells = (f"{error.median_h:.1f} / {error.p90_h:.1f}" for error in by_method.values())
        lines.append(f"{head:{_WIDTH + 8}}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells))
    answered = (sum(case.answers[method] is not None for case in cases) / max(len(cases), 1) for method in METHODS)
    lines.append(f"{'answered':{_WIDTH + 8}}" + "".join(f"{share:>{_WIDTH}.0%}" for share in answered))
    lines += ["", f"{'drying':{_WIDTH + 8}}{'cases':>10}{'unknown':>10}{'held':>10}{'width, h':>10}"]
    for regime, found in ranges(cases).items():
        lines.append(
            f"{regime:{_WIDTH + 8}}{found['cases']:>10.0f}{found['unknown']:>10.0%}{found['held']:>10.0%}"
            f"{found['width_h']:>10.1f}"
        )
    return "\n".join(lines)


def quantile(values: Sequence[float], share: float) -> float:
    """Take the value below which `share` of them lie; not a number when there are none."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)] if values else float("nan")


def _errors(cases: Sequence[Case], method: str) -> Errors:
    missed = [
        abs(answer - case.truth) / HOUR_S
        for case in cases
        if case.truth is not None and (answer := case.answers[method]) is not None
    ]
    return Errors(len(missed), quantile(missed, 0.5), quantile(missed, 0.9))
