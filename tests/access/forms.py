"""What each form sends when it is filled in well: path → a function of the world, the letter and the person's office."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from letters.workflow import revising
from tests.deadlines import typed
from tests.factories import DAY, text
from tests.pdf import pictures
from tests.text import docx
from tests.workflow import lives


def later(letter):
    return typed(timezone.now() + 20 * DAY, letter.zone)


def sign(world, letter, office):
    return {"office": office.pk, "text_sha256": letter.revision.sha256}


def proposal(world, letter, office):
    return {**sign(world, letter, office), "old": "July", "new": "May", "reason": "The recess."}


def of_office(**more):
    return lambda world, letter, office: {"office": office.pk, **more}


def always(**fields):
    return lambda world, letter, office: fields


def version(letter):
    return revising.copy_of(letter).version


def in_the_works(**more):
    return lambda world, letter, office: {"version": version(letter), **more}


def newcomer(**more):
    return lambda world, letter, office: {"office": world.newcomer.pk, **more}


def lock(world, letter, office):
    return {"head_hash": letter.head_hash, **{f"reason-{name}": "Called." for name in lives.AMBER}}


def word_file():
    return SimpleUploadedFile("looms.docx", docx.docx(*docx.LETTER))


PASTED = "Dear Secretary Reed:\n\nWe write of looms.\n\nSincerely,"
SHORTER = text(body="<p>Shorter.</p>")
ENTERED = {"first_name": "Ida", "last_name": "Entered", "chamber": "house", "state": "AK", "district": "0", "role": "signer"}
FORMS = {
    "letters/new/": lambda world, letter, office: {"lead": office.pk, "title": "Looms", "file": word_file()},
    "letters/new/paste/": lambda world, letter, office: {"lead": office.pk, "title": "Looms", "text": PASTED},
    "letters/new/write/": lambda world, letter, office: {"lead": office.pk, "title": "Looms", "words": "We write of looms."},
    "l/<code>/desk/import/": lambda world, letter, office: {"version": version(letter), "file": word_file()},
    "l/<code>/desk/paste/": in_the_works(text=PASTED),
    "l/<code>/desk/imports/<pk>/check/": always(),
    "l/<code>/sign/": sign,
    "l/<code>/withdraw/": of_office(reason="A mistake."),
    "l/<code>/decline/": of_office(reason="Not for us."),
    "l/<code>/condition/": of_office(condition="The looms are named."),
    "l/<code>/condition/take-back/": of_office(),
    "l/<code>/opened/": always(),
    "l/<code>/more-time/": lambda world, letter, office: {"office": office.pk, "reason": "Away.", **later(letter)},
    "l/<code>/more-time/<pk>/take-back/": always(),
    "l/<code>/join/": newcomer(role="signer"),
    "l/<code>/enter-office/": always(**ENTERED),
    "l/<code>/propose/": proposal,
    "l/<code>/propose/<pk>/take-back/": always(),
    "l/<code>/desk/text/": in_the_works(**SHORTER),
    "l/<code>/desk/text/save/": in_the_works(**SHORTER),
    "l/<code>/desk/text/preview/": in_the_works(**SHORTER),
    "l/<code>/desk/publish/": in_the_works(clerical="", note="Shorter."),
    "l/<code>/desk/discard/": in_the_works(),
    "l/<code>/desk/edits/<pk>/": always(decision="take"),
    "l/<code>/desk/ask-again/": always(),
    "l/<code>/desk/circulate/": lambda world, letter, office: {
        "when": "now",
        "zone": letter.zone,
        "audience": "any",
        "list_shown": "all",
        **later(letter),
    },
    "l/<code>/desk/unschedule/": always(),
    "l/<code>/desk/link/replace/": always(),
    "l/<code>/desk/link/revoke/": always(),
    "l/<code>/desk/dear-colleague/": always(step="send", subject="Dear Colleague", body="Please join us.", to_all=""),
    "l/<code>/desk/invite/": lambda world, letter, office: {"offices": [world.newcomer.pk], "contacts": ""},
    "l/<code>/desk/unlist/": always(all="1"),
    "l/<code>/desk/arrange/": always(order="alphabetical", list_shown="all", audience="any", columns="down", space="typed"),
    "l/<code>/desk/co-lead/": newcomer(),
    "l/<code>/desk/requests/<pk>/": always(decision="deny", answer="No."),
    "l/<code>/desk/requests/<pk>/grant/": always(decision="office"),
    "l/<code>/desk/reminders/": always(steps=["1d"]),
    "l/<code>/desk/deadline/": lambda world, letter, office: later(letter),
    "l/<code>/desk/enter-yes/": newcomer(how="by phone", said_by="Gus Aide", contact="gus@mail.house.gov"),
    "l/<code>/desk/signatures/<pk>/confirm/": always(how="called back"),
    "l/<code>/desk/signatures/<pk>/refuse/": always(reason="Nobody there knows of it."),
    "l/<code>/desk/notices/<pk>/again/": always(),
    "l/<code>/desk/contacts/<pk>/": always(address="chief@mail.house.gov"),
    "l/<code>/desk/render/": always(),
    "l/<code>/desk/lock/": lock,
    "l/<code>/desk/lock/announce/": lambda world, letter, office: later(letter),
    "l/<code>/desk/conditions/<pk>/": always(condition="The mill is named.", met="yes", answer="Page two."),
    "offices/join/": newcomer(role="signer"),
    "offices/enter/": always(**ENTERED),
    "offices/<pk>/people/invite/": always(address="hal@mail.house.gov", role="signer"),
    "offices/<pk>/people/<place>/confirm/": always(role="viewer", how="called back"),
    "offices/<pk>/people/<place>/role/": always(role="viewer"),
    "offices/<pk>/people/<place>/mail/": always(alternate="yes"),
    "offices/<pk>/people/<place>/end/": always(reason="Moved on."),
    "offices/<pk>/lists/new/": lambda world, letter, office: {"name": "Mill caucus", "offices": [world.newcomer.pk]},
    "offices/<pk>/lists/<kept>/": lambda world, letter, office: {"name": "Mill caucus", "names": world.newcomer.seat},
    "offices/<pk>/lists/<kept>/remove/": always(),
    "offices/<pk>/signers/": lambda world, letter, office: {"who": "named", "people": [world.ours_colleague.pk]},
    "offices/<pk>/signing-name/": always(name="Cy R. Invited", title="Member of Congress"),
    "offices/<pk>/image/<kind>/": lambda world, letter, office: {
        "file": SimpleUploadedFile("signature.png", pictures.signature(2), "image/png")
    },
    "offices/<pk>/image/<kind>/remove/": always(),
    "account/mail/": always(zone="America/New_York", wanted=["digest"]),
    "mail/stop/<token>/": always(**{"List-Unsubscribe": "One-Click"}),
    "invitations/<pk>/": always(),
    "invitations/<pk>/end/": always(),
}
# Pages that name the office in their query.
ABOUT_ONE_S_OFFICE = ["deadline.ics", "withdraw", "decline", "condition", "more-time", "propose"]


def posted(path, world, letter, office):
    return FORMS[path](world, letter, office) if path in FORMS else {}


def query(path, office):
    return {"office": office.pk} if path.split("/")[2:3] and path.split("/")[2] in ABOUT_ONE_S_OFFICE else {}
