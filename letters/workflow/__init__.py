"""The verbs: the only code that changes state. Each locks the letter's row, refuses, writes, records, wakes after commit."""

from .refusal import Refused, StaleCopy, StaleText

__all__ = ["Refused", "StaleCopy", "StaleText"]
