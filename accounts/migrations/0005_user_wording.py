"""Lets everybody choose in whose words the advice stands on their screen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_delays_and_first_account"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="wording",
            field=models.CharField(
                choices=[("professional", "Professional wording"), ("plain", "Plain wording")],
                default="professional",
                max_length=20,
            ),
        ),
    ]
