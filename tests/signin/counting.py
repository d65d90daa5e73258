"""The site as gunicorn serves it, with a byte in a file for each secret that is really compared."""

import os
from functools import wraps
from pathlib import Path

from cosign.wsgi import application

COUNTS = Path(os.environ["COSIGN_VAR"]) / "counts"


def counted(function, name):
    @wraps(function)
    def compare(*args, **kwargs):
        with (COUNTS / name).open("ab", buffering=0) as file:
            file.write(b"x")
        return function(*args, **kwargs)

    return compare


def install():
    from allauth.account import forms

    from letters.models import User

    COUNTS.mkdir(exist_ok=True)
    User.check_password = counted(User.check_password, "passwords")
    forms.compare_user_code = counted(forms.compare_user_code, "codes")


install()
__all__ = ["application"]
