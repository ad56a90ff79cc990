from importlib import import_module

from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "roomnight.credit"

    def ready(self) -> None:
        import_module("roomnight.credit.subjects")
        import_module("roomnight.credit.services")
