"""The addresses of reviewing, checking and publishing, below /admin/pathways/guidance/."""

from django.urls import path

from pathways.admin.views import check, difference, firings, publish, release, review

VERSION = "versions/<uuid:version_id>"
RUN = "runs/<uuid:run_id>"
RELEASE = "releases/<uuid:release_id>"

urlpatterns = [
    path(f"{VERSION}/differences/", difference.differences, name="pathways_differences"),
    path(f"{VERSION}/review/", review.review, name="pathways_review"),
    path(f"{VERSION}/review/start/", review.review_start, name="pathways_review_start"),
    path(f"{VERSION}/review/approve/", review.review_approve, name="pathways_review_approve"),
    path(f"{VERSION}/review/return/", review.review_return, name="pathways_review_return"),
    path("check/", check.check, name="pathways_check"),
    path("gate/", publish.gate, name="pathways_gate"),
    path(f"{RUN}/", check.run, name="pathways_run"),
    path(f"{RUN}/cancel/", check.run_cancel, name="pathways_run_cancel"),
    path(f"{RUN}/accept/", publish.run_accept, name="pathways_run_accept"),
    path(f"{RUN}/impact.csv", check.run_impact, name="pathways_run_impact"),
    path("publish/", publish.publish_release, name="pathways_publish"),
    path("releases/", release.releases, name="pathways_releases"),
    path(f"{RELEASE}/", release.release, name="pathways_release"),
    path("firings/", firings.firings, name="pathways_firings"),
    path("firings/<slug:rule>/", firings.firing, name="pathways_firing"),
    path(f"{RELEASE}/roll-back/", release.release_roll_back, name="pathways_roll_back"),
]
