"""Who got advice from a release: the releases to choose from, the list against a reason, and the list as a file."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.events import Event
from pathways.models import Release
from pathways.selectors import TamperedRelease, UnusableRelease, compiled_release
from pathways.selectors.recalls import parts_to_choose, release_by_id, releases_newest_first, releases_sharing
from patients.forms.recall import RecallForm
from patients.permissions import check_can_recall
from patients.presenters.recall import (
    MOST_IN_A_FILE,
    MOST_SHOWN,
    ReleaseLine,
    advised_words,
    recall_list,
    recall_page,
    told_of,
)
from patients.recall_file import Watermark, file_name, lines_of_file, recall_lines
from patients.selectors.recalls import Found, RecallQuestion, advised_by, whom_it_advised
from patients.services.recalls import record_recall
from patients.views.guards import not_allowed_is_403, person


@require_safe
@not_allowed_is_403
def recalls(request: HttpRequest) -> HttpResponse:
    user = person(request)
    check_can_recall(user)
    lines = []
    for release in releases_newest_first():
        advised = advised_by(release.pk, user=user)
        lines.append(ReleaseLine(str(release), advised_words(advised), advised.href))
    return render(request, "patients/recalls.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def recall(request: HttpRequest, release_id: UUID) -> HttpResponse:
    check_can_recall(person(request))
    release = found_release(release_id)
    form = form_for(release, request if request.method == "POST" else None)
    if not form.is_valid():
        return answer(request, release, form, status=422 if form.is_bound else 200)
    asked = asked_of(release, form, most=MOST_SHOWN)
    record_named(request, Event.RECALL_LISTED, asked)
    listed = recall_list(asked.found, recall_lines(asked.found, asked.question))
    return answer(request, release, form, listed=listed, sent=form.sent())


@require_POST
@not_allowed_is_403
def recall_export(request: HttpRequest, release_id: UUID) -> HttpResponse:
    check_can_recall(person(request))
    release, now = found_release(release_id), timezone.localtime()
    form = form_for(release, request)
    if not form.is_valid():
        return answer(request, release, form, status=422)
    asked = asked_of(release, form, most=MOST_IN_A_FILE)
    record_named(request, Event.RECALL_EXPORTED, asked)
    lines = lines_of_file(asked.found, asked.question, Watermark(person(request), now, asked.reason))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(release.number, now)}"'
    return response  # type: ignore[return-value]  # a streamed answer passes every guard as any other


@dataclass(frozen=True, slots=True)
class Asked:
    release: Release
    reason: str
    question: RecallQuestion
    found: Found


def found_release(release_id: UUID) -> Release:
    release = release_by_id(release_id)
    if release is None:
        raise Http404("There is no such release.")
    return release


def form_for(release: Release, request: HttpRequest | None) -> RecallForm:
    try:
        engine = compiled_release(release.sha256)
    except (TamperedRelease, UnusableRelease):
        engine = None
    return RecallForm(request.POST if request else None, release=engine, parts=parts_to_choose(release))


def asked_of(release: Release, form: RecallForm, *, most: int) -> Asked:
    given = form.cleaned_data
    releases = releases_sharing(release, given["part"]) if given["part"] else (release.pk,)
    narrowed = {name: given[name] for name in ("rule", "intervention", "stance", "first", "last")}
    question = RecallQuestion(releases=releases, until=timezone.now(), **narrowed)
    return Asked(release, given["reason"], question, whom_it_advised(question, most=most))


def record_named(request: HttpRequest, event: Event, asked: Asked) -> None:
    """Before anybody is named. Safety: HZ-68"""
    record_recall(
        event,
        by=person(request),
        release=asked.release.pk,
        shown=asked.found.named,
        reason=asked.reason,
        asked=told_of(asked.question, asked.found),
    )


def answer(
    request: HttpRequest, release: Release, form: RecallForm, *, status: int = 200, **listed: object
) -> HttpResponse:
    page = recall_page(release, advised_by(release.pk, user=person(request)))
    shown = {"page": page, "form": form, "release": release.pk, **listed}
    return render(request, "patients/recall.html", shown, status=status)
