"""One request of one person to one address, and what came of it as a symbol of the table."""

import re
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import Client

from tests.sessions import forget_counts

from . import forms

SIGN_IN = ("/account/login/?", "/admin/login/?")
REFUSED = {403: "3", 404: "4", 405: ".", 410: "0"}
ANSWERED = {200, 204, 301, 302, 401, 409}
ELSE = {
    "app_label": "letters",
    "content_type_id": 0,
    "object_id": 0,
    "url": "nothing/",
    "uidb36": "1",
    "key": "x",
    "provider_id": "agency",
    "kind": "signature",
    "mail": "invitation",
    "old": 2,
    "new": 3,
    "number": 2,
}
WRITES = re.compile(r'\s*(?:INSERT|REPLACE|UPDATE|DELETE)\s+(?:OR\s+\w+\s+)?(?:INTO|FROM)?\s*"?(\w+)', re.IGNORECASE)
FLEETING = {"django_session", "usersessions_usersession", "django_admin_log"}


@contextmanager
def written():
    """The tables that anything within writes to, sessions aside."""
    tables = set()

    def watch(execute, sql, *rest):
        if (found := WRITES.match(sql)) and found[1] not in FLEETING:
            tables.add(found[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield tables


def outcome(response, tables):
    """The symbol of the table's legend. Nothing but an act that is done has written anything."""
    act = response.request["REQUEST_METHOD"] == "POST"
    symbol = answer(response, act)
    assert not tables or (act and symbol == "="), f"{symbol}, and yet {tables} are written to"
    return "+" if tables else symbol


def answer(response, act):
    status, target = response.status_code, response.get("Location", "")
    if status in REFUSED:
        return REFUSED[status]
    assert status in ANSWERED, status
    if target.startswith(SIGN_IN):
        return "S"
    if act:
        return "="
    return ">" if target else "+"


HANDLER = Client().handler  # one for all browsers: each looks through the static files anew when it is first asked


def nobody_s_browser():
    client = Client()
    client.handler = HANDLER
    return client


def browser(world, role):
    """A browser of its own for every cell, so that signing out in one leaves the others signed in."""
    client = nobody_s_browser()
    if role != "x":
        client.cookies["sessionid"] = world.cookies[role]
    return client


def values(path, world, role, audience):
    """The letter, and the ids in the address: of the person's own rows, or of those that everybody of the table tries."""
    found = world.circulated[audience]
    last = path.rstrip("/").rpartition("/")[2]
    drafts = dict.fromkeys(["circulate", "unlist", "unschedule"], found.draft)
    letter = {**drafts, "final.pdf": found.locked}.get(last, found.letter)
    pks = {
        "more-time": found.request,
        "propose": found.edit,
        "edits": found.edit,
        "imports": found.report,
        "conditions": found.conditional,
        "notices": found.mail,
        "contacts": found.contact,
        "requests": found.request,
        "signatures": found.awaiting,
        "offices": world.ours,
        "muted": world.muted,
        "invitations": world.offers.get(role, world.ours_offer),
    }
    pk = next((row.pk for part, row in pks.items() if f"{part}/<pk>" in path), 1)
    place = (world.ours_asking if last == "confirm" else world.ours_colleague).pk
    secrets = {"secret": world.secret, "token": world.stop_token}
    return letter, {"code": letter.code, "pk": pk, "place": place, "kept": world.ours_list.pk, **secrets, **ELSE}


def address(path, given):
    for name, value in given.items():
        path = path.replace(f"<{name}>", str(value))
    return f"/{path}"


def tried(method, path, world, role, audience="any", *, office=None, undo=True, **instead):
    """The response and the tables written to. Unless told otherwise nothing of it stays in the database."""
    letter, given = values(path, world, role, audience)
    office = office or world.offices.get(role, world.ours)
    target = address(path, {**given, **instead})
    data = forms.posted(path, world, letter, office) if method == "post" else forms.query(path, office)
    forget_counts()
    with transaction.atomic(), written() as tables:
        response = getattr(browser(world, role), method)(target, data)
        transaction.set_rollback(undo)
    return response, tables
