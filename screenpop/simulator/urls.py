"""Addresses of the workbench simulator; included only while it is on."""

from django.urls import path

from screenpop.simulator import views

urlpatterns = [
    path("", views.page, name="simulator"),
    path("trace/", views.trace, name="simulator-trace"),
]
