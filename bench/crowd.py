"""`python -m bench.crowd COUNT FILE`, in the measured server's environment: the people who come at nine o'clock.

Makes agents with seats and BENCH_PASSWORD and writes their user names as JSON.
"""

import json
import os
import sys
from pathlib import Path

import django


def main(count: int, file: Path) -> None:
    """One hash for all of them: to check it takes as long as to check any."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group

    from screenpop.models import AgentSeat

    users = get_user_model().objects
    hashed = make_password(os.environ["BENCH_PASSWORD"])
    names = [f"storm{n:04}" for n in range(count)]
    people = users.bulk_create([users.model(username=name, password=hashed) for name in names])
    Group.objects.get(name="agent").user_set.add(*people)
    seats = [AgentSeat(email=f"{one.username}@demo.example", user=one) for one in people]
    AgentSeat.objects.bulk_create(seats)
    file.write_text(json.dumps(names))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
