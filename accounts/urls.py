"""Addresses of signing in and out, of the covered screen, and of one's own account."""

from django.urls import path

from accounts.views import first_account, own, session, sign_in, wording

app_name = "accounts"
urlpatterns = [
    path("", own.own, name="own"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-in/again/", session.sign_in_again, name="sign_in_again"),
    path("sign-in/demo/<uuid:person_id>/", sign_in.demo_sign_in, name="demo_sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("session/", session.session, name="session"),
    path("unlock/", session.unlock, name="unlock"),
    path("wording/", wording.wording_choose, name="wording_choose"),
    path("password/", own.password_change, name="password_change"),
    path("second-factor/", own.second_factor_own, name="second_factor"),
    path("second-factor/set-up/", own.second_factor_set_up, name="second_factor_set_up"),
    path("second-factor/picture/", own.second_factor_picture, name="second_factor_picture"),
    path("first/", first_account.first_account, name="first_account"),
]
