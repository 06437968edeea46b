from django.urls import path

from content.home import views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("mijn/", views.overview, name="overview"),
    path("wijk/<slug:slug>/", views.neighbourhood, name="neighbourhood"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", views.sitemap, name="sitemap_section"),
    path("favicon.ico", views.favicon, name="favicon"),
]
