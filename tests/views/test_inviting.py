"""The page on which the lead finds offices and invites them, or lists them for a draft."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.models import Notice, OfficeList
from letters.views.inviting import packed, unpacked
from letters.workflow import circulating, lists
from tests.factories import make_draft, make_office, make_staff
from tests.workflow import lives

from .conftest import path, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def congress():
    """Two lists that overlap, and offices of either chamber, of two parties and states."""
    offices = [
        make_office("Ada", "Able", state="NY", district=1, party="Whig"),
        make_office("Bo", "Baker", state="NM", district=2, party="Whig"),
        make_office("Cy", "Castañeda", chamber="senate", state="NM", party="Free Soil"),
        make_office("Di", "Dune", state="TX", district=3, party="Free Soil"),
    ]
    rows = {"HXSK": offices[:2], "JXTO": offices[1:3]}
    for code, members in rows.items():
        OfficeList.objects.create(code=code, name=f"Committee {code}", changed_at=timezone.now()).offices.set(members)
    return offices


def page(client, letter, **query):
    response = client.get(path("desk-invite", letter), query)
    assert response.status_code == 200
    return response.context["finding"]


def names(offices):
    return [office.last_name for office in offices if office.last_name in ("Able", "Baker", "Castañeda", "Dune")]


def code(name):
    return OfficeList.objects.get(code=name).pk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Able", "Baker", "Castañeda", "Dune"]),
        ({"chamber": "senate"}, ["Castañeda"]),
        ({"party": "Whig"}, ["Able", "Baker"]),
        ({"state": ["NM"]}, ["Baker", "Castañeda"]),
        ({"state": ["NM", "TX"]}, ["Baker", "Castañeda", "Dune"]),
        ({"list": ["HXSK"]}, ["Able", "Baker"]),
        ({"list": ["HXSK", "JXTO"]}, ["Able", "Baker", "Castañeda"]),
        ({"list": ["HXSK", "JXTO"], "state": ["NM"], "chamber": "house"}, ["Baker"]),
        ({"q": "castaneda"}, ["Castañeda"]),
        ({"q": "NM-2"}, ["Baker"]),
        ({"q": "bo baker"}, ["Baker"]),
        ({"q": "texas"}, ["Dune"]),
        ({"q": "nobody of that name"}, []),
    ],
    ids=repr,
)
def test_offices_are_found_by_list_chamber_party_state_and_name_each_once(house, congress, query, found):
    if "list" in query:
        query = {**query, "list": [code(name) for name in query["list"]]}
    assert names(page(house.lead, house.letter, **query).offered) == found


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "query",
    [
        {"state": "zz"},
        {"chamber": "\x00"},
        {"party": "' OR 1=1 --"},
        {"list": ["x", "9" * 400, "-1", "1.5", "²"]},
        {"q": "\u202e" * 300},
        {"chosen": "9" * 20_000},
        {"chosen": "zzzzzzzzzz." * 100},
        {"chosen": "-1.½.."},
        {"offices": ["x", "9" * 400, "-1", "²"]},
        {"all": "q\x00q"},
    ],
    ids=lambda query: f"{query}"[:40],
)
def test_what_nobody_can_mean_is_no_error_of_ours(house, congress, query, method):
    rows = lives.rows()
    send = house.lead.get if method == "get" else house.lead.post
    response = send(path("desk-invite", house.letter), {**query, "show": "1"})
    assert response.status_code == (200 if method == "get" else 302)
    assert house.lead.get(path("desk-invite", house.letter), query).status_code == 200
    assert lives.rows() == rows


def test_the_lists_are_those_of_the_committees_and_of_the_lead_s_offices(house, congress):
    lead, other = house.letter.lead, congress[0]
    own, theirs = (
        lists.keep(office, make_staff(office), name=f"Friends of {office.last_name}", offices=congress, now=timezone.now())
        for office in (lead, other)
    )
    finding = page(house.lead, house.letter, list=[own.pk])
    headings = [heading for heading, _, _ in finding.list_groups]
    assert headings == [f"Lists of {lead.label}", "House committees", "Joint committees"]
    assert names(finding.offered) == ["Able", "Baker", "Castañeda", "Dune"]
    assert finding.form.is_valid()
    stolen = page(house.lead, house.letter, list=[theirs.pk])
    assert not stolen.form.is_valid()
    assert theirs.name not in house.lead.get(path("desk-invite", house.letter)).content.decode()


def test_offices_that_are_invited_already_are_left_out_and_counted(house, congress):
    circulating.invite(house.letter, congress[:1], house.letter.created_by, now=timezone.now())
    congress[1].left_on = timezone.localdate()
    congress[1].save()
    response = house.lead.get(path("desk-invite", house.letter), {"list": [code("HXSK")]})
    assert names(response.context["finding"].offered) == []
    assert "1 more is left out, because it is invited already." in response.content.decode()
    assert house.letter.lead not in page(house.lead, house.letter).offered


def look_on(client, letter, **data):
    """Where the browser goes, and what it finds there."""
    response = client.post(path("desk-invite", letter), data)
    assert response.status_code == 302
    query = parse_qs(urlsplit(response["Location"]).query)
    return query, page(client, letter, **query)


def test_what_is_chosen_stays_chosen_when_one_looks_for_others(house, congress):
    able, _, castaneda, dune = congress
    rows = lives.rows()
    query, finding = look_on(house.lead, house.letter, offices=[able.pk, dune.pk], chamber="senate", show="1")
    assert query["chamber"] == ["senate"]
    assert (finding.offered, finding.chosen, finding.elsewhere) == ([castaneda], {able.pk, dune.pk}, [able, dune])
    _, finding = look_on(
        house.lead, house.letter, offices=[able.pk], chamber="senate", all=packed([castaneda.pk])
    )  # dune's box was emptied
    assert finding.chosen == {able.pk, castaneda.pk}
    html = house.lead.get(path("desk-invite", house.letter), {"chosen": packed(finding.chosen)}).content.decode()
    ticked = {int(pk) for pk in re.findall(r'name="offices" value="(\d+)" checked', html)}
    assert ticked == {able.pk, castaneda.pk}
    _, finding = look_on(house.lead, house.letter, offices=[able.pk], none="1")
    assert finding.chosen == set()
    assert lives.rows() == rows


def test_an_office_on_two_lists_chosen_twice_is_invited_and_told_once(house, congress):
    staff = {office: make_staff(office).email for office in congress}
    data = {"list": [code("HXSK"), code("JXTO")], "show": "1"}
    query, finding = look_on(house.lead, house.letter, **data)
    assert len(finding.offered) == 3
    pks = [office.pk for office in finding.offered]
    response = house.lead.post(path("desk-invite", house.letter), {**query, "offices": pks + pks[:1]}, follow=True)
    assert said(response) == ["3 offices are invited."]
    told = Notice.objects.filter(kind=Notice.Kind.INVITATION, address__in=staff.values()).values_list("address", flat=True)
    assert sorted(told) == sorted(staff[office] for office in finding.offered)


def test_the_lead_reads_where_nobody_can_be_mailed(house, congress):
    make_staff(congress[0])
    response = house.lead.get(path("desk-invite", house.letter), {"list": [code("HXSK")]})
    assert "1 of those found has nobody here yet" in response.content.decode()
    data = {"offices": [office.pk for office in congress], "contacts": "dune: dune@mail.house.gov"}
    response = house.lead.post(path("desk-invite", house.letter), data, follow=True)
    assert said(response) == [
        "4 offices are invited. 2 of them can be mailed nowhere yet and see the letter only by its link: NM Senate, NM-2."
    ]
    assert Notice.objects.filter(address="dune@mail.house.gov").count() == 1


def test_addresses_that_were_typed_stay_when_one_looks_for_others(house, congress):
    data = {"contacts": "NY-1: able@mail.house.gov", "offices": [congress[0].pk], "chamber": "senate", "show": "1"}
    response = house.lead.post(path("desk-invite", house.letter), data)
    assert response.status_code == 200
    assert "NY-1: able@mail.house.gov" in response.content.decode()
    assert response.context["finding"].chosen == {congress[0].pk}
    assert said(response) == []


def test_a_colleague_may_have_invited_an_office_meanwhile(house, congress):
    make_staff(congress[0])
    circulating.invite(house.letter, congress[:1], house.letter.created_by, now=timezone.now())
    data = {"offices": [office.pk for office in congress[:2]], "contacts": "NM-2: baker@mail.house.gov"}
    assert said(house.lead.post(path("desk-invite", house.letter), data, follow=True)) == ["1 office is invited."]


def test_of_many_wrong_lines_the_first_are_told(house, congress):
    lines = "\n".join(f"nobody{number}: a@b.gov" for number in range(30))
    data = {"offices": [congress[0].pk], "contacts": lines}
    response = house.lead.post(path("desk-invite", house.letter), data)
    sentences = response.context["form"].errors["contacts"]
    assert len(sentences) == 11
    assert sentences[-1] == "And 20 more lines cannot be read."
    assert response.context["finding"].chosen == {congress[0].pk}


def test_a_second_address_for_an_office_is_told_and_the_same_twice_is_one(house, congress):
    data = {"offices": [congress[0].pk], "contacts": "NY-1: a@mail.house.gov\nAble: b@mail.house.gov"}
    response = house.lead.post(path("desk-invite", house.letter), data)
    sentence = "Ada Able (NY-1) has two addresses: a@mail.house.gov and b@mail.house.gov. Keep one of them."
    assert response.context["form"].errors["contacts"] == [sentence]
    assert not house.letter.invitees.filter(office=congress[0]).exists()
    data["contacts"] = "NY-1: a@mail.house.gov\nAble: A@mail.house.gov"
    assert said(house.lead.post(path("desk-invite", house.letter), data, follow=True)) == ["1 office is invited."]
    assert house.letter.invitees.get(office=congress[0]).contact == "a@mail.house.gov"


def test_addresses_that_get_no_mail_are_told(house, congress):
    able, baker, _, dune = congress
    make_staff(able)
    circulating.invite(house.letter, [dune], house.letter.created_by, now=timezone.now())
    lines = "NY-1: a@mail.house.gov\nNM-2: b@mail.house.gov\nTX-3: d@mail.house.gov"
    data = {"offices": [able.pk, baker.pk, dune.pk], "contacts": lines}
    assert said(house.lead.post(path("desk-invite", house.letter), data, follow=True)) == [
        "2 offices are invited. 1 of the addresses is of an office that has people here, who get the mail instead: NY-1. "
        "1 of the addresses is of an office that was asked before, and is not used: TX-3."
    ]


# --- a draft ---


@pytest.fixture
def drafted(client_of):
    draft = make_draft()
    return client_of(draft.created_by), draft


def test_on_a_draft_the_page_makes_the_list_and_the_desk_shows_it(drafted, congress):
    client, draft = drafted
    able, baker, *_ = congress
    make_staff(able)
    data = {"offices": [able.pk, baker.pk], "contacts": "baker: baker@mail.house.gov"}
    response = client.post(path("desk-invite", draft), data, follow=True)
    assert said(response) == ["2 offices are on the list now, and invited when the letter is circulated."]
    html = response.content.decode()
    assert html.count("To be invited") >= 2
    assert "2 offices to be invited when the letter is circulated." in html
    assert not Notice.objects.exists()
    assert names(page(client, draft).offered) == ["Castañeda", "Dune"]
    assert page(client, draft, list=[code("HXSK")]).left_out == 2
    response = client.post(path("desk-unlist", draft), {"office": able.pk}, follow=True)
    assert said(response) == ["1 office is off the list."]
    assert list(draft.invitees.listed().values_list("office", flat=True)) == [baker.pk]
    response = client.post(path("desk-unlist", draft), {"all": "1"}, follow=True)
    assert not draft.invitees.listed().exists()


@pytest.mark.parametrize("pk", ["", "x", "²", "9" * 400, "-1", "1"])
def test_an_office_that_is_not_on_the_list_is_not_taken_off(drafted, congress, pk):
    client, draft = drafted
    circulating.list_offices(draft, congress, draft.created_by, now=timezone.now())
    rows = lives.rows()
    response = client.post(path("desk-unlist", draft), {"office": pk}, follow=True)
    assert (response.status_code, said(response)) == (200, [])
    assert lives.rows() == rows


def test_a_letter_in_circulation_has_no_list_to_take_offices_off(house):
    rows = lives.rows()
    response = house.lead.post(path("desk-unlist", house.letter), {"all": "1"}, follow=True)
    assert said(response) == ["This letter is in circulation already. Invite offices instead."]
    assert lives.rows() == rows


# --- many ---


def test_ids_in_short_come_back_and_are_short():
    for pks in (set(), {1}, {7, 8, 9, 5000, 10**6}, set(range(3000, 3537))):
        assert unpacked(packed(pks)) == pks
    assert len(packed(range(3000, 3537))) < 1100


def queries(client, letter, query):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path("desk-invite", letter), query).status_code == 200
    return len(captured)


def test_the_page_of_many_offices_takes_as_many_queries_as_that_of_few(house, congress):
    query = {"list": [code("HXSK")], "chosen": packed([congress[3].pk])}
    queries(house.lead, house.letter, query)  # the first request of a session writes that it is used
    few = queries(house.lead, house.letter, query)
    offices = [make_office(state="VT", district=number) for number in range(30)]
    make_staff(offices[0])
    for number in range(10, 20):
        OfficeList.objects.create(code=f"HXSK{number}", name=f"Sub {number}", changed_at=timezone.now()).offices.set(offices)
    assert queries(house.lead, house.letter, {**query, "chosen": packed([office.pk for office in offices])}) == few
