"""Count the classes of the projects that were there before the counts."""

from django.db import migrations

ACCEPTED = 1
COUNT = """
    INSERT INTO datasets_classcount (field_id, code, accepted)
    SELECT {field}, CAST({column} AS integer), COUNT(*) FROM {table}
    WHERE arrival IS NOT NULL AND state = {accepted} AND {column} IS NOT NULL
    GROUP BY {column}
"""


def count(apps, schema_editor):
    connection = schema_editor.connection
    if connection.alias != "default":
        return
    tables = set(connection.introspection.table_names())
    field = apps.get_model("datasets", "Field")
    targets = field.objects.filter(role="target", retired=False, kind__in=["category", "boolean"])
    for pk, project in targets.values_list("pk", "project_id"):
        if f"p_{project}" not in tables:
            continue
        parts = {"field": pk, "column": f"c_{pk}", "table": f"p_{project}", "accepted": ACCEPTED}
        with connection.cursor() as cursor:
            cursor.execute(COUNT.format(**parts))


class Migration(migrations.Migration):
    dependencies = [("datasets", "0002_first_ten_minutes")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop, elidable=True)]
