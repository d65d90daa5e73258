"""What the `zone` fields of models may hold."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zones() -> set[str]:
    """The names of all time zones. They are looked up once: each time reads hundreds of files."""
    return available_timezones()
