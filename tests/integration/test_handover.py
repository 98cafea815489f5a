"""Two connections for a moment: whatever each receives, and in whatever turns, every message is handed on once."""

from hypothesis import given, strategies as st

from custom_components.sigacs.transport import Message
from custom_components.sigacs.transport.handover import Handover


def message(number: int) -> Message:
    return Message("/serre/1/bac/1/sol", b"%d" % number, retained=False)


MANY = st.integers(0, 20)


@given(before=MANY, between=MANY, after=MANY, turns=st.lists(st.booleans(), max_size=60))
def test_what_both_receive_is_handed_on_once_and_in_order(
    before: int, between: int, after: int, turns: list[bool]
) -> None:
    numbers = list(range(before + between + after))
    former, successor = iter(numbers[: before + between]), iter(numbers[before:])
    received: list[Message] = []
    handover = Handover(received.append)
    for of_former in turns:
        if (number := next(former if of_former else successor, None)) is not None:
            (handover.former if of_former else handover.successor)(message(number))
    for number in former:
        handover.former(message(number))
    for number in successor:
        handover.successor(message(number))
    handover.end(both_served=True)
    assert received == [message(number) for number in numbers]


@given(former=st.lists(st.integers(0, 3)), successor=st.lists(st.integers(0, 3)))
def test_the_same_value_again_is_a_message_of_its_own_where_one_went_on_for_the_other(
    former: list[int], successor: list[int]
) -> None:
    received: list[Message] = []
    handover = Handover(received.append)
    for number in former:
        handover.former(message(number))
    for number in successor:
        handover.successor(message(number))
    handover.end(both_served=False)
    assert received == [message(number) for number in former + successor]


def test_a_message_that_cannot_be_handled_does_not_keep_the_others_back() -> None:
    received: list[Message] = []

    def handle(one: Message) -> None:
        received.append(one)
        raise RuntimeError("as it must not happen")

    handover = Handover(handle)
    for number in range(3):
        handover.successor(message(number))
    handover.end(both_served=True)
    assert received == [message(number) for number in range(3)]
