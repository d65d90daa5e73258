"""Celery's beat, for a clock that may be set back: by itself it would then wait until that clock is where it was before."""

from celery import beat


class Scheduler(beat.Scheduler):
    def tick(self, *args, **kwargs):
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > entry.default_now()]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            self._heap = None  # made anew from the entries
        return super().tick(*args, **kwargs)
