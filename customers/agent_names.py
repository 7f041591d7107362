"""Whose part a leg is, in words."""

from django.utils.translation import gettext as _

from customers.models import Leg


def agent_name(leg: Leg) -> str:
    """Whose part a leg is."""
    return (leg.user.shown_name if leg.user else leg.agent_email) or _("未知坐席")
