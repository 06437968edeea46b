from django.urls import path

from content.newsletters import archive, departures, views

app_name = "newsletters"
urlpatterns = [
    path("beheer/<slug:wijk>/nieuwsbrieven/", views.issues, name="issues"),
    path("beheer/<slug:wijk>/nieuwsbrieven/nieuw/", views.create, name="create"),
    path("beheer/<slug:wijk>/nieuwsbrieven/instellingen/", views.choices, name="choices"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/", views.edit, name="edit"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/voorbeeld/", views.preview, name="preview"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/voorbeeld/mail/", views.preview_html, name="preview_html"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/proef/", views.test_send, name="test_send"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/versturen/", departures.send, name="send"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/weg/", views.remove, name="remove"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/akkoord/", departures.agree, name="agree"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/uit-de-planning/", departures.unschedule, name="unschedule"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/pauze/", departures.pause, name="pause"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/doorgaan/", departures.go_on, name="go_on"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/stoppen/", departures.stop, name="stop"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/op-de-site/", departures.on_site, name="on_site"),
    path("wijk/<slug:slug>/nieuwsbrieven/", archive.archive, name="archive"),
    path("wijk/<slug:slug>/nieuwsbrieven/<int:pk>/", archive.issue, name="issue"),
]
