from node.sht import ANSWER, COMMANDS, crc8, decode


def word(raw):
    both = bytes((raw >> 8, raw & 0xFF))
    return both + bytes((crc8(both),))


def test_the_checksum_is_that_of_the_datasheet():
    assert crc8(b"\xbe\xef") == 0x92


def test_the_commands_are_those_of_the_datasheets():
    assert COMMANDS["sht30"][0] == b"\x24\x00"  # high repeatability, no clock stretching
    assert COMMANDS["sht40"][0] == b"\xfd"  # high precision


def test_the_ends_of_the_scale_are_those_of_the_datasheets():
    assert decode("sht30", word(0) + word(0)) == (-45, 0)
    assert decode("sht30", word(65535) + word(65535)) == (130, 100)
    assert decode("sht40", word(0) + word(0)) == (-45, 0)  # -6 % is cut
    assert decode("sht40", word(65535) + word(65535)) == (130, 100)  # 119 % is cut


def test_a_greenhouse_is_read_to_a_hundredth():
    temperature, humidity = decode("sht30", word(25278) + word(38010))
    assert abs(temperature - 22.5) < 0.01
    assert abs(humidity - 58) < 0.01
    temperature, humidity = decode("sht40", word(25278) + word(33553))
    assert abs(temperature - 22.5) < 0.01
    assert abs(humidity - 58) < 0.01


def test_one_wrong_bit_anywhere_is_noticed():
    answer = word(25278) + word(38010)
    for bit in range(8 * ANSWER):
        garbled = bytearray(answer)
        garbled[bit // 8] ^= 1 << bit % 8
        assert decode("sht30", bytes(garbled)) is None


def test_half_an_answer_is_none():
    assert decode("sht30", word(25278)) is None
