from importlib import import_module

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "roomnight.reception"

    def ready(self) -> None:
        import_module("roomnight.reception.subjects")
        import_module("roomnight.reception.services")
