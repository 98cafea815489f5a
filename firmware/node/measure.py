"""One measurement of everything: values by leaf, and for each probe that says nothing a reason."""

from node import cycle, sht, soil

_AIR = (("air/temp", -40, 85), ("air/hum", 0, 100))


def values(samples: list, answer: bytes | None, config: dict, still: list) -> tuple:
    """Return values by leaf and a list of faults, from what hal_probe.Probes.read() gave; `still` as in memory.py."""
    measured = {"sol/brut": soil.median(samples) / 1000}
    dry, wet = config["soil"]["dry_mv"], config["soil"]["wet_mv"]
    quiet = soil.median(samples) if max(samples) == min(samples) else None
    unmoved = cycle.stuck(still, 0, quiet)
    fault = soil.implausible(samples, dry, wet) or ("stuck" if unmoved else "")
    if not fault:
        measured["sol"] = soil.percent(soil.median(samples), dry, wet)
    faults = ["sol: " + fault] if fault else []
    fault = _air(answer, config["air"], still, measured)
    if fault:
        faults.append("air: " + fault)
    return measured, faults


def _air(answer: bytes | None, kind: str, still: list, measured: dict) -> str:
    """Add the air's values; return why there are none, empty when there are, or no such probe."""
    if answer is None:
        return ""
    if not answer:
        return "missing"
    unmoved = cycle.stuck(still, 2, answer.hex())
    both = sht.decode(kind, answer)
    if both is None:
        return "crc"
    if unmoved:
        return "stuck"
    for (leaf, lowest, highest), value in zip(_AIR, both):
        if not lowest <= value <= highest:
            return "out of range"
        measured[leaf] = value
    return ""
