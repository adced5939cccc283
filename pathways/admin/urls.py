"""The addresses of the guidance pages, below /admin/pathways/guidance/."""

from django.urls import include, path

from pathways.admin.views import comment, condition, entry, guidance, outline, preview, version

VERSION = "versions/<uuid:version_id>"
ENTRY = "<slug:kind>/<path:identity>"

urlpatterns = [
    path("", guidance.guidance, name="pathways_guidance"),
    path("pathways/add/", guidance.pathway_add, name="pathways_pathway_add"),
    path("parts/<path:part>/start/", guidance.part_start, name="pathways_part_start"),
    path(f"{VERSION}/", version.version_page, name="pathways_version"),
    path(f"{VERSION}/submit/", version.version_submit, name="pathways_version_submit"),
    path(f"{VERSION}/discard/", version.version_discard, name="pathways_version_discard"),
    path(f"{VERSION}/head/", entry.head_edit, name="pathways_head"),
    path(f"{VERSION}/add/<slug:kind>/", entry.entry_add, name="pathways_entry_add"),
    path(f"{VERSION}/copy/{ENTRY}/", outline.entry_copy, name="pathways_entry_copy"),
    path(f"{VERSION}/move/{ENTRY}/", outline.entry_move, name="pathways_entry_move"),
    path(f"{VERSION}/delete/{ENTRY}/", outline.entry_delete, name="pathways_entry_delete"),
    path(f"{VERSION}/entries/{ENTRY}/", entry.entry_edit, name="pathways_entry"),
    path(f"{VERSION}/names.json", condition.names, name="pathways_names"),
    path(f"{VERSION}/condition-check/", condition.condition_check, name="pathways_condition_check"),
    path(f"{VERSION}/preview/", preview.preview_choose, name="pathways_preview_choose"),
    path(f"{VERSION}/preview/<path:case_id>/", preview.preview, name="pathways_preview"),
    path(f"{VERSION}/comments/", comment.comment_add, name="pathways_comment_add"),
    path(f"{VERSION}/comments/<uuid:comment_id>/resolve/", comment.comment_resolve, name="pathways_comment_resolve"),
    path("", include("pathways.admin.urls_canaries")),
    path("", include("pathways.admin.urls_forms")),
    path("", include("pathways.admin.urls_review")),
    path("", include("pathways.admin.urls_questions")),
]
