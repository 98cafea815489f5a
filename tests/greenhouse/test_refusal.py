from hypothesis import given, strategies as st

from custom_components.sigacs.greenhouse.refusal import EXAMPLES_KEPT, Reason, Refusals, RefusedError


def test_each_reason_is_counted_and_its_first_one_pointed_out() -> None:
    refusals = Refusals()
    firsts = [
        refusals.add("/serre/1/bac/1/sol", b"65,0", RefusedError(reason, "as it is not"))
        for reason in (Reason.NOT_DECIMAL, Reason.EMPTY, Reason.NOT_DECIMAL, Reason.EMPTY, Reason.NOT_DECIMAL)
    ]
    assert firsts == [True, True, False, False, False]
    assert refusals.counts == {Reason.NOT_DECIMAL: 3, Reason.EMPTY: 2}


def test_an_example_says_what_came_where_and_what_is_wrong_with_it() -> None:
    refusals = Refusals()
    refusals.add("/serre/1/bac/1/sol", b"65,0\xff", RefusedError(Reason.NOT_DECIMAL, "no comma"))
    (example,) = refusals.examples
    assert (example.topic, example.payload) == ("/serre/1/bac/1/sol", r"b'65,0\xff'")
    assert (example.reason, example.text) == (Reason.NOT_DECIMAL, "no comma")


def test_the_newest_examples_are_kept() -> None:
    refusals = Refusals()
    for number in range(EXAMPLES_KEPT + 5):
        refusals.add(f"/{number}", b"", RefusedError(Reason.TOPIC, ""))
    assert [example.topic for example in refusals.examples] == [f"/{number}" for number in range(5, EXAMPLES_KEPT + 5)]


@given(st.lists(st.tuples(st.text(), st.binary(), st.sampled_from(Reason)), max_size=60))
def test_memory_stays_bounded_whatever_is_published(messages: list[tuple[str, bytes, Reason]]) -> None:
    refusals = Refusals()
    for topic, payload, reason in messages:
        refusals.add(topic * 100, payload * 100, RefusedError(reason, "no"))
    assert refusals.counts.total() == len(messages)
    assert len(refusals.counts) <= len(Reason)
    assert len(refusals.examples) <= EXAMPLES_KEPT
    # A byte takes at most four characters in a repr, its frame three.
    assert all(len(example.topic) <= 120 and len(example.payload) <= 4 * 32 + 3 for example in refusals.examples)
