"""What can be wrong with a rule."""

from enum import StrEnum

from ..errors import EngineError


class BadRule(StrEnum):
    """Why a rule is none."""

    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    NOT_UNIQUE = "not_unique"
    TOO_MANY = "too_many"
    """More rules, or tags in a rule, than there can be; the value is how many there can be."""
    NOTHING_TO_DO = "nothing_to_do"
    """It has no effect."""
    TWO_PATTERNS = "two_patterns"
    """A pattern and a regular expression."""
    BAD_PATTERN = "bad_pattern"
    BAD_DATE = "bad_date"
    DATES_REVERSED = "dates_reversed"
    UNKNOWN_PLACE = "unknown_place"
    """A text has a place, e.g. ``{site}``, that nothing fills; the value is what is in the braces."""
    BAD_TEMPLATE = "bad_template"
    """A single brace, an empty tag, or a text that is too long."""
    BAD_RATING = "bad_rating"
    BAD_LOCATION = "bad_location"


class BadRuleError(EngineError, ValueError):
    """A rule of the folder cannot be understood."""

    code = "bad_rule"

    def __init__(self, number: int, field: str, reason: BadRule, value: str = "") -> None:
        """Keep which rule (from 1), which of its fields, and what is wrong with what it says."""
        super().__init__(f"rule {number}, {field}: {reason}")
        self.number = number
        self.field = field
        self.reason = reason
        self.value = value

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail, "number": str(self.number), "field": self.field, "value": self.value}
