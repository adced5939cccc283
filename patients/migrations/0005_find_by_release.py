"""Finds plans by the time of signing, and plans and unsigned assessments by the release that they rest on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_plan_details_addenda_lists"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="signedplan",
            index=models.Index(fields=["signed_at", "id"], name="plans_by_time"),
        ),
        migrations.AddIndex(
            model_name="signedplan",
            index=models.Index(fields=["release", "-signed_at", "-id"], name="plans_of_release_by_time"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=models.Q(("state__in", ("draft", "discarded"))),
                fields=["release", "-created_at", "-id"],
                name="unsigned_of_release_by_time",
            ),
        ),
    ]
