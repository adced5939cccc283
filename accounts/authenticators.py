"""How allauth keeps the secrets of authenticator apps: encrypted with a key derived from the installation's own."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser


class AuthenticatorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()


def _keys() -> MultiFernet:
    """The first encrypts, all of them decrypt, so that the master key can be changed."""
    masters = (settings.AUDIT_MASTER_KEY, *settings.AUDIT_MASTER_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(base64.b64decode(master))) for master in masters])


def _derived(master: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lm-pathways second factor")
    return base64.urlsafe_b64encode(derivation.derive(master))
