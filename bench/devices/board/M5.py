"""As little of UIFlow2's `M5` as a hub needs: a panel that takes every call and draws nothing."""


def _nothing(*_):
    return 0


class _Panel:
    def __getattr__(self, name):
        return _nothing


begin = update = _nothing
Display = _Panel()
Display.FONTS = Display
