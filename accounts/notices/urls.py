from django.urls import path

from accounts.notices import views

app_name = "notices"
urlpatterns = [
    path("beheer/privacy/lekken/<int:pk>/bericht/", views.create, name="create"),
    path("beheer/privacy/lekken/<int:pk>/bericht/<int:number>/", views.edit, name="edit"),
    path("beheer/privacy/lekken/<int:pk>/bericht/<int:number>/bekijken/", views.preview, name="preview"),
    path("beheer/privacy/lekken/<int:pk>/bericht/<int:number>/bekijken/mail/", views.preview_html, name="preview_html"),
    path("beheer/privacy/lekken/<int:pk>/bericht/<int:number>/versturen/", views.send, name="send"),
    path("beheer/privacy/lekken/<int:pk>/bericht/<int:number>/voortgang/", views.progress, name="progress"),
]
