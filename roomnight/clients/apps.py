from importlib import import_module

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "roomnight.clients"

    def ready(self) -> None:
        import_module("roomnight.clients.subjects")
