"""What an event says about a patient, encrypted with a key of that patient's own.

Destroying the key makes these values unreadable for ever, and leaves every hash of the log as it is. Keys are stored
wrapped with the installation's master key, in a table that is backed up apart from the rest.
"""

import base64
import binascii
import json
import os
import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from audit.models import PatientKey
from audit.payloads import canonical

NONCE = 12  # bytes, as AES-GCM wants them


class UnreadableValues(ValueError):
    """The values cannot be decrypted: their key was destroyed, or they or the key were altered."""


class KeyDestroyed(UnreadableValues):
    """What was said about this patient has been erased for good, lawfully or by taking away the key."""


def seal(values: Mapping[str, Any], *, patient: UUID, event: UUID) -> dict[str, str]:
    """The form in which `values` (plain JSON) stand in the payload; `event` is bound to them."""
    key_id, key = _key_for_writing(patient)
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, canonical(values), event.bytes)
    return {"key": str(key_id), "sealed": base64.b64encode(sealed).decode("ascii")}


def unseal(values: Mapping[str, Any], *, patient: UUID, event: UUID) -> dict[str, Any]:
    """Reads the key afresh every time, so that a destroyed key is destroyed at once. Raises UnreadableValues."""
    return opened_with(PatientKey.objects.filter(patient_id=patient).first(), values, event=event)


def opened_with(row: PatientKey | None, values: Mapping[str, Any], *, event: UUID) -> dict[str, Any]:
    """With a key that was just read: a page of events reads each patient's key once. Raises UnreadableValues."""
    if row is None or str(row.pk) != values.get("key"):
        raise KeyDestroyed("The key of these values has been destroyed.")
    try:
        sealed = base64.b64decode(values["sealed"], validate=True)
        text = AESGCM(_unwrap(row)).decrypt(sealed[:NONCE], sealed[NONCE:], event.bytes)
        opened = json.loads(text)
    except (InvalidTag, binascii.Error, KeyError, TypeError, ValueError) as error:
        raise UnreadableValues("These values or their key have been altered.") from error
    return opened if isinstance(opened, dict) else {}


def wrapped_anew(row: PatientKey) -> bytes | None:
    """The same key, wrapped with today's master key; None where it is already. Raises UnreadableValues."""
    key, master = _unwrapped(row)
    return None if master == 0 else _wrap(key, row.patient_id)


def new_master_key() -> str:
    return base64.b64encode(AESGCM.generate_key(256)).decode("ascii")


def _key_for_writing(patient: UUID) -> tuple[UUID, bytes]:
    """Never remembered: another process may have destroyed it since, and what it wraps could never be read."""
    row = PatientKey.objects.filter(patient_id=patient).first() or _made(patient)
    return row.pk, _unwrap(row)


def _made(patient: UUID) -> PatientKey:
    wrapped = _wrap(AESGCM.generate_key(256), patient)
    new = PatientKey(id=uuid.uuid4(), patient_id=patient, wrapped=wrapped)
    PatientKey.objects.bulk_create([new], ignore_conflicts=True)
    return PatientKey.objects.get(patient_id=patient)  # ours, or that of whoever was faster


def _masters() -> list[bytes]:
    """The first wraps; all of them unwrap, so that the master key can be changed."""
    return [base64.b64decode(text) for text in (settings.AUDIT_MASTER_KEY, *settings.AUDIT_MASTER_KEY_FALLBACKS)]


def _wrap(key: bytes, patient: UUID) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_masters()[0]).encrypt(nonce, key, patient.bytes)


def _unwrap(row: PatientKey) -> bytes:
    return _unwrapped(row)[0]


def _unwrapped(row: PatientKey) -> tuple[bytes, int]:
    """The key, and which of the master keys had wrapped it."""
    wrapped = bytes(row.wrapped)
    for number, master in enumerate(_masters()):
        try:
            return AESGCM(master).decrypt(wrapped[:NONCE], wrapped[NONCE:], row.patient_id.bytes), number
        except (InvalidTag, ValueError):  # ValueError: what is stored is too short for a nonce
            continue
    raise UnreadableValues("The key of this patient's values cannot be unwrapped with the master key of this system.")
