"""The pages that explain the application and its guidance."""

from django.urls import path

from pathways.flow import views as flow
from pathways.guide import views as guide
from pathways.search import views as searching

app_name = "pathways"
urlpatterns = [
    path("about/", guide.about, name="about"),
    path("about/safety/", guide.safety, name="safety"),
    path("guidance/search/", searching.search, name="search"),
    path("guidance/ask/", searching.ask, name="ask"),
    path("guidance/questions/", searching.questions, name="questions"),
    path("guidance/questions/<uuid:question_id>/read/", searching.question_read, name="question_read"),
    path("help/", guide.help_page, name="help"),
    path("guidance/flow/<slug:pathway>/", flow.flow, name="flow"),
    path("help/blank-form/", guide.blank_form, name="blank_form"),
    path("help/printed-pathways/", guide.printed_pathways, name="printed_pathways"),
]
