from django.urls import path

from content.invitations import views

app_name = "invitations"
urlpatterns = [
    path("mijn/organisaties/<slug:slug>/samen/", views.organisation, name="organisation"),
    path("mijn/organisaties/<slug:slug>/samen/<int:number>/weg/", views.remove_editor, name="remove_editor"),
    path("mijn/organisaties/<slug:slug>/stoppen/", views.stop_editing, name="stop_editing"),
    path("mijn/berichten/<int:pk>/samen/", views.post, name="post"),
    path("mijn/berichten/<int:pk>/samen/<int:number>/weg/", views.remove_co_manager, name="remove_co_manager"),
    path("mijn/berichten/<int:pk>/stoppen/", views.stop_co_managing, name="stop_co_managing"),
    path("mijn/uitnodigingen/<int:pk>/intrekken/", views.take_back, name="take_back"),
    path("beheer/<slug:wijk>/organisaties/<int:pk>/uitnodigen/", views.invite_at_desk, name="invite_at_desk"),
    path("uitnodiging/<str:token>/", views.answer, name="answer"),
]
