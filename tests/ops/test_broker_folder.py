"""The broker of local mode: a folder with a file for each message."""

import time

import pytest
from celery import current_app
from kombu import Connection
from kombu.transport.virtual import Empty

pytestmark = pytest.mark.databaseless


@pytest.fixture
def channels(tmp_path):
    folders = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    assert current_app.main == "cosign"  # which names the transport
    with Connection("filesystem://localhost", transport_options=folders) as connection:
        yield connection.channel(), connection.channel()


class Interrupted:
    """A part of a message; while it is written, a worker looks into the folder."""

    def __init__(self, look):
        self.look = look

    def __json__(self):
        self.look()
        return "whole"


def test_a_message_is_seen_whole_or_not_at_all(channels):
    web, worker = channels

    def look():
        with pytest.raises(Empty):
            worker._get("celery")

    web._put("celery", {"body": Interrupted(look)})
    assert worker._get("celery") == {"body": "whole"}


def test_messages_are_taken_in_order_and_each_from_its_own_queue(channels):
    web, worker = channels
    for queue, number in (("celery", 1), ("other", 2), ("celery", 3)):
        web._put(queue, {"number": number})
        time.sleep(0.002)  # a message's place is a matter of milliseconds
    assert [worker._get(queue)["number"] for queue in ("celery", "celery", "other")] == [1, 3, 2]
    with pytest.raises(Empty):
        worker._get("celery")
