"""What can go wrong, in sentences that name the next step.

Three classes, one per decision a caller can take: ask for something else, mend
the folder, or wait and try again. The command line prints the text as it is.
"""


class CertsError(Exception):
    """Any refusal of this package; its text says what is wrong and what to do."""


class RequestError(CertsError):
    """The request does not fit what exists: a name taken, unknown, or malformed."""


class FolderError(CertsError):
    """The folder of the authority is absent, damaged, or not ours to write."""


class BusyError(CertsError):
    """Another run holds the folder; the same call may succeed a moment later."""
