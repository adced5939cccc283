"""Records that the evaluate command has to refuse, each for one reason."""

from __future__ import annotations

GOOD = b'{"id": "good", "as_of": "2026-11-22", "findings": {"kps": 80}}'


def of_finding(written: str) -> bytes:
    """A record with one finding, as it is written."""
    return b'{"id": "bad", "as_of": "2026-11-22", "findings": {' + written.encode() + b"}}"


BAD_FINDINGS = [
    # what is written for the findings, the finding at fault
    ('"karnofsky": 80', "karnofsky"),
    ('"prognosis": "poor"', "prognosis"),
    ('"": 1', ""),
    ('"csf_flow": "open"', "csf_flow"),
    ('"csf_flow": "Obstructed"', "csf_flow"),
    ('"csf_flow": ""', "csf_flow"),
    ('"csf_flow": 1', "csf_flow"),
    ('"csf_flow": []', "csf_flow"),
    ('"csf_flow": ["obstructed"]', "csf_flow"),
    ('"csf_flow": {"value": [NaN]}', "csf_flow"),
    ('"csf_flow": {"value": [1.5]}', "csf_flow"),
    ('"csf_flow": {}', "csf_flow"),
    ('"csf_flow": {"value": {"value": "obstructed"}}', "csf_flow"),
    ('"raised_icp": true', "raised_icp"),
    ('"raised_icp": false', "raised_icp"),
    ('"raised_icp": {"value": true}', "raised_icp"),
    ('"raised_icp": "true"', "raised_icp"),
    ('"raised_icp": 1', "raised_icp"),
    ('"kps": 65', "kps"),
    ('"kps": 69.999999999999999999', "kps"),
    ('"kps": 110', "kps"),
    ('"kps": -10', "kps"),
    ('"kps": "80"', "kps"),
    ('"kps": true', "kps"),
    ('"kps": {"value": false}', "kps"),
    ('"kps": {"value": null}', "kps"),
    ('"kps": {"observed_on": "2026-11-22"}', "kps"),
    ('"kps": {"value": 80, "unit": "%"}', "kps"),
    ('"kps": {"value": 80, "unit": null}', "kps"),
    ('"kps": {"value": 80, "observed_on": null}', "kps"),
    ('"kps": {"value": 80, "on": "2026-11-22"}', "kps"),
    ('"kps": {"value": 80, "value": 80}', "kps"),
    ('"kps": {"value": 80, "value": 70}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-11-23"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "22-11-2026"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-11-31"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-02-29"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-11-2"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "20261122"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-W47-7"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-11-22T00:00:00"}', "kps"),
    ('"kps": {"value": 80, "observed_on": " 2026-11-22"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "2026-11-22\\n"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "\u0662\u0660\u0662\u0666-11-22"}', "kps"),
    ('"kps": {"value": 80, "observed_on": "0000-01-01"}', "kps"),
    ('"kps": {"value": 80, "observed_on": 20261122}', "kps"),
    ('"kps": {"value": 80, "observed_on": ""}', "kps"),
    ('"kps": NaN', "kps"),
    ('"kps": Infinity', "kps"),
    ('"kps": -Infinity', "kps"),
    ('"kps": {"value": NaN}', "kps"),
    ('"kps": 1e400', "kps"),
    ('"kps": {"value": -1e400}', "kps"),
    ('"kps": 1e-400', "kps"),
    ('"kps": 1e999999999999', "kps"),
    ('"kps": 1' + "0" * 300, "kps"),
    ('"kps": 1' + "0" * 5000, "kps"),
    ('"csf_protein": 90', "csf_protein"),
    ('"csf_protein": {"value": 90}', "csf_protein"),
    ('"csf_protein": {"value": 90, "unit": "mg"}', "csf_protein"),
    ('"csf_protein": {"value": 90, "unit": "MG/DL"}', "csf_protein"),
    ('"csf_protein": {"value": 90, "unit": ""}', "csf_protein"),
    ('"csf_protein": {"value": 90, "unit": 1}', "csf_protein"),
    ('"csf_protein": {"value": 90, "unit": ["mg/dL"]}', "csf_protein"),
    ('"csf_protein": {"value": -0.001, "unit": "g/L"}', "csf_protein"),
    ('"csf_protein": {"value": "0.9", "unit": "g/L"}', "csf_protein"),
    ('"csf_protein": {"value": Infinity, "unit": "g/L"}', "csf_protein"),
    ('"csf_flow": {"value": "obstructed", "unit": "mg/dL"}', "csf_flow"),
    ('"vte": "none", "vte": "established"', "vte"),
    ('"vte": null, "vte": null', "vte"),
    ('"primary_tumour": "lung", "her2": "maybe"', "her2"),
    ('"lm_diagnosis": "established", "clinical_suspicion": true', "clinical_suspicion"),
]


BAD_RECORDS = [
    b'{"id": "bad", "findings": {}}',
    b'{"id": "bad", "as_of": "2026-11-22"}',
    b'{"id": "bad", "as_of": null, "findings": {}}',
    b'{"id": "bad", "as_of": "22.11.2026", "findings": {}}',
    b'{"id": "bad", "as_of": "2026-13-01", "findings": {}}',
    b'{"id": "bad", "as_of": 20261122, "findings": {}}',
    b'{"id": "bad", "as_of": NaN, "findings": {}}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": null}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": []}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": "kps"}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {}, "ward": "N4"}',
    b'{"id": "bad", "as_of": "2026-11-22", "as_of": "2026-11-21", "findings": {}}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {}, "findings": {}}',
]


WITHOUT_ID = [
    b"{",
    b"}",
    b"kps",
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {},}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {}} {}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {"kps": 080}}',
    b"{'id': 'bad', 'as_of': '2026-11-22', 'findings': {}}",
    b'{"as_of": "2026-11-22", "findings": {}}',
    b'{"id": null, "as_of": "2026-11-22", "findings": {}}',
    b'{"id": 7, "as_of": "2026-11-22", "findings": {}}',
    b'{"id": true, "as_of": "2026-11-22", "findings": {}}',
    b'{"id": ["bad"], "as_of": "2026-11-22", "findings": {}}',
    b'{"id": NaN, "as_of": "2026-11-22", "findings": {}}',
    b'{"id": "a", "id": "b", "as_of": "2026-11-22", "findings": {}}',
    b"[]",
    b'["bad"]',
    b'"bad"',
    b"null",
    b"true",
    b"80",
    b"NaN",
    b"\xff\xfe",
    b'{"id": "b\xe4d", "as_of": "2026-11-22", "findings": {}}',
    b'{"id": "bad\x00", "as_of": "2026-11-22", "findings": {}}',
    b'{"id": "bad", "as_of": "2026-11-22", "findings": {"kps": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    b"[" * 100_000,
]


def nested(depth: int) -> list[bytes]:
    """A list, or an object, of this depth where a value, a value's part or a unit should stand."""
    values = ["[" * depth + "]" * depth, '{"a": ' * depth + "1" + "}" * depth]
    places = ('"kps": %s', '"kps": {"value": %s}', '"kps": {"value": 80, "unit": %s}')
    return [of_finding(place % value) for place in places for value in values]


DEPTHS = [10, 100, 500, *range(900, 1000), 1000, 2000]
NESTED = [line for depth in DEPTHS for line in nested(depth)]
