"""The outcomes that a new installation begins with; administrators change them at `/setup/dispositions/`.

Two levels, at most nine of each, so that one digit picks one: a reason, then how it ended.
"""

from typing import Any

# code, Chinese, English
REASONS = (
    ("inquiry", "咨询", "Inquiry"),
    ("repair", "报修", "Repair"),
    ("complaint", "投诉", "Complaint"),
    ("order", "订单", "Order"),
    ("billing", "账务", "Billing"),
    ("urge", "催办", "Chasing"),
    ("other", "其他", "Other"),
)
RESULTS = (
    ("solved", "已解决", "Solved"),
    ("ticket", "已建单", "Ticket made"),
    ("call-back", "需回电", "Call back"),
    ("passed-on", "转他人", "Passed on"),
    ("unsolved", "未解决", "Not solved"),
)
REACHED = (
    ("interested", "有意向", "Interested"),
    ("not-interested", "无意向", "Not interested"),
    ("appointment", "约时间", "Appointment"),
    ("wrong-person", "非本人", "Not the person"),
    ("wrong-number", "号码错误", "Wrong number"),
    ("do-not-call", "勿扰", "Do not call"),
)
NOT_REACHED = (
    ("no-answer", "无人接听", "No answer"),
    ("busy", "占线", "Busy"),
    ("switched-off", "关机", "Switched off"),
    ("refused", "拒接", "Refused"),
)
# What an outcome asks for or does besides.
WANTS_TICKET = {"ticket"}
WANTS_FOLLOW_UP = {"call-back", "appointment"}
SETS_DO_NOT_CALL = {"do-not-call"}


def ensure_dispositions(model: Any) -> int:
    """Make those that are missing, by code; gives how many. What an administrator changed stays."""
    groups = [
        (code, zh, en, "inbound", [(f"{code}-{c}", *names) for c, *names in RESULTS])
        for code, zh, en in REASONS
    ]
    groups.append(("reached", "已接通", "Reached", "outbound", list(REACHED)))
    groups.append(("not-reached", "未接通", "Not reached", "outbound", list(NOT_REACHED)))
    made = 0
    for position, (code, zh, en, direction, children) in enumerate(groups, start=1):
        parent, new = _ensure(model, code, zh, en, direction, position, None)
        made += new
        for place, (child, child_zh, child_en) in enumerate(children, start=1):
            made += _ensure(model, child, child_zh, child_en, direction, place, parent)[1]
    return made


def _ensure(
    model: Any, code: str, zh: str, en: str, direction: str, position: int, parent: Any
) -> tuple[Any, bool]:
    kind = code.split("-", 1)[-1] if direction == "inbound" and parent else code
    found: tuple[Any, bool] = model.objects.get_or_create(
        code=code,
        defaults={
            "name_zh": zh,
            "name_en": en,
            "direction": direction,
            "position": position,
            "parent": parent,
            "wants_ticket": kind in WANTS_TICKET,
            "wants_follow_up": kind in WANTS_FOLLOW_UP,
            "sets_do_not_call": kind in SETS_DO_NOT_CALL,
        },
    )
    return found
