"""Give clients whose names say their region in brackets, as in （广州市）, the keys that they are looked up by now.

Keys are only added: what is left over of the old ones costs a comparison and goes when the client is next saved.
"""

from django.db import migrations

from roomnight.clients.rules.duplicates import Particulars, keys

BATCH = 1000
ACCOUNT = ("pk", "merged_into_id", "hotel_id", "name", "name_en", "short_name", "credit_code", "phone")
IN_BRACKETS = "[（(][^）)]*[省市区县州][）)]"


def fill(apps, schema_editor):
    Account, Key = apps.get_model("clients", "Account"), apps.get_model("clients", "DuplicateKey")
    found = Account.objects.filter(name__regex=IN_BRACKETS).order_by("pk").values_list(*ACCOUNT)
    for start in range(0, len(found), BATCH):
        wanted = {}
        for pk, into, hotel, name, name_en, short_name, code, phone in found[start : start + BATCH]:
            for key in keys(Particulars(name, name_en, short_name, code, (phone,))):
                wanted[into or pk, *key] = hotel
        accounts = {account for account, _kind, _value in wanted}
        present = set(
            Key.objects.filter(account__in=accounts, contact=None).values_list("account_id", "kind", "value")
        )
        Key.objects.bulk_create(
            Key(hotel_id=hotel, account_id=account, kind=kind, value=value)
            for (account, kind, value), hotel in wanted.items()
            if (account, kind, value) not in present
        )


class Migration(migrations.Migration):
    dependencies = [("clients", "0009_alike_in_file")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
