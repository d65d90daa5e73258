"""Who may do what: one predicate per verb, over a person and an object. When it is allowed is asked by the verb."""

from letters.models import Letter, Membership, Signature


def confirmed(person):
    return Membership.objects.confirmed().filter(person_id=person.pk)


def may_run(person, letter):
    """Run the letter: edit, invite, decide requests. Signers and managers of the lead and the co-leads."""
    return confirmed(person).signers().filter(office__in=letter.lead_offices()).exists()


def may_watch(person, letter):
    """See the lead's desk: everyone in the lead's offices, and those who lock."""
    return may_lock(person, letter) or confirmed(person).filter(office__in=letter.lead_offices()).exists()


def may_lock(person, letter):
    return person.has_perm("letters.lock_letter")


def may_start(person, office):
    """Start a letter for the office."""
    return confirmed(person).signers().filter(office=office).exists()


def may_manage(person, office):
    """Run the office's people."""
    return person.is_superuser or confirmed(person).managers().filter(office=office).exists()


def may_see_signers(person, letter):
    if may_watch(person, letter) or letter.list_shown == Letter.ListShown.ALL:
        return True
    invited = letter.invitees.exclude(invited_at=None).filter(office__in=confirmed(person).values("office"))
    return letter.list_shown == Letter.ListShown.INVITED and invited.exists()


def may_export(person, letter):
    """Take the final PDF: the lead's people, those who lock, and the people of offices that signed."""
    offices = confirmed(person).values("office")
    return may_watch(person, letter) or Signature.objects.printed().filter(letter=letter, office__in=offices).exists()
