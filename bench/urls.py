"""The project's addresses and the floor."""

from django.urls import path

from bench.floor import floor, push_floor
from crm import urls as project
from crm.urls import handler403, handler404, handler500

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

# Below /pop/ and /tccc/, so that each has the same session, cookie and headers as what it is compared with.
urlpatterns = [
    *project.urlpatterns,
    path("pop/bench/floor/", floor),
    path("tccc/bench/floor/", push_floor),
]
