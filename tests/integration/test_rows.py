"""What a planter costs the recorder, counted in its database, is what docs/integration.md says."""

from collections import Counter
from datetime import timedelta
import logging
import random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import States, StatesMeta
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, RecorderInstanceContextManager
from sqlalchemy import func, select

from tests.integration.keeper import PERIOD_S
from tests.integration.stage import SWEEP_S, fire_all, over_home_assistant, pass_time
from tests.integration.test_documents import REFERENCE, heading, rows, section

PLANTER = "/serre/1/bac/1"
A_DAY = 96
PERIODS = 24
WHAT_A_NODE_SENDS = {
    "sol": (60.0, 0.8),
    "sol/brut": (2000.0, 20.0),
    "air/temp": (20.0, 1.0),
    "air/hum": (60.0, 2.0),
    "batterie": (80.0, 2.0),
    "tension": (4.0, 0.1),
    "rssi": (-60.0, 3.0),
}
"""Mean and spread: noisy enough to be another value each time, as a rule."""


@pytest.fixture
async def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Let the recorder begin under the clock that tests move."""


async def written(hass: HomeAssistant) -> Counter[str]:
    """How many states the recorder has, by unique id without the entry's."""

    def count() -> dict[str, int]:
        by_entity = select(StatesMeta.entity_id, func.count()).join(
            States, States.metadata_id == StatesMeta.metadata_id
        )
        with session_scope(hass=hass, read_only=True) as session:
            return dict(session.execute(by_entity.group_by(StatesMeta.entity_id)).tuples().all())

    await async_wait_recording_done(hass)
    counts = await get_instance(hass).async_add_executor_job(count)
    entities = er.async_get(hass).entities
    ours = {id_: entity.unique_id.removeprefix("home_assistant") for id_, entity in entities.items()}
    return Counter({ours[id_]: number for id_, number in counts.items() if id_ in ours})


async def test_a_planter_writes_the_rows_that_the_reference_says(
    recorder_mock: Recorder, hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory
) -> None:
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    freezer.move_to("2026-05-04 10:00:00+00:00")
    await over_home_assistant(hass)
    chance = random.Random(1)

    async def measure(periods: int) -> None:
        for _ in range(periods):
            await fire_all(
                hass,
                {
                    f"{PLANTER}/{leaf}": f"{chance.gauss(mean, spread):.3f}"
                    for leaf, (mean, spread) in WHAT_A_NODE_SENDS.items()
                },
            )
            freezer.tick(timedelta(seconds=PERIOD_S - SWEEP_S))
            await pass_time(hass, freezer, SWEEP_S)

    await measure(2)
    before = await written(hass)
    await measure(PERIODS)
    counted = await written(hass) - before
    of_planter = {key.removeprefix(PLANTER): number for key, number in counted.items() if key.startswith(PLANTER)}

    said = {names: cost for names, cost, _why in rows(section(REFERENCE, "en", heading("What it costs")))}
    each_message = {"#last_seen", "#vpd", "#dew_point", *(f"/{leaf}" for leaf in WHAT_A_NODE_SENDS)}
    assert [cost for names, cost in said.items() if cost.startswith(str(A_DAY))] == [
        "96 each",
        "96 each",
        "96",
        "96 each",
    ]
    assert {key for key, number in of_planter.items() if number > PERIODS // 2} == each_message
    assert max(of_planter.values()) <= PERIODS
    assert said["Will need water"].startswith(f"{A_DAY // 2} at most")
    assert of_planter.get("#needs_water_at", 0) <= PERIODS // 2
    assert set(of_planter) - each_message <= {"#needs_water_at"}
    assert f"all seven some {A_DAY * len(each_message)}." in " ".join(
        section(REFERENCE, "en", heading("What it costs")).split()
    )
