"""Who acknowledged that known patients were advised otherwise, and a quick look at whether a run still stands."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from audit.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("pathways", "0007_canaries_and_firings"),
    ]

    operations = [
        migrations.CreateModel(
            name="CanaryAcknowledgement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgement",
                        to="pathways.canaryrun",
                    ),
                ),
            ],
            options={"ordering": ["at"], "default_permissions": ()},
        ),
        migrations.AddIndex(
            model_name="canaryrun",
            index=models.Index(condition=models.Q(("passed", False)), fields=["at"], name="canaries_that_differed"),
        ),
        *append_only_operations("pathways_canaryacknowledgement", unique=(("run_id",),)),
    ]
