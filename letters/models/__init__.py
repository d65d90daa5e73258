from .circulation import Invitee
from .deadline import DeadlineRequest
from .event import Event
from .letter import Letter, Revision
from .notice import Notice
from .office import Membership, Office, SignatureImage, User
from .people import OfficeEvent, PlaceInvitation
from .rendition import Rendition
from .signature import Signature

__all__ = [
    "DeadlineRequest",
    "Event",
    "Invitee",
    "Letter",
    "Membership",
    "Notice",
    "Office",
    "OfficeEvent",
    "PlaceInvitation",
    "Rendition",
    "Revision",
    "Signature",
    "SignatureImage",
    "User",
]
