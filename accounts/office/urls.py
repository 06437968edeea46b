from django.urls import path

from accounts.office import views

app_name = "office"
urlpatterns = [
    path("beheer/privacy/", views.home, name="home"),
]
