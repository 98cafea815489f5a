from node.memory import fresh, pack, unpack


def full(readings):
    known = fresh()
    known["lease"] = ["192.168.100.200", "255.255.255.0", "192.168.100.1", "192.168.100.1"]
    known["bssid"] = "aabbccddeeff"
    known["hub"] = "192.168.100.111"
    known["woke"] = [1795356000, 3600]
    known["late"] = [[86400 + n, [1000, -400, 1000, 100, 3000, -130, 5000]] for n in range(readings)]
    return known


def test_what_was_packed_comes_back():
    assert unpack(pack(full(24))) == full(24)
    assert unpack(pack(fresh())) == fresh()


def test_a_day_of_readings_fits_into_the_memory_that_a_board_has():
    assert len(pack(full(24))) <= 2048


def test_should_it_not_fit_the_oldest_readings_go():
    known = unpack(pack(full(60)))
    assert len(known["late"]) < 60
    assert known["late"][-1] == full(60)["late"][-1]
    assert known["bssid"] == "aabbccddeeff"


def test_rubbish_and_nothing_are_a_fresh_start():
    for blob in (b"", b"abc", bytes(2048), b"\xff" * 300):
        assert unpack(blob) == fresh()


def test_one_wrong_bit_is_a_fresh_start():
    blob = pack(full(3))
    for bit in range(0, 8 * len(blob), 7):
        garbled = bytearray(blob)
        garbled[bit // 8] ^= 1 << bit % 8
        assert unpack(bytes(garbled)) == fresh()


def test_what_another_version_kept_is_not_read():
    known = full(3)
    known["version"] += 1
    assert unpack(pack(known)) == fresh()
