"""An earlier link of a letter: whoever may know is told that it was replaced, and to all others it is like one that never was."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from letters.models import Letter

from .canaries import RANDOM
from .cells import browser, outcome, tried
from .matrix import ROLES
from .test_matrix import UNDER_A_CODE, name
from .world import AUDIENCES

pytestmark = pytest.mark.django_db
# Who gets 410 at an earlier link: people of any office for a letter in circulation that any office could read, people of the
# offices on it for one that only they could, the lead's and overseers for a draft.
TOLD = [
    ("letter", "any", {"x": "S", "n": "4", "o": "0", "s": "0", "l": "0", "r": "0"}),
    ("letter", "invited", {"o": "4", "v": "0", "c": "0", "a": "0"}),
    ("draft", "any", {"o": "4", "s": "4", "c": "0", "a": "0"}),
]


@pytest.mark.parametrize("row", UNDER_A_CODE, ids=name)
def test_nothing_is_done_at_an_earlier_link(world, row):
    path, _, symbols = row
    for status, audience, roles in TOLD:
        code = world.circulated[audience].retired[status]
        for method in ("get", "post"):
            for role, told in roles.items():
                asked_for_an_office_first = role == "n" and (path, method) == ("l/<code>/", "get")
                allowed = "." if symbols[method] == "S........." and role != "x" else ">" if asked_for_an_office_first else told
                response, tables = tried(method, path, world, role, audience, code=code)
                assert (outcome(response, tables), tables) == (allowed, set()), (method, role, audience)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_who_reads_the_letter_by_an_office_finds_it_and_others_are_told_whom_to_ask(world, role, audience):
    found = world.circulated[audience]
    page = browser(world, role).get(reverse("letter", args=[found.retired["letter"]])).content.decode()
    way = reverse("letter", args=[found.letter.code])
    assert (way in page) == (role in "vsmlcar")
    assert ("Ada Leading" in page) == (role in "vsmlcar" or (role, audience) == ("o", "any"))
    assert ("for the new one" in page) == ((role, audience) == ("o", "any"))
    assert "to invite yours" not in page
    assert not any(word in RANDOM.sub("", page) for word in (found.letter.title, "mills", "Byron", "Coleading"))
    assert found.letter.code not in page.replace(way, "")


@pytest.mark.parametrize("role", "xn")
def test_to_everybody_else_it_is_like_a_link_that_never_was(world, role):
    client, pages = browser(world, role), []
    for code in (world.circulated["any"].retired["letter"], "0" * 22):
        response = client.get(reverse("letter-state", args=[code]))
        pages.append((response.status_code, response.get("Location", "").replace(code, ""), str(response.content).count("<")))
    assert pages[0] == pages[1]


def test_the_database_is_asked_the_same_for_a_code_of_nobody_as_for_a_forbidden_one(world):
    client, asked = browser(world, "o"), []
    for code in (world.elsewhere.letter.code, "0" * 22):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("letter-state", args=[code])).status_code == 404
        asked.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in captured])
    assert asked[0] == asked[1]


def test_an_office_that_answered_keeps_its_way_when_only_invited_offices_read_on(world):
    letter = world.circulated["invited"].letter
    assert letter in Letter.objects.open_without_link(world.people["s"])
    assert letter not in Letter.objects.open_without_link(world.people["o"])
