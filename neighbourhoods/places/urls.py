from django.urls import path

from neighbourhoods.places import views

app_name = "places"
urlpatterns = [
    path("wijken/", views.index, name="index"),
    path("wijken/zoeken/", views.find, name="find"),
    path("wijken/centra.json", views.centres, name="centres"),
    path("wijken/<slug:slug>/", views.municipality, name="municipality"),
]
