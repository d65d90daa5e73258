from tests.worker.conftest import mails, new_worker, nothing_due, waiting_messages, worker

__all__ = ["mails", "new_worker", "nothing_due", "waiting_messages", "worker"]
