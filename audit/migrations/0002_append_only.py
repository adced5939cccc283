"""Make the database itself refuse to change or delete rows of the log."""

from django.db import migrations

from audit.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = append_only_operations("audit_event")
