"""What grows in the demonstration: two greenhouses, seven planters, and what is special about the soil of each.

The settings are those of `firmware/sim/world.py`. A day passes in ten minutes, so that something moves while one looks;
the last planter of each greenhouse is watered late, so that it asks for water. Those that dry slowly are there to be
foretold.
"""

from typing import Any, TypeAlias

DAY_S = 600

World: TypeAlias = dict[str, Any]

PLANTERS: dict[str, dict[str, World]] = {
    "1": {
        "1": {"start": 65, "drying_days": 4},
        "2": {"start": 48, "drying_days": 0.6},
        "3": {"start": 71, "drying_days": 6},
        "4": {"start": 33, "drying_days": 0.5, "watered_below": 15},
    },
    "2": {
        "1": {"start": 55, "drying_days": 5},
        "2": {"start": 62, "drying_days": 1.0},
        "3": {"start": 36, "drying_days": 0.7, "watered_below": 18},
    },
}
