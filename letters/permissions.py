"""Who may do what: one predicate per verb, over a person and an object. When it is allowed is asked by the verb."""

from letters.models import Letter, Membership, Signature, User


def confirmed(person):
    return Membership.objects.confirmed().filter(person_id=person.pk)


def is_site_admin(person):
    """Gives first places, decides claims, accepts offices."""
    return person.is_active and person.has_perm("letters.change_membership")


def site_admins():
    return User.objects.with_perm("letters.change_membership").exclude(email="").order_by("pk")


def may_run(person, letter):
    """Run the letter: edit, invite, decide requests. Signers and managers of the lead and the co-leads."""
    return confirmed(person).signers().filter(office__in=letter.lead_offices()).exists()


def leads(person, letter):
    """Take out who has answered what: everyone in the lead's offices."""
    return confirmed(person).filter(office__in=letter.lead_offices()).exists()


def may_watch(person, letter):
    """See the lead's desk: everyone in the lead's offices, and those who lock or audit."""
    return may_oversee(person) or leads(person, letter)


def may_lock(person, letter):
    return person.has_perm("letters.lock_letter")


def may_announce(person, letter):
    """Tell the signers when the letter will be locked."""
    return may_run(person, letter) or may_lock(person, letter)


def may_audit(person):
    """Read every letter and its desk, and change nothing."""
    return person.has_perm("letters.audit_letter")


def may_oversee(person):
    """Read letters of offices that are not one's own."""
    return may_lock(person, None) or may_audit(person)


def may_start(person, office):
    """Start a letter for the office."""
    return confirmed(person).signers().filter(office=office).exists()


def may_keep_lists(person, office):
    """Make, change and remove the lists of offices that the office keeps."""
    return confirmed(person).signers().filter(office=office).exists()


def may_manage(person, office):
    """Run the office's people."""
    return is_site_admin(person) or confirmed(person).managers().filter(office=office).exists()


def may_enter(person, office):
    """See the office's own page: its people, its settings, what it signed."""
    return is_site_admin(person) or confirmed(person).filter(office=office).exists()


def readable(person):
    return Letter.objects.visible_to(person)


def may_see_signers(person, letter):
    if may_watch(person, letter) or letter.list_shown == Letter.ListShown.ALL:
        return True
    invited = letter.invitees.exclude(invited_at=None).filter(office__in=confirmed(person).values("office"))
    return letter.list_shown == Letter.ListShown.INVITED and invited.exists()


def may_export(person, letter):
    """Take the final PDF: the lead's people, those who lock, and the people of offices that signed."""
    offices = confirmed(person).values("office")
    return may_watch(person, letter) or Signature.objects.printed().filter(letter=letter, office__in=offices).exists()
