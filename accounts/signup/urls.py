from django.urls import path

from accounts.signup import views

app_name = "signup"
urlpatterns = [
    path("mijn/beveiliging/proefmail/", views.test_address, name="test_address"),
    path("mijn/beveiliging/proefmail/<str:token>/", views.address_works, name="address_works"),
]
