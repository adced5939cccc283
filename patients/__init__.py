"""Patients, their assessments, the answers to the advice, and the signed care plans."""
