"""`clients.quiet_days` and `pms.lost_days` said the same; what a hotel had set of the first goes over to the second.

A hotel that had set both keeps what it had set of the second.
"""

from django.db import migrations

OLD, NEW = "clients.quiet_days", "pms.lost_days"


def join(apps, schema_editor):
    values = apps.get_model("kernel", "PolicyValue")
    decided = values.objects.filter(key=NEW).values_list("hotel_code", flat=True)
    values.objects.filter(key=OLD).exclude(hotel_code__in=list(decided)).update(key=NEW)
    values.objects.filter(key=OLD).delete()


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_policy_values_name_their_source")]
    operations = [migrations.RunPython(join, migrations.RunPython.noop)]
