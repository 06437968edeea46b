from django.urls import include, path

urlpatterns = [
    path("", include("accounts.office.urls")),
    path("", include("accounts.audit.urls")),
    path("", include("accounts.users.urls")),
    path("", include("accounts.signup.urls")),
    path("", include("accounts.notices.urls")),
    path("", include("accounts.breaches.urls")),
    path("", include("accounts.compliance.urls")),
    path("", include("accounts.export.urls")),
    path("", include("accounts.consent.urls")),
    path("", include("accounts.archive.urls")),
    path("", include("accounts.holds.urls")),
    path("", include("accounts.closure.urls")),
    path("", include("accounts.requests.urls")),
]
