"""What can go wrong, in sentences that name the next step."""


class ProvisionError(Exception):
    """A refusal or a failure; its text says what is wrong and what to do. What was on the device still runs."""
