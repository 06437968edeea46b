from django.urls import path

from neighbourhoods.managers import profiles, views

app_name = "managers"
urlpatterns = [
    path("beheer/", views.choose, name="choose"),
    path("beheer/<slug:wijk>/mensen/", views.people, name="people"),
    path("beheer/<slug:wijk>/geheimhouding/", views.confidentiality, name="confidentiality"),
    path("beheer/<slug:wijk>/profiel/", profiles.edit_profile, name="edit_profile"),
    path("beheer/<slug:wijk>/vervanging/", views.deputies, name="deputies"),
    path("beheer/<slug:wijk>/vervanging/<int:pk>/stop/", views.end_deputy, name="end_deputy"),
    path("wijk/<slug:slug>/beheerders/<int:pk>/", profiles.profile, name="profile"),
    path("wijk/<slug:slug>/beheerders/<int:pk>/vraag/", views.ask, name="ask"),
    path("wijk/<slug:slug>/beheerders/vraag-verstuurd/", views.asked, name="asked"),
]
