"""Mail around a letter: headers, quoting, other messages, signatures and flowed lines, taken off and said."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from ..extracted.paragraphs import is_complete
from ..letter import is_closing, is_salutation

MAX_QUOTED = 2000  # characters of what is left out, in a doubt
_QUOTED = re.compile(r"(?:> ?){1,20}")
_PARTING = re.compile(
    r"\W{0,20}(?:-{2,}|_{2,}|={2,})? ?(?:original message|original appointment|forwarded message|weitergeleitete nachricht"
    r"|begin forwarded message)\W{0,40}",
    re.I,
)
_WROTE = re.compile(r"(?:on\b.{6,250}\bwrote|.{3,200}<\S{3,100}@\S{3,100}>.{0,60}\bwrote):", re.I)
_FIELD = re.compile(
    r"\*?(from|sent|to|cc|bcc|subject|date|reply-to|importance|attachments|sensitivity|when|where)\s?:\*?(?=\s|$)", re.I
)
_DASHES = re.compile(r"[-_=]{2,}\s*")
_SIGNATURE = re.compile(r"--\s?")
_STARRED = re.compile(r"(?<![\w*])\*[^\s*][^*\n]{0,200}\*(?![\w*])|(?<![\w_])_[^\s_][^_\n]{0,200}_(?![\w_])")


class Line(NamedTuple):
    text: str
    quoted: int = 0


def unquoted(text: str) -> list[Line]:
    """The lines of a mail's text, each without its "> > " and with how many there were."""
    lines = []
    for line in text.split("\n"):
        mark = _QUOTED.match(line)
        lines.append(Line(line[mark.end() :] if mark else line, mark.group().count(">") if mark else 0))
    return lines


def kept(lines: list[Line], doubts: list[str]) -> list[int]:
    """The numbers of the lines of the message that holds the letter; what is left out is said."""
    partings = _partings([line.text.strip() for line in lines])
    messages = _messages(len(lines), partings, lines)
    chosen = max(messages, key=lambda message: _likely(message, lines), default=[])
    for first, last in partings:
        _say("Mail headers were left out", lines[first:last], doubts)
    for message in messages:
        if message is not chosen:
            _say("Another message in the mail was left out", [lines[number] for number in message], doubts)
    return _without_signature(_at_one_level(chosen, lines, doubts), lines, doubts)


def _say(what: str, lines, doubts: list[str]) -> None:
    words = " ".join(" ".join(line.text for line in lines).split())
    count = f" ({len(words.split())} words)" if len(words) > MAX_QUOTED else ""
    if words:
        doubts.append(f"{what}{count}: “{words[:MAX_QUOTED]}{'…' if count else ''}”.")


# --- messages


def _partings(lines: list[str]) -> list[tuple[int, int]]:
    """Ranges of lines that stand between messages: blocks of From, Sent, To, and "On Monday … wrote:"."""
    found, number = [], 0
    while number < len(lines):
        end = _parting_end(lines, number)
        if end > number:
            found.append((number, end))
        number = max(end, number + 1)
    return found


def _parting_end(lines: list[str], start: int) -> int:
    if _DASHES.fullmatch(lines[start]) and start + 1 < len(lines) and _header_end(lines, start + 1) > start + 1:
        return _header_end(lines, start + 1)
    if _PARTING.fullmatch(lines[start][:200]) and lines[start]:
        after = next((n for n in range(start + 1, min(start + 4, len(lines))) if lines[n]), start)
        return max(start + 1, _header_end(lines, after))
    if lines[start][:3].lower() == "on " or lines[start].endswith("wrote:"):
        for end in range(start + 1, min(start + 4, len(lines) + 1)):
            if _WROTE.fullmatch(" ".join(lines[start:end])[:400]):
                return end
    return _header_end(lines, start)


def _header_end(lines: list[str], start: int) -> int:
    """The line after a block of mail headers that begins here, or `start`; a field may go on over a few lines."""
    if not _FIELD.match(lines[start][:40]):
        return start
    end, names, number = start, set(), start
    while number < min(start + 40, len(lines)) and number - end < 6 and lines[number]:
        field = _FIELD.match(lines[number][:40])
        if field:
            names.add(field.group(1).lower())
            end = number
        number += 1
    block = " ".join(lines[start : end + 1])
    is_mail = "from" in names and (names & {"sent", "when"} or {"date", "subject"} <= names or ("@" in block and len(names) > 1))
    return end + 1 if is_mail else start


def _messages(count: int, partings: list[tuple[int, int]], lines: list[Line]) -> list[list[int]]:
    edges = [0, *(edge for parting in partings for edge in parting), count]
    messages = [list(range(first, last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    return [message for message in messages if any(lines[number].text.strip() for number in message)]


def _likely(message: list[int], lines: list[Line]) -> tuple[int, int]:
    """(how much it looks like a letter, how long it is)."""
    texts = [lines[number].text.strip() for number in message]
    letter = 2 * any(is_salutation(text) for text in texts if len(text) < 300) + any(map(is_closing, texts))
    return letter, -message[0] if letter else sum(map(len, texts))


def _at_one_level(message: list[int], lines: list[Line], doubts: list[str]) -> list[int]:
    """Without what is quoted less deeply than the letter: remarks of those who sent it on."""
    filled = [number for number in message if lines[number].text.strip()]
    greeting = next((n for n in filled if len(lines[n].text) < 300 and is_salutation(lines[n].text.strip())), None)
    levels = Counter(lines[number].quoted for number in filled)
    main = lines[greeting].quoted if greeting is not None else max(levels, key=levels.get, default=0)
    _say("Lines that are not quoted as the letter is were left out", [lines[n] for n in filled if lines[n].quoted < main], doubts)
    if any(level > main for level in levels):
        deeper = " ".join(lines[n].text.strip() for n in filled if lines[n].quoted > main)
        doubts.append(
            f"Lines with a “>” before them were taken as text: “{deeper[:MAX_QUOTED]}”. Check that they belong to the letter."
        )
    return [n for n in message if lines[n].quoted >= main or not lines[n].text.strip()]


def _without_signature(message: list[int], lines: list[Line], doubts: list[str]) -> list[int]:
    """Without what stands below a line of two hyphens at the end, as mail programs part a sender's card from the mail."""
    marks = [place for place, number in enumerate(message) if _SIGNATURE.fullmatch(lines[number].text)]
    above, below = (message[: marks[-1]], message[marks[-1] + 1 :]) if marks else (message, [])
    texts = [text for number in below if (text := lines[number].text.strip())]
    is_letter = any(is_closing(text) or (len(text) < 300 and is_salutation(text)) for text in texts)
    if not 0 < len(texts) <= 15 or is_letter or not any(lines[number].text.strip() for number in above):
        return message
    _say("The mail's signature was left out", [lines[number] for number in below], doubts)
    return above


# --- lines


def with_joined_lines(text: str) -> str:
    """Flowed text with its lines joined: there, a space at the end of a nearly full line says that the paragraph goes on."""
    lines = text.split("\n")
    flowing = [number for number, line in enumerate(lines) if line.endswith(" ") and line.strip() and line != "-- "]
    full = [line for line in lines if line.strip() and not line.endswith(" ")]
    ends = any(number + 1 == len(lines) or not lines[number + 1].strip() for number in flowing)
    odd = any(not 40 <= len(lines[number]) <= 100 for number in flowing)
    if len(flowing) < 2 or ends or odd or 5 * len(full) < len(flowing):
        return text
    joined = [lines[0]]
    for above, line in pairwise(lines):
        if above.endswith(" ") and above.strip() and above != "-- ":
            joined[-1] += line
        else:
            joined.append(line)
    return "\n".join(joined)


def with_paragraphs_apart(text: str) -> str:
    """Text that no program broke into lines (some are very long): a blank below each line of its body."""
    lines = text.split("\n")
    if "\f" in text or not any(len(line) > 160 for line in lines):
        return text
    start = next((n for n, line in enumerate(lines) if len(line) < 300 and is_salutation(line.strip())), -1)
    end = next((n for n in range(len(lines) - 1, start, -1) if is_closing(lines[n].strip())), len(lines))
    long = [start < number < end or len(line) > 160 for number, line in enumerate(lines)]
    return "\n".join(line + ("\n" if apart else "") for line, apart in zip(lines, long, strict=True))


def is_wrapped(lines: list[str]) -> bool:
    """Whether a program broke the lines: none is long, and after a nearly full one the next goes on in mid-sentence."""
    if max(map(len, lines), default=0) > 90:
        return False
    return any(len(line) > 50 and not is_complete(line) and after[:1].islower() for line, after in pairwise(lines))


def doubt_stars(text: str, doubts: list[str]) -> None:
    for found in list(_STARRED.finditer(text))[:20]:
        doubts.append(f"“{found.group()[:80]}” may stand for bold or italic words; it was kept as it is.")
