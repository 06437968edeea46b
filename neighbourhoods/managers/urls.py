from django.urls import path

from neighbourhoods.managers import views

app_name = "managers"
urlpatterns = [
    path("beheer/", views.choose, name="choose"),
    path("beheer/<slug:wijk>/mensen/", views.people, name="people"),
    path("beheer/<slug:wijk>/geheimhouding/", views.confidentiality, name="confidentiality"),
    path("wijk/<slug:slug>/beheerders/<int:pk>/vraag/", views.ask, name="ask"),
    path("wijk/<slug:slug>/beheerders/vraag-verstuurd/", views.asked, name="asked"),
]
