"""Half a right, a given-up act, an odd name or a second account gives nobody more."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from letters.models import Membership, Notice, Office, User
from letters.workflow import Refused, delivery, drafting, offices, people, revising, signing
from tests import factories
from tests.factories import DAY, make_letter, make_office, make_person, make_staff, staff_with
from tests.sessions import signed_in
from tests.workflow import lives
from tests.workflow.test_signing import revise

pytestmark = pytest.mark.django_db
Role = Membership.Role
now = timezone.now


def test_non_ascii_case():
    a = offices.enter(make_person(), chamber="house", first_name="Ada", last_name="ÉTÉ", state="AK", district=0, now=now())
    b = offices.enter(make_person(), chamber="house", first_name="Ada", last_name="été", state="AK", district=0, now=now())
    assert a == b


def test_confirm_place_in_left_office():
    ours = make_office()
    person = lives.asking_person(ours)
    Office.objects.filter(pk=ours.pk).update(left_on=now().date())
    with pytest.raises(Refused):
        people.confirm(person.memberships.get(), make_person(admin=True), now=now())


def test_entry_of_named_signer_demoted_keeps_flag():
    ours = make_office()
    boss, named = make_staff(ours, Role.MANAGER), make_staff(ours)
    place = named.memberships.get()
    offices.name_signers(ours, [place, boss.memberships.get()], boss, only=True, now=now())
    people.change_role(place, Role.VIEWER, boss, now=now())
    offices.name_signers(ours, [boss.memberships.get()], boss, only=True, now=now())
    people.change_role(place, Role.SIGNER, boss, now=now())
    letter = make_letter(invited=[ours])
    with pytest.raises(Refused):
        factories.sign(letter, ours, named)


def test_lead_confirms_where_only_named_sign():
    ours = make_office()
    boss = make_staff(ours, Role.MANAGER)
    letter = make_letter()
    signature = factories.sign(letter, ours, lives.asking_person(ours))
    offices.name_signers(ours, [boss.memberships.get()], boss, only=True, now=now())
    with pytest.raises(Refused):
        signing.confirm(signature, letter.created_by, how="known to us", now=now())


def test_dashboard_title_of_invited_only_letter():
    ours = make_office()
    letter = make_letter(invited=[ours])
    drafting.arrange(letter, letter.created_by, audience="invited", now=now())
    page = signed_in(lives.asking_person(ours)).get(reverse("dashboard")).content.decode()
    assert "Mills" not in page
    assert signed_in(lives.asking_person(ours)).get(reverse("letter", args=[letter.code])).status_code == 404


def test_adoption_keeps_asking_unconfirmed():
    from letters import roster

    person = make_person()
    entered = offices.enter(person, chamber="house", first_name="Ada", last_name="Able", state="NY", district=10, now=now())
    people.ask_to_join(person, entered, role="manager", now=now())
    seat = roster.Seat("A000001", "house", "Ada Able", "Ada", "Able", "NY", 10, "", datetime.date(2027, 1, 3))
    roster.update_offices([seat], today=now().date())
    entered.refresh_from_db()
    assert entered.bioguide == "A000001"
    assert not person.memberships.get().is_confirmed


def test_adoption_of_one_that_imitates_with_confirmed_signature():
    """A lead confirmed a stranger's signature for an entered office; the roster adopts it: it now counts as the Member's."""
    from letters import roster

    person = make_person()
    entered = offices.enter(person, chamber="house", first_name="Ada", last_name="Able", state="NY", district=10, now=now())
    people.ask_to_join(person, entered, role="manager", now=now())
    letter = make_letter()
    s = factories.sign(letter, entered, person)
    signing.confirm(s, letter.created_by, how="known to us", now=now())
    seat = roster.Seat("A000001", "house", "Ada B. Able", "Ada", "Able", "NY", 10, "", datetime.date(2027, 1, 3))
    roster.update_offices([seat], today=now().date())
    real = make_staff(Office.objects.get(bioguide="A000001"))
    signing.withdraw(letter, entered, real, now=now())


def test_refused_asks_again_in_flood():
    ours = make_office()
    boss = make_staff(ours, Role.MANAGER)
    person = make_person()
    client = signed_in(person)
    for _ in range(30):
        client.post(reverse("join"), {"office": ours.pk, "role": "signer"})
    assert Notice.objects.filter(kind="join-request", person=boss).count() == 1


def test_lead_hidden_signers_oracle_by_signing_again():
    ours = make_office()
    signer = make_staff(ours)
    letter = make_letter(invited=[ours])
    drafting.arrange(letter, letter.created_by, list_shown="lead", now=now())
    factories.sign(letter, ours, signer)
    client = signed_in(lives.asking_person(ours))
    sha = lives.again(letter).revision.sha256
    r = client.post(reverse("sign", args=[letter.code]), {"office": ours.pk, "text_sha256": sha}, follow=True)
    assert "is signed on. A receipt is on its way to you" not in r.content.decode()


def test_give_place_left_history_lock():
    ours, admin = make_office(), make_person(admin=True)
    person = lives.asking_person(ours)
    client = signed_in(admin)
    r = client.post(
        reverse("admin:letters_membership_add"), {"person": person.pk, "office": ours.pk, "role": "manager"}, follow=True
    )
    assert r.status_code == 200
    assert b"already" in r.content


def test_admin_takes_second_factor_off_and_short_password_stays():
    from allauth.mfa.models import Authenticator

    admin, person = make_person(admin=True), make_person()
    person.set_password("shorty88")
    person.save()
    row = Authenticator.objects.create(user=person, type="totp", data={})
    client = signed_in(admin)
    r = client.post(reverse("admin:mfa_authenticator_delete", args=[row.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists(), r
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_asker_cannot_decline_condition_more_time():
    ours = make_office()
    make_staff(ours)
    letter = make_letter(invited=[ours])
    client = signed_in(lives.asking_person(ours))
    for name, more in (
        ("decline", {}),
        ("condition", {"condition": "x"}),
        ("withdraw", {}),
        ("request-deadline", {"date": "2030-01-01", "time": "10:00"}),
    ):
        before = lives.rows()
        r = client.post(reverse(name, args=[letter.code]), {"office": ours.pk, **more})
        assert r.status_code == 409, (name, r)
        assert "You do not act for the office" in r.content.decode() or "has not signed" in r.content.decode()
        assert lives.rows() == before


def test_proof_of_another_person_in_one_browser():
    one, two = make_person(), make_person()
    client = signed_in(one)
    client.force_login(two)
    ours = make_office()
    people.give_place(two, ours, Role.MANAGER, two, now=now())
    r = client.get(reverse("invite-person", args=[ours.pk]))
    assert r.status_code == 302
    assert "reauthenticate" in r["Location"]


def test_viewer_gets_nothing_by_mass_assignment():
    ours = make_office()
    make_staff(ours, Role.MANAGER)
    viewer = make_staff(ours, Role.VIEWER)
    place = viewer.memberships.get()
    client = signed_in(viewer)
    for name, args in (
        ("change-role", [ours.pk, place.pk]),
        ("confirm-place", [ours.pk, place.pk]),
        ("invite-person", [ours.pk]),
        ("office-signers", [ours.pk]),
        ("signing-name", [ours.pk]),
        ("put-image", [ours.pk, "signature"]),
    ):
        assert client.post(reverse(name, args=args), {"role": "manager", "how": "called back"}).status_code == 403
    client.post(reverse("join"), {"office": ours.pk, "role": "manager"})
    client.post(reverse("account_email"), {"role": "manager", "is_staff": "on", "is_superuser": "on"})
    place.refresh_from_db()
    viewer.refresh_from_db()
    assert place.role == "viewer"
    assert not viewer.is_staff


def test_place_of_other_office_by_own_office_path():
    ours, theirs = make_office(), make_office()
    manager, foreign = make_staff(ours, Role.MANAGER), make_staff(theirs)
    client = signed_in(manager)
    for name in ("change-role", "confirm-place", "end-place"):
        r = client.post(reverse(name, args=[ours.pk, foreign.memberships.get().pk]), {"role": "viewer", "how": "called back"})
        assert r.status_code == 404
    assert foreign.memberships.get().ended_at is None


def test_auditor_changes_nothing():
    person = make_person()
    person.user_permissions.add(Permission.objects.get(codename="audit_letter"))
    letter = make_letter()
    client = signed_in(person)
    before = lives.rows()
    for name in (
        "desk-text",
        "desk-invite",
        "desk-arrange",
        "desk-co-lead",
        "enter-yes",
        "desk-deadline",
        "render-again",
        "lock-review",
    ):
        assert client.post(reverse(name, args=[letter.code]), {}).status_code == 403, name
    assert lives.rows() == before


def test_lock_permission_alone_manages_nobody():
    person = staff_with("lock_letter", "view_letter", "view_membership")
    ours = make_office()
    asking = lives.asking_person(ours)
    client = signed_in(person)
    assert client.get(reverse("office", args=[ours.pk])).status_code == 404
    for action in ("confirm", "end"):
        client.post(
            reverse("admin:letters_membership_changelist"), {"action": action, "_selected_action": [asking.memberships.get().pk]}
        )
    place = asking.memberships.get()
    assert place.confirmed_at is None
    assert place.ended_at is None


def test_change_office_without_change_membership_accepts_nothing():
    person = staff_with("change_office", "view_office")
    entered = offices.enter(
        make_person(), chamber="house", first_name="Ada", last_name="Able", state="NY", district=10, now=now()
    )
    signed_in(person).post(reverse("admin:letters_office_changelist"), {"action": "accept", "_selected_action": [entered.pk]})
    entered.refresh_from_db()
    assert entered.accepted_at is None


@pytest.mark.parametrize("by", ["asking", "lead"])
def test_confirmed_staff_can_sign_where_a_stranger_has(by):
    ours = make_office()
    signer = make_staff(ours)
    letter = make_letter(invited=[ours])
    if by == "asking":
        factories.sign(letter, ours, lives.asking_person(ours))
    else:
        signing.enter(letter, ours, letter.created_by, how="by phone", said_by="Bo", now=now())
    page = signed_in(signer).get(reverse("letter", args=[letter.code])).content.decode()
    assert reverse("sign", args=[letter.code]) in page
    page = signed_in(signer).get(reverse("dashboard")).content.decode()
    assert "Nothing waits for you" not in page


def test_manager_demoted_invitations_not_mailed():
    ours = make_office()
    boss, other = make_staff(ours, Role.MANAGER), make_staff(ours, Role.MANAGER)
    people.invite(ours, "x@mail.house.gov", Role.MANAGER, other, now=now())
    people.change_role(other.memberships.get(), Role.VIEWER, boss, now=now())
    n = Notice.objects.get(kind="place-invitation")
    assert delivery.reason_to_drop(n, now())


def test_sessions_end_with_the_account():
    person = make_staff()
    client = signed_in(person)
    assert client.get(reverse("dashboard")).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("dashboard")).status_code == 302


def test_final_pdf_after_leaving():
    ours = make_office()
    boss, former = make_staff(ours, Role.MANAGER), make_staff(ours)
    letter = make_letter(invited=[ours])
    drafting.arrange(letter, letter.created_by, audience="invited", now=now())
    factories.sign(letter, ours, former)
    lives.lock(letter)
    lives.publish(letter)
    client = signed_in(former)
    assert client.get(reverse("export-pdf", args=[letter.code])).status_code == 200
    people.end(former.memberships.get(), boss, now=now())
    assert client.get(reverse("export-pdf", args=[letter.code])).status_code == 404
    people.ask_to_join(former, ours, now=now())
    assert client.get(reverse("export-pdf", args=[letter.code])).status_code == 404


def test_hostile_names_escape():
    bad = '"><script>alert(1)</script>{{ 7*7 }}'
    person = make_person()
    entered = offices.enter(person, chamber="house", first_name=bad, last_name=bad, state="NY", district=10, now=now())
    people.ask_to_join(person, entered, now=now())
    lead = make_staff()
    letter = make_letter(lead.memberships.get().office, lead)
    signature = factories.sign(letter, entered, person)
    for client, url in (
        (signed_in(lead), reverse("confirm-signature", args=[letter.code, signature.pk])),
        (signed_in(lead), reverse("desk", args=[letter.code])),
        (signed_in(lead), reverse("desk-history", args=[letter.code])),
        (signed_in(person), reverse("letter", args=[letter.code])),
        (signed_in(make_person(admin=True)), reverse("office", args=[entered.pk])),
    ):
        page = client.get(url)
        assert page.status_code == 200
        assert b"<script>alert(1)" not in page.content
        assert b"49" not in page.content or b"{{ 7*7 }}" in page.content


def test_what_the_office_took_up_is_the_offices():
    ours = make_office()
    staffer = make_staff(ours)
    letter, asking = make_letter(), lives.asking_person(ours)
    first = factories.sign(letter, ours, asking)
    signing.confirm(first, letter.created_by, how="called back", now=now())
    revise(letter)
    factories.sign(letter, ours, staffer)
    revise(letter, "<p>Once more.</p>")
    with pytest.raises(Refused, match="not confirmed yet"):
        factories.sign(letter, ours, asking)


def test_asker_who_is_asked_again_finds_no_button_that_would_take_the_name_off():
    then = now() - 40 * DAY
    ours = make_office()
    letter = make_letter(invited=[ours], now=then - DAY, deadline_in=60 * DAY)
    person = lives.asking_person(ours, now=then - DAY)
    signature = factories.sign(letter, ours, person, now=then)
    signing.confirm(signature, letter.created_by, how="called back", now=then)
    revising.ask_again(letter, letter.created_by, signed_before=now() - 30 * DAY, now=now())
    asking, member = signed_in(person), signed_in(make_staff(ours))
    for client, shown in ((asking, False), (member, True)):
        page = client.get(reverse("letter", args=[letter.code])).content.decode()
        assert ("Yes, it still stands" in page) == shown
        assert ("The name stays on the letter." in page) != shown
