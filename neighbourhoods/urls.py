from django.urls import include, path

urlpatterns = [
    path("", include("neighbourhoods.places.urls")),
    path("", include("neighbourhoods.residents.urls")),
    path("", include("neighbourhoods.managers.urls")),
    path("", include("neighbourhoods.subscriptions.urls")),
    path("", include("neighbourhoods.starting.urls")),
]
