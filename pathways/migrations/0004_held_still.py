"""The database itself keeps reviews, certificates and submitted versions as they are."""

from django.db import migrations

from audit.append_only import append_only_operations
from pathways.frozen import frozen_operations


class Migration(migrations.Migration):
    dependencies = [("pathways", "0003_versions")]

    operations = [
        *append_only_operations("pathways_review", unique=(("version_id", "reviewer_id"),)),
        *append_only_operations("pathways_acceptance", unique=(("sha256", "subject"),)),
        *append_only_operations("pathways_proofcertificate", unique=(("content_sha256",),)),
        *append_only_operations("pathways_releasepart", unique=(("release_id", "part"),)),
        *frozen_operations(),
    ]
