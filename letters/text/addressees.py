"""How to greet the addressees of a letter. All of it is a suggestion: the lead edits the salutation as it pleases."""

import re
import unicodedata
from typing import NamedTuple

MAX_SALUTATION = 500
MAX_BLOCKS = 200
MAX_LINE = 300


class Person(NamedTuple):
    """Who stands in a block: "Secretary" or "Mr." or "" as `form`, the name whole and the family name, "" for an office alone."""

    form: str
    name: str
    family: str


# --- titles

_MODIFIER = (
    r"(?:(?:acting|interim|principal|deputy|assistant|associate|under|vice|executive|regional|managing|senior|first|co)[ -])*"
)
_OFFICES = {
    "secretary[- ]general": "Secretary-General",
    "director[- ]general": "Director-General",
    **{name.lower(): name for name in ("Attorney General", "Solicitor General", "Inspector General", "Postmaster General")},
    **{name.lower(): name for name in ("Surgeon General", "Comptroller General", "Governor General", "Adjutant General")},
    "undersecretary": "Under Secretary",
    **{name.lower(): name for name in ("Secretary", "Administrator", "Director", "Commissioner", "Comptroller", "Archivist")},
    **{name.lower(): name for name in ("Chairman", "Chairwoman", "Chairperson", "Chair", "Ranking Member", "Speaker")},
    **{name.lower(): name for name in ("Majority Leader", "Minority Leader", "Majority Whip", "Minority Whip")},
    "(?:republican|democratic) leader": "Leader",
    "lieutenant governor": "Lieutenant Governor",
    **{name.lower(): name for name in ("Governor", "Mayor", "Prime Minister", "Premier", "Minister", "Chancellor", "Sheriff")},
    **{name.lower(): name for name in ("Superintendent", "Chief of Staff", "Chief Justice", "Chief Judge")},
    **{name.lower(): name for name in ("National Security Advisor", "Librarian", "Provost", "Dean")},
    "(?:magistrate |bankruptcy |immigration |district |circuit |administrative law )?judge": "Judge",
    "justice": "Justice",
    "chief of police": "Chief",
    "(?:trade|permanent) representative": "Ambassador",
    "ambassador": "Ambassador",
    "president pro tem(?:pore)?": "Senator",
    "president": "President",
    "state senator|senator": "Senator",
    "(?:state )?representative|congress(?:man|woman|member)|members? of congress": "Representative",
    "delegate": "Delegate",
    "resident commissioner": "Resident Commissioner",
}
# An office's own prefix is no part of the address; "U.S. Attorney" is looked for before it is taken off.
_PREFIX = r"(?:the |u\. ?s\. |us |united states |house |senate |state )*"
_TITLE = re.compile(
    rf"(?:(?P<attorney>(?:u\.? ?s\.?|united states) attorney\b(?! general))|(?P<prefix>{_PREFIX})(?P<modifier>{_MODIFIER})"
    rf"(?P<office>{'|'.join(_OFFICES)})(?![\w’'-]))",
    re.I,
)
_CORPORATE = re.compile(
    r"(?:\w+ )*vice president(?! of the united states|$)|(?:vice )?president (?:and|&)|chief (?:executive|fin)", re.I
)
_HOUSE = re.compile(r"(?:the )?(?:u\. ?s\. |united states )?house of representatives", re.I)
_SENATE = re.compile(r"(?:the )?(?:u\. ?s\. |united states )senate\b", re.I)

# --- what stands before and after a name

_COURTESY = re.compile(
    r"(?:(?:the |most |right )*(?:honou?rable|hon\b\.?)|(?:his|her|your) (?:excellency|honor|eminence))[ ,]+", re.I
)
_FORMS = {
    r"mr\.?": "Mr.",
    r"mrs\.?": "Mrs.",
    r"ms\.?": "Ms.",
    r"miss": "Miss",
    r"mx\.?": "Mx.",
    r"dr\.?|doctor": "Dr.",
    r"prof\.?|professor": "Professor",
    r"father|fr\.": "Father",
    r"(?:the )?(?:most |right |very )?rev(?:erend|\.)(?: dr\.?)?": "Reverend",
    **{
        name.lower(): name
        for name in ("Rabbi", "Imam", "Bishop", "Archbishop", "Cardinal", "Sister", "Brother", "Pastor", "Chief")
    },
    r"sen\.": "Senator",
    r"rep\.|congress(?:man|woman)": "Representative",
    r"gov\.": "Governor",
    r"sec\.": "Secretary",
    r"amb\.": "Ambassador",
}
_RANKS = {
    r"lieutenant general|lt\. ?gen\.|ltg\.?|lt\.? general": "Lieutenant General",
    r"major general|maj\. ?gen\.|mg\.": "Major General",
    r"brigadier general|brig\. ?gen\.|bg\.": "Brigadier General",
    r"general|gen\.?": "General",
    r"vice admiral|vice adm\.|vadm\.?": "Vice Admiral",
    r"rear admiral|rear adm\.|radm\.?": "Rear Admiral",
    r"admiral|adm\.?": "Admiral",
    r"lieutenant colonel|lt\. ?col\.": "Lieutenant Colonel",
    r"colonel|col\.?": "Colonel",
    r"lieutenant commander|lt\. ?cmdr\.": "Lieutenant Commander",
    r"commander|cmdr\.": "Commander",
    r"captain|capt\.?": "Captain",
    r"major|maj\.?": "Major",
    r"lieutenant|lt\.?": "Lieutenant",
    r"sergeant major|sgt\. ?maj\.": "Sergeant Major",
    r"sergeant|sgt\.": "Sergeant",
}
_SUFFIX = re.compile(
    r"(?:jr|sr|ii|iii|iv|v|esq|m\.?d|ph\.?d|j\.?d|d\.?o|d\.?v\.?m|r\.?n|m\.?p\.?h|m\.?b\.?a|m\.?p\.?a|m\.?s|d\.?d\.?s|ed\.?d|ll\.?m"
    r"|pharm\.?d|dr\.?p\.?h|s\.?j|c\.?p\.?a|p\.?e|u\.?s\.?(?:n|a|af|mc|cg|sf|phs)|ret(?:ired)?|[rdi]-[a-z]{2})\.?"
    r"(?: \(?ret(?:ired)?\.?\)?)?",
    re.I,
)
_DOCTOR = re.compile(r"(?:m\.?d|ph\.?d|d\.?o|d\.?v\.?m|ed\.?d|dr\.?p\.?h)\.?", re.I)
_ROMAN = re.compile(r"(?:jr|sr)\.?|ii|iii|iv", re.I)
_RETIRED = re.compile(r"\b(?:ret|retired)\b", re.I)
# Titles that are given names too: with one word after them they are taken for the name ("Dean Phillips").
_GIVEN_NAMES = ("Dean", "Major", "Provost")
_NICKNAME = re.compile(r"[“\"‘'(][^“”\"‘’'()]{1,40}[”\"’')](?=\s|,|$)")
_PARTICLES = {
    *("de", "la", "del", "della", "da", "das", "dos", "do", "di", "du", "des", "le", "los", "las", "van", "von", "vander", "der"),
    *("den", "ter", "ten", "zu", "bin", "ibn", "al", "el", "st.", "st", "saint", "san", "santa", "mac", "y", "af", "av"),
}
_OFFICE_WORDS = re.compile(
    r"\b(?:office|department|dept|agency|bureau|commission|administration|committee|subcommittee|council|board|services?|centers?"
    r"|institutes?|authority|corporation|corp|inc|llc|company|university|college|association|house|senate|congress|foundation"
    r"|union|division|branch|embassy|court|bank|system|group|members|colleagues|docket|clerk|of|for|the|and|&)\b|&|\d",
    re.I,
)
_ATTENTION = re.compile(r"(?:attn|attention|c/o|via|by (?:e-?mail|hand|fax)|sent via|to)\b ?:? ?", re.I)


def greetings(addressees: str) -> list[str]:
    """ "Secretary Noem" for each addressee in order; whom no title and no "Mr." is known of, by the whole name.

    An office without a person is greeted by its own name, as it stands on its first line.
    """
    return [_greeting(person) for person in people(addressees)]


def salutation(addressees: str) -> str:
    """ "Dear Secretary Noem, Secretary Rubio, and Attorney General Bondi:", or "" where there is nobody."""
    names = greetings(addressees)
    if not names:
        return ""
    line = f"Dear {_listed(names)}:"
    return line if len(line) <= MAX_SALUTATION else f"Dear {names[0][:200]} and others:"


def running_head(addressees: str) -> str:
    """ "Secretary Noem et al." for the head of later pages; the name alone where there is one."""
    names = greetings(addressees)
    return "" if not names else names[0] + (" et al." if len(names) > 1 else "")


def _listed(names: list[str]) -> str:
    if len(names) < 3:
        return " and ".join(names)
    return ", ".join(names[:-1]) + f", and {names[-1]}"


def _greeting(person: Person) -> str:
    if not person.family:
        return person.form or person.name
    return f"{person.form} {person.family}" if person.form else person.name


# --- blocks


def people(addressees: str) -> list[Person]:
    """One for each block, and for each further line of a block that begins with "The Honorable" or the like."""
    return [_person(lines) for block in _blocks(addressees)[:MAX_BLOCKS] for lines in _each_alone(block)]


def _blocks(addressees: str) -> list[list[str]]:
    text = unicodedata.normalize("NFC", addressees.replace("\r\n", "\n"))
    blocks = [[" ".join(line.split())[:MAX_LINE] for line in block.split("\n")] for block in re.split(r"\n\s*\n", text)]
    blocks = [[line for line in block if line.strip(" ,;:.")] for block in blocks]
    kept = [_without_delivery(block) for block in blocks]
    return [block for block in kept if block]


def _without_delivery(block: list[str]) -> list[str]:
    """Without lines above the name that only say how the letter goes ("Via email"), and without "Attn:" before it."""
    while len(block) > 1 and re.match(r"(?:via|by|sent via)\b", block[0], re.I) and not _COURTESY.match(block[0]):
        block = block[1:]
    first = _ATTENTION.sub("", block[0], count=1) if block and re.match(r"(?:attn|attention|to)\b ?:", block[0], re.I) else ""
    return [first, *block[1:]] if first else block


def _each_alone(block: list[str]) -> list[list[str]]:
    parts = [[block[0]]]
    for line in block[1:]:
        if _COURTESY.match(line):
            parts.append([])
        parts[-1].append(line)
    return parts


def _person(lines: list[str]) -> Person:
    form, rank, name, rest = _name_line(lines[0])
    titles = [*rest, *lines[1:4]]
    if not name:
        return Person(_own_title(lines[0]), lines[0], "")
    title = next((found for line in titles if (found := _form_of(line))), "") or _chamber(lines[1:])
    if rank and not (title and _RETIRED.search(lines[0])):
        title = rank
    if not title and not form and _has_doctorate(lines[0]):
        form = "Dr."
    return Person(title or form, name, _family(name))


def _own_title(line: str) -> str:
    """The title that stands where a name should ("The Attorney General"), without "The"."""
    return re.sub(r"^the ", "", line, flags=re.I) if _form_of(line) or re.match(r"the (?:vice )?president$", line, re.I) else ""


def _chamber(lines: list[str]) -> str:
    if any(_HOUSE.match(line) for line in lines):
        return "Representative"
    return "Senator" if any(_SENATE.match(line) for line in lines) else ""


def _form_of(line: str) -> str:
    """ "Acting Under Secretary" from "Acting Under Secretary for Farm Production", "" for what is no title."""
    found = _TITLE.match(line)
    if not found or _CORPORATE.match(line):
        return ""
    if found["attorney"]:
        return "U.S. Attorney"
    modifiers = found["modifier"].title()
    form = _named(_OFFICES, found["office"])
    return form if form in ("Senator", "Ambassador", "Representative", "Justice") else modifiers + form


def _named(table: dict[str, str], words: str) -> str:
    """The value of the first pattern that is the words whole."""
    return next((form for pattern, form in table.items() if re.fullmatch(pattern, words, re.I)), "")


# --- names


def _name_line(line: str) -> tuple[str, str, str, list[str]]:
    """(form such as "Mr.", rank, the name without it, title parts after a comma); no name for an office or a bare title."""
    bare, courtesy = line, False
    while found := _COURTESY.match(bare):
        bare, courtesy = bare[found.end() :], True
    name, *parts = [part.strip() for part in re.sub(r"\(ret(?:ired)?\.?\)", "", bare, flags=re.I).split(",")]
    rest = [part for part in parts if part and not _SUFFIX.fullmatch(part)]
    rest = [", ".join(rest)] if rest else []
    name = re.sub(r" [-–—] .*", lambda dash: rest.insert(0, dash.group()[3:]) or "", name)
    title, bare_name = _title_before(name)
    if title:
        return title, "", bare_name, [title, *rest]
    form, name = _form_before(name, _FORMS)
    rank, name = _form_before(name, _RANKS)
    name = _without_suffixes(" ".join(_NICKNAME.sub(" ", name).split()))
    known = courtesy or form or rank
    if not name or (not known and (_OFFICE_WORDS.search(name) or _form_of(line))):
        return "", "", "", []
    return form, rank, name, rest


def _title_before(name: str) -> tuple[str, str]:
    """("Secretary", "Kristi Noem") from "Secretary Kristi Noem"."""
    found = _TITLE.match(name)
    words = _without_suffixes(" ".join(_NICKNAME.sub(" ", name[found.end() :]).split())) if found else ""
    if not words or _OFFICE_WORDS.search(words) or words[:1].islower() or _CORPORATE.match(name):
        return "", name
    form = _form_of(name) or _form_of(name[: found.end()])
    return ("", name) if _is_given_name(form, words) else (form, words)


def _form_before(name: str, table: dict[str, str]) -> tuple[str, str]:
    for pattern, form in table.items():
        found = re.match(rf"(?:{pattern})\s+(?=\S)", name, re.I)
        if found and not _is_given_name(form, name[found.end() :]):
            return form, name[found.end() :]
    return "", name


def _is_given_name(form: str, rest: str) -> bool:
    return form in _GIVEN_NAMES and " " not in rest


def _without_suffixes(name: str) -> str:
    words = name.split()
    while len(words) > 1 and (_ROMAN.fullmatch(words[-1]) or (words[-1] == "V") or _written_suffix(words[-1])):
        words.pop()
    return " ".join(words)


def _written_suffix(word: str) -> bool:
    """A degree or the like without a comma before it, written so that it cannot be a family name."""
    return word in ("PhD", "MD", "JD", "MPH", "Esq") or ("." in word and len(word) > 2 and bool(_SUFFIX.fullmatch(word)))


def _has_doctorate(line: str) -> bool:
    return any(_DOCTOR.fullmatch(word.strip(" ,")) for word in line.split()[1:])


def _family(name: str) -> str:
    """The last word with the particles before it ("de la Cruz", "Van Hollen"); the first word is never one of them."""
    words = name.split()
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    family = " ".join(words[start:])
    return family.title() if name.isupper() and len(words) > 1 else family
