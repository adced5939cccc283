"""The sign-in form."""

from crispy_forms.helper import FormHelper
from django import forms

WRONG_DETAILS = "The user name or the password is not right."


class SignInForm(forms.Form):
    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def refuse(self) -> None:
        """The same words for an unknown name and a wrong password: neither tells who works here."""
        self.add_error(None, WRONG_DETAILS)
