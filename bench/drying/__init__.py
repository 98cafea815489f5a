"""How well `greenhouse/drying.py` foresees when a planter is dry, beside what anybody would do without it."""
