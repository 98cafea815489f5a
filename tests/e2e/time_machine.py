"""Time moved for a real `hass`: libfaketime answers its questions for the time, calendar and monotonic clock alike.

    TimeMachine.move -> offset in a file -> libfaketime, loaded into hass alone -> clock_gettime

What hass waits for still takes its real time, until anything wakes it: then all that is due by then happens at once.
The broker and whoever else speaks to it stay in the present.
"""

from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import time
from typing import override

import pytest

from demo.home_assistant import HomeAssistant

_RECORDER = "recorder:\n  commit_interval: 1\n"
"""What tests read of the past is to be there soon."""


class TimeMachine:
    """How far ahead of the present hass is; it moves forward only."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._file = folder / "offset"
        self._ahead = timedelta()
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
        }
        self.move(timedelta())

    def move(self, by: timedelta) -> None:
        self._ahead += by
        following = self._file.with_suffix(".next")
        following.write_text(f"+{self._ahead.total_seconds():.0f}\n")
        following.replace(self._file)  # in one go: it is read at any moment

    def now(self) -> datetime:
        """The time of day for hass."""
        return datetime.fromtimestamp(time.time(), UTC) + self._ahead


class TravellingHomeAssistant(HomeAssistant):
    """hass in the time of a time machine; phones may log in."""

    def __init__(self, folder: Path, port: int, machine: TimeMachine) -> None:
        super().__init__(folder, port)
        self._machine = machine

    @override
    async def start(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self._machine.environment.items():
                patch.setitem(os.environ, name, value)
            await super().start()

    @override
    def _write_folder(self) -> None:
        super()._write_folder()
        file = self.config / "configuration.yaml"
        file.write_text(file.read_text().replace("recorder:\n", _RECORDER) + "mobile_app:\n")
