"""The documents of the search, and the full-text index that each database keeps beside them.

SQLite drops triggers with their table, and Django remakes a table to alter it: a later migration
that alters this one must make the triggers again (a test looks whether the index follows).
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE_MAKE = (
    """CREATE VIRTUAL TABLE search_text USING fts5(
        title_key, body_key, grams, content='search_document', content_rowid='id',
        prefix='2 3', tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER search_text_new AFTER INSERT ON search_document BEGIN
        INSERT INTO search_text(rowid, title_key, body_key, grams)
        VALUES (new.id, new.title_key, new.body_key, new.grams); END""",
    """CREATE TRIGGER search_text_gone AFTER DELETE ON search_document BEGIN
        INSERT INTO search_text(search_text, rowid, title_key, body_key, grams)
        VALUES ('delete', old.id, old.title_key, old.body_key, old.grams); END""",
    """CREATE TRIGGER search_text_changed
        AFTER UPDATE OF title_key, body_key, grams ON search_document BEGIN
        INSERT INTO search_text(search_text, rowid, title_key, body_key, grams)
        VALUES ('delete', old.id, old.title_key, old.body_key, old.grams);
        INSERT INTO search_text(rowid, title_key, body_key, grams)
        VALUES (new.id, new.title_key, new.body_key, new.grams); END""",
)
SQLITE_DROP = (
    "DROP TRIGGER search_text_new",
    "DROP TRIGGER search_text_gone",
    "DROP TRIGGER search_text_changed",
    "DROP TABLE search_text",
)
POSTGRESQL_MAKE = (
    """CREATE INDEX search_document_title ON search_document
        USING gin ((to_tsvector('simple'::regconfig, title_key)))""",
    """CREATE INDEX search_document_all ON search_document
        USING gin ((to_tsvector('simple'::regconfig, title_key || ' ' || body_key)))""",
    """CREATE INDEX search_document_grams ON search_document
        USING gin ((to_tsvector('simple'::regconfig, grams)))""",
)
POSTGRESQL_DROP = (
    "DROP INDEX search_document_title",
    "DROP INDEX search_document_all",
    "DROP INDEX search_document_grams",
)


def make(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_MAKE if sqlite else POSTGRESQL_MAKE:
        schema_editor.execute(statement, params=None)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_DROP if sqlite else POSTGRESQL_DROP:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("object_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True)),
                ("title_key", models.TextField(blank=True)),
                ("body_key", models.TextField(blank=True)),
                ("grams", models.TextField(blank=True)),
                ("circle", models.BigIntegerField(blank=True, null=True)),
                ("public", models.BooleanField(default=False)),
                ("shown", models.BooleanField(default=True)),
                ("weight", models.FloatField(default=0)),
            ],
            options={
                "verbose_name": "search entry",
                "verbose_name_plural": "search entries",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["circle"], name="document_circle")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id"), name="one_document_per_thing"
                    )
                ],
            },
        ),
        migrations.RunPython(make, drop),
    ]
