"""What the forms send for a deadline, whatever day the tests run on."""

import datetime

from letters.forms import as_typed

NEW_YORK = "America/New_York"


def typed(moment, zone=NEW_YORK):
    """Date and time as a person types them, and the button that sets them in spite of warnings."""
    minute = moment.astimezone(datetime.UTC).replace(second=0, microsecond=0)
    return {**as_typed(minute, zone), "all_the_same": f"{minute:%Y-%m-%dT%H:%MZ}"}
