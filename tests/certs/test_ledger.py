"""The memory of what was issued and revoked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from certs.errors import FolderError, RequestError
from certs.ledger import Entry, Ledger

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
ENTRIES = st.builds(
    Entry,
    serial=st.integers(1, 2**159),
    name=st.from_regex(r"(hub|dashboard)-[A-Za-z0-9_-]{1,32}", fullmatch=True),
    role=st.sampled_from(["hub", "dashboard"]),
    issued=MOMENTS,
    expires=MOMENTS,
    revoked=st.none() | MOMENTS,
)
LEDGERS = st.lists(ENTRIES, max_size=8, unique_by=lambda entry: entry.serial).map(lambda found: Ledger(tuple(found)))


def entry(serial: int, name: str = "hub-1", role: str = "hub") -> Entry:
    return Entry(serial, name, role, NOW, NOW + timedelta(days=425))


@given(LEDGERS)
def test_a_ledger_reads_back_as_it_was_written(ledger: Ledger) -> None:
    assert Ledger.parse(ledger.render()) == ledger


@given(LEDGERS, st.data())
def test_a_revocation_is_never_taken_back_or_moved(ledger: Ledger, data: st.DataObject) -> None:
    serials = data.draw(st.sets(st.sampled_from([e.serial for e in ledger.entries] or [0])))
    after = ledger.with_revoked(serials, NOW)
    for old, new in zip(ledger.entries, after.entries, strict=True):
        assert new.revoked == (old.revoked or (NOW if old.serial in serials else None))
    assert {e.serial for e in after.revocations()} >= {e.serial for e in ledger.revocations()}


@given(st.binary(max_size=200))
def test_a_damaged_ledger_is_refused_with_a_sentence(content: bytes) -> None:
    try:
        Ledger.parse(content)
    except FolderError as error:
        assert "restore it from your backup" in str(error)  # noqa: PT017


@given(LEDGERS.filter(lambda ledger: ledger.entries), st.data())
def test_a_ledger_cut_short_is_refused_or_reads_as_whole_lines(ledger: Ledger, data: st.DataObject) -> None:
    whole = ledger.render()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        found = Ledger.parse(cut)
    except FolderError:
        return
    assert found.entries[:-1] == ledger.entries[: len(found.entries)][:-1]


def test_the_last_certificate_of_a_name_is_its_current_one() -> None:
    ledger = Ledger().with_issued(entry(1)).with_issued(entry(2, "hub-2")).with_issued(entry(3))
    assert {name: e.serial for name, e in ledger.current().items()} == {"hub-1": 3, "hub-2": 2}


def test_who_is_revoked_may_no_longer_log_in_and_the_server_never_could() -> None:
    ledger = Ledger().with_issued(entry(1)).with_issued(entry(2, "hub-2"))
    ledger = ledger.with_issued(entry(3, "server", "server")).with_revoked({2}, NOW)
    assert set(ledger.clients()) == {"hub-1"}


def test_a_name_finds_all_that_it_ever_got() -> None:
    ledger = Ledger().with_issued(entry(1)).with_issued(entry(2))
    assert [e.serial for e in ledger.revocable("hub-1")] == [1, 2]


def test_a_serial_number_finds_an_earlier_certificate_by_its_beginning() -> None:
    old, new = 0xABCDEF12 << 128, 0x12345678 << 128
    ledger = Ledger().with_issued(entry(old)).with_issued(entry(new))
    assert [e.serial for e in ledger.revocable(f"{old:040X}"[:12])] == [old]
    with pytest.raises(RequestError, match="`revoke hub-1` takes away its user too"):
        ledger.revocable(f"{new:040x}"[:12])


@pytest.mark.parametrize("who", ["", "hub", "HUB-1", "0", "00", "0000000", "ffffffff", "hub-9"])
def test_who_is_unknown_is_told_who_is_known(who: str) -> None:
    with pytest.raises(RequestError, match="there is: hub-1"):
        Ledger().with_issued(entry(1)).revocable(who)


def test_two_certificates_that_begin_alike_are_not_guessed_between() -> None:
    ledger = Ledger((entry(1), entry(2), entry(3)))
    with pytest.raises(RequestError):
        ledger.revocable("00000000")
