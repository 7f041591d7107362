"""Addresses. What a prefix means stands in surfaces.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from crm import errors, health, preferences, sign_in

handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/password/", sign_in.change_password, name="change-password"),
    path("sign-in/password/changed/", sign_in.password_changed, name="password-changed"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", preferences.set_language, name="set_language"),
    path("account/", preferences.account, name="account"),
    path("account/sign-outs/", preferences.end_other_sign_ins, name="end-other-sign-ins"),
    path("pop/preferences/", preferences.pop_preferences, name="pop-preferences"),
    path("admin/", admin.site.urls),
    path("", include("screenpop.urls")),
    path("", include("customers.urls")),
]

if settings.SIMULATOR:
    urlpatterns.append(path("simulator/", include("screenpop.simulator.urls")))
