"""What an asker, a former staffer or a lead may not learn or change, through verbs and pages."""

import contextlib
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.models import Invitee, Membership, Notice, Office, OfficeEvent, User
from letters.workflow import Refused, deadlines, delivery, drafting, offices, people, signing
from tests import factories
from tests.factories import DAY, make_letter, make_office, make_person, make_staff, staff_with
from tests.sessions import signed_in
from tests.workflow import lives
from tests.workflow.test_signing import revise

pytestmark = pytest.mark.django_db
Role = Membership.Role
now = timezone.now


@pytest.mark.parametrize("shown", ["lead", "invited"])
def test_asker_reads_condition(shown):
    ours = make_office("Cy", "Invited")
    signer = make_staff(ours)
    letter = make_letter(invited=[ours])
    drafting.arrange(letter, letter.created_by, list_shown=shown, now=now())
    signing.would_sign_if(letter, ours, signer, condition="Garganey.", now=now())
    stranger = lives.asking_person(ours)
    page = signed_in(stranger).get(reverse("letter", args=[letter.code])).content.decode()
    assert "Garganey" not in page


def test_asker_reads_who_signed():
    ours = make_office("Cy", "Invited")
    signer = make_staff(ours, email="goshawk@mail.house.gov")
    letter = make_letter(invited=[ours])
    drafting.arrange(letter, letter.created_by, list_shown="lead", now=now())
    factories.sign(letter, ours, signer)
    stranger = lives.asking_person(ours)
    client = signed_in(stranger)
    page = client.get(reverse("letter", args=[letter.code])).content.decode()
    assert "goshawk" not in page
    page = client.get(reverse("dashboard")).content.decode()
    assert "state--signed" not in page


def test_asker_reads_declined_on_dashboard():
    ours = make_office("Cy", "Invited")
    signer = make_staff(ours)
    letter = make_letter(invited=[ours])
    signing.decline(letter, ours, signer, now=now())
    page = signed_in(lives.asking_person(ours)).get(reverse("dashboard")).content.decode()
    assert "Declined" not in page


def test_refused_by_office_confirmed_by_lead():
    ours = make_office()
    manager = make_staff(ours, Role.MANAGER)
    letter = make_letter()
    stranger = lives.asking_person(ours)
    signature = factories.sign(letter, ours, stranger)
    people.end(stranger.memberships.get(), manager, reason="Unknown here.", now=now())
    with pytest.raises(Refused):
        signing.confirm(signature, letter.created_by, how="known to us", now=now())


def test_asker_erases_decline():
    ours = make_office()
    signer = make_staff(ours)
    letter = make_letter(invited=[ours])
    signing.decline(letter, ours, signer, reason="No.", now=now())
    stranger = lives.asking_person(ours)
    try:
        signature = factories.sign(letter, ours, stranger)
        signing.refuse(signature, letter.created_by, reason="Unknown.", now=now())
    except Refused:
        pass
    invitee = letter.invitee_for(ours)
    assert invitee.declined_at
    assert not Invitee.objects.waiting().filter(pk=invitee.pk)


def test_asker_silences_mail():
    ours = make_office()
    signer = make_staff(ours)
    letter = make_letter(invited=[ours])
    invitation = Notice.objects.get(kind="invitation", office=ours)
    factories.sign(letter, ours, lives.asking_person(ours))
    assert delivery.reason_to_drop(invitation, now()) == ""
    assert signer


def test_office_told_of_confirmed():
    ours = make_office()
    signer = make_staff(ours)
    letter = make_letter()
    signature = factories.sign(letter, ours, lives.asking_person(ours))
    signing.confirm(signature, letter.created_by, how="known to us", now=now())
    assert signer.email in Notice.objects.filter(letter=letter, office=ours).values_list("address", flat=True)


def test_former_staffer_takes_off():
    ours = make_office()
    manager, former = make_staff(ours, Role.MANAGER), make_staff(ours)
    letter = make_letter(invited=[ours])
    signature = factories.sign(letter, ours, former)
    people.end(former.memberships.get(), manager, now=now())
    people.ask_to_join(former, ours, now=now())
    revise(letter)
    with contextlib.suppress(Refused):
        factories.sign(letter, ours, former)
    signature.refresh_from_db()
    assert signature.ended_at is None


def test_managers_that_are_switched_off_are_asked_alone():
    ours, admin = make_office(), make_person(admin=True)
    manager = make_staff(ours, Role.MANAGER)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    person = make_person()
    place = people.ask_to_join(person, ours, now=now())
    told = [n for n in Notice.objects.filter(membership=place) if not delivery.reason_to_drop(n, now())]
    assert [n.address for n in told] == [admin.email]
    assert Membership.objects.claims().filter(pk=place.pk).exists()


def test_last_active_manager_leaves():
    ours = make_office()
    off, manager = make_staff(ours, Role.MANAGER), make_staff(ours, Role.MANAGER)
    make_staff(ours)
    User.objects.filter(pk=off.pk).update(is_active=False)
    with pytest.raises(Refused):
        people.end(manager.memberships.get(), manager, now=now())


def test_left_and_asked_again_gets_lead_mail():
    ours = make_office()
    signer = make_staff(ours)
    lead = make_office()
    boss, former = make_staff(lead, Role.MANAGER), make_staff(lead)
    letter = make_letter(lead, boss, invited=[ours])
    deadlines.request(letter, ours, signer, wanted_at=letter.deadline_at + DAY, reason="Secret", now=now())
    notice = Notice.objects.get(kind="request-received", person=former)
    people.end(former.memberships.get(), boss, now=now())
    people.ask_to_join(former, lead, now=now())
    assert delivery.reason_to_drop(notice, now())


def test_demoted_viewer_gets_lead_mail():
    ours = make_office()
    signer = make_staff(ours)
    lead = make_office()
    boss, former = make_staff(lead, Role.MANAGER), make_staff(lead)
    letter = make_letter(lead, boss, invited=[ours])
    deadlines.request(letter, ours, signer, wanted_at=letter.deadline_at + DAY, reason="Secret", now=now())
    notice = Notice.objects.get(kind="request-received", person=former)
    people.change_role(former.memberships.get(), Role.VIEWER, boss, now=now())
    assert delivery.reason_to_drop(notice, now())


def test_entering_listed_office_again():
    listed = make_office("Ada", "Able")
    entered = offices.enter(
        make_person(), chamber="house", first_name="ada", last_name="ABLE", state="NY", district=10, now=now()
    )
    assert entered == listed


def test_lead_sees_it_is_entered_by_hand():
    make_office("Ada", "Able", bioguide="A000001")
    person, lead = make_person(), make_staff()
    entered = offices.enter(person, chamber="house", first_name="Ada.", last_name="Able", state="NY", district=10, now=now())
    people.ask_to_join(person, entered, now=now())
    letter = make_letter(lead.memberships.get().office, lead)
    signature = factories.sign(letter, entered, person)
    page = signed_in(lead).get(reverse("confirm-signature", args=[letter.code, signature.pk])).content.decode()
    assert "not in the" in page, page


def test_invite_list_has_unaccepted():
    lead = make_staff()
    letter = make_letter(lead.memberships.get().office, lead)
    entered = offices.enter(
        make_person(), chamber="house", first_name="Ada", last_name="Zzable", state="NY", district=10, now=now()
    )
    page = signed_in(lead).get(reverse("desk-invite", args=[letter.code])).content.decode()
    assert "Zzable" not in page
    assert entered


def test_abandoned_post_runs_later():
    ours = make_office()
    manager, other = make_staff(ours, Role.MANAGER), make_staff(ours)
    client = signed_in(manager, at=time.time() - 3600)
    url = reverse("end-place", args=[ours.pk, other.memberships.get().pk])
    assert client.post(url, {"reason": "x"}).status_code == 302
    # turned away; later the page is opened again, only to look
    response = client.get(url)
    assert response.status_code == 302
    from tests.signin.acts import newest_code

    prove, back = response["Location"].split("?")[0], url
    client.post(prove, {"next": back, "action": "send"})
    r = client.post(prove, {"next": back, "code": newest_code()})
    assert Membership.objects.live().filter(person=other, office=ours).exists(), r


def test_add_membership_alone():
    ours, person = make_office(), staff_with("add_membership", "view_membership", "view_user", "view_office")
    r = signed_in(person).post(
        reverse("admin:letters_membership_add"), {"person": person.pk, "office": ours.pk, "role": "manager"}
    )
    assert not Membership.objects.filter(person=person).exists(), r


def test_change_user_makes_superuser():
    person = staff_with("change_user", "view_user")
    client = signed_in(person)
    url = reverse("admin:letters_user_change", args=[person.pk])
    client.post(url, {"username": person.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    person.refresh_from_db()
    assert not person.is_superuser


def test_office_admin_signing_name_without_history():
    ours, person = make_office(), staff_with("change_office", "view_office")
    client = signed_in(person)
    url = reverse("admin:letters_office_change", args=[ours.pk])
    client.post(url, {"signing_name": "Goshawk", "signing_title": ""})
    ours.refresh_from_db()
    assert ours.signing_name == "" or OfficeEvent.objects.filter(office=ours, kind="signing-name").exists()


def test_signing_name_not_in_font():
    from letters.pdf import letter_data, render

    ours = make_office()
    manager = make_staff(ours, Role.MANAGER)
    signed_in(manager).post(reverse("signing-name", args=[ours.pk]), {"name": "Ada \U0001f600 Able", "title": ""})
    ours.refresh_from_db()
    letter = make_letter()
    factories.sign(letter, ours, manager)
    assert render(letter_data(lives.again(letter).contents(), images={}, draft_mark=""))


def test_entered_name_not_in_font():
    data = {
        "first_name": "Ada \U0001f600",
        "last_name": "Able",
        "chamber": "house",
        "state": "VT",
        "district": "3",
        "role": "signer",
    }
    r = signed_in(make_person()).post(reverse("enter-office"), data)
    assert r.status_code == 409
    assert not Office.objects.exists()


def test_end_asked_by_asker_itself():
    ours = make_office()
    person = lives.asking_person(ours)
    url = reverse("end-place", args=[ours.pk, person.memberships.get().pk])
    r = signed_in(person).post(url, {"reason": ""})
    assert r.status_code == 302


@pytest.mark.parametrize("word", ["W" * 200, "Wwwwwwwww " * 20, "i" * 200])
def test_long_names_print(word, tmp_path):
    import subprocess

    from letters.pdf import letter_data, render

    ours = make_office()
    manager = make_staff(ours, Role.MANAGER)
    offices.sign_as(ours, manager, name=word[:200].strip(), title=("T" * 100), now=now())
    ours.refresh_from_db()
    letter = make_letter()
    factories.sign(letter, ours, manager)
    data = render(letter_data(lives.again(letter).contents(), images={}, draft_mark=""))
    import io

    from pypdf import PdfReader

    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages)
    squeezed = "".join(text.split())
    assert word.replace(" ", "")[:200] in squeezed
    assert "T" * 100 in squeezed
    right = []
    for page in PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=lambda t, cm, tm, fd, fs: right.append((tm[4], t)) if t.strip() else None)
    (tmp_path / "a.pdf").write_bytes(data)
    box = subprocess.run(["pdftotext", "-bbox", str(tmp_path / "a.pdf"), "-"], capture_output=True, text=True).stdout
    import re

    assert max(float(x) for x in re.findall(r'xMax="([0-9.]+)"', box)) <= 612


def test_double_submits():
    ours = make_office()
    person = make_person()
    client = signed_in(person)
    data = {"office": ours.pk, "role": "signer"}
    for _ in range(2):
        assert client.post(reverse("join"), data).status_code == 302
    data = {"first_name": "Ada", "last_name": "Able", "chamber": "house", "state": "VT", "district": "3", "role": "manager"}
    for _ in range(2):
        assert client.post(reverse("enter-office"), data).status_code == 302
    admin = make_person(admin=True)
    c = signed_in(admin)
    place = person.memberships.get(office=ours)
    for _ in range(2):
        r = c.post(reverse("confirm-place", args=[ours.pk, place.pk]), {"role": "manager", "how": "called back", "note": ""})
        assert r.status_code == 302
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.pdf import pictures

    for _ in range(2):
        f = SimpleUploadedFile("a.png", pictures.signature())
        assert client.post(reverse("put-image", args=[ours.pk, "signature"]), {"file": f}).status_code == 302
    for _ in range(2):
        r = client.post(reverse("invite-person", args=[ours.pk]), {"address": "x@mail.house.gov", "role": "signer"})
        assert r.status_code == 302, r.content
