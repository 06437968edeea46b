from django.urls import path

from content.helping.views import behalf, openly, referring, switching

app_name = "helping"
urlpatterns = [
    path("beheer/<slug:wijk>/berichten/namens/", behalf.enter, name="enter"),
    path("beheer/<slug:wijk>/berichten/namens/lijst/", behalf.index, name="index"),
    path("beheer/<slug:wijk>/berichten/namens/<int:pk>/", behalf.on_behalf, name="on_behalf"),
    path("beheer/<slug:wijk>/berichten/namens/<int:pk>/briefje/", behalf.slip, name="slip"),
    path("beheer/<slug:wijk>/berichten/namens/<int:pk>/intrekken/", behalf.withdraw, name="withdraw"),
    path("beheer/<slug:wijk>/berichten/<int:pk>/mag-ik-helpen/", switching.ask, name="ask_permission"),
    path("beheer/<slug:wijk>/berichten/<int:pk>/aanpassen/", switching.edit, name="edit"),
    path("beheer/<slug:wijk>/berichten/<int:pk>/doorverwijzen/", referring.propose, name="propose"),
    path("mijn/berichten/<int:pk>/hulp/", switching.switch, name="switch"),
    path("geholpen/<str:token>/", openly.own, name="own"),
    path("geholpen/<str:token>/gesprek/<int:pk>/", openly.talk, name="talk"),
    path("doorverwijzing/<str:word>/", openly.referral, name="referral"),
]
