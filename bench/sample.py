"""`python -m bench.sample COUNT FILE`, in the measured server's environment: whom to ring.

Gives the agent BENCH_PASSWORD and writes JSON: {"agent", "seat", "numbers": [canonical]}, the numbers
being of customers who are alone behind theirs.
"""

import json
import os
import random
import sys
from pathlib import Path

import django


def main(count: int, file: Path) -> None:
    """Numbers picked at random over the whole table."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.db.models import Count, Max

    from customers.models import Endpoint

    agent = get_user_model().objects.get(username="agent01")
    agent.set_password(os.environ["BENCH_PASSWORD"])
    agent.save()
    top = Endpoint.objects.aggregate(top=Max("pk"))["top"]
    numbers: list[str] = []
    while len(numbers) < count:
        picked = random.sample(range(1, top + 1), min(600, top))
        alone = Endpoint.objects.filter(
            pk__in=picked,
            kind="phone",
            value__startswith="+861",
            is_shared=False,
            is_own_line=False,
        ).annotate(people=Count("contact_points"), words=Count("verdicts"))
        values = alone.filter(people=1, words=0).values_list("value", flat=True)
        numbers += [value for value in values if len(value) == 14]
        numbers = list(dict.fromkeys(numbers))
    people = {"agent": "agent01", "seat": "agent01@demo.example", "numbers": numbers[:count]}
    file.write_text(json.dumps(people))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
