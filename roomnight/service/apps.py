from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "roomnight.service"
