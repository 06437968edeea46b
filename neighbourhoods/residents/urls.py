from django.urls import path

from neighbourhoods.residents import views

app_name = "residents"
urlpatterns = [
    path("mijn/wijk/", views.move, name="move"),
]
