"""Who the customer is and what happened between us."""

from customers.models.access import AccessLog, ApiToken
from customers.models.customer import Customer
from customers.models.do_not_call import DoNotCallChange
from customers.models.endpoint import ContactPoint, Endpoint, MatchVerdict, NumberMention
from customers.models.follow_up import FollowUp
from customers.models.import_run import ImportProblem, ImportRun
from customers.models.interaction import (
    Disposition,
    Interaction,
    Leg,
    LegChange,
    NoteConflict,
)
from customers.models.recording import Recording
from customers.models.skill_group import SkillGroup

__all__ = [
    "AccessLog",
    "ApiToken",
    "ContactPoint",
    "Customer",
    "Disposition",
    "DoNotCallChange",
    "Endpoint",
    "FollowUp",
    "ImportProblem",
    "ImportRun",
    "Interaction",
    "Leg",
    "LegChange",
    "MatchVerdict",
    "NoteConflict",
    "NumberMention",
    "Recording",
    "SkillGroup",
]
