from django.urls import path

from accounts.consent import views

app_name = "consent"
urlpatterns = [
    path("mijn/toestemmingen/", views.mine, name="mine"),
]
