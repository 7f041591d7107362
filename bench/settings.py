"""The project's settings, as in production, with what only a measurement needs."""

import os
from pathlib import Path

from crm.settings import *  # noqa: F403
from crm.settings import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.CountingMiddleware", *MIDDLEWARE]
# `collectstatic` of a measurement must not touch what a real server serves.
STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])
