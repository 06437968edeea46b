from django.urls import path

from content.statistics import views

app_name = "statistics"
urlpatterns = [
    path("statistieken/", views.site, name="site"),
    path("wijk/<slug:slug>/cijfers/", views.neighbourhood, name="neighbourhood"),
    path("beheer/<slug:wijk>/cijfers/", views.desk, name="desk"),
]
