from django.urls import include, path

urlpatterns = [
    path("", include("accounts.users.urls")),
    path("", include("accounts.consent.urls")),
    path("", include("accounts.closure.urls")),
]
