"""How long the documents let a battery last is what their own figures come to."""

import re

import pytest

from tests.documents.markdown import ROOT

USABLE = 0.8
DAY_H = 24
WAKES_OF_A_DAY = 96
PLUS2_MAH, PLUS2_ASLEEP_MA, PLUS2_A_DAY_MAH = 200, 0.04, 7.1
STICK_ASLEEP_MA = 2


def text(language: str) -> str:
    name = "devices.md" if language == "en" else "devices.fr.md"
    return (ROOT / "docs" / name).read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_plus2_lasts_as_long_as_its_period_says(language: str) -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) minutes \| \w+ (\d+) \w+ \|$", text(language), re.MULTILINE)
    assert [period for period, *_ in rows] == ["300", "900", "1800", "3600"]
    asleep = PLUS2_ASLEEP_MA * DAY_H
    wake = (PLUS2_A_DAY_MAH - asleep) / WAKES_OF_A_DAY
    for period, minutes, days in rows:
        assert int(period) == 60 * int(minutes)
        computed = USABLE * PLUS2_MAH / (asleep + wake * DAY_H * 3600 / int(period))
        assert computed == pytest.approx(int(days), rel=0.1)
        assert int(days) <= computed + 0.5, "never more than what was computed"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_stick_is_asleep_for_most_of_what_it_takes(language: str) -> None:
    (row,) = re.findall(
        r"^\| M5StickC \| (\d+) \w+ (\d+) mAh \|.*\| (\d+) mAh, \D*(\d+) .*\|.*\|$", text(language), re.MULTILINE
    )
    least, most, a_day, asleep = map(int, row)
    assert asleep == STICK_ASLEEP_MA * DAY_H
    assert USABLE * least / a_day > 1
    assert USABLE * most / a_day < 1.5
