from django.urls import path

from accounts.export import views

app_name = "export"
urlpatterns = [
    path("mijn/gegevens/download/", views.download, name="download"),
]
