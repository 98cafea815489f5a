"""Linear regression in groups that share the weights but not the start, little moved by values that are far off.

Huber's weights by iterated least squares (Huber, Robust Estimation of a Location Parameter, 1964), a ridge toward a
prior (Hoerl and Kennard, 1970), and each group centred on its own mean, which takes its start out.
"""

from collections.abc import Sequence
from itertools import chain
import math
from operator import mul
from statistics import median
from typing import Final, NamedTuple

_HUBER: Final = 1.5
_NORMAL: Final = 1.4826
_FIRST_SCALE: Final = 0.5
_LEAST_SCALE: Final = 0.05
_ROUNDS: Final = 2

type _Columns = list[list[float]]


class Group(NamedTuple):
    """What shares one start: its weight, the moistures, and the sums so far of each thing that takes from them."""

    weight: float
    values: list[float]
    columns: _Columns


def regress(groups: list[Group], prior: Sequence[float], stiffness: Sequence[float]) -> tuple[list[float], float]:
    """Fit values = start of the group - columns x weights, by Huber's weights and with a ridge toward the prior."""
    trusts = [[1.0] * len(group.values) for group in groups]
    weights, scale = list(prior), _FIRST_SCALE
    size = range(len(prior))
    for _ in range(_ROUNDS):
        ridge = [firm * scale**2 for firm in stiffness]
        matrix = [[ridge[row] if row == column else 0.0 for column in size] for row in size]
        vector = list(map(mul, ridge, prior, strict=True))
        for group, trust in zip(groups, trusts, strict=True):
            total = sum(trust)
            values = _centred(group.values, trust, total)
            columns = [_centred(column, trust, total) for column in group.columns]
            for row in size:
                trusted = list(map(mul, trust, columns[row], strict=True))
                vector[row] -= group.weight * math.sumprod(trusted, values)
                for column in range(row, len(prior)):
                    matrix[row][column] += group.weight * math.sumprod(trusted, columns[column])
        weights = _solve(matrix, vector)
        residuals = [_residuals(group, weights, trust) for group, trust in zip(groups, trusts, strict=True)]
        scale = max(_NORMAL * median(map(abs, chain.from_iterable(residuals))), _LEAST_SCALE)
        limit = _HUBER * scale
        trusts = [[1.0 if abs(one) <= limit else limit / abs(one) for one in some] for some in residuals]
    return weights, scale


def _centred(values: list[float], trust: list[float], total: float) -> list[float]:
    mean = math.sumprod(values, trust) / total
    return [value - mean for value in values]


def _residuals(group: Group, weights: list[float], trust: list[float]) -> list[float]:
    starts = group.values
    for weight, column in zip(weights, group.columns, strict=True):
        starts = [start + weight * taken for start, taken in zip(starts, column, strict=True)]
    return _centred(starts, trust, sum(trust))


def _solve(matrix: _Columns, vector: list[float]) -> list[float]:
    """Solve a symmetric positive definite system, of which the upper half is given, by elimination."""
    size = len(vector)
    for pivot in range(size):
        for row in range(pivot + 1, size):
            share = matrix[pivot][row] / matrix[pivot][pivot]
            for column in range(row, size):
                matrix[row][column] -= share * matrix[pivot][column]
            vector[row] -= share * vector[pivot]
    for row in reversed(range(size)):
        vector[row] -= math.sumprod(matrix[row][row + 1 :], vector[row + 1 :])
        vector[row] /= matrix[row][row]
    return vector
