import asyncio

from custom_components.sigacs.burst import Burst

SETTLES_S = 0.02


async def test_what_comes_together_is_handed_over_together_with_the_newest_value_of_each() -> None:
    handed_over: list[dict[str, int]] = []
    burst: Burst[str, int] = Burst(asyncio.get_running_loop(), handed_over.append, SETTLES_S)
    for key, value in (("a", 1), ("b", 2), ("a", 3)):
        burst.add(key, value)
    await asyncio.sleep(2 * SETTLES_S)
    burst.add("a", 4)
    await asyncio.sleep(2 * SETTLES_S)
    assert handed_over == [{"a": 3, "b": 2}, {"a": 4}]


async def test_what_was_taken_back_is_not_handed_over() -> None:
    handed_over: list[dict[str, int]] = []
    burst: Burst[str, int] = Burst(asyncio.get_running_loop(), handed_over.append, SETTLES_S)
    burst.add("a", 1)
    burst.add("b", 2)
    assert (burst.take("a"), burst.take("a")) == (1, None)
    await asyncio.sleep(2 * SETTLES_S)
    assert handed_over == [{"b": 2}]


async def test_after_a_stop_nothing_is_handed_over_and_no_timer_is_left() -> None:
    handed_over: list[dict[str, int]] = []
    burst: Burst[str, int] = Burst(asyncio.get_running_loop(), handed_over.append, SETTLES_S)
    burst.add("a", 1)
    burst.stop()
    burst.stop()
    await asyncio.sleep(2 * SETTLES_S)
    assert handed_over == []
