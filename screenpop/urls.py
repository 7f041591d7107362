"""Addresses of the pop, and of its setting up."""

from django.urls import path

from screenpop.views import (
    actions,
    dial,
    events,
    home,
    notes,
    people,
    pop,
    reconciliation,
    self_test,
    setup,
    setup_seats,
    sign_in,
    wrap_up,
)

urlpatterns = [
    # Without a redirect between the two: a redirect would load the page anew at every hash.
    path("pop", pop.page),
    path("pop/", pop.page, name="pop"),
    path("pop/self-test/", self_test.page, name="pop-self-test"),
    path("pop/session/", pop.session, name="pop-session"),
    path("pop/home/", home.home, name="pop-home"),
    path("pop/find/", home.find, name="pop-find-anyone"),
    path("pop/dial/", home.dial_anyone, name="pop-dial-anyone"),
    path("pop/events/", events.events, name="pop-events"),
    path("pop/cards/", pop.cards, name="pop-cards"),
    path("pop/sign-in/", sign_in.sign_in, name="pop-sign-in"),
    path("pop/sign-in/exchange/", sign_in.exchange, name="pop-exchange"),
    path("pop/sign-in/popup/", sign_in.popup, name="pop-popup"),
    path("pop/sign-in/popup/code/", sign_in.popup_code, name="pop-popup-code"),
    path("pop/sign-out/", sign_in.sign_out, name="pop-sign-out"),
    path("pop/legs/<int:leg_id>/", pop.card, name="pop-card"),
    path("pop/legs/<int:leg_id>/timeline/", pop.timeline, name="pop-timeline"),
    path("pop/legs/<int:leg_id>/note/", notes.note, name="pop-note"),
    path("pop/legs/<int:leg_id>/match/", actions.match, name="pop-match"),
    path("pop/legs/<int:leg_id>/seat/", actions.seat, name="pop-seat"),
    path("pop/legs/<int:leg_id>/ended/", actions.ended, name="pop-ended"),
    path("pop/legs/<int:leg_id>/outcome/", actions.outcome, name="pop-outcome"),
    path("pop/legs/<int:leg_id>/wrap-up/", wrap_up.wrap_up, name="pop-wrap-up"),
    path("pop/legs/<int:leg_id>/reopen/", wrap_up.reopen, name="pop-reopen"),
    path("pop/legs/<int:leg_id>/customer/", people.create, name="pop-create"),
    path("pop/legs/<int:leg_id>/customer/find/", people.find, name="pop-find"),
    path("pop/legs/<int:leg_id>/customer/link/", people.link, name="pop-link"),
    path("pop/legs/<int:leg_id>/dial/", dial.dial_number, name="pop-dial"),
    path("reconciliation/", reconciliation.page, name="reconciliation"),
    path(
        "reconciliation/ambiguous/<int:pk>/",
        reconciliation.ambiguous,
        name="reconciliation-ambiguous",
    ),
    path(
        "reconciliation/customers/<int:pk>/",
        reconciliation.customers,
        name="reconciliation-customers",
    ),
    path(
        "reconciliation/pushes/<int:pk>/replay/",
        reconciliation.replay,
        name="reconciliation-replay",
    ),
    path(
        "reconciliation/<slug:kind>/<int:pk>/join/", reconciliation.join, name="reconciliation-join"
    ),
    path(
        "reconciliation/<slug:kind>/<int:pk>/seen/", reconciliation.seen, name="reconciliation-seen"
    ),
    path("setup/", setup.page, name="setup"),
    path("setup/requests/<int:request_id>/", setup.decide, name="setup-request"),
    path("setup/seats/", setup_seats.page, name="setup-seats"),
    path("setup/seats/bind/", setup.bind, name="setup-bind"),
    path("setup/users/<int:user_id>/", setup_seats.person, name="setup-user"),
]
