"""The URL table; apps are named as strings, and Wagtail's pages come last."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from wijk import offline, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("offline/", offline.offline, name="offline"),
    path("service-worker.js", offline.service_worker, name="service_worker"),
    path("stijl/", views.style, name="style"),
    path("demo/post/", views.outbox, name="outbox"),
    path("demo/post/<int:pk>/", views.outbox_mail, name="outbox_mail"),
    path("demo/post/<int:pk>/html/", views.outbox_html, name="outbox_html"),
    path("demo/mails/", views.mail_samples, name="mail_samples"),
    path("demo/mails/<path:name>/", views.mail_sample, name="mail_sample"),
    path("csp/", views.csp_report, name="csp_report"),
    # Wagtail's own log-in knows no limit and no second factor; there is one door.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include(wagtailadmin_urls)),
    path("account/sessions/", views.own_devices, name="own_devices"),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("neighbourhoods.urls")),
    path("", include("content.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "wijk.views.bad_request"
handler403 = "wijk.views.forbidden"
handler404 = "wijk.views.not_found"
handler500 = "wijk.views.server_error"
