"""The forms of signing in and of one's own account."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.validators import UnicodeUsernameValidator

from accounts.models import User


class PlainForm(forms.Form):
    """The page around it has the form element, the token and the buttons."""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


def missing(sentence: str) -> dict[str, Any]:
    return {"required": sentence}


def password_field(label: str, autocomplete: str, *, if_missing: str = "Enter your password.") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=1000, strip=False, widget=widget, error_messages=missing(if_missing))


def username_field() -> forms.CharField:
    """Composed as user names are stored: some keyboards send an accent as a character of its own."""
    attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    widget = forms.TextInput(attrs=attributes)
    return UsernameField(
        label="User name", max_length=150, widget=widget, error_messages=missing("Enter the user name.")
    )


def code_field(label: str) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=40, widget=widget, error_messages=missing("Enter the code."))


class SignInForm(PlainForm):
    username = username_field()
    password = password_field("Password", "current-password")
    shared = forms.BooleanField(
        label="This is a shared computer",
        help_text="The screen is covered, and you are signed out, sooner than on your own.",
        required=False,
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class PasswordForm(PlainForm):
    """Of the person who is signed in; their user name stands beside it."""

    password = password_field("Your password", "current-password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(PlainForm):
    code = code_field("Code")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class SetUpForm(PlainForm):
    password = password_field("Your password", "current-password")
    code = code_field("Code that the app shows")


class SignInAgainForm(forms.Form):
    """What the dialog in an open page sends."""

    person = forms.UUIDField()
    password = forms.CharField(max_length=1000, strip=False)
    code = forms.CharField(max_length=40, required=False)
    shared = forms.BooleanField(required=False)


class NewPasswordForm(PlainForm):
    """Twice the same, and neither short nor common nor the name."""

    new_password = password_field("New password", "new-password", if_missing="Enter a new password.")
    repeated = password_field("New password again", "new-password", if_missing="Enter the new password again.")

    def person(self) -> User | None:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("new_password") and entered.get("repeated"):
            if entered["new_password"] != entered["repeated"]:
                self.add_error("repeated", "The two new passwords are not the same.")
            self._refuse_weak(entered["new_password"])
        return entered

    def _refuse_weak(self, password: str) -> None:
        try:
            password_validation.validate_password(password, self.person())
        except forms.ValidationError as weak:
            self.add_error("new_password", weak)


class OwnPasswordForm(NewPasswordForm):
    field_order = ("password", "new_password", "repeated")
    password = password_field("Your password now", "current-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self._user = user
        super().__init__(*args, **kwargs)

    def person(self) -> User:
        return self._user


class FirstAccountForm(NewPasswordForm):
    field_order = ("code", "username", "first_name", "last_name", "new_password", "repeated")
    code = code_field("One-time code")
    username = username_field()
    first_name = forms.CharField(label="First name", max_length=150, error_messages=missing("Enter the first name."))
    last_name = forms.CharField(label="Last name", max_length=150, error_messages=missing("Enter the last name."))

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        UnicodeUsernameValidator()(username)
        return username

    def person(self) -> User:
        names = ("username", "first_name", "last_name")
        return User(**{name: self.cleaned_data.get(name, "") for name in names})
