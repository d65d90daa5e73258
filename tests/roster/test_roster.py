import copy
import datetime
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import yaml
from django.core.management import CommandError, call_command

from letters import roster
from letters.models import Office
from letters.roster import RosterError
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 6, 3)


def entry(number=1, *terms, **names):
    """One entry of the roster's form, for a Member who was invented."""
    names = {"first": "Ana", "last": f"Sousa{number}", "official_full": f"Ana “Nan” Sousa{number}, Jr.", **names}
    return {"id": {"bioguide": f"X{number:06}"}, "name": names, "terms": list(terms) or [house()]}


def house(start="2023-01-03", **changes):
    return {"type": "rep", "start": start, "state": "OH", "district": 4, "party": "Independent", **changes}


def senate(start="2025-01-03", **changes):
    return {"type": "sen", "start": start, "state": "OH", "class": 1, "party": "Independent", **changes}


def load(*entries, today=TODAY, **options):
    return roster.update_offices(roster.parse(json.dumps(entries).encode()), today=today, **options)


def rows():
    return list(Office.objects.order_by("pk").values())


def test_an_entry_becomes_an_office():
    load(entry(1, house("2013-01-03", state="PA"), senate("2019-01-03"), senate("2025-01-03")))
    office = Office.objects.get()
    assert (office.bioguide, office.chamber, office.state, office.district) == ("X000001", "senate", "OH", None)
    assert (office.name, office.first_name, office.last_name) == ("Ana “Nan” Sousa1, Jr.", "Ana", "Sousa1")
    assert (office.party, office.serving_since, office.left_on) == ("Independent", datetime.date(2019, 1, 3), None)
    assert office.title == "United States Senator"


@pytest.mark.parametrize(
    ("names", "printed"),
    [
        ({"official_full": "Ana “Nan” Sousa, Jr.", "nickname": "Nan", "suffix": "Jr."}, "Ana “Nan” Sousa, Jr."),
        ({"first": "Ana", "middle": "Q.", "last": "Sousa", "nickname": "Nan"}, "Ana Q. Sousa"),
        ({"first": "Ana", "last": "Sousa", "suffix": "Jr."}, "Ana Sousa, Jr."),
        ({"first": "Ana", "last": "Sousa", "suffix": "III"}, "Ana Sousa III"),
        ({"first": "Jose\u0301", "last": "Sousa"}, "José Sousa"),
    ],
)
def test_the_name_is_printed_as_the_member_has_it(names, printed):
    assert roster.printed_name(names) == printed


def test_a_second_import_of_the_same_roster_changes_nothing():
    load(entry(1), entry(2, senate()))
    before = rows()
    summary = load(entry(1), entry(2, senate()), today=TODAY + datetime.timedelta(days=1))
    assert (summary.entries, summary.new, summary.changed, summary.left) == (2, [], [], [])
    assert rows() == before


def test_a_change_is_written_and_named():
    load(entry(1))
    summary = load(entry(1, house(district=5, party="Whig")))
    assert summary.changed == ["Ana “Nan” Sousa1, Jr. (OH-5): district, party"]
    assert Office.objects.values_list("district", "party").get() == (5, "Whig")


def test_a_member_who_is_gone_has_left_and_one_who_is_back_has_not():
    load(entry(1), entry(2))
    assert load(entry(1)).left == ["Ana “Nan” Sousa2, Jr. (OH-4)"]
    assert Office.objects.get(bioguide="X000002").left_on == TODAY
    assert load(entry(1), today=TODAY + datetime.timedelta(days=9)).left == []
    assert Office.objects.get(bioguide="X000002").left_on == TODAY
    assert load(entry(1), entry(2)).changed == ["Ana “Nan” Sousa2, Jr. (OH-4): back in office"]
    assert Office.objects.sitting().count() == 2


def test_a_member_who_changes_chamber_gets_a_new_office_and_the_old_one_has_left():
    load(entry(1))
    summary = load(entry(1, house(), senate()))
    assert (summary.new, summary.left) == (["Ana “Nan” Sousa1, Jr. (OH Senate)"], ["Ana “Nan” Sousa1, Jr. (OH-4)"])
    assert dict(Office.objects.values_list("chamber", "left_on")) == {"house": TODAY, "senate": None}


def test_an_office_that_is_not_in_the_roster_stays():
    by_hand = factories.make_office(bioguide="")
    load(entry(1))
    by_hand.refresh_from_db()
    assert by_hand.left_on is None


def test_the_roster_touches_neither_signing_name_nor_signatures():
    load(entry(1))
    office = Office.objects.get()
    office.signing_name = "Nan Sousa"
    office.save()
    signature = factories.sign(factories.make_letter(), office)
    before = signature.__class__.objects.values().get()
    load(entry(1, official_full="Ana Sousa-Lind"))
    office.refresh_from_db()
    assert (office.name, office.signing_name, office.printed_name) == ("Ana Sousa-Lind", "Nan Sousa", "Nan Sousa")
    assert signature.__class__.objects.values().get() == before


def test_a_roster_that_lost_more_than_half_is_refused_unless_allowed():
    load(*(entry(number) for number in range(1, 6)))
    before = rows()
    with pytest.raises(RosterError, match="The file has 2 entries, and 5 offices are sitting: more than half would leave"):
        load(entry(1), entry(2))
    assert rows() == before
    assert len(load(entry(1), entry(2), allow_few=True).left) == 3


def test_half_of_the_offices_may_leave():
    load(*(entry(number) for number in range(1, 5)))
    assert len(load(entry(1), entry(2)).left) == 2


def broken(**changes):
    """An entry with one part changed; None takes the part away."""
    row = copy.deepcopy(entry(2))
    for path, value in changes.items():
        *parents, key = path.split("__")
        place = row
        for parent in parents:
            place = place[int(parent[1:])] if parent.startswith("n") and parent[1:].isdigit() else place[parent]
        if value is None:
            del place[key]
        else:
            place[key] = value
    return row


TERM = "terms__n0__"
BROKEN_ENTRIES = [
    ("Ana", "Entry 2 (without id or name) is wrong: it is not a mapping."),
    (broken(id=None), "Entry 2 (Ana “Nan” Sousa2, Jr.) is wrong: it has no id."),
    (broken(id=7), "Entry 2 (Ana “Nan” Sousa2, Jr.) is wrong: its id is not a mapping."),
    (broken(id__bioguide=None), "Entry 2 (Ana “Nan” Sousa2, Jr.) is wrong: it has no bioguide."),
    (broken(id__bioguide=2), "Entry 2 (2, Ana “Nan” Sousa2, Jr.) is wrong: its bioguide is not text."),
    (broken(id__bioguide="x2"), "is wrong: its bioguide id is not a capital letter and six digits."),
    (broken(id__bioguide="X000001"), "is wrong: X000001 is the id of Ana “Nan” Sousa1, Jr. too."),
    (broken(name=None), "Entry 2 (X000002) is wrong: it has no name."),
    (broken(name="Ana"), "Entry 2 (X000002) is wrong: its name is not a mapping."),
    (broken(name__last=None), "is wrong: it has no last."),
    (broken(name__first=["Ana"]), "is wrong: its first is not text."),
    (broken(name__official_full="Ana\u202eSousa"), "is wrong: its official_full holds a control character or an invisible one."),
    (broken(name__last="Sou\x07sa"), "is wrong: its last holds a control character or an invisible one."),
    (broken(name__last=" "), "is wrong: its last is empty."),
    (broken(name__official_full="A" * 201), "is wrong: its official_full is longer than 200 characters."),
    (broken(terms=None), "is wrong: it has no terms."),
    (broken(terms=[]), "is wrong: it has no terms."),
    (broken(terms="rep"), "is wrong: its terms is not a list."),
    (broken(terms=["rep"]), "is wrong: a term is not a mapping."),
    (broken(**{TERM + "type": "lord"}), "is wrong: the type of a term is 'lord', not rep or sen."),
    (broken(**{TERM + "type": None}), "is wrong: the type of a term is None, not rep or sen."),
    (broken(**{TERM + "type": ["rep"]}), "is wrong: the type of a term is ['rep'], not rep or sen."),
    (broken(**{TERM + "state": None}), "is wrong: it has no state."),
    (broken(**{TERM + "state": "Ohio"}), "is wrong: its state is 'Ohio', not two capital letters."),
    (broken(**{TERM + "start": "2025-02-30"}), "is wrong: '2025-02-30' is not the start of a term, which looks like 2025-01-03."),
    (broken(**{TERM + "start": 2025}), "is wrong: 2025 is not the start of a term, which looks like 2025-01-03."),
    (broken(**{TERM + "start": None}), "is wrong: None is not the start of a term, which looks like 2025-01-03."),
    (broken(**{TERM + "district": None}), "is wrong: its district is not a whole number (0 is at large)."),
    (broken(**{TERM + "district": "4"}), "is wrong: its district is not a whole number (0 is at large)."),
    (broken(**{TERM + "district": True}), "is wrong: its district is not a whole number (0 is at large)."),
    (broken(**{TERM + "district": -1}), "is wrong: its district is not a whole number (0 is at large)."),
    (broken(**{TERM + "party": 1}), "is wrong: its party is not text."),
]


def import_refused(tmp_path, data):
    """The sentence with which the command ends; no row differs afterwards."""
    load(entry(1, house(district=9)), entry(3))
    before = rows()
    path = tmp_path / "roster.yaml"
    path.write_bytes(data)
    with pytest.raises(CommandError) as refusal:
        call_command("import_offices", str(path))
    assert rows() == before
    return str(refusal.value)


@pytest.mark.parametrize(("wrong", "sentence"), BROKEN_ENTRIES)
@pytest.mark.parametrize("dump", [json.dumps, lambda rows: yaml.safe_dump(rows, allow_unicode=True)], ids=["json", "yaml"])
def test_a_wrong_entry_is_named_and_nothing_changes(tmp_path, dump, wrong, sentence):
    said = import_refused(tmp_path, dump([entry(1), wrong, entry(3)]).encode())
    assert sentence in said
    assert said.startswith("Entry 2 (")
    assert said.endswith("Nothing was changed.")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it must hold a list of Members"),
        (b"[]", "it must hold a list of Members"),
        (b"id: X000001", "it must hold a list of Members"),
        (b"- id: {bioguide", "The file is neither YAML nor JSON: while parsing a flow mapping"),
        (b'[{"id": ', "The file is neither YAML nor JSON: Expecting value"),
        (b"\xff\xfe\x00", "The file is neither YAML nor JSON: 'utf-8' codec"),
        (b"- !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        (b"- " * 100_000, "lists within lists, more than 20 deep"),
        (b"[" * 100_000, "The file is neither YAML nor JSON"),
        (
            b"- id: {bioguide: X000001}\n  name: {first: A, last: B}\n  terms: [{type: rep, start: 2025-13-01}]",
            "'2025-13-01' is not",
        ),
    ],
)
def test_a_file_that_is_no_roster_is_refused(tmp_path, data, sentence):
    assert sentence in import_refused(tmp_path, data)


def test_a_file_that_is_absent_or_too_large_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"none\.yaml cannot be read: No such file or directory\."):
        call_command("import_offices", str(tmp_path / "none.yaml"))
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        call_command("import_offices", str(tmp_path))
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(CommandError, match="larger than 20 MB"):
        call_command("import_offices", str(tmp_path / "huge.yaml"))


def test_an_interrupted_import_leaves_nothing_behind(monkeypatch):
    seats = roster.parse(json.dumps([entry(1), entry(2)]).encode())
    update = roster.update_office

    def fails_on_the_second(office, seat, summary):
        if summary.new:
            raise KeyboardInterrupt
        update(office, seat, summary)

    monkeypatch.setattr(roster, "update_office", fails_on_the_second)
    with pytest.raises(KeyboardInterrupt):
        roster.update_offices(seats, today=TODAY)
    assert rows() == []


def test_the_command_says_what_it_did(tmp_path, capsys):
    path = tmp_path / "roster.json"
    path.write_text(json.dumps([entry(1), entry(2, senate())]))
    call_command("import_offices", str(path))
    assert capsys.readouterr().out.splitlines() == [
        "Read 2 entries.",
        "2 new: Ana “Nan” Sousa1, Jr. (OH-4); Ana “Nan” Sousa2, Jr. (OH Senate)",
        "0 changed",
        "0 left office",
    ]


# --- addresses ---


@pytest.fixture
def server():
    """A web server on this machine: /roster answers with one entry, /away sends to an address that is not https."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            away = self.path == "/away"
            self.send_response(302 if away else 200)
            if away:
                self.send_header("Location", "http://roster.example/roster")
            self.end_headers()
            if not away:
                self.wfile.write(json.dumps([entry(1)]).encode())

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_roster_is_read_from_this_machine(server):
    call_command("import_offices", f"{server}/roster")
    assert Office.objects.get().bioguide == "X000001"


@pytest.mark.parametrize("address", ["http://roster.example/roster", "file:///etc/passwd", "ftp://roster.example/roster"])
def test_only_https_addresses_are_read(address):
    with pytest.raises(CommandError, match="only https addresses are read"):
        call_command("import_offices", address)


def test_a_redirect_away_from_https_is_not_followed(server):
    with pytest.raises(CommandError, match="only https addresses are read"):
        call_command("import_offices", f"{server}/away")
