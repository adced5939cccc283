"""Renaming a finding, an option or an intervention everywhere at once, and removing an option."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from audit.selectors import events_on
from pathways.admin.desk import Desk, desk_of
from pathways.admin.forms.rename import ChooseForm, RemoveForm, RenameForm, name_among, named_groups
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.uses import changed_parts, uses_by_part
from pathways.editing.entries import EntryExists
from pathways.editing.names import Name, NameKind
from pathways.permissions import NotAllowed, check_can_change
from pathways.selectors.uses import uses_of
from pathways.services.renaming import remove_option, rename_finding, rename_intervention, rename_option

VOCABULARY = "vocabulary"
EVENTS_READ = 20
TITLES = {
    NameKind.FINDING: "Rename the finding “{}”",
    NameKind.OPTION: "Rename or remove the option “{}”",
    NameKind.INTERVENTION: "Rename the intervention “{}”",
}


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def rename(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Step 1 chooses what; step 2 shows every use and asks for the new code, or for what becomes of the answers."""
    desk = opened(request, version_id)
    groups = named_groups(desk.document)
    found = name_among(groups, request.GET.get("name", ""))
    if found is None:
        form = ChooseForm(groups, request.GET if request.GET.get("name") else None)
        return shown(request, desk, {"choose": form}, "Rename or remove a code", status=200)
    name, label = found
    asked = Asked(desk, name, request)
    if request.method == "POST" and asked.is_carried_out():
        return redirect("admin:pathways_rename_done", desk.version.pk)
    uses = uses_by_part(uses_of(name, desk.version), desk.candidate, VOCABULARY)
    context = {"label": label, "uses": uses, "used": bool(uses), "rename": asked.rename, "remove": asked.remove}
    status = 422 if request.method == "POST" else 200
    return shown(request, desk, context, TITLES[name.kind].format(label), status=status)


@require_safe
@content_page(Permission.EDIT_CONTENT)
def rename_done(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """What the last renaming in this draft changed, as the log has it."""
    desk = opened(request, version_id)
    events = [event.after or {} for event in events_on(str(desk.version.pk), most=EVENTS_READ)]
    last = next((after for after in events if "renamed" in after), None)
    if last is None:
        raise Http404("Nothing has been renamed in this draft.")
    context = {
        "words": last["renamed"],
        "changed": changed_parts(last.get("with") or {}, desk.candidate),
        "back": reverse("admin:pathways_version", args=[desk.version.pk]),
        "again": reverse("admin:pathways_rename", args=[desk.version.pk]),
    }
    return render_content(request, "admin/pathways/rename_done.html", context, title="Renamed")


class Asked:
    """What was typed on the page about one name; renaming and removing have a form each."""

    def __init__(self, desk: Desk, name: Name, request: HttpRequest) -> None:
        self.desk, self.name = desk, name
        typed = request.POST if request.method == "POST" else None
        self.is_removing = typed is not None and "remove" in typed
        self.rename = RenameForm(None if self.is_removing else typed, old_code=name.code)
        self.remove = self.remove_form(typed if self.is_removing else None)

    def remove_form(self, typed: dict[str, str] | None) -> RemoveForm | None:
        """Only options are removed here, and only while enough of them are left to choose from."""
        if self.name.kind is not NameKind.OPTION:
            return None
        variable = self.desk.names.vocabulary.variables.get(self.name.finding)
        options = variable.options if variable is not None else ()
        return RemoveForm([(one.code, one.label) for one in options if one.code != self.name.code], typed)

    def is_carried_out(self) -> bool:
        """Whether it is done; what stands in the way is said in the form."""
        form = self.remove if self.is_removing else self.rename
        if form is None or not form.is_valid():
            return False
        try:
            self.carry_out()
        except EntryExists as refused:
            form.add_error("new_code" if form is self.rename else None, str(refused))
        except NotAllowed as refused:
            form.add_error(None, [refused.refusal.value, *refused.details])
        return not form.errors

    def carry_out(self) -> None:
        version, user, name = self.desk.version, self.desk.user, self.name
        if self.is_removing and self.remove is not None:
            typed = self.remove.cleaned_data
            remove_option(
                version, by=user, finding=name.finding, option=name.code, to=self.remove.to, reason=typed["reason"]
            )
            return
        new_code, reason = self.rename.cleaned_data["new_code"], self.rename.cleaned_data["reason"]
        match name.kind:
            case NameKind.FINDING:
                rename_finding(version, by=user, code=name.code, new_code=new_code, reason=reason)
            case NameKind.INTERVENTION:
                rename_intervention(version, by=user, code=name.code, new_code=new_code, reason=reason)
            case NameKind.OPTION:
                rename_option(
                    version, by=user, finding=name.finding, option=name.code, new_option=new_code, reason=reason
                )


def opened(request: HttpRequest, version_id: UUID) -> Desk:
    desk = desk_of(version_id, person(request))
    if desk.version.part != VOCABULARY:
        raise Http404("Codes are renamed in the vocabulary.")
    check_can_change(desk.user, desk.version)
    return desk


def shown(request: HttpRequest, desk: Desk, context: dict[str, object], title: str, *, status: int) -> HttpResponse:
    context |= {
        "back": reverse("admin:pathways_version", args=[desk.version.pk]),
        "again": reverse("admin:pathways_rename", args=[desk.version.pk]),
    }
    return render_content(request, "admin/pathways/rename.html", context, title=title, status=status)
