from django.urls import path

from content.photos import views

app_name = "photos"
urlpatterns = [
    path("foto/<slug:token>/<str:name>", views.file, name="file"),
    path("mijn/berichten/<int:pk>/fotos/", views.mine, name="mine"),
    path("mijn/berichten/<int:pk>/fotos/<int:number>/", views.describe, name="describe"),
    path("mijn/berichten/<int:pk>/fotos/<int:number>/eerst/", views.first, name="first"),
    path("mijn/berichten/<int:pk>/fotos/<int:number>/weg/", views.remove, name="remove"),
    path("mijn/foto/<slug:token>/<str:name>", views.own_file, name="own_file"),
    path("beheer/<slug:wijk>/foto/<slug:token>/<str:name>", views.desk_file, name="desk_file"),
]
