"""People and wards in the admin panel: for administrators only, accounts are closed and never deleted."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from accounts.models import Membership, User, Ward
from accounts.permissions import Permission
from accounts.second_factor import NotAnAdministrator, take_away
from accounts.services import account_values, record_account_change
from audit.events import Event
from audit.services import record

admin.site.unregister(Group)  # roles are part of the program, not of the data
admin.site.unregister(EmailAddress)  # allauth's, not used
admin.site.unregister(Authenticator)  # secrets are nobody's to look at; `take_away` below is all that is needed


class ForAdministrators:
    """Mixin: one permission opens these pages; nothing on them deletes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(Permission.ADMINISTER_USERS)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm(Permission.ADMINISTER_USERS)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return request.user.has_perm(Permission.ADMINISTER_USERS)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm(Permission.ADMINISTER_USERS)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def is_own(request: HttpRequest, person: models.Model | None = None) -> bool:
    return person is not None and person.pk == request.user.pk


class MembershipInline(ForAdministrators, admin.TabularInline):
    model = Membership
    extra = 1

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = db_field.verbose_name.capitalize()  # the table's heading is no label
        return field

    # `obj` is the person on whose page this stands. A ward opens its patients' records: nobody joins one alone.

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return super().has_add_permission(request, *args) and not is_own(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        # Leaving a ward is no deletion of a person.
        return request.user.has_perm(Permission.ADMINISTER_USERS) and not is_own(request, obj)


@admin.register(User)
class PersonAdmin(ForAdministrators, UserAdmin):
    list_display = ("username", "display_name", "role_title", "is_active", "is_demo")
    list_filter = ("is_active", "groups", "wards")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("title", "first_name", "last_name", "role_title", "registration_number", "email")}),
        ("Access", {"fields": ("is_active", "is_staff", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    actions = ("take_away_second_factor",)

    @admin.action(description="Take away the second factor (lost telephone)", permissions=["change"])
    def take_away_second_factor(self, request: HttpRequest, people: models.QuerySet[User]) -> None:
        assert isinstance(request.user, User)  # noqa: S101 (narrowing; the site has checked it)
        for person in people:
            if not self.has_change_permission(request, person):
                self.message_user(request, f"Only superusers change {person.display_name}.", messages.ERROR)
                continue
            try:
                taken = take_away(person, by=request.user)
            except NotAnAdministrator as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                words = "has no second factor any more" if taken else "had no second factor"
                self.message_user(request, f"{person.display_name} {words}.")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # Nobody gives roles to themselves; a second administrator has to.
        own = ("is_active", "is_staff", "groups") if is_own(request, obj) else ()
        return (*self.readonly_fields, *own)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever sets a superuser's password is one: only superusers change them."""
        is_above = isinstance(obj, User) and obj.is_superuser and not getattr(request.user, "is_superuser", False)
        return super().has_change_permission(request, obj) and not is_above

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> User:
        # Kept with the form: this object serves every request, those of other administrators as well.
        stored = User.objects.filter(pk=form.instance.pk).first()
        form.account_before = account_values(stored) if stored else {}  # type: ignore[attr-defined]
        saved: User = super().save_form(request, form, change)
        return saved

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)  # noqa: S101 (narrowing; the site has checked it)
        before = form.account_before  # type: ignore[attr-defined]
        record_account_change(form.instance, by=request.user, before=before)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        if id == str(request.user.pk):
            # One's own is asked for there: whoever finds an open screen must not take the account over.
            return redirect("accounts:password_change")
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if isinstance(response, HttpResponseRedirect):  # it has been set
                assert isinstance(request.user, User)  # noqa: S101
                record(Event.ACCOUNT_CHANGED, by=request.user, target=id, after={"password": "set anew"})
        return response


@admin.register(Ward)
class WardAdmin(ForAdministrators, admin.ModelAdmin):
    list_display = ("code", "name")

    def save_model(self, request: HttpRequest, obj: Ward, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        assert isinstance(request.user, User)  # noqa: S101
        event = Event.WARD_CHANGED if change else Event.WARD_ADDED
        record(event, by=request.user, target=str(obj.pk), after={"code": obj.code, "name": obj.name})
