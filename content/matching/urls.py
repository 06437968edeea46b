from django.urls import path

from content.matching import views

app_name = "matching"
urlpatterns = [
    path("plaatsen/tips/", views.tips, name="tips"),
    path("mijn/berichten/<int:pk>/past-niet/<int:number>/", views.misfit, name="misfit"),
    path("mijn/berichten/mail/", views.mail, name="mail"),
    path("bericht-mail-stoppen/<str:word>/", views.stop, name="stop"),
]
