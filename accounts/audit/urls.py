from django.urls import path

from accounts.audit import views

app_name = "audit"
urlpatterns = [
    path("beheer/privacy/logboek/", views.log, name="log"),
]
