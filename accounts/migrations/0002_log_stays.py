"""The moderation log can only grow: the database itself refuses to change or delete a line.

SQLite drops triggers with their table, and Django remakes a table to alter it: a later migration
that alters this one must run ``protect`` again (a test looks whether the triggers are there).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "accounts_moderationaction"
SENTENCE = "The moderation log can only grow: its lines are never changed or deleted."
SQLITE = """
    CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, '{sentence}'); END
"""
POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL_TRIGGER = """
    CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_refuses()
"""


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    words = {"table": TABLE, "sentence": SENTENCE}
    if not sqlite:
        schema_editor.execute(POSTGRESQL_FUNCTION.format(**words), params=None)
    trigger = SQLITE if sqlite else POSTGRESQL_TRIGGER
    for verb in ("update", "delete"):
        schema_editor.execute(trigger.format(verb=verb, **words), params=None)


def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for verb in ("update", "delete"):
        on = "" if sqlite else f" ON {TABLE}"
        schema_editor.execute(f"DROP TRIGGER {TABLE}_refuses_{verb}{on}", params=None)
    if not sqlite:
        schema_editor.execute(f"DROP FUNCTION {TABLE}_refuses()", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(protect, release)]
