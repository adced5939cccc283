"""Why a release came into force is kept with the row that says when; clinicians read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pathways", "0004_held_still")]

    operations = [
        # Nullable: SQLite then adds the column where the table stands, and the append-only triggers stay on it.
        migrations.AddField("activation", "note", models.TextField(null=True)),
    ]
