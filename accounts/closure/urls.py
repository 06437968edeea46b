from django.urls import path

from accounts.closure import views

app_name = "closure"
urlpatterns = [
    path("mijn/opzeggen/", views.close, name="close"),
    path("opzeggen/ongedaan/<str:token>/", views.undo, name="undo"),
    path("beheer/privacy/opzeggingen/", views.desk, name="desk"),
    path("beheer/privacy/opzeggingen/<int:pk>/", views.detail, name="detail"),
]
