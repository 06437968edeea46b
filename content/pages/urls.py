from django.urls import path, re_path

from content.pages import views

LEGAL = "(?P<slug>privacy|voorwaarden|cookies|toegankelijkheid)"

app_name = "pages"
urlpatterns = [
    path("beheer/<slug:wijk>/nieuws/", views.desk_news, name="desk_news"),
    path("beheer/<slug:wijk>/nieuws/nieuw/", views.write_news, name="write_news"),
    path("beheer/<slug:wijk>/nieuws/<int:pk>/", views.edit_news, name="edit_news"),
    path("beheer/<slug:wijk>/nieuws/<int:pk>/weg/", views.withdraw_news, name="withdraw_news"),
    re_path(rf"^{LEGAL}/versies/$", views.versions, name="versions"),
    re_path(rf"^{LEGAL}/versies/(?P<pk>[0-9]{{1,9}})/$", views.version, name="version"),
    path("lek-melden/", views.report_leak, name="report_leak"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("media/<path:path>", views.media, name="media"),
    path("_util/<path:path>", views.closed, name="closed"),
]
