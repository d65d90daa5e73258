"""Forms: from what people type to what verbs take, with a sentence beside each field that cannot be read."""

from .circular import CircularForm
from .deadlines import DeadlineRequestForm, DecisionForm, MoveForm, RemindersForm
from .fields import Line
from .inviting import FindForm, InviteForm, ListForm
from .letter import (
    AnnounceForm,
    AnswerConditionForm,
    AnswerEditForm,
    ArrangeForm,
    CirculateForm,
    CoLeadForm,
    ConditionForm,
    EnterYesForm,
    LockForm,
    ProposeForm,
    PublishForm,
    ReasonForm,
    RefuseForm,
)
from .moment import as_typed, instant
from .people import (
    Address,
    ConfirmPlaceForm,
    EnterOfficeForm,
    HowForm,
    ImageForm,
    InvitePersonForm,
    JoinForm,
    RoleForm,
    SignersForm,
    SigningNameForm,
)

__all__ = [
    "Address",
    "AnnounceForm",
    "AnswerConditionForm",
    "AnswerEditForm",
    "ArrangeForm",
    "CircularForm",
    "CirculateForm",
    "CoLeadForm",
    "ConditionForm",
    "ConfirmPlaceForm",
    "DeadlineRequestForm",
    "DecisionForm",
    "EnterOfficeForm",
    "EnterYesForm",
    "FindForm",
    "HowForm",
    "ImageForm",
    "InviteForm",
    "InvitePersonForm",
    "JoinForm",
    "Line",
    "ListForm",
    "LockForm",
    "MoveForm",
    "ProposeForm",
    "PublishForm",
    "ReasonForm",
    "RefuseForm",
    "RemindersForm",
    "RoleForm",
    "SignersForm",
    "SigningNameForm",
    "as_typed",
    "instant",
]
