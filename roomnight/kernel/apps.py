from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class KernelConfig(AppConfig):
    name = "roomnight.kernel"

    def ready(self) -> None:
        """Load every app's rules, commands, handlers, jobs and shipped documents, so that the registers are whole in every process."""
        import_module("roomnight.kernel.housekeeping")
        for app in apps.get_app_configs():
            if app.name.startswith("roomnight."):
                for part in ("rules", "commands", "handlers", "jobs", "shipped_documents"):
                    if find_spec(f"{app.name}.{part}"):
                        import_module(f"{app.name}.{part}")
