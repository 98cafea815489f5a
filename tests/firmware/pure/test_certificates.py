import binascii

from hub.certificates import validity
from shared.calendar import unix_of

# A self-signed certificate of nobody, 2000-01-01 to 2076-01-01 12:34:56; its key was thrown away.
HEX = (
    "308201103081b7a003020102020107300a06082a8648ce3d0403023011310f300d06035504030c066e6f626f64793020170d"
    "3030303130313030303030305a180f32303736303130313132333435365a3011310f300d06035504030c066e6f626f647930"
    "59301306072a8648ce3d020106082a8648ce3d0301070342000477ae988d77004b11e09987264c6a167ad49c144930d8adea"
    "e27f16a09a0a5f1f22a14f92ea95f53ef8d95988eef9b6912b87ff2d5de2cc2801cc3b0ec04a1f18300a06082a8648ce3d04"
    "0302034800304502210087dece7fec9ac61aa906bb63c7c7ee0d64d72bbd7d3c75205be3dea35e728ea5022069d09f7f9fc4"
    "25eb22976daafc18c01fb6140dd0a4b01228cf345e8e1aadf05f"
)


def test_the_dates_of_a_certificate():
    assert validity(binascii.unhexlify(HEX)) == (946684800, unix_of(2076, 1, 1, 12, 34, 56))


def element(tag, content):
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    return bytes((tag, 0x82)) + len(content).to_bytes(2, "big") + content


def certificate(first, second, version=b"\xa0\x03\x02\x01\x02", issuer=b"x" * 300):
    """Return what has the shape of one as far as its dates."""
    serial, signature = element(2, b"\x01"), element(0x30, element(6, b"\x2a\x86\x48"))
    dates = element(0x30, first + second)
    return element(0x30, element(0x30, version + serial + signature + element(0x30, issuer) + dates + b"\x05\x00"))


def test_both_ways_to_write_a_time_and_every_century_of_the_short_one():
    for first, second, expected in (
        (b"500101000000Z", b"991231235959Z", (-631152000, 946684799)),
        (b"000101000000Z", b"491231235959Z", (946684800, 2524607999)),
    ):
        der = certificate(element(0x17, first), element(0x17, second))
        assert validity(der)[1] == expected[1]
        assert expected[0] < 0 or validity(der)[0] == expected[0]
    der = certificate(element(0x17, b"261122140000Z"), element(0x18, b"20761122140000Z"))
    assert validity(der) == (1795356000, unix_of(2076, 11, 22, 14))


def test_a_certificate_of_version_1_has_no_version():
    der = certificate(element(0x17, b"261122140000Z"), element(0x17, b"271122140000Z"), version=b"")
    assert validity(der) == (1795356000, 1795356000 + 365 * 86400)


def test_anything_else_is_a_valueerror():
    whole = binascii.unhexlify(HEX)
    for der in (b"", b"\x30", b"\x30\x03\x02\x01\x05", whole[:40], b"\x30\x82", bytes(20)):
        try:
            validity(der)
        except ValueError:
            continue
        raise AssertionError(der)
