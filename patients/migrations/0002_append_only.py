"""The database itself refuses to change or delete answers to the advice, signed plans and their withdrawals."""

from django.db import migrations

from audit.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_patients_records")]

    operations = [
        *append_only_operations("patients_decision", unique=(("assessment_id", "number"),)),
        *append_only_operations("patients_signedplan", unique=(("assessment_id",), ("patient_id", "number"))),
        *append_only_operations("patients_planwithdrawal", unique=(("plan_id",),)),
    ]
