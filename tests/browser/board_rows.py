"""Fills a browser test's server with calls that pops and records tell differently: run as a script, like people.py."""

import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from crm.models import User  # noqa: E402
from customers.linking import pick  # noqa: E402
from customers.models import Customer, Interaction  # noqa: E402
from screenpop.models import Push  # noqa: E402
from tests.screenpop.records import Platform  # noqa: E402
from tests.screenpop.sightings import Page  # noqa: E402

MAIL = "agent{:02}@centre.example"


def main() -> None:
    """Something of every kind, three hours ago, by the agents 70 to 72."""
    start = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    users = User.objects.filter(username__in=["agent70", "agent71", "agent72"]).order_by("username")
    a, b, c = (Page(user, start) for user in users)
    tccc = Platform(start)
    tccc.tell(
        tccc.body("first", [], -3600, -3590, number="13500135000"), at=start - timedelta(hours=1)
    )
    for page, number, at in (
        (a, "", 0),
        (a, "13800130001", 300),
        (b, "13800130002", 600),
        (c, "13800130002", 800),
    ):
        for what, seconds in (("ring", 0.3), ("answer", 8.3), ("end", 60.3)):
            page.see(what, at + seconds, number)
    tccc.call("blank", MAIL.format(70), 0, 8, 60, number="")
    tccc.call(
        "never-seen",
        MAIL.format(70),
        310,
        318,
        370,
        QueuedSkillGroupId=7,
        QueuedSkillGroupName="售后服务",
    )
    names = ["李梅", "王建国有限责任公司采购部"]
    calls = Interaction.objects.filter(endpoint__value="+8613800130002").order_by("pk")
    for name, call, page in zip(names, calls, (b, c), strict=True):
        pick(call, Customer.objects.create(name=name), page.user)
    parts = [tccc.part(MAIL.format(71), 600, 608, 660), tccc.part(MAIL.format(72), 800, 808, 860)]
    more = {"number": "13800130002", "PostIVRKeyPressed": [{"Key": "1", "Label": "非常满意"}]}
    tccc.tell(
        tccc.body("two", parts, 600, 860, IVRKeyPressedEx=[{"Key": "1", "Label": "售后"}], **more)
    )
    tccc.tell({"SessionId": "two", "EndpointUser": MAIL.format(71), "RecordId": "r"}, "record")
    for n in range(3):
        tccc.call(
            f"m{n}", MAIL.format(70), 2000 + n * 90, None, 2020 + n * 90, number="13800130003"
        )
    Push.objects.create(
        action="cdr", push_uuid="broken", body="{", state="failed", error="不是 JSON"
    )


if __name__ == "__main__":
    main()
