from hub.sntp import unix

NONCE = bytes(range(1, 9))
NTP_2026 = 1795356000 + 2208988800


def reply(first=0x24, stratum=2, originate=NONCE, seconds=NTP_2026, fraction=0):
    return (
        bytes((first, stratum))
        + bytes(22)
        + originate
        + bytes(8)
        + seconds.to_bytes(4, "big")
        + fraction.to_bytes(4, "big")
    )


def refused(packet):
    try:
        unix(packet, NONCE, 0)
    except ValueError as error:
        return str(error)
    raise AssertionError("it was believed")


def test_the_time_that_a_server_tells():
    assert unix(reply(), NONCE, 0) == 1795356000


def test_it_is_rounded_with_half_of_the_way_added():
    half = 1 << 31
    assert unix(reply(fraction=half - (1 << 22)), NONCE, 0) == 1795356000
    assert unix(reply(fraction=half), NONCE, 0) == 1795356001
    assert unix(reply(), NONCE, 900) == 1795356000
    assert unix(reply(), NONCE, 1000) == 1795356001
    assert unix(reply(fraction=half // 2), NONCE, 500) == 1795356001


def test_the_seconds_begin_anew_in_2036():
    assert unix(reply(seconds=0xFFFFFFFF), NONCE, 0) == 2085978495
    assert unix(reply(seconds=1), NONCE, 0) == 2085978497  # 2036-02-07 06:28:17


def test_nonsense_is_refused():
    assert "no answer" in refused(b"")
    assert "no answer" in refused(reply()[:47])
    assert "no answer" in refused(reply(first=0x23))  # a question
    assert "no answer" in refused(reply(first=0x25))  # broadcast


def test_a_server_that_does_not_know_the_time_is_refused():
    assert "does not know" in refused(reply(first=0xE4))
    assert "does not know" in refused(reply(stratum=0))
    assert "does not know" in refused(reply(stratum=16))


def test_an_answer_to_somebody_elses_question_is_refused():
    assert "another question" in refused(reply(originate=bytes(8)))


def test_no_time_is_refused():
    assert "no time" in refused(reply(seconds=0))
