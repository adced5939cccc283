"""Add the role of the privacy officer, who reviews what was opened by break-glass."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLE = "privacy officer"
PERMISSIONS = {
    "review_access": "Can review accesses by break-glass",
    "read_audit": "Can read the audit log",
}


def make_role(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    content_type = apps.get_model("contenttypes", "ContentType").objects.get(app_label="accounts", model="user")
    permission_model = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=ROLE)
    for codename, name in PERMISSIONS.items():
        permission, _ = permission_model.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def remove_role(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name=ROLE).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "permissions": [
                    ("use_clinical_record", "Can see and edit patients of own wards"),
                    ("sign_plan", "Can sign care plans"),
                    ("countersign", "Can countersign care plans"),
                    ("edit_content", "Can edit guidance content"),
                    ("review_content", "Can review guidance content"),
                    ("publish_content", "Can publish guidance content"),
                    ("read_audit", "Can read the audit log"),
                    ("review_access", "Can review accesses by break-glass"),
                    ("administer_users", "Can administer people and wards"),
                ],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
        migrations.RunPython(make_role, remove_role),
    ]
