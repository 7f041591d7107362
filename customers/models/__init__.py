"""Who the customer is and what happened between us."""

from customers.models.access import AccessLog, ApiToken
from customers.models.card_setup import CardField, GatedLevel, VerificationItem
from customers.models.centre import Centre
from customers.models.customer import Customer
from customers.models.customer_change import CustomerChange, IdentityCheck
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
from customers.models.sent_message import SentMessage
from customers.models.skill_group import SkillGroup
from customers.models.transcript import Transcript, TranscriptLine

__all__ = [
    "AccessLog",
    "ApiToken",
    "CardField",
    "Centre",
    "ContactPoint",
    "Customer",
    "CustomerChange",
    "Disposition",
    "DoNotCallChange",
    "Endpoint",
    "FollowUp",
    "GatedLevel",
    "IdentityCheck",
    "ImportProblem",
    "ImportRun",
    "Interaction",
    "Leg",
    "LegChange",
    "MatchVerdict",
    "NoteConflict",
    "NumberMention",
    "Recording",
    "SentMessage",
    "SkillGroup",
    "Transcript",
    "TranscriptLine",
    "VerificationItem",
]
