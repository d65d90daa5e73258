"""Log lines that show no row of the database."""

import logging
import re

QUOTED = re.compile(r"(?:\n|\\n)DETAIL: .*?(?=\nTraceback |\n\nThe above exception |\n\nDuring handling |\Z)", re.DOTALL)


class Line(logging.Formatter):
    """Leaves out the row that PostgreSQL quotes when it refuses it: it holds texts and names."""

    def format(self, record):
        return QUOTED.sub("", super().format(record))
