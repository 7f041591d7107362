"""A recording's sound, streamed from wherever it lies; pinning; fetching a transcript."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.listening import note_act, note_listen
from customers.models import Interaction, Recording
from customers.recording_view import Track, track_of, tracks_of, transcript_view
from customers.views.access import supervisor_required
from screenpop import listening_link, transcripts
from screenpop.byte_range import Wanted, read_range
from screenpop.recording_fetch import FetchError
from screenpop.recording_words import fault_text, status_of
from screenpop.recordings import NoSound, Sound, open_sound
from screenpop.sync_words import error_text
from screenpop.views.access import View, agent_required, refusal

log = logging.getLogger(__name__)

# One answer to a player that asks for everything from somewhere on holds no more; it asks for the rest when it needs
# it. Else an answer would last as long as somebody listens, and keep a thread of the server.
PART = 1024 * 1024


def by_link(view: View) -> View:
    """For a frame without cookies: `key` in the address tells who listens. The players' part of the page names it."""

    @wraps(view)
    def known(request: HttpRequest, recording_id: int) -> HttpResponse:
        key = request.GET.get("key", "")
        if key and not request.user.is_authenticated:
            user = listening_link.user_of(key, recording_id)
            if user is None:
                return refusal(410, "link-over", _("播放链接已过期，请点“再试一次”。"))
            request.user = user
        return view(request, recording_id)

    return known


@require_http_methods(["GET", "HEAD"])
@agent_required
def audio(request: HttpRequest, recording_id: int) -> Any:
    """The sound, whole or by ranges: an HttpResponse of either kind. What a person may not hear is not there."""
    user: Any = request.user
    visible = Recording.objects.visible_to(user).select_related("interaction")
    recording = visible.filter(pk=recording_id).first()
    if recording is None:
        return refusal(404, "no-recording", _("没有这段录音，或者您没有权限听。"))
    if request.method == "HEAD":
        return _head(recording)
    wanted = read_range(request.headers.get("Range", ""))
    try:
        sound, partial = _open(recording, wanted, request.headers.get("If-Range", ""))
    except NoSound as fault:
        return _refused(fault)
    try:
        # Before the first byte goes out.
        note_listen(user, recording, timezone.now())
    except BaseException:
        sound.close()
        raise
    answer = StreamingHttpResponse(Body(sound))
    if partial and sound.end is not None:
        answer.status_code = 206
        total = "*" if sound.total is None else sound.total
        answer["Content-Range"] = f"bytes {sound.start}-{sound.end}/{total}"
    if sound.end is not None:
        answer["Content-Length"] = str(sound.end - sound.start + 1)
    return _described(answer, sound)


audio_in_pop = by_link(audio)


@require_GET
@agent_required
def in_pop(request: HttpRequest, interaction_id: int) -> HttpResponse:
    """The players of one contact in a card's timeline, for whoever took part in it."""
    shown = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    tracks = tracks_of([shown], request.user).get(shown.pk, [])
    if hasattr(request, "pop_bearer"):
        # A player sends a cookie but no header: who signed in without cookies is recognised by the address.
        tracks = [replace(one, key=_key(request, one)) for one in tracks]
    context = {"tracks": tracks, "interaction": shown}
    return render(request, "pop/_recordings.html", context)


def _key(request: HttpRequest, track: Track) -> str:
    return listening_link.issue(request.user, track.recording.pk)


class Body:
    """The bytes of an answer; whatever becomes of it, its source is let go."""

    def __init__(self, sound: Sound) -> None:
        self.sound = sound

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.sound.chunks()
        except FetchError as error:
            # The head is out: an answer that ends early is all that is left to say, and players ask again.
            log.warning("a recording broke off: %s", error.code)

    def close(self) -> None:
        """Called by the server at the end."""
        self.sound.close()


def _head(recording: Recording) -> HttpResponseBase:
    """What a GET would tell of the whole; asked for as a part, as links are signed for GET alone."""
    try:
        sound = open_sound(recording, Wanted(0, 0))
    except NoSound as fault:
        return _refused(fault)
    sound.close()
    answer = HttpResponse()
    if sound.total is not None:
        answer["Content-Length"] = str(sound.total)
    return _described(answer, sound)


def _open(recording: Recording, wanted: Wanted | None, if_range: str) -> tuple[Sound, bool]:
    """What was asked for, and whether it is a part; the whole where the player's part is one of another file."""
    sound = open_sound(recording, wanted.within(PART) if wanted else None)
    if wanted is None or not if_range or (sound.mark and if_range == f'"{sound.mark}"'):
        return sound, wanted is not None
    sound.close()
    return open_sound(recording, None), False


def _described(answer: Any, sound: Sound) -> HttpResponseBase:
    """The head of an answer. Nothing of what the store said goes on but the kind of sound, in our words."""
    answer["Content-Type"] = sound.kind
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = "inline"
    # No other site's page plays it in a reader's name.
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    if sound.mark:
        answer["ETag"] = f'"{sound.mark}"'
    return answer  # type: ignore[no-any-return]


def _refused(fault: NoSound) -> HttpResponse:
    answer = refusal(status_of(fault.code), fault.code, fault_text(fault.code))
    if fault.code == "no-such-range" and fault.total is not None:
        answer["Content-Range"] = f"bytes */{fault.total}"
    return answer


@require_POST
@supervisor_required
def pin(request: HttpRequest, recording_id: int) -> HttpResponse:
    """Keep a recording, or no longer; answers with its line anew."""
    user: Any = request.user
    visible = Recording.objects.visible_to(user).select_related("interaction", "leg__user")
    recording = get_object_or_404(visible, pk=recording_id)
    pinned = request.POST.get("pinned") == "yes"
    if recording.pinned != pinned:
        recording.pinned = pinned
        # A person's word begins anew what was given up.
        recording.copy_attempts, recording.copy_after = 0, None
        recording.save(update_fields=["pinned", "copy_attempts", "copy_after"])
        note_act(user, recording, "recording-pinned" if pinned else "recording-unpinned")
    if "HX-Request" not in request.headers:
        home = recording.interaction_id
        return redirect("interaction", home) if home else redirect("interactions")
    context = {"track": track_of(recording, user), "changed": True}
    return render(request, "customers/_recording_kept.html", context)


@require_POST
@supervisor_required
def transcript(request: HttpRequest, interaction_id: int) -> HttpResponse:
    """Ask the platform for the transcript now; answers with its part of the page anew."""
    shown = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    trouble = transcripts.fetch(shown)
    if "HX-Request" not in request.headers:
        return redirect("interaction", shown.pk)
    context: dict[str, Any] = {
        "interaction": shown,
        "transcript": transcript_view(shown, request.user),
    }
    if trouble:
        context["trouble"] = error_text(trouble)
    return render(request, "customers/_transcript.html", context)
