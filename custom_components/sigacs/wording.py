"""Says in a person's language what has no place in an entity: moments, spans, and the words for a cause.

The words stand in the translations under `common`. Sentences for problems of the link stand under `config.error`, where
the forms show them too.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations, async_get_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN

_CATEGORIES: Final = ("common", "config")
_NEAR: Final = timedelta(days=6)
"""Within it a weekday alone says which day is meant."""
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_EXACT_SPANS: Final = 2
"""An hour and a half is 90 min; two hours and a half are 2 h."""


class Wording:
    """The words of one language."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take the translations, by their whole keys."""
        self._words = words

    @classmethod
    async def load(cls, hass: HomeAssistant, language: str) -> Self:
        """Load a language, such as "fr" or "fr-CA"; English where there is no translation."""
        words: dict[str, str] = {}
        for category in _CATEGORIES:
            words |= await async_get_translations(hass, language.partition("-")[0], category, [DOMAIN])
        return cls(words)

    @classmethod
    @callback
    def of_system(cls, hass: HomeAssistant) -> Self:
        """Home Assistant's own language, which is loaded with the integration."""
        words: dict[str, str] = {}
        for category in _CATEGORIES:
            words |= async_get_cached_translations(hass, hass.config.language, category, DOMAIN)
        return cls(words)

    def common(self, key: str, **placeholders: object) -> str:
        """One of the words under `common`, filled in."""
        return self._words[f"component.{DOMAIN}.common.{key}"].format_map(placeholders)

    def problem(self, key: str) -> str:
        """The sentence about a problem of the link, with what to do next."""
        own = f"component.{DOMAIN}.common.problem_{key}"
        return self._words.get(own) or self._words.get(f"component.{DOMAIN}.config.error.{key}", key)

    def refusal(self, reason: str) -> str:
        """Why a message was refused, as the end of a sentence."""
        return self._words.get(f"component.{DOMAIN}.common.refusal_{reason}", reason)

    def moment(self, unix: float | None) -> str:
        """A moment in local time: "Thursday 14:05", with the date when it is not within a week; "never" for None."""
        if unix is None:
            return self.common("never")
        now, when = dt_util.now(), _local(unix)
        clock = self.common("clock", hour=f"{when:%H}", minute=f"{when:%M}")
        weekday = self._name("weekdays", when.weekday())
        if abs(when - now) < _NEAR:
            return f"{weekday} {clock}"
        return f"{weekday} {self.day(unix)}, {clock}"

    def day(self, unix: float) -> str:
        """A date in local time: "5 December 2026"."""
        when = _local(unix)
        day = self.common("first_of_month") if when.day == 1 else str(when.day)
        return f"{day} {self._name('months', when.month - 1)} {when.year}"

    def span(self, seconds: float) -> str:
        """A span of time in its largest fitting unit, rounded down: "12 min", "3 h", "45 d"."""
        seconds = abs(seconds)
        units = ((_DAY_S, "days"), (_HOUR_S, "hours"))
        unit_s, unit = next((one for one in units if seconds >= _EXACT_SPANS * one[0]), (_MINUTE_S, "minutes"))
        return f"{int(seconds // unit_s)}\N{NO-BREAK SPACE}{self.common(unit)}"

    def _name(self, key: str, index: int) -> str:
        return self.common(key).split()[index]


def printable(text: str) -> str:
    """What came from outside, fit to stand in a sentence that may be read as Markdown."""
    return "".join(character if character.isprintable() and character not in "`<>[]" else "?" for character in text)


def _local(unix: float) -> datetime:
    return dt_util.as_local(dt_util.utc_from_timestamp(unix))
