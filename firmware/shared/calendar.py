"""Dates and Unix times. Functions of our own, since a board's epoch is 1970 or 2000, depending on its firmware.

After H. Hinnant, "chrono-compatible low-level date algorithms": years begin in March, eras have 400 of them.
"""


def unix_of(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:  # noqa: PLR0913, PLR0917 - a date has these
    """Return the Unix time of a date and time in UTC, from 1970 on."""
    if month < 3:  # the leap day comes last in a year that begins in March
        year -= 1
        month += 12
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469
    return ((days * 24 + hour) * 60 + minute) * 60 + second


def civil(unix: int) -> "tuple[int, int, int, int, int, int]":
    """Return year, month, day, hour, minute, second in UTC of a Unix time, from 1970 on."""
    days, second = divmod(unix, 86400)
    days += 719468
    era, days = divmod(days, 146097)
    year = (days - days // 1460 + days // 36524 - days // 146096) // 365
    days -= 365 * year + year // 4 - year // 100
    month = (5 * days + 2) // 153
    return (
        year + 400 * era + (month > 9),
        month + 3 if month < 10 else month - 9,
        days - (153 * month + 2) // 5 + 1,
        second // 3600,
        second // 60 % 60,
        second % 60,
    )
