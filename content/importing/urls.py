from django.urls import path

from content.importing import views

app_name = "importing"
urlpatterns = [
    path("beheer/<slug:wijk>/inlezen/", views.upload, name="upload"),
    path("beheer/<slug:wijk>/inlezen/voorbeeld/", views.template, name="template"),
    path("beheer/<slug:wijk>/inlezen/controleren/", views.check, name="check"),
    path("beheer/<slug:wijk>/inlezen/fouten/", views.errors, name="errors"),
    path("beheer/<slug:wijk>/inlezen/<int:pk>/", views.result, name="result"),
]
