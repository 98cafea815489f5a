"""Why a message is refused, and the one place that counts it.

A refused message changes no state: corrupt is not the same as absent, and neither is a value.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLES_KEPT = 20
TOPIC_CHARACTERS_KEPT = 120
PAYLOAD_BYTES_KEPT = 32


class Reason(StrEnum):
    """The classes of refusal that diagnostics count."""

    TOPIC = "topic"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_DECIMAL = "not_decimal"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_STATE = "not_a_state"
    NOT_HEALTH = "not_health"
    NOT_LATE = "not_late"
    UNKNOWN_FORMAT = "unknown_format"
    TIME = "time"
    RETAINED = "retained"
    TOO_MANY = "too_many"


class RefusedError(ValueError):
    """A message that is not taken; its text says what is wrong and what would be right."""

    def __init__(self, reason: Reason, text: str) -> None:
        """Keep the class of refusal beside the sentence."""
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Example:
    """One refused message, shortened, as diagnostics show it."""

    topic: str
    payload: str
    reason: Reason
    text: str


@dataclass(slots=True)
class Refusals:
    """Counts by reason and the newest examples; memory stays bounded whatever is published."""

    counts: Counter[Reason] = field(default_factory=Counter)
    examples: deque[Example] = field(default_factory=lambda: deque(maxlen=EXAMPLES_KEPT))

    def add(self, topic: str, payload: bytes, error: RefusedError) -> bool:
        """Count a refusal; true when it is the first of its reason, which is the one worth logging."""
        self.counts[error.reason] += 1
        self.examples.append(
            Example(
                topic=topic[:TOPIC_CHARACTERS_KEPT],
                payload=repr(payload[:PAYLOAD_BYTES_KEPT]),
                reason=error.reason,
                text=str(error),
            )
        )
        return self.counts[error.reason] == 1
