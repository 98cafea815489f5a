"""When a certificate is valid, read straight from its DER (RFC 5280, 4.1). Borrowed: not kept in memory."""

from micropython import const

from shared.calendar import unix_of

_VERSION = const(0xA0)  # [0], which a certificate of version 1 leaves out
_UTC_TIME = const(0x17)  # two digits of the year, 1950 to 2049; a GeneralizedTime (0x18) has four


def validity(der: bytes) -> tuple:
    """Return notBefore and notAfter as Unix times. Raises ValueError for anything but a certificate."""
    try:
        _, at, _ = _element(der, 0)  # Certificate
        _, at, _ = _element(der, at)  # TBSCertificate
        kind, _, end = _element(der, at)
        for _ in range(3 if kind == _VERSION else 2):  # serialNumber, signature, issuer
            at = end
            _, _, end = _element(der, at)
        _, first, _ = _element(der, end)
        _, _, second = _element(der, first)
        return _time(der, first), _time(der, second)
    except IndexError:
        raise ValueError("not a certificate")


def _element(der: bytes, at: int) -> tuple:
    """Return the tag of the element at an offset, and where its content begins and ends (X.690, 8.1)."""
    length = der[at + 1]
    start = at + 2
    if length > 0x7F:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start], "big")
    return der[at], start, start + length


def _time(der: bytes, at: int) -> int:
    kind, start, end = _element(der, at)
    digits = str(der[start : end - 1], "ascii")
    if kind == _UTC_TIME:
        digits = ("19" if digits >= "50" else "20") + digits
    return unix_of(int(digits[:4]), *[int(digits[index : index + 2]) for index in (4, 6, 8, 10, 12)])
