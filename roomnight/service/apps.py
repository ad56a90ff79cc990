from importlib import import_module

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "roomnight.service"

    def ready(self) -> None:
        import_module("roomnight.service.rules.survey_values")  # its values are known before any page is
