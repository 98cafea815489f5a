"""What of MicroPython's own module the pure files of the firmware use, for CPython."""


def const[T](value: T) -> T:
    return value
