"""What was issued and what was revoked, in a table that people can read.

One row per certificate, in the order of issue; the last row of a name is its
current certificate. A folder that was moved to its device, or lost, can still
be revoked, because its serial number stands here.
"""

import csv
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import io
from typing import Self

from . import policy
from .authority import Revocation
from .errors import FolderError, RequestError

_COLUMNS = ("serial", "name", "role", "issued", "expires", "revoked")
_SHORTEST_SERIAL = 8  # what `status` shows is longer
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Entry:
    """One certificate: to whom, from when to when (UTC), and when it was revoked, if it was."""

    serial: int
    name: str
    role: str
    issued: datetime
    expires: datetime
    revoked: datetime | None = None

    @property
    def serial_hex(self) -> str:
        """The serial number as `openssl x509 -serial` prints it, in lower case."""
        return f"{self.serial:040x}"


@dataclass(frozen=True)
class Ledger:
    """All entries, oldest first. Every change gives a new ledger."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read the table back. Raises FolderError with the line that cannot be read."""
        rows = csv.reader(io.StringIO(content.decode(errors="replace")))
        try:
            if tuple(next(rows, ())) != _COLUMNS:
                raise FolderError(f"ledger.csv must begin with {','.join(_COLUMNS)}: restore it from your backup")
            return cls(tuple(_entry(row) for row in rows if row))
        except (ValueError, csv.Error) as error:
            raise FolderError(f"ledger.csv, line {rows.line_num}: {error}; restore it from your backup") from error

    def render(self) -> bytes:
        """Write the table."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for entry in self.entries:
            revoked = entry.revoked.strftime(_TIME) if entry.revoked else ""
            issued, expires = entry.issued.strftime(_TIME), entry.expires.strftime(_TIME)
            writer.writerow((entry.serial_hex, entry.name, entry.role, issued, expires, revoked))
        return out.getvalue().encode()

    def with_issued(self, entry: Entry) -> Self:
        """Add a certificate, which becomes the current one of its name."""
        return replace(self, entries=(*self.entries, entry))

    def with_revoked(self, serials: set[int], when: datetime) -> Self:
        """Mark these certificates as revoked; a date that stands already is kept."""
        return replace(
            self,
            entries=tuple(
                replace(entry, revoked=when) if entry.serial in serials and entry.revoked is None else entry
                for entry in self.entries
            ),
        )

    def current(self) -> dict[str, Entry]:
        """Give the latest certificate of every name, revoked ones too."""
        return {entry.name: entry for entry in self.entries}

    def clients(self) -> dict[str, Entry]:
        """Give the current certificates of those who may log in: clients that are not revoked."""
        return {
            name: entry
            for name, entry in self.current().items()
            if entry.revoked is None and entry.role != policy.SERVER.name
        }

    def renewable(self, name: str) -> Entry:
        """Find the certificate to renew. Raises RequestError for who has none, or is revoked."""
        entry = self.current().get(name)
        if entry is None:
            raise self._unknown(name)
        if entry.revoked is not None:
            raise RequestError(
                f"{name} is revoked, and that is not taken back: `{name.replace('-', ' ', 1)}` "
                "makes a new certificate, user and password for it"
            )
        return entry

    def revocable(self, who: str) -> list[Entry]:
        """Find all certificates of a client, or one earlier certificate by its serial number.

        Raises RequestError when revoking would do nothing, or more than the words say.
        """
        if who == policy.SERVER.name:
            raise RequestError(
                "only the broker reads the revocation list, so revoking its own certificate would "
                "change nothing: `renew server`, and if the key was stolen, make another "
                "authority as certs/README.md describes"
            )
        if by_name := [entry for entry in self.entries if entry.name == who]:
            return by_name
        prefix = who.lower()
        found = [entry for entry in self.entries if entry.serial_hex.startswith(prefix)]
        if len(prefix) < _SHORTEST_SERIAL or len(found) != 1:
            raise self._unknown(who)
        if self.current()[found[0].name] == found[0]:
            raise RequestError(
                f"that is the certificate which {found[0].name} uses now: "
                f"`revoke {found[0].name}` takes away its user too"
            )
        return found

    def _unknown(self, who: str) -> RequestError:
        known = ", ".join(self.current()) or "nobody yet"
        return RequestError(f"nothing was ever issued to “{who}”; there is: {known}")

    def revocations(self) -> list[Revocation]:
        """Give what belongs on the revocation list."""
        return [Revocation(entry.serial, entry.revoked) for entry in self.entries if entry.revoked is not None]


def _entry(row: list[str]) -> Entry:
    serial, name, role, issued, expires, revoked = row
    return Entry(
        int(serial, 16),
        name,
        role,
        _time(issued),
        _time(expires),
        _time(revoked) if revoked else None,
    )


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
