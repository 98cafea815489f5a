"""Code that is needed now and then, and need not stay in memory: imported, called, and let go."""

import sys


def borrow(module: str, function: str, *arguments: object):  # noqa: ANN201 - whatever the function returns
    """Return what the function of the module returns, or its coroutine; the module and what it imported are dropped."""
    before = set(sys.modules)
    try:
        return getattr(__import__(module, None, None, (function,)), function)(*arguments)
    finally:
        for name in [name for name in sys.modules if name not in before]:
            del sys.modules[name]
            package, _, attribute = name.rpartition(".")
            if package in sys.modules:
                delattr(sys.modules[package], attribute)
