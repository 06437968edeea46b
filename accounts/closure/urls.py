from django.urls import path

from accounts.closure import views

app_name = "closure"
urlpatterns = [
    path("mijn/opzeggen/", views.close, name="close"),
    path("opzeggen/ongedaan/<str:token>/", views.undo, name="undo"),
    path("opzeggen/gedaan/", views.closed, name="closed"),
]
