"""The people of the demo centre: accounts, roles, seats."""

from dataclasses import dataclass
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from customers.roles import ADMINISTRATOR, AGENT, SUPERVISOR
from screenpop.demo.names import person_name
from screenpop.models import AgentSeat


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account of the demo. `seat` is the TCCC account, None where there is none."""

    role: str
    username: str
    display_name: str
    seat: str | None = None


COLLEAGUES = (
    Colleague(AGENT, "chenmin", "陈敏", "chenmin@demo.example"),
    Colleague(AGENT, "linlei", "林磊", "linlei@demo.example"),
    Colleague(SUPERVISOR, "zhangli", "张丽"),
    Colleague(ADMINISTRATOR, "admin", "管理员"),
)
AGENTS = tuple(one for one in COLLEAGUES if one.role == AGENT)
SKILL_GROUPS = ("售前咨询", "售后服务", "投诉处理")


def numbered_agents(count: int) -> list[Colleague]:
    """agent01, agent02 …"""
    agents = []
    for number in range(1, count + 1):
        username = f"agent{number:02d}"
        name = person_name(Random(number * 271))  # noqa: S311
        agents.append(Colleague(AGENT, username, name, f"{username}@demo.example"))
    return agents


def ensure(colleague: Colleague) -> tuple[Any, bool]:
    """The account, made without a password when it is not there; whether it was made."""
    users: Any = get_user_model().objects
    user = users.filter(username=colleague.username).first()
    if user is not None:
        return user, False
    user = users.create_user(
        colleague.username,
        display_name=colleague.display_name,
        is_staff=colleague.role == ADMINISTRATOR,
    )
    give_place(user, colleague)
    return user, True


def give_place(user: Any, colleague: Colleague) -> None:
    """Role and seat; a seat that has somebody already keeps them."""
    user.groups.add(Group.objects.get_or_create(name=colleague.role)[0])
    if colleague.seat:
        number = str(AgentSeat.objects.count() + 1001)
        groups = [SKILL_GROUPS[int(number) % len(SKILL_GROUPS)]]
        seat, _created = AgentSeat.objects.get_or_create(
            email=colleague.seat, defaults={"staff_number": number, "skill_groups": groups}
        )
        if seat.user_id is None:
            seat.user = user
            seat.save(update_fields=["user"])
