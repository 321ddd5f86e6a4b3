"""Snapshots: immutable files of the accepted rows; equal data is one snapshot."""

import hashlib
import io
import uuid
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.arrowing import accepted_rows
from datasets.models import DataTable, Snapshot
from datasets.queries import table_schema
from projects.models import Project

GROUP_ROWS = 50_000


def take_snapshot(project: Project) -> Snapshot:
    """Return the snapshot of the rows that are accepted now; the same data gives the same one.

    Called by two at once, both get one snapshot. Outside a transaction it reads fastest.

    Raises:
        Refused: there is no accepted row.
    """
    project = Project.objects.get(pk=project.pk)
    revision = _revision(project)
    latest = Snapshot.objects.filter(project=project).first()
    if latest and _is_current(latest, project, revision):
        return latest
    table, hashes = accepted_rows(project)
    if not hashes:
        raise Refused(_("There are no datapoints yet: add some first."), status=409)
    identity = identity_of(project.schema_version, hashes)
    known = Snapshot.objects.filter(project=project, identity=identity).first()
    if known is not None:
        Snapshot.objects.filter(pk=known.pk).update(data_revision=revision)
        return known
    return _stored(project, table, identity, revision)


def identity_of(schema_version: int, hashes: Iterable[bytes]) -> str:
    """sha256 over the schema's version and the rows' hashes in arrival order."""
    whole = hashlib.sha256(b"%d\n" % schema_version)
    for row in hashes:
        whole.update(row)
    return whole.hexdigest()


def parquet_of(table: pa.Table) -> bytes:
    """The file of a table: zstd, and the same bytes for the same table."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=GROUP_ROWS)
    return sink.getvalue()


def _revision(project: Project) -> int:
    found = DataTable.objects.filter(project=project).values_list("revision", flat=True).first()
    if found is None:
        raise Refused(_("This project has no table yet: describe a datapoint first."), status=409)
    return found


def _is_current(snapshot: Snapshot, project: Project, revision: int) -> bool:
    same_rows = snapshot.data_revision == revision
    return same_rows and snapshot.schema_version == project.schema_version


def _stored(project: Project, table: pa.Table, identity: str, revision: int) -> Snapshot:
    """Store the file, then register it; of two at once the second's file goes again."""
    data = parquet_of(table)
    name = default_storage.save(f"snapshots/{uuid.uuid4().hex}.parquet", ContentFile(data))
    try:
        with transaction.atomic():
            # The lock makes number and identity one decision.
            DataTable.objects.select_for_update().get(project=project)
            snapshots = Snapshot.objects.filter(project=project)
            known = snapshots.filter(identity=identity).first()
            if known is None:
                highest = snapshots.aggregate(highest=Max("number"))["highest"] or 0
                return Snapshot.objects.create(
                    project=project,
                    number=highest + 1,
                    identity=identity,
                    schema_version=project.schema_version,
                    table_schema=table_schema(project),
                    rows=table.num_rows,
                    data_revision=revision,
                    file=name,
                    file_sha256=hashlib.sha256(data).hexdigest(),
                    file_bytes=len(data),
                )
    except BaseException:
        default_storage.delete(name)
        raise
    default_storage.delete(name)
    return known
