from .circulation import Invitee
from .deadline import DeadlineRequest
from .event import Event
from .feed import CalendarFeed
from .letter import Letter
from .notice import Notice
from .office import Membership, Office, OfficeImage, User
from .people import OfficeEvent, PlaceInvitation
from .recess import Recess
from .rendition import Rendition
from .revision import ImportReport, ProposedEdit, Revision, WorkingCopy
from .signature import Signature

__all__ = [
    "CalendarFeed",
    "DeadlineRequest",
    "Event",
    "ImportReport",
    "Invitee",
    "Letter",
    "Membership",
    "Notice",
    "Office",
    "OfficeEvent",
    "OfficeImage",
    "PlaceInvitation",
    "ProposedEdit",
    "Recess",
    "Rendition",
    "Revision",
    "Signature",
    "User",
    "WorkingCopy",
]
