"""Celery with a sleep that works where libfaketime moves the clock that shows the time and none of those that only count."""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], max(seconds, 0))

if __name__ == "__main__":
    from celery.__main__ import main

    main()
