import pytest
from celery import current_app

from letters.models import Letter, Notice
from tests.mail.server import PostOffice

from .process import Worker


@pytest.fixture
def waiting_messages():
    """No message of an earlier test is left, and none stays for the next."""
    current_app.control.purge()
    yield
    current_app.control.purge()


@pytest.fixture
def mails(settings):
    """The folder into which the worker mails."""
    settings.MAILBOX_DIR = settings.VAR_DIR / "mail"
    settings.MAILBOX_DIR.mkdir(parents=True, exist_ok=True)
    for old in settings.MAILBOX_DIR.iterdir():
        old.unlink()
    return settings.MAILBOX_DIR


@pytest.fixture
def new_worker(transactional_db, waiting_messages, mails, tmp_path):
    """Makes workers that end with the test; they are not started yet."""
    made = []

    def make(command="", **changes):
        made.append(Worker(tmp_path / "worker.log", command, **changes))
        return made[-1]

    yield make
    for worker in made:
        worker.stop()


@pytest.fixture
def worker(new_worker):
    worker = new_worker()
    worker.start()
    return worker


@pytest.fixture
def nothing_due():
    """Whether every PDF shows its letter as it is and every notice has ended."""

    def ask():
        stale = any(not letter.pdf_is_current for letter in Letter.objects.all())
        return not stale and not Notice.objects.waiting().exists()

    return ask


@pytest.fixture
def post_office(tmp_path):
    """A mail server in a process of its own. A worker mails to it that is made with `EMAIL_URL=post_office.url`."""
    office = PostOffice(tmp_path / "post")
    office.start()
    yield office
    office.stop()
