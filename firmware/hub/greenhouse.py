"""What the hub knows of its planters: the latest values, how old they are, and who needs somebody.

    intake  --measured/fault-->  Greenhouse  --update(now)-->  planters, the thirstiest first  -->  screen

Pure: times are seconds of the hub's uptime and come in as arguments. A planter is never forgotten while the hub runs;
`known` names those of an earlier run, so that one that died meanwhile is missed instead of overlooked.

Home Assistant keeps a threshold for each planter, and none of them reaches the hub: here one holds for all, `dry` in
the hub's configuration.
"""

from micropython import const

_MOST = const(32)  # planters on the screen; whoever may publish can create them
_LEAVES = const(("sol", "air/temp", "air/hum"))  # what is shown
_NEVER = const(-0x1FFFFFFF)

_THIRSTY = const(0)
_SILENT = const(1)
_FAULT = const(2)
_WAITING = const(3)
_FINE = const(4)


class Greenhouse:
    """`planters`: a list for each, in the order of thirst after `update`.

    0 the order: state << 10 | moisture; 1 name; 2 when last heard; 3 fault; then value (tenths; None before the first)
    and when it was measured: 4, 5 soil moisture, 6, 7 air temperature, 8, 9 air humidity.
    State: 0 thirsty, 1 silent, 2 its probe has a fault or a value too old, 3 no value yet, 4 fine.
    """

    def __init__(self, period: int, dry: int = 30, known: "tuple[str, ...]" = ()) -> None:
        """Take the period in seconds, the threshold in % of soil moisture, and the planters of an earlier run."""
        self.planters = []
        self.limit = period * 5 // 2  # of an age in seconds: beyond it a value is not true any more
        self._dry = dry * 10
        for name in known:
            self.fault(name, "", 0)

    def measured(self, planter: str, leaf: str, value: float, at: int) -> None:
        """Take a value measured at that uptime. It ends the fault of its probe."""
        row = self._row(planter, at)
        if leaf in _LEAVES:
            index = 4 + 2 * _LEAVES.index(leaf)
            if row[index + 1] <= at:
                row[index] = round(value * 10)
                row[index + 1] = at
                if row[3].startswith(leaf[:3]):
                    row[3] = ""

    def fault(self, planter: str, text: str, at: int) -> None:
        """Take why a probe says nothing, as `sol: 0 V`; an empty text ends it."""
        self._row(planter, at)[3] = text

    def update(self, now: int) -> None:
        """Find who is thirsty, silent, faulty at this uptime, and sort."""
        for row in self.planters:
            soil = row[4]
            if now - row[2] > self.limit:
                state = _SILENT
            elif soil is None and not row[3]:
                state = _WAITING
            elif soil is None or now - row[5] > self.limit:
                state = _FAULT
            elif soil < self._dry:
                state = _THIRSTY
            else:
                state = _FAULT if row[3] else _FINE
            row[0] = state << 10 | (soil or 0)
        self.planters.sort()

    def _row(self, name: str, at: int) -> list:
        """Return a planter's list, now heard; beyond the limit one that nobody sees."""
        for row in self.planters:
            if row[1] == name:
                row[2] = max(row[2], at)
                return row
        row = [0, name, at, "", None, _NEVER, None, _NEVER, None, _NEVER]
        if len(self.planters) < _MOST:
            self.planters.append(row)
        return row
