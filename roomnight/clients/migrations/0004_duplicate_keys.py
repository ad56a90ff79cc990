"""Write the keys by which likely duplicates of the clients and people that are there already are looked up."""

from django.db import migrations

from roomnight.clients.rules.duplicates import Particulars, keys, person_keys

BATCH = 1000
ACCOUNT = ("pk", "hotel_id", "name", "name_en", "short_name", "credit_code", "phone")
CONTACT = ("pk", "account_id", "account__hotel_id", "mobile", "phone", "email", "wechat")


def fill(apps, schema_editor):
    Account, Contact = apps.get_model("clients", "Account"), apps.get_model("clients", "Contact")
    Key = apps.get_model("clients", "DuplicateKey")
    waiting = []

    def write():
        Key.objects.bulk_create(waiting, batch_size=BATCH)
        waiting.clear()

    for pk, hotel, name, name_en, short_name, code, phone in Account.objects.values_list(*ACCOUNT).iterator():
        known = Particulars(name, name_en, short_name, code, (phone,))
        waiting += [Key(hotel_id=hotel, account_id=pk, kind=kind, value=value) for kind, value in keys(known)]
        if len(waiting) > BATCH:
            write()
    people = Contact.objects.filter(is_active=True).values_list(*CONTACT)
    for pk, account, hotel, mobile, phone, email, wechat in people.iterator():
        found = person_keys((mobile, phone), email, wechat)
        waiting += [
            Key(hotel_id=hotel, account_id=account, contact_id=pk, kind=kind, value=value) for kind, value in found
        ]
        if len(waiting) > BATCH:
            write()
    write()


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_merging")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
