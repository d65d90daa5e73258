"""Makers of rows, through the same verbs that the pages use, so that every letter in a test has a true history."""

import datetime
from itertools import count

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.utils import timezone

from letters.models import Membership, Office, User
from letters.workflow import circulating, drafting, people, signing

numbers = count(1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

TEXT = {
    "date_line": "June 3, 2026",
    "addressees": "The Honorable Ada Byron\nSecretary\nDepartment of Reckoning\nWashington, D.C. 20500",
    "salutation": "Dear Secretary Byron:",
    "body": "<p>We write about the state of the mills.</p><p>Please answer by July.</p>",
    "closing": "Sincerely,",
    "subject": "",
    "cc": "",
    "enclosures": "",
}


def text(**changes):
    return {**TEXT, **changes}


def make_office(first="Ada", last=None, *, chamber="house", state="NY", district=10, **fields):
    number = next(numbers)
    last = last or f"Member{number}"
    district = district if chamber == "house" else None
    fields.setdefault("bioguide", f"X{number:06}")
    names = {"name": f"{first} {last}", "first_name": first, "last_name": last}
    return Office.objects.create(chamber=chamber, state=state, district=district, **names, **fields)


def make_person(email=None, *, admin=False):
    email = email or f"staff{next(numbers)}@mail.house.gov"
    make = User.objects.create_superuser if admin else User.objects.create_user
    person = make(username=email, email=email, password="correct horse battery staple")
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def staff_with(*names):
    """A person whom the admin site lets in with these rights alone (code names of permissions)."""
    person = make_person()
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=person.pk)


def make_staff(office=None, role=Membership.Role.SIGNER, email=None):
    """A person with a confirmed place in the office (a new one by default)."""
    person = make_person(email)
    people.give_place(person, office or make_office(), role, person, now=timezone.now() - DAY)
    return person


def make_draft(lead=None, person=None, *, now=None, **changes):
    lead = lead or make_office()
    person = person or make_staff(lead)
    now = now or timezone.now()
    return drafting.create(lead, person, title="Mills", text=text(**changes), now=now)


def make_letter(lead=None, person=None, *, now=None, deadline_in=7 * DAY, invited=(), **changes):
    """An open letter that the offices given are invited to sign."""
    now = now or timezone.now()
    letter = make_draft(lead, person, now=now, **changes)
    circulating.circulate(letter, letter.created_by, deadline_at=now + deadline_in, now=now)
    circulating.invite(letter, invited, letter.created_by, now=now)
    letter.refresh_from_db()
    return letter


def sign(letter, office=None, person=None, *, now=None):
    """A signature for the current text by a signer of the office; both are made when not given."""
    office = office or make_office()
    person = person or office.people().first() or make_staff(office)
    letter.refresh_from_db()
    return signing.sign(letter, office, person, text_sha256=letter.revision.sha256, now=now or timezone.now())
