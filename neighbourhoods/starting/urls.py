from django.urls import path

from neighbourhoods.starting import views

app_name = "starting"
urlpatterns = [
    path("wijk/<slug:slug>/zeg-het-me/", views.ask, name="ask"),
    path("zeg-het-me/gestuurd/", views.asked, name="asked"),
    path("zeg-het-me/<str:token>/", views.notice, name="notice"),
]
