"""Index the search tokens, full-text on SQLite and as a vector on PostgreSQL."""

from django.db import migrations

from roomnight.kernel.search_index import BuildSearchIndex, TokensField


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [
        migrations.AlterField("searchentry", "tokens", TokensField()),
        BuildSearchIndex("clients_search"),
    ]
