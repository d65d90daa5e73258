"""Every person at every address: the table of `matrix`, cell by cell."""

import re
from collections import Counter

import pytest
from django.apps import apps

from tests.workflow import lives

from . import matrix
from .cells import outcome, tried
from .matrix import ROLES, expected
from .world import AUDIENCES

pytestmark = pytest.mark.django_db
ROWS = list(matrix.rows(matrix.TABLE))
OTHERS = list(matrix.rows(matrix.OTHERS))
INSTEAD = {
    "request on another letter": lambda world, role: {"pk": world.elsewhere.request.pk},
    "signature on another letter": lambda world, role: {"pk": world.elsewhere.awaiting.pk},
    "import into another letter": lambda world, role: {"pk": world.elsewhere.report.pk},
    "proposal on another letter": lambda world, role: {"pk": world.elsewhere.edit.pk},
    "proposal of another office": lambda world, role: {"pk": world.circulated["any"].edit_of_others.pk},
    "text from before circulation": lambda world, role: {"old": 1, "number": 1},
    "text from before it as the new": lambda world, role: {"new": 1},
    "text that there is not": lambda world, role: {"new": 99, "number": 99},
    "secret of nobody": lambda world, role: {"secret": "0" * 40},
    "secret that was revoked": lambda world, role: {"secret": world.revoked_secret},
    "token of nobody": lambda world, role: {"token": f"{world.stop_token}x"},
    "kind that there is not": lambda world, role: {"kind": "stamp", "mail": "stamp"},
    "mail about another letter": lambda world, role: {"pk": world.elsewhere.letter.notices.earliest("pk").pk},
    "office on another letter": lambda world, role: {"pk": world.elsewhere.letter.invitees.earliest("pk").pk},
    "condition on another letter": lambda world, role: {"pk": world.elsewhere.letter.invitees.earliest("pk").pk},
    "office of others": lambda world, role: {"office": world.foreign},
    "place in another office": lambda world, role: {"place": world.foreign_asking.pk},
    "place under another office": lambda world, role: {"pk": world.other.pk, "place": world.ours_asking.pk},
    "list of another office": lambda world, role: {"kept": world.foreign_list.pk},
    "list under another office": lambda world, role: {"pk": world.other.pk, "kept": world.ours_list.pk},
    "place of one's own": lambda world, role: {"place": own_place(world, role)},
    "invitation to another address": lambda world, role: {"pk": world.foreign_offer.pk},
    "invitation by one's own office": lambda world, role: {"pk": world.ours_offer.pk},
}


def own_place(world, role):
    place = world.people[role].memberships.first() if role != "x" else None
    return place.pk if place else 1


def name(row):
    return " ".join(row[:2]).strip() or "/"


def audiences(path):
    return AUDIENCES if "<code>" in path else AUDIENCES[:1]


def object_of(path):
    """A row of the model, for an admin page of one."""
    if not re.match(r"admin/\w+/\w+/<(object_)?id>", path):
        return {}
    _, app, model, *_ = path.split("/")
    first = apps.get_model(app, model).objects.earliest("pk").pk
    return {"object_id": first, "id": first}


def test_each_address_has_one_row_and_each_row_an_address():
    counted = Counter(address for path, _, _ in ROWS for address in matrix.expanded(path))
    assert set(counted) == set(matrix.addresses())
    assert [address for address, count in counted.items() if count > 1] == []


def cells(world, path, symbols, roles, instead):
    """What is expected and what came, for every cell of a line in which they are not the same."""
    wrong = []
    assert set(roles) <= set(ROLES)
    for audience in audiences(path):
        for method in symbols:
            for role, symbol in zip(ROLES, symbols[method], strict=True):
                if role in roles:
                    got = outcome(*tried(method, path, world, role, audience, **instead(world, role)))
                    if got != expected(symbol, audience):
                        wrong.append(f"{method} by {role}, audience {audience}: {got} instead of {expected(symbol, audience)}")
    return wrong


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_everybody_gets_what_the_table_says(world, row):
    path, _, symbols = row
    for place, address in enumerate(matrix.expanded(path)):
        given = object_of(address)
        roles = "xa" if place else ROLES  # of many kinds of rows alike, one is tried by everybody
        assert cells(world, address, symbols, roles, lambda world, role, given=given: given) == [], address


@pytest.mark.parametrize("row", OTHERS, ids=name)
def test_what_belongs_to_others_is_not_found(world, row):
    path, what, symbols = row
    assert cells(world, path, symbols, ROLES, INSTEAD[what]) == []


OURS = [row for row in ROWS if not row[0].startswith(("admin/", "account/"))]


@pytest.mark.parametrize("row", OURS, ids=name)
def test_what_is_refused_leaves_every_row_as_it_was(world, row):
    """The tables above watch what is written; here nothing is undone, and all rows are compared."""
    path, _, symbols = row
    before = lives.rows()
    for role, symbol in zip(ROLES, symbols["post"], strict=True):
        if symbol in "S34.":
            tried("post", path, world, role, undo=False)
    assert lives.rows() == before


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_head_is_get_without_a_body_or_not_allowed(world, row):
    path, _, symbols = row
    address = matrix.expanded(path)[0]
    for role in "xo" if path == "admin/login/" else "xoa":
        response, tables = tried("head", address, world, role, **object_of(address))
        assert outcome(response, tables) in (expected(symbols["get"][ROLES.index(role)], "any"), "."), role
        assert response.content == b""
        assert not tables


@pytest.mark.parametrize("row", OURS, ids=name)
def test_no_other_method_is_allowed(world, row):
    for method in ("put", "patch", "delete"):
        response, tables = tried(method, row[0], world, "a")
        assert (response.status_code, tables) == (405, set()), method


UNDER_A_CODE = [row for row in OURS if row[0].startswith("l/") and not row[0].endswith(("/join/", "/enter-office/"))]


@pytest.mark.parametrize("row", UNDER_A_CODE, ids=name)
@pytest.mark.parametrize("whose", ["of another office", "of nobody"])
def test_under_a_code_that_is_not_for_them_nobody_finds_anything(world, row, whose):
    path, _, symbols = row
    code = world.elsewhere.letter.code if whose == "of another office" else "0" * 22
    for method in ("get", "post"):
        for role in "novsmlc" if whose == "of another office" else "ol":
            asked_for_an_office_first = role == "n" and (path, method) == ("l/<code>/", "get")
            allowed = "." if symbols[method] == "S........." else ">" if asked_for_an_office_first else "4"
            assert outcome(*tried(method, path, world, role, code=code)) == allowed, (method, role)


@pytest.mark.parametrize("row", [row for row in OURS if row[0].startswith("offices/<pk>/")], ids=name)
def test_nobody_but_a_site_admin_enters_an_office_of_others(world, row):
    path, _, symbols = row
    place = (world.foreign_asking if path.endswith("confirm/") else world.foreign_colleague).pk
    for method in ("get", "post"):
        for role in "novsmlcar":
            admin_gets = "=" if (path, method) == ("offices/<pk>/signers/", "post") else "+"  # it names somebody of ours
            admin_gets = "3" if "/lists/" in path else admin_gets  # they are the office's own
            allowed = "." if symbols[method] == "S........." else admin_gets if role == "a" else "4"
            assert outcome(*tried(method, path, world, role, pk=world.foreign.pk, place=place)) == allowed, (method, role)
