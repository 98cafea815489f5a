"""Who holds a certificate, until when, and what needs doing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from . import policy
from .ledger import Ledger

VALID, RENEW, EXPIRED, REVOKED = "valid", "RENEW", "EXPIRED", "revoked"


@dataclass(frozen=True)
class Row:
    """One line of the table; `days_left` is negative once the date has passed."""

    who: str
    until: datetime
    days_left: int
    state: str

    @property
    def needs_attention(self) -> bool:
        """Whether somebody must act."""
        return self.state in (RENEW, EXPIRED)


def rows(ends: Mapping[str, datetime], ledger: Ledger, now: datetime) -> list[Row]:
    """Judge the authority's own dates, then each name's current certificate.

    Below a client stand its earlier certificates that the broker still accepts. The server's are
    left out: those who connect to it read no revocation list.
    """
    result = [_row(what, end, now) for what, end in ends.items()]
    for name, current in sorted(ledger.current().items()):
        result.append(_row(name, current.expires, now, revoked=current.revoked is not None))
        result += [
            Row(f"  earlier {old.serial_hex[:12]}", old.expires, (old.expires - now).days, VALID)
            for old in ledger.entries
            if old.name == name
            and old != current
            and old.role != policy.SERVER.name
            and old.revoked is None
            and old.expires > now
        ]
    return result


def table(lines: Iterable[Row]) -> str:
    """Lay the rows out for a terminal; an exclamation mark stands before those who need action."""
    cells = [("", "WHO", "VALID UNTIL", "DAYS LEFT", "STATE")]
    cells += [
        (
            "!" if row.needs_attention else "",
            row.who,
            f"{row.until:%Y-%m-%d}",
            str(row.days_left),
            row.state,
        )
        for row in lines
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(row, widths) for row in cells)


def _row(who: str, until: datetime, now: datetime, *, revoked: bool = False) -> Row:
    left = until - now
    if revoked:
        state = REVOKED
    elif until <= now:
        state = EXPIRED
    else:
        state = RENEW if left <= policy.RENEW_WITHIN else VALID
    return Row(who, until, left.days, state)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    mark, who, until, days, state = cells
    line = f"{mark:1} {who:{widths[1]}}  {until:{widths[2]}}  {days:>{widths[3]}}  {state}"
    return line.rstrip()
