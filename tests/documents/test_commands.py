"""Every command that a document shows is run by a test."""

from tests.documents.commands import NOT_RUN, fetched, shown


def test_every_block_of_commands_is_run_by_a_test() -> None:
    assert len(shown()) > 20
    assert shown() - fetched() - set(NOT_RUN) == set()


def test_what_tests_run_still_stands_in_the_documents() -> None:
    assert fetched() - shown() == set()


def test_what_is_not_run_has_a_reason_and_no_test() -> None:
    assert set(NOT_RUN) <= shown() - fetched()
    assert all(len(reason) > 20 for reason in NOT_RUN.values())
