from django.urls import path

from content.legal import views

app_name = "legal"
urlpatterns = [
    path("<slug:slug>/versies/", views.versions, name="versions"),
    path("<slug:slug>/versies/<str:version>/", views.version, name="version"),
    path("<slug:slug>/versies/<str:old>/tot/<str:version>/", views.difference, name="difference"),
]
