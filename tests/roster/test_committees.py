import json

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters import committees, roster
from letters.committees import Committee
from letters.management.commands import load_demo
from letters.models import OfficeList
from letters.roster import RosterError
from tests.factories import make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
HOUSE = {"type": "house", "name": "House Committee on Skies", "thomas_id": "HXSK"}
SENATE = {"type": "senate", "name": "Senate Committee on Mills", "thomas_id": "SXMI"}
JOINT = {"type": "joint", "name": "Joint Committee on Tools", "thomas_id": "JXTO"}
RADAR = {"name": "Radar", "thomas_id": "01"}


def seat(office, **more):
    """An entry of the second file, with what it holds besides."""
    return {"name": office.name, "party": "majority", "rank": 1, "bioguide": office.bioguide, **more}


def load(listed, members, **options):
    read = committees.parse(json.dumps(listed).encode()), committees.parse_members(json.dumps(members).encode())
    return committees.update_lists(*read, now=timezone.now(), **options)


def lists():
    return {row.code: set(row.offices.all()) for row in OfficeList.objects.filter(keeper=None)}


def test_committees_and_subcommittees_become_lists_of_their_members_offices():
    first, second, senator = make_office(), make_office(), make_office(chamber="senate")
    members = {"HXSK": [seat(first), seat(second)], "HXSK01": [seat(second, title="Chair")], "SXMI": [seat(senator)]}
    summary = load([{**HOUSE, "subcommittees": [RADAR]}, SENATE], members)
    assert lists() == {"HXSK": {first, second}, "HXSK01": {second}, "SXMI": {senator}}
    assert [row.name for row in OfficeList.objects.order_by("code")] == [
        "House Committee on Skies",
        "House Committee on Skies: Subcommittee on Radar",
        "Senate Committee on Mills",
    ]
    assert (summary.committees, len(summary.new), summary.strangers, summary.unlisted) == (3, 3, [], [])


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ("the Constitution", "Committee: Subcommittee on the Constitution"),
        ("Permanent Subcommittee on Investigations", "Committee: Permanent Subcommittee on Investigations"),
        ("x" * 190, f"Committee: Subcommittee on {'x' * 172}…"),
    ],
)
def test_a_subcommittee_is_named_with_its_committee(own, name):
    assert committees.name_of("Committee", own) == name


def test_a_member_is_found_in_the_chamber_of_the_committee():
    moved = make_office(chamber="house", left_on=timezone.localdate(), bioguide="M000001")
    senator = make_office(chamber="senate", bioguide="M000001")
    house = make_office()
    summary = load(
        [HOUSE, SENATE, JOINT],
        {
            "HXSK": [seat(moved), seat(house)],
            "SXMI": [seat(senator)],
            "JXTO": [seat(senator, chamber="senate"), seat(house, chamber="house"), seat(house)],
        },
    )
    assert lists() == {"HXSK": {house}, "SXMI": {senator}, "JXTO": {senator, house}}
    assert summary.strangers == [f"{moved.name} (M000001)"]


def test_members_and_committees_that_are_not_known_are_named():
    office = make_office()
    unknown = {"name": "Una Known", "bioguide": "U000001"}
    summary = load([HOUSE], {"HXSK": [seat(office), unknown, {"name": "No Id"}], "HXZZ": [unknown, unknown]})
    assert summary.strangers == ["Una Known (U000001)", "No Id (no id)"]
    assert summary.unlisted == ["HXZZ (2)"]


def test_a_second_import_writes_the_changes_alone():
    first, second = make_office(), make_office()
    load([HOUSE, SENATE], {"HXSK": [seat(first)]})
    kept = OfficeList.objects.create(keeper=first, name="Ours", changed_at=timezone.now())
    kept.offices.add(second)
    before, rows = dict(OfficeList.objects.values_list("code", "changed_at")), lives.rows()
    assert vars(load([HOUSE, SENATE], {"HXSK": [seat(first)]})) == vars(committees.Summary(committees=2))
    assert lives.rows() == rows
    summary = load([{**HOUSE, "name": "House Committee on the Skies"}, JOINT], {"HXSK": [seat(second)]})
    assert (summary.new, summary.gone) == (["Joint Committee on Tools"], ["Senate Committee on Mills"])
    assert summary.changed == ["House Committee on the Skies: 1 more, 1 fewer"]
    assert lists() == {"HXSK": {second}, "JXTO": set()}
    assert OfficeList.objects.get(code="HXSK").changed_at > before["HXSK"]
    assert set(kept.offices.all()) == {second}


def test_files_without_most_committees_are_refused_unless_that_is_wanted():
    office = make_office()
    members = {"HXSK": [seat(office)], "SXMI": [seat(office)]}
    load([HOUSE, SENATE, JOINT], members)
    rows = lives.rows()
    with pytest.raises(RosterError, match=r"more than half would go.*--allow-few"):
        load([HOUSE], members)
    assert lives.rows() == rows
    assert len(load([HOUSE], members, allow_few=True).gone) == 2


def test_without_the_roster_nothing_is_imported():
    with pytest.raises(RosterError, match="Import the offices first"):
        load([HOUSE], {"HXSK": [{"name": "Una Known", "bioguide": "U000001"}]})
    assert not OfficeList.objects.exists()


SUBS = {**HOUSE, "subcommittees": [RADAR]}
WRONG_LISTS = [
    ({"HXSK": []}, "The first file is no list of committees. Give the list of committees first"),
    ([], "must hold a list of committees, and at least one"),
    ("committees", "must hold a list of committees"),
    (["x"], "Committee 1 (without code or name) is wrong: it is not a mapping"),
    ([{**HOUSE, "type": "hause"}], "Committee 1 (HXSK, House Committee on Skies) is wrong: its type is 'hause'"),
    ([{**HOUSE, "type": ["house"]}], "its type is ['house'], not house, senate or joint"),
    ([{**HOUSE, "name": ""}], "it has no name"),
    ([{**HOUSE, "name": "Skies\u202e"}], "its name holds a control character"),
    ([{**HOUSE, "thomas_id": "HX"}], "the thomas_id 'HX' is not four capital letters"),
    ([{**HOUSE, "thomas_id": 7}], "its thomas_id is not text"),
    ([{**HOUSE, "subcommittees": {}}], "its subcommittees is not a list"),
    ([{**HOUSE, "subcommittees": ["01"]}], "a subcommittee is not a mapping"),
    ([{**HOUSE, "subcommittees": [{**RADAR, "thomas_id": "1"}]}], "the thomas_id '1' is not two digits or capital letters"),
    ([SUBS, SUBS], "HXSK is the code of House Committee on Skies too"),
    ([{"id": {"bioguide": "A000001"}, "name": {"last": "Able"}, "terms": []}], "its type is None"),
]
WRONG_MEMBERS = [
    ([HOUSE], "The second file does not say who sits on which committee"),
    ({}, "The second file does not say who sits on which committee"),
    ({"HXSK": "Ada"}, "The members of HXSK are wrong: it is no list of members"),
    ({"HXSK": [None] * 1001}, "it is no list of members, of at most 1,000"),
    ({"HXSK": ["Ada"]}, "The members of HXSK are wrong: a member is not a mapping"),
    ({"HXSK": [{"bioguide": "lower"}]}, "the bioguide id 'lower' is not a capital letter and six digits"),
    ({"HXSK": [{"bioguide": ["A000001"]}]}, "its bioguide is not text"),
    ({"HXSK": [{"chamber": "moot"}]}, "the chamber 'moot' is not house or senate"),
    ({"HX\u202eSK": [1]}, "The members of HX?SK are wrong"),
]


@pytest.mark.parametrize("form", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
@pytest.mark.parametrize(("listed", "sentence"), WRONG_LISTS, ids=repr)
def test_a_wrong_list_of_committees_is_refused_with_the_entry(listed, sentence, form):
    with pytest.raises(RosterError) as error:
        committees.parse(form(listed).encode())
    assert sentence in str(error.value)


@pytest.mark.parametrize(("members", "sentence"), WRONG_MEMBERS, ids=[sentence for _, sentence in WRONG_MEMBERS])
def test_wrong_members_are_refused_with_their_committee(members, sentence):
    with pytest.raises(RosterError) as error:
        committees.parse_members(json.dumps(members).encode())
    assert sentence in str(error.value)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"!!python/object/apply:os.system ['true']", b"[" * 100_000])
def test_bytes_that_are_no_file_of_ours_are_refused(data):
    for parse in (committees.parse, committees.parse_members):
        with pytest.raises(RosterError):
            parse(data)


def test_far_too_many_committees_are_refused_before_they_are_written():
    row = {**HOUSE, "subcommittees": [{"name": "Radar", "thomas_id": a + b} for a in "ABCDEFGHIJ" for b in "0123456789"]}
    rows = [{**row, "thomas_id": f"HX{a}{b}"} for a in "ABCDE" for b in "ABCDE"]
    with pytest.raises(RosterError, match="more than 2,000 committees"):
        committees.parse(json.dumps(rows).encode())


def test_many_committees_take_as_many_queries_as_few():
    offices = [make_office() for _ in range(3)]

    def queries(count):
        listed = [Committee(f"HXS{chr(65 + at)}", f"Committee {count} {at}", ("house",)) for at in range(count)]
        members = {committee.code: [seat(office, chamber="") for office in offices] for committee in listed}
        with CaptureQueriesContext(connection) as captured:
            committees.update_lists(listed, members, now=timezone.now(), allow_few=True)
        OfficeList.objects.all().delete()
        return len(captured)

    assert queries(1) == queries(12)


def test_the_command_says_what_changed(tmp_path, capsys):
    office = make_office("Ada", "Able")
    make_staff(office)
    listed, members = tmp_path / "committees.yaml", tmp_path / "membership.yaml"
    listed.write_text(yaml.safe_dump([SUBS, SENATE]), encoding="utf-8")
    members.write_text(yaml.safe_dump({"HXSK": [seat(office)], "HXZZ": []}), encoding="utf-8")
    call_command("import_committees", str(listed), str(members))
    assert capsys.readouterr().out.splitlines() == [
        "Read 3 committees and subcommittees.",
        "3 new: House Committee on Skies; House Committee on Skies: Subcommittee on Radar; Senate Committee on Mills",
        "0 changed",
        "0 gone",
        "0 members not in the roster",
        "1 with members but not in the list of committees: HXZZ (0)",
    ]
    with pytest.raises(CommandError, match="The first file is no list of committees"):
        call_command("import_committees", str(members), str(listed))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_committees", str(tmp_path / "none.yaml"), str(members))


def test_the_demo_s_committees_are_in_the_public_files_form():
    roster.update_offices(roster.parse(roster.read(str(load_demo.DATA / "members.yaml"))), today=timezone.localdate())
    listed, members = (roster.read(str(load_demo.DATA / name)) for name in ("committees.yaml", "committee-members.yaml"))
    summary = committees.update_lists(committees.parse(listed), committees.parse_members(members), now=timezone.now())
    assert (summary.strangers, summary.unlisted) == ([], [])
    assert all(lists().values())
