from django.urls import path

from content.signups import organising, views

app_name = "signups"
urlpatterns = [
    path("bericht/<int:pk>/<slug:slug>/aanmelden/", views.sign_up, name="sign_up"),
    path("aanmelding/gestuurd/", views.sent, name="sent"),
    path("aanmelding/<slug:token>/bevestigen/", views.confirm, name="confirm"),
    path("aanmelding/<slug:token>/", views.own, name="own"),
    path("mijn/aanmeldingen/", views.mine, name="mine"),
    path("mijn/aanmeldingen/<int:pk>/", views.mine_detail, name="mine_detail"),
    path("mijn/berichten/<int:pk>/aanmeldingen/", organising.of_post, name="of_post"),
    path("mijn/berichten/<int:pk>/aanmeldingen/<int:number>/schrijven/", organising.write, name="write"),
    path("mijn/berichten/<int:pk>/aanmeldingen/<int:number>/afhalen/", organising.remove, name="remove"),
]
