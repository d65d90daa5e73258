"""Lists of offices that an office keeps for its letters, and the committees that every office may use."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from letters.models import Membership, OfficeList
from letters.workflow import Refused, lists
from tests.factories import make_office, make_person, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
NOT_KEPT = "Only signers and managers of the office of Ada Able (NY-10) keep its lists."


@pytest.fixture
def keeper():
    return make_office("Ada", "Able")


def keep(office, person, *offices, name="Friends of the mill"):
    return lists.keep(office, person, name=name, offices=offices, now=timezone.now())


def test_a_list_is_kept_changed_and_removed(keeper):
    person, first, second = make_staff(keeper), make_office(), make_office()
    kept = keep(keeper, person, first)
    assert (kept.keeper, kept.name, kept.changed_by, list(kept.offices.all())) == (keeper, "Friends of the mill", person, [first])
    colleague, now = make_staff(keeper), timezone.now()
    changed = lists.change(kept, colleague, name="Mill caucus", offices=[second], now=now)
    assert (changed.pk, changed.name, changed.changed_at, changed.changed_by) == (kept.pk, "Mill caucus", now, colleague)
    assert list(kept.offices.all()) == [second]
    lists.remove(changed, person)
    assert not OfficeList.objects.exists()


def test_a_list_may_keep_its_name_and_take_one_that_another_office_uses(keeper):
    person, other = make_staff(keeper), make_office()
    kept = keep(keeper, person)
    keep(other, make_staff(other), name="Mill caucus")
    assert lists.change(kept, person, name=kept.name, offices=[other], now=timezone.now()).name == kept.name
    assert lists.change(kept, person, name="Mill caucus", offices=[other], now=timezone.now()).name == "Mill caucus"


@pytest.mark.parametrize("who", ["a viewer", "somebody who asks for a place", "a stranger", "a site admin"])
def test_only_signers_and_managers_of_the_office_keep_its_lists(keeper, who):
    kept, person = keep(keeper, make_staff(keeper)), make_staff(keeper)
    if who == "a viewer":
        person.memberships.update(role=Membership.Role.VIEWER)
    elif who == "somebody who asks for a place":
        person.memberships.update(confirmed_at=None, confirmed_by=None)
    else:
        person = make_staff() if who == "a stranger" else make_person(admin=True)
    with lives.refused(NOT_KEPT):
        keep(keeper, person, name="Another")
    with lives.refused(NOT_KEPT):
        lists.change(kept, person, name="Another", offices=[], now=timezone.now())
    with lives.refused(NOT_KEPT):
        lists.remove(kept, person)


def test_two_lists_of_one_name_are_refused(keeper):
    person = make_staff(keeper)
    keep(keeper, person)
    other = keep(keeper, person, name="Mill caucus")
    taken = "The office keeps a list named “Friends of the mill” already. Give this one another name."
    with lives.refused(taken):
        keep(keeper, person)
    with lives.refused(taken):
        lists.change(other, person, name=" Friends  of the mill", offices=[], now=timezone.now())


def test_a_list_that_was_removed_meanwhile_is_neither_changed_nor_removed_again(keeper):
    person = make_staff(keeper)
    kept = keep(keeper, person)
    lists.remove(OfficeList.objects.get(), person)
    with pytest.raises(Refused, match="removed meanwhile"):
        lists.change(kept, person, name="Mill caucus", offices=[], now=timezone.now())
    with pytest.raises(Refused, match="removed meanwhile"):
        lists.remove(kept, person)


def test_an_office_uses_the_committees_and_the_lists_of_the_leads_alone(keeper):
    other = make_office()
    committee = OfficeList.objects.create(code="HXSW", name="House Committee on Skies", changed_at=timezone.now())
    own = keep(keeper, make_staff(keeper))
    theirs = keep(other, make_staff(other))
    assert set(OfficeList.objects.for_use_by([keeper])) == {committee, own}
    assert set(OfficeList.objects.for_use_by([keeper, other])) == {committee, own, theirs}


@pytest.mark.parametrize(
    "row", [{}, {"code": "HXSW", "keeper": True}, {"keeper": True, "twice": True}, {"code": "HXSW", "twice": True}], ids=repr
)
def test_a_list_is_that_of_one_committee_or_of_one_office(keeper, row):
    fields = {"name": "A list", "changed_at": timezone.now(), "code": row.get("code", "")}
    fields["keeper"] = keeper if "keeper" in row else None
    if "twice" in row:
        OfficeList.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeList.objects.create(**fields)
