from django.urls import path

from content.guests.views import asking, own, rights

app_name = "guests"
urlpatterns = [
    path("vraag-stellen/", asking.ask, name="ask"),
    path("vraag-stellen/gestuurd/", asking.asked, name="asked"),
    path("vraag-stellen/<str:token>/", asking.confirm, name="confirm"),
    path("mijn-vraag/", asking.link, name="link"),
    path("mijn-vraag/<str:word>/", own.own, name="own"),
    path("mijn-vraag/<str:word>/<int:pk>/aanpassen/", own.edit, name="edit"),
    path("mijn-vraag/<str:word>/<int:pk>/einde/", own.end, name="end"),
    path("mijn-vraag/<str:word>/gesprek/<int:pk>/", own.talk, name="talk"),
    path("mijn-vraag/<str:word>/voorstel/<int:pk>/", own.suggestion, name="suggestion"),
    path("mijn-vraag/<str:word>/gegevens/", rights.download, name="download"),
    path("mijn-vraag/<str:word>/links/", rights.links, name="links"),
    path("mijn-vraag/<str:word>/wissen/", rights.erase, name="erase"),
    path("mijn-vraag/<str:word>/account/", rights.become, name="become"),
]
