from django.urls import path

from neighbourhoods.subscriptions import views

app_name = "subscriptions"
urlpatterns = [
    path("nieuwsbrief/gevraagd/<slug:slug>/", views.asked, name="asked"),
    path("nieuwsbrief/bevestigen/<str:token>/", views.confirm, name="confirm"),
    path("nieuwsbrief/stoppen/", views.leave, name="leave"),
    path("nieuwsbrief/stoppen/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("mijn/nieuwsbrieven/", views.mine, name="mine"),
    path("nieuwsbrief/<slug:slug>/", views.subscribe, name="subscribe"),
]
