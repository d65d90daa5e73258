"""What somebody who means harm would try, one after the other."""

import random
import re
import string
from contextlib import contextmanager
from unittest import mock

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from letters.mail import compose
from letters.models import Letter, Membership, Notice, OfficeEvent, OfficeImage, PlaceInvitation, RetiredLink, Signature
from letters.workflow import people
from tests.sessions import forget_counts, prove, signed_in
from tests.workflow import lives

from . import forms, matrix
from .cells import address, browser, outcome, tried, values, written
from .matrix import ROLES

pytestmark = pytest.mark.django_db
ROWS = list(matrix.rows(matrix.TABLE))
OURS = [row for row in ROWS if not row[0].startswith(("admin/", "account/"))]


def name(row):
    return row[0] or "/"


def acting(row, symbols="+"):
    """The first person of the table whose POST is taken."""
    return next((role for role, symbol in zip(ROLES, row[2]["post"], strict=True) if symbol in symbols), None)


FORMS = [row for row in OURS if acting(row, "+=")]


# --- whose office it is ---


def test_a_browser_in_which_two_people_signed_in_signs_for_the_second_alone(world):
    letter = world.circulated["any"].letter
    client = signed_in(world.people["s"])
    client.force_login(world.people["o"])
    prove(client)
    data = {"office": world.ours.pk, "text_sha256": letter.revision.sha256}
    assert client.post(f"/l/{letter.code}/sign/", data).status_code == 404
    assert not letter.signatures.filter(office=world.ours).exists()
    assert client.post(f"/l/{letter.code}/sign/", {**data, "office": world.other.pk}).status_code == 302
    assert letter.signatures.get(office=world.other).signed_by == world.people["o"]


def test_a_viewer_is_offered_no_act_and_does_none(world):
    letter = world.circulated["any"].letter
    page = browser(world, "v").get(f"/l/{letter.code}/").content.decode()
    for act in ("sign", "withdraw", "decline", "condition", "more-time"):
        assert f"/l/{letter.code}/{act}/" not in page, act
        response, tables = tried("post", f"l/<code>/{act}/", world, "v")
        assert (response.status_code, tables) == (404, set()), act
    assert f"/l/{letter.code}/sign/" in browser(world, "s").get(f"/l/{letter.code}/").content.decode()


# --- codes ---


CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def codes(count):
    chosen = random.Random(1)
    return ["".join(chosen.choice(string.ascii_letters + string.digits) for _ in range(22)) for _ in range(count)]


def test_a_guessed_code_and_a_forbidden_one_get_the_same_answer_to_the_byte(world):
    client = browser(world, "o")
    client.get("/")  # so that the session is noted as seen
    answers = set()
    for code in [*codes(20), world.elsewhere.letter.code, world.circulated["any"].draft.code]:
        response = client.get(f"/l/{code}/")
        page = CSRF.sub(b"", response.content)
        answers.add((response.status_code, page, len(response.content), str(response.headers), *response.cookies))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_who_guesses_more_than_sixty_codes_a_minute_is_answered_no_more(world):
    forget_counts()
    client = browser(world, "o")
    found = world.circulated["any"].letter.code
    assert [client.get(f"/l/{code}/").status_code for code in codes(60)] == [404] * 60
    for code in [*codes(62)[60:], world.elsewhere.letter.code]:
        assert client.get(f"/l/{code}/").status_code == 429
    assert client.get(f"/l/{found}/").status_code == 200, "what the person may read is read all the same"
    assert browser(world, "s").get(f"/l/{codes(1)[0]}/").status_code == 404, "another person is not held up"


# --- nothing that the lead sees signs for another office ---

LINK = re.compile(r"""(?:href|action|hx-get|hx-post)="(/[^"]*)"|https?://[^\s"<>)]+?(/[^\s"<>)]*)""")
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


def links(text):
    found = (first or second for first, second in LINK.findall(text))
    return {link.replace("&amp;", "&") for link in found if not link.startswith("/static/")}


def crawl(client):
    """Every page that is linked from the dashboard on, and its links."""
    seen, waiting, pages = set(), ["/"], {}
    while waiting:
        page = waiting.pop()
        if page in seen or page.startswith(("/account/logout/", "/mailbox/")):
            continue
        seen.add(page)
        response = client.get(page)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            pages[page] = response.content.decode()
            waiting += links(pages[page])
    return pages


def mails():
    return [compose(notice, now=timezone.now()) for notice in Notice.objects.order_by("pk")]


def test_nothing_that_the_lead_sees_lets_them_sign_for_another_office(world):
    forget_counts()
    letter = world.circulated["any"].letter
    client = browser(world, "l")
    pages = crawl(client)
    assert f"/l/{letter.code}/desk/notices/" in pages
    found = set().union(*map(links, pages.values()), *(links(mail.body + mail.alternatives[0].content) for mail in mails()))
    stops = {link for link in found if "/mail/stop/" in link}  # in a mail of one's own; it stops mails and does nothing else
    before = set(Signature.objects.values_list("pk", flat=True))
    for link in found:
        client.post(link, {"text_sha256": letter.revision.sha256, "office": world.ours.pk})
        client.get(link)
    made = Signature.objects.exclude(pk__in=before)
    assert not made.filter(entered_how="").exclude(office=world.lead).exists()
    codes = {*Letter.objects.values_list("code", flat=True), *RetiredLink.objects.values_list("code", flat=True)}
    strange = {token for link in found - stops for token in TOKEN.findall(link)} - codes
    assert not [token for token in strange if not token.replace("-", "").isalpha()], "no link carries a secret"
    assert not [page for page, content in pages.items() if "/mail/stop/" in str(content)]


# --- between opening a form and sending it ---


def ends_place(world, role, person):
    for place in person.memberships.filter(ended_at=None):
        people.end(place, world.people["a"], now=timezone.now())


def lowers_role(world, role, person):
    for place in person.memberships.filter(ended_at=None):
        Membership.objects.filter(pk=place.pk).update(role=Membership.Role.VIEWER)


def switches_off(world, role, person):
    type(person).objects.filter(pk=person.pk).update(is_active=False)


ONE_CLICK = "mail/stop/<token>/"  # posted by mail programs, which have neither an account nor a cookie
FOR_ANYBODY = [row for row in FORMS if row[2]["post"][1] in "+=" and row[0] != ONE_CLICK]
NEED_A_PLACE = [row for row in FORMS if row not in FOR_ANYBODY and row[0] != ONE_CLICK and acting(row, "+=") != "a"]
VIEWERS_TOO = [row for row in NEED_A_PLACE if row[2]["post"][ROLES.index("v")] in "+="]
LOSSES = [
    pytest.param(change, answers, row, id=f"{change.__name__}-{name(row)}")
    for change, answers in ((ends_place, "34"), (lowers_role, "34"), (switches_off, "S"))
    for row in NEED_A_PLACE
    if change is not lowers_role or row not in VIEWERS_TOO
]


@pytest.mark.parametrize(("change", "answers", "row"), LOSSES)
def test_who_loses_a_place_after_opening_a_form_sends_it_in_vain(world, row, change, answers):
    path, role = row[0], acting(row) or acting(row, "=")
    role = "l" if "/desk/" in path else role
    forget_counts()
    letter, given = values(path, world, role, "any")
    office = world.offices.get(role, world.ours)
    client = browser(world, role)
    if row[2]["get"][ROLES.index(role)] != ".":
        assert client.get(address(path, given), forms.query(path, office)).status_code == 200
    change(world, role, world.people[role])
    before = lives.rows()
    with written() as tables:
        response = client.post(address(path, given), forms.posted(path, world, letter, office))
    assert outcome(response, tables) in answers
    assert (tables, lives.rows()) == (set(), before)


@pytest.mark.parametrize("row", FOR_ANYBODY, ids=name)
def test_who_is_switched_off_after_opening_a_form_is_sent_to_sign_in(world, row):
    switches_off(world, "n", world.people["n"])
    response, tables = tried("post", row[0], world, "n")
    assert (outcome(response, tables), tables) == ("S", set())


# --- reading ---

SCANNERS = [
    {"user-agent": "Mozilla/5.0 (compatible; Microsoft Office Existence Discovery)"},
    {"user-agent": "Mozilla/5.0 Proofpoint URL Defense", "purpose": "prefetch", "sec-purpose": "prefetch;prerender"},
    {"user-agent": "BarracudaLinkProtect/1.0", "x-moz": "prefetch", "x-purpose": "preview"},
]


@pytest.mark.parametrize("row", OURS, ids=name)
def test_whatever_reads_a_page_twice_changes_nothing(world, row):
    forget_counts()
    before = lives.rows()
    for role in "xsml":
        _, given = values(row[0], world, role, "any")
        query = forms.query(row[0], world.offices.get(role, world.ours))
        client = browser(world, role)
        for headers in [*SCANNERS, {}]:
            for read in (client.get, client.head):
                with written() as tables:
                    read(address(row[0], given), query, headers=headers)
                assert not tables
    assert lives.rows() == before


# --- forged forms ---


@pytest.mark.parametrize("row", [row for row in ROWS if acting(row, "+=") and row[0] != ONE_CLICK], ids=name)
def test_a_form_without_its_token_is_refused(world, row):
    path, role = matrix.expanded(row[0])[0], acting(row, "+=")
    letter, given = values(path, world, role, "any")
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(browser(world, role).cookies)
    with written() as tables:
        response = client.post(address(path, given), forms.posted(path, world, letter, world.offices.get(role, world.ours)))
    assert (response.status_code, tables) == (403, set())
    assert "403_csrf.html" in [template.name for template in response.templates]


def more(world):
    """Fields of rows that no form offers, with values that somebody would like them to have."""
    past, person = "2020-01-01 00:00:00", world.boss.pk
    marks = ["confirmed", "locked", "opened", "accepted", "ended", "entered", "declined", "reaffirmed", "decided", "removed"]
    return {
        **{f"{mark}_at": past for mark in marks},
        **{f"{mark}_by": person for mark in marks},
        **{f"{mark}_by_id": person for mark in marks},
        **dict.fromkeys(["created_at", "signed_at", "asked_at", "invited_at", "expires_at", "granted_at", "deadline_at"], past),
        **dict.fromkeys(["created_by", "signed_by", "asked_by", "invited_by", "person", "user", "by"], person),
        **dict.fromkeys(["is_staff", "is_superuser", "is_active", "co_lead", "named_signer", "named_signers_only"], "on"),
        **dict.fromkeys(["office", "office_id", "lead", "lead_id"], world.foreign.pk),
        **dict.fromkeys(["role", "acts_as", "signed_as"], "manager"),
        **{"status": "locked", "revision": 1, "revision_id": 1, "state_no": 99, "rendered_no": 99, "event_no": 99, "seq": 1},
        **{"ended": "withdrawn", "signed_in_with": "passkey", "entered_how": "by phone", "confirmed_how": "known", "pin": 1},
        **{"code": "chosen", "title": "Chosen", "name": "Chosen", "state": "ZZ", "manifest": "{}", "head_hash": "0" * 64},
        **{"audience": "invited", "list_shown": "all", "order": "seniority", "zone": "UTC", "image": 1, "contact": "e@x.gov"},
        **{"id": 1, "pk": 1, "username": "root", "email": "root@x.gov", "groups": 1, "user_permissions": 1, "bioguide": "X1"},
    }


VOLATILE = {"id", "hash", "prev", "head_hash", "key", "code", "ref"}


def described(before):
    """All rows, with what depends on the numbers of new rows left out: the databases do not count alike."""
    known = {model: {row["id"] for row in rows} for model, rows in before.items()}

    def value(model, field, value):
        if field.remote_field and value is not None:
            return value if value in known.get(field.related_model.__name__, {value}) else "new"
        return re.sub(r"\d+", "#", value) if field.name == "data" else value

    return {
        model.__name__: [
            {f.attname: value(model, f, row[f.attname]) for f in model._meta.concrete_fields if f.attname not in VOLATILE}
            for row in model.objects.order_by("pk").values()
        ]
        for model in apps.get_app_config("letters").get_models()
    }


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("row", FORMS, ids=name)
def test_fields_that_a_form_does_not_offer_are_not_looked_at(world, row):
    path, role = row[0], acting(row) or acting(row, "=")
    before, now = lives.rows(), timezone.now()
    outcomes = []
    for extra in ({}, more(world)):
        forget_counts()
        letter, given = values(path, world, role, "any")
        data = forms.posted(path, world, letter, world.offices.get(role, world.ours))
        offered = offered_by(path, world, role, given)
        extra = {field: value for field, value in extra.items() if field not in offered}
        with undone(), mock.patch("django.utils.timezone.now", return_value=now):
            response = browser(world, role).post(address(path, given), {**extra, **data})
            outcomes.append((response.status_code, described(before)))
    assert outcomes[0] == outcomes[1]
    assert (outcomes[0][1] != described(before)) == (acting(row) is not None)


def offered_by(path, world, role, given):
    """Names of the fields on the form's page, or of what is posted where the form has no page."""
    page = browser(world, role).get(address(path, given), forms.query(path, world.offices.get(role, world.ours)))
    form = (page.context or {}).get("form") if page.status_code == 200 else None
    return set(form.fields) if form is not None else {"office", "text_sha256", "authority"} if path.endswith("/sign/") else set()


# --- the admin site ---


@pytest.mark.parametrize("model", [PlaceInvitation, OfficeEvent, OfficeImage])
def test_the_admin_site_changes_nothing_that_an_office_decided(world, model):
    before = lives.rows()
    client, name = browser(world, "a"), f"admin:letters_{model._meta.model_name}"
    first = model.objects.earliest("pk").pk
    forged = {"post": "yes", "address": "e@x.gov", "role": "manager", "kind": "given", "data": "{}", "removed_at_0": "2020-01-01"}
    for page, ids in (("add", []), ("change", [first]), ("delete", [first])):
        assert client.post(reverse(f"{name}_{page}", args=ids), forged).status_code == 403, page
    for action in ("delete_selected", "delete", "confirm", "end", "lock"):
        client.post(reverse(f"{name}_changelist"), {"action": action, "_selected_action": [first], **forged})
    page = client.get(reverse(f"{name}_change", args=[first]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert lives.rows() == before
