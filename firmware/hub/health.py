"""What the hub has to say of itself on `sante`, and when; and how long its certificates still last."""

from micropython import const

from hub.borrow import borrow

_HOUR_S = const(3600)
_SHORTEST_S = const(60)  # between two of them
_DAY_S = const(86400)


class Health:
    """`certificates` holds when each ends, `notes` what else diagnostics should show; both are filled from outside."""

    def __init__(self, version: str, period: int, clock, queue) -> None:
        """Take what `sante` is about."""
        self.certificates = {}
        self.notes = {}
        self._about = (version, period, clock, queue)
        self._told = (0, None)

    def due(self) -> bool:
        """Tell whether enough has changed to publish it again: a minute at the soonest, an hour at the latest."""
        at, essence = self._told
        age = self._about[2].uptime() - at
        return age >= _HOUR_S or (age >= _SHORTEST_S and essence != self._essence())

    def text(self) -> str:
        """Return the JSON, at most 2048 bytes: without the notes if they are too much."""
        self._told = (self._about[2].uptime(), self._essence())
        return borrow("hub.report", "text", self._about, self.certificates, self.notes)

    def certificate(self) -> "tuple[str, int] | None":
        """Return "ok", "soon", "urgent" or "expired", and the whole days left of what ends first.

        None while the clock is not set, or the certificates have not been read yet.
        """
        now = self._about[2].unix()
        if now is None or not self.certificates:
            return None
        days = (min(self.certificates.values()) - now) // _DAY_S
        # certs/status.py warns 60 days before, too
        return "expired" if days < 0 else "urgent" if days < 14 else "soon" if days < 60 else "ok", days

    def _essence(self) -> tuple:
        clock, queue = self._about[2:]
        return queue.dropped, clock.source, str(self.certificates), str(self.notes)
