"""The database itself refuses to change or delete a release or an activation."""

from django.db import migrations

from audit.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [("pathways", "0001_releases")]

    operations = [
        *append_only_operations("pathways_release", unique=(("number",), ("sha256",))),
        *append_only_operations("pathways_activation", unique=(("position",),)),
    ]
