from django.urls import path

from neighbourhoods.subscriptions import views
from neighbourhoods.subscriptions.lists import MailingList

app_name = "subscriptions"
urlpatterns = [
    path("nieuwsbrief/gevraagd/<slug:slug>/", views.asked, name="asked"),
    path("nieuwsbrief/bevestigen/<str:token>/", views.confirm, name="confirm"),
    path("nieuwsbrief/stoppen/", views.leave, name="leave"),
    path("nieuwsbrief/stoppen/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("nieuwsbrief/keuze/<str:token>/", views.choose, name="choose"),
    path("nieuwsbrief/overzicht-stoppen/<str:token>/", views.digest, name="digest"),
    path("mijn/nieuwsbrieven/", views.mine, name="mine"),
    path("nieuwsbrief/<slug:slug>/", views.subscribe, name="subscribe"),
    path(
        "nieuwsbrief/<slug:slug>/organisaties/",
        views.subscribe,
        {"mailing": MailingList.PROFESSIONAL},
        name="subscribe_professional",
    ),
]
