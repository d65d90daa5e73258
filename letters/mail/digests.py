"""What a digest counts. It names no office: a mail never says who signed."""

from letters.models import Event, news
from letters.times import deadline_in_words, instant_in_words, time_until

Kind = Event.Kind
# One and many, in the order in which they are told.
ACTS = {
    Kind.SIGNED: ("office signed", "offices signed"),
    Kind.REAFFIRMED: ("office re-affirmed", "offices re-affirmed"),
    Kind.WITHDREW: ("office withdrew", "offices withdrew"),
    Kind.DECLINED: ("office declined", "offices declined"),
    Kind.CONDITION: ("office would sign if …", "offices would sign if …"),
    Kind.DEADLINE_ASKED: ("office asked for more time", "offices asked for more time"),
    Kind.EDIT_PROPOSED: ("office proposed other words", "offices proposed other words"),
}
FAILURES = ("mail did not arrive", "mails did not arrive")


def facts(notice, now):
    """What offices did since the reader was told, what waits for the lead, and where the letter stands at `now`."""
    letter, running = notice.letter, now < notice.letter.deadline_at
    unanswered = letter.invitees.waiting().count()
    return {
        "news": news_of(notice),
        "since": instant_in_words(news.since(notice), letter.zone),
        "waiting": waiting_on(letter),
        "signed": letter.signatures.printed().count(),
        "unanswered": unanswered,
        "of_asked": f"{unanswered} of {letter.invitees.exclude(invited_at=None).count()}",
        "deadline": deadline_in_words(letter.deadline_at, letter.zone, now),
        "left": time_until(letter.deadline_at, now, letter.zone).removeprefix("in ") if running else "",
    }


def news_of(notice):
    counts, failures = news.counts(notice), news.failures(notice)
    acts = [said(counts[kind], *words) for kind, words in ACTS.items() if kind in counts]
    return acts + ([said(failures, *FAILURES)] if failures else [])


def waiting_on(letter):
    conditions = letter.invitees.exclude(condition="").filter(condition_answered_at=None)
    pending = [
        (letter.deadline_requests.pending(), "request for more time", "requests for more time"),
        (letter.signatures.awaiting(), "signature to confirm", "signatures to confirm"),
        (letter.proposed_edits.pending(), "proposed edit", "proposed edits"),
        (conditions, "condition (“would sign if …”)", "conditions (“would sign if …”)"),
    ]
    return [said(number, *words) for rows, *words in pending if (number := rows.count())]


def said(number, one, many):
    return f"{number} {one if number == 1 else many}"
