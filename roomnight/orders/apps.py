from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "roomnight.orders"

    def ready(self) -> None:
        import_module("roomnight.orders.exception_subjects")
        import_module("roomnight.orders.exception_services")
        import_module("roomnight.orders.subjects")
        import_module("roomnight.orders.services")
        import_module("roomnight.orders.commands.rooming")  # its values are known before any page is
