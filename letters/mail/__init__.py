"""The mails that notices become."""

from . import bounces, inbox, showing
from .begun import Begun
from .compose import compose, is_address

__all__ = ["Begun", "bounces", "compose", "inbox", "is_address", "showing"]
