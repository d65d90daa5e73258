"""The mails that notices become."""

from .compose import compose, is_address

__all__ = ["compose", "is_address"]
