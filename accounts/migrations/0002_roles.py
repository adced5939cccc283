"""Make the roles as groups, with their permissions; the table is frozen here and compared in a test."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PERMISSIONS = {
    "use_clinical_record": "Can see and edit patients of own wards",
    "sign_plan": "Can sign care plans",
    "countersign": "Can countersign care plans",
    "edit_content": "Can edit guidance content",
    "review_content": "Can review guidance content",
    "publish_content": "Can publish guidance content",
    "read_audit": "Can read the audit log",
    "administer_users": "Can administer people and wards",
}
ROLES = {
    "clinician": ["use_clinical_record", "sign_plan"],
    "senior": ["use_clinical_record", "sign_plan", "countersign"],
    "editor": ["edit_content"],
    "reviewer": ["review_content"],
    "publisher": ["publish_content"],
    "auditor": ["read_audit"],
    "administrator": ["administer_users"],
}


def make_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Django makes permissions only after the last migration, so we make the ones that we hand out here.
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="accounts", model="user"
    )
    permission_model = apps.get_model("auth", "Permission")
    permissions = {
        codename: permission_model.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )[0]
        for codename, name in PERMISSIONS.items()
    }
    for role, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*(permissions[codename] for codename in codenames))


def remove_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
