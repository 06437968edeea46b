from django.urls import path

from accounts.users import views

app_name = "users"
urlpatterns = [
    path("mijn/gegevens/", views.data, name="data"),
    path("mijn/gegevens/verbergen/", views.hide, name="hide"),
    path("mijn/gegevens/schakelaar/", views.switch, name="switch"),
    path("mijn/beveiliging/", views.security, name="security"),
    path("mijn/beveiliging/apparaten/", views.devices, name="devices"),
    path("hulp/", views.help_page, name="help_page"),
    path("taal/", views.language, name="language"),
]
