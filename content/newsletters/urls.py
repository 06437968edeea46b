from django.urls import path

from content.newsletters import views

app_name = "newsletters"
urlpatterns = [
    path("beheer/<slug:wijk>/nieuwsbrieven/", views.issues, name="issues"),
    path("beheer/<slug:wijk>/nieuwsbrieven/nieuw/", views.create, name="create"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/", views.edit, name="edit"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/voorbeeld/", views.preview, name="preview"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/voorbeeld/mail/", views.preview_html, name="preview_html"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/proef/", views.test_send, name="test_send"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/versturen/", views.send, name="send"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/weg/", views.remove, name="remove"),
]
