"""Log lines that show no row of the database, no secret of a private calendar, and none that stops a person's mails."""

import logging
import re

from gunicorn.glogging import Logger

QUOTED = re.compile(r"(?:\n|\\n)DETAIL: .*?(?=\nTraceback |\n\nThe above exception |\n\nDuring handling |\Z)", re.DOTALL)


# Whatever follows, also what is only nearly right: somebody may have mistyped their own address.
PRIVATE = re.compile(r"(?<!/account)(/calendar/|/mail/stop/)[^\s\"']+", re.IGNORECASE)


def without_secrets(line):
    return PRIVATE.sub(lambda found: f"{found[1].lower()}[secret]", line)


class Line(logging.Formatter):
    """Leaves out the row that PostgreSQL quotes when it refuses it: it holds texts and names."""

    def format(self, record):
        return without_secrets(QUOTED.sub("", super().format(record)))


class WithoutSecrets(logging.Filter):
    def filter(self, record):
        record.msg, record.args = without_secrets(record.getMessage()), None
        return True


class WebServer(Logger):
    """Gunicorn's own two logs, which go past Django's."""

    def setup(self, cfg):
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.addFilter(WithoutSecrets())
