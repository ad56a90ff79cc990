"""The fields that a hotel added to its clients one by one become a form of the hotel, with all that was filled in.

What was retired stands on a first version that no longer holds, so that the values kept under it still read. Numbers become
the texts in which forms keep them, and keys that a form cannot have get another name.
"""

import hashlib
import json
import keyword
import re
from decimal import Decimal

from django.db import migrations
from django.utils import timezone

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
TAKEN = {"seen", "revision", "reason", "csrfmiddlewaretoken", "data_objects"}
MOST_CHOICES, LONGEST_CHOICE = 200, 60
BATCH = 1000


def move(apps, schema_editor):
    CustomField = apps.get_model("clients", "CustomField")
    Form, Version = apps.get_model("procedures", "Form"), apps.get_model("procedures", "FormVersion")
    for hotel in CustomField.objects.order_by("hotel").values_list("hotel", flat=True).distinct():
        fields = list(CustomField.objects.filter(hotel=hotel).order_by("pk"))
        names = names_of(fields)
        Form.objects.filter(hotel=hotel, use="account").update(is_retired=True)
        asked = [one for one in fields if not one.is_retired]
        codes = set(Form.objects.filter(hotel=hotel).values_list("code", flat=True))
        code = next(f"client-fields{end}" for end in ("", *(f"-{n}" for n in range(2, 100))) if f"client-fields{end}" not in codes)
        form = Form.objects.create(
            hotel_id=hotel, code=code, title="客户自定义字段", title_en="This hotel's own fields", department="sales",
            use="account", is_retired=not asked,
        )  # fmt: skip
        versions = [fields] if len(asked) in (0, len(fields)) else [fields, asked]
        for number, some in enumerate(versions, start=1):
            source = schema_of(some, names)
            Version.objects.create(
                form=form, number=number, source=source, sha256=hashlib.sha256(source.encode()).hexdigest(), writers=[],
                state="effective" if number == len(versions) else "superseded", approved_at=timezone.now(),
                effective_from=timezone.now().date(),
            )  # fmt: skip
        rewrite(apps.get_model("clients", "Account"), hotel, fields, names)


def names_of(fields):
    """A name that a form can have for each key: the key itself wherever it can be."""
    names = {}
    for one in fields:
        name = re.sub(r"\W", "_", one.key, flags=re.ASCII)
        if not NAME.fullmatch(name) or keyword.iskeyword(name) or name in TAKEN:
            name = f"field_{name}"
        while name in names.values():
            name = f"{name}_2"
        names[one.key] = name
    return names


def schema_of(fields, names):
    properties = {names[one.key]: {**shape(one), "title": one.label, "x-title-en": one.label_en or one.label} for one in fields}
    whole = {"type": "object", "title": "客户自定义字段", "x-title-en": "This hotel's own fields", "properties": properties}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def shape(one):
    choices = list(dict.fromkeys(one.choices))
    if one.kind == "choice" and 0 < len(choices) <= MOST_CHOICES and all(0 < len(text) <= LONGEST_CHOICE for text in choices):
        return {"type": "string", "enum": choices}
    return {
        "number": {"type": "number"}, "date": {"type": "string", "format": "date"},
    }.get(one.kind, {"type": "string", "maxLength": 200})  # fmt: skip


def rewrite(Account, hotel, fields, names):
    numbers = {one.key for one in fields if one.kind == "number"}
    if not numbers and all(key == name for key, name in names.items()):
        return
    changed = []
    for account in Account.objects.filter(hotel=hotel).exclude(custom={}).only("pk", "custom").iterator(BATCH):
        kept = {
            names.get(key, key): as_text(value) if key in numbers else value for key, value in account.custom.items()
        }
        if kept != account.custom:
            account.custom = kept
            changed.append(account)
    Account.objects.bulk_update(changed, ["custom"], batch_size=BATCH)


def as_text(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = round(Decimal(str(value)), 6).normalize()
    return f"{number if number else Decimal(0):f}"


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_keys_of_bracketed_regions"), ("procedures", "0004_reminders")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("CustomField"),
    ]
