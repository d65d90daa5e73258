from .circulation import Invitee
from .deadline import DeadlineRequest
from .event import Event
from .feed import CalendarFeed
from .letter import Letter, RetiredLink
from .lists import OfficeList
from .mail import Circular, MailSettings, MutedLetter, Suppression
from .notice import Notice
from .office import Membership, Office, OfficeImage, User
from .people import OfficeEvent, PlaceInvitation
from .recess import Recess
from .rendition import Rendition
from .revision import ImportReport, ProposedEdit, Revision, WorkingCopy
from .signature import Signature
from .uptime import Outage, Uptime

__all__ = [
    "CalendarFeed",
    "Circular",
    "DeadlineRequest",
    "Event",
    "ImportReport",
    "Invitee",
    "Letter",
    "MailSettings",
    "Membership",
    "MutedLetter",
    "Notice",
    "Office",
    "OfficeEvent",
    "OfficeImage",
    "OfficeList",
    "Outage",
    "PlaceInvitation",
    "ProposedEdit",
    "Recess",
    "Rendition",
    "RetiredLink",
    "Revision",
    "Signature",
    "Suppression",
    "Uptime",
    "User",
    "WorkingCopy",
]
