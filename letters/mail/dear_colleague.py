"""A "Dear Colleague" to begin with: plain text made of what is known of a letter, for the lead to change and to send."""

from urllib.parse import quote

from letters.times import day_in_words, instant_in_words

from .contents import link, who

# Some mail programs and browsers cut longer addresses off.
LONGEST_MAILTO = 1900


def ready(letter, *, signers=None):
    """Subject and body. `signers` are signatures in printed order, where the lead wants them named."""
    lead, others = letter.lead_offices()[0], letter.lead_offices()[1:]
    names = joined([lead.printed_name, *(office.printed_name for office in others)])
    day = day_in_words(letter.deadline_at, letter.zone)
    how = "To sign on, or to ask for more time, open the letter and sign in with your office's address:"
    parts = [
        "Dear Colleague:",
        f"Please join {names} in signing a letter{to_whom(letter)}{on_what(letter)}.",
        f"The deadline to sign is {instant_in_words(letter.deadline_at, letter.zone)}.",
        f"{how}\n{link('letter', letter.code)}",
        contacts(letter.lead_offices()),
        signed(signers),
        f"Sincerely,\n{names}",
    ]
    return f"Dear Colleague: sign a letter led by {lead.printed_name} by {day}", "\n\n".join(filter(None, parts))


def joined(names):
    """`A`, `A and B`, `A, B, and C`."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def to_whom(letter):
    names = [block[0] for block in letter.revision.address_blocks if block]
    return f" to {joined(names)}" if names else ""


def on_what(letter):
    return f" on “{letter.revision.subject}”" if letter.revision.subject else ""


def contacts(offices):
    """The people who run the letter, each with an address; empty where there are none."""
    people = [(person, office) for office in offices for person in office.people()]
    lines = [f"{who(person)}, office of {office.printed_name}" for person, office in people if person.email]
    return "\n".join(["Questions:", *lines]) if lines else ""


def signed(signers):
    lines = [f"{signature.name} ({signature.office.seat})" for signature in signers or []]
    return "\n".join(["Signed so far:", *lines]) if lines else ""


def mailto(subject, body):
    """The address that opens a new mail with these words in the reader's mail program."""
    lines = body.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"
