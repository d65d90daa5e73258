"""The message of a notice: `contents` gathers what its three templates say, `compose` makes the mail of them.

A mail leaves the house: it says who leads a letter and where it is, never its title, text, addressees or list of signers.
"""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import Context, loader

from letters.models import Membership, Notice

from . import envelope, stopping
from .contents import CONTENTS

Kind = Notice.Kind
TO_CHECK = (Kind.AWAITING, Kind.JOIN_REQUEST, Kind.CLAIM, Kind.PLACE_TAKEN)
FROM_AN_OFFICE = (Kind.REQUEST_RECEIVED, Kind.EDIT_PROPOSED, Kind.CONDITION_RECEIVED)
# What a mail program could take for a new line or a change of direction. Django refuses CR and LF alone.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def compose(notice, *, now, shown=False):
    """The mail for the notice, in the words that are true at `now`: plain text and HTML, to its one address.

    Where it is only `shown`, it holds nothing that its reader alone may use.
    """
    context = clean({**CONTENTS[notice.kind](notice, now), "site": settings.SITE_URL, "replies_to": replies_to(notice)})
    context["stop"], stop_headers = stopping.address(notice), stopping.headers(notice, context["replies_to"])
    if shown:
        context["stop"], stop_headers = context["stop"] and f"{settings.SITE_URL}/…", {}
    context["subject"] = one_line(render(notice, "subject.txt", context))
    message = EmailMultiAlternatives(
        subject=context["subject"],
        body=render(notice, "body.txt", context),
        to=[notice.address],
        reply_to=[context["replies_to"]] if context["replies_to"] else None,
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated", **stop_headers},
    )
    message.attach_alternative(render(notice, "body.html", context), "text/html")
    if not shown:
        address(message, notice)
    return message


def address(message, notice):
    """Let what comes back find the notice: by the envelope, or by what a mail service repeats in its reports."""
    if settings.EMAIL_BACKEND.startswith("anymail."):
        message.metadata = {"notice": envelope.signed(notice)}
    elif sender := envelope.sender(notice):
        message.extra_headers["From"] = message.from_email
        message.from_email = sender


def render(notice, part, context):
    """One of the three templates; only the HTML is escaped. Gaps that template tags leave are closed to one empty line."""
    template = loader.get_template(f"emails/{notice.kind}/{part}").template
    text = template.render(Context(context, autoescape=part.endswith(".html")))
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"


def clean(context):
    """The same with every text made one line, and so every line of what a person wrote (a list)."""
    return {name: clean_value(value) for name, value in context.items()}


def clean_value(value):
    if isinstance(value, list):
        return [one_line(line) for line in value]
    return one_line(value) if isinstance(value, str) else value


def one_line(text):
    return " ".join(UNSAFE.sub(" ", text).split())


def replies_to(notice):
    """The address that an answer reaches; empty where there is none."""
    return next((person.email for person in correspondents(notice) if person.is_active and is_address(person.email)), "")


def correspondents(notice):
    """Who may get the answer, the first choice first: whose act the mail is about, if others vouch for them, then their office.

    Nobody where the reader has to check who somebody is: an answer to that person's own address would prove nothing. And
    nobody for a digest, which is about the acts of many. Whoever has left the office gets no answers to its mail.
    """
    if notice.kind in TO_CHECK or notice.kind == Kind.DIGEST:
        return []
    if notice.kind == Kind.PLACE_INVITATION:
        return [notice.place_invitation.invited_by]
    if notice.letter is None:
        return []
    acted = actors(notice)
    offices = [notice.office] if notice.kind in FROM_AN_OFFICE else notice.letter.lead_offices()
    places = Membership.objects.answering().filter(office__in=offices).select_related("person").order_by("alternate", "pk")
    people = [place.person for place in places]
    return [person for person in acted if person in people] + [person for person in people if person not in acted]


def actors(notice):
    if notice.kind == Kind.REQUEST_RECEIVED:
        return [notice.request.asked_by]
    if notice.kind == Kind.EDIT_PROPOSED:
        return [notice.proposed_edit.asked_by]
    if notice.kind == Kind.CONDITION_RECEIVED:
        return [notice.invitee.condition_by]
    staff = [notice.letter.created_by, notice.letter.opened_by]
    if notice.kind == Kind.ENTERED:
        return [notice.signature.signed_by, *staff]
    if notice.kind == Kind.CIRCULAR:
        return [notice.circular.sent_by, *staff]
    return staff


def is_address(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
