"""Says a watering round in a person's language: as the lines of a message, or as sentences to be spoken."""

from typing import TYPE_CHECKING

from .greenhouse.status import Reason
from .wording import Wording

if TYPE_CHECKING:
    from .watering_round import Round, Stop, Unknown

_HOUR_S = 3600


class RoundText:
    """One round, in one language. What there is nothing to say about is an empty text."""

    def __init__(self, wording: Wording, watering_round: Round) -> None:
        """Take what is to be said."""
        self._say = wording.common
        self._moment = wording.moment
        self._round = watering_round

    def as_dict(self) -> dict[str, str]:
        """The parts of a message, for an automation to put together."""
        return {
            "title": self.title,
            "message": "\n".join(f"- {self._stop(stop)}" for stop in self._round.thirsty),
            "unknown_message": self.unknown,
            "next_message": self.next,
        }

    @property
    def title(self) -> str:
        """How much there is to do."""
        count = len(self._round.thirsty)
        return self._say("round_title" if count == 1 else "round_titles", count=count) if count else ""

    @property
    def unknown(self) -> str:
        """Of whom nobody knows: never left out, never called fine."""
        silent = self._listed([self._unknown(one) for one in self._round.unknown])
        return self._say("round_unknown", names=silent) if silent else ""

    @property
    def next(self) -> str:
        """Who comes next; to the hour, which is as exact as it can be."""
        coming = self._round.next
        if coming is None:
            return ""
        hour = round(coming.at.timestamp() / _HOUR_S) * _HOUR_S
        return self._say("round_next", name=coming.name, moment=self._moment(hour))

    @property
    def spoken(self) -> str:
        """The answer to "which planters are thirsty?"."""
        return " ".join(part for part in (self._spoken_thirsty, self.unknown, self._spoken_next) if part)

    @property
    def _spoken_thirsty(self) -> str:
        thirsty = self._round.thirsty
        if not self._round.planters:
            return self._say("spoken_no_planters")
        if not thirsty:
            unknown = sum(one.planters for one in self._round.unknown)
            if unknown == self._round.planters:
                return ""
            return self._say("spoken_no_other" if unknown else "spoken_none")
        names = self._listed([stop.name for stop in thirsty])
        return self._say("spoken_one" if len(thirsty) == 1 else "spoken_many", count=len(thirsty), names=names)

    @property
    def _spoken_next(self) -> str:
        return "" if self._round.thirsty else self.next

    def _stop(self, stop: Stop) -> str:
        moisture = "?" if stop.moisture is None else str(int(stop.moisture))
        unanswered = stop.reason == Reason.WATERED_WITHOUT_RISE
        return self._say("round_stop_without_rise" if unanswered else "round_stop", name=stop.name, moisture=moisture)

    def _unknown(self, one: Unknown) -> str:
        since = self._moment(one.since.timestamp()) if one.since else ""
        key = "round_silent" if since else "round_never_heard"
        return self._say(
            key if one.planters == 1 else f"{key}_greenhouse", name=one.name, count=one.planters, since=since
        )

    def _listed(self, names: list[str]) -> str:
        *most, last = names or [""]
        return self._say("list_end", names=", ".join(most), last=last) if most else last
