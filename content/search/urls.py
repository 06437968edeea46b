from django.urls import path

from content.search import views

app_name = "search"
urlpatterns = [
    path("zoeken/", views.results, name="results"),
]
