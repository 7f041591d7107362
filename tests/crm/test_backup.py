"""A backup brought back for real, on whichever database the tests run: rows, counts, and every refusal."""

import json
import zipfile

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from crm.backup_databases import count_rows
from customers.models import Customer, Endpoint, Interaction, Leg
from screenpop.models import AgentSeat
from tests.workers import empty_file, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("workers_database")


@pytest.fixture
def centre():
    """A few rows of many kinds."""
    user = get_user_model().objects.create_user("amei", password="a-long-password")
    AgentSeat.objects.create(email="amei@c.cn", user=user, skill_groups=["售前"])
    for n in range(30):
        customer = Customer.objects.create(
            name=f"客户 {n} “引号”", attributes={"城市": ["深圳", n]}
        )
        customer.add_contact_point("phone", f"138001380{n:02}")
        end = Endpoint.objects.at("phone", f"138001380{n:02}")
        interaction = Interaction.objects.create(customer=customer, endpoint=end)
        Leg.objects.create(interaction=interaction, user=user, note="第一行\n第二行\t😀")


def everything():
    """Every row of every table of ours."""
    with connection.cursor() as cursor:
        tables = {}
        for table in count_rows():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own names
            tables[table] = sorted(map(repr, cursor.fetchall()))
    return tables


def rewrite(source, target, change=lambda manifest: None, data=lambda text: text):
    """A copy of the backup with another manifest or other data."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            else:
                content = data(content)
            new.writestr(name, content)
    return target


@pytest.fixture
def saved(centre, tmp_path):
    path = tmp_path / "saved.zip"
    call_command("backup", path)
    return path


def test_what_was_saved_comes_back_row_by_row(saved, capsys):
    before = everything()
    Customer.objects.update(name="overwritten")
    Leg.objects.all().delete()
    get_user_model().objects.create_user("later")
    call_command("restore", saved, force=True)
    assert everything() == before
    assert Leg.objects.earliest("pk").note == "第一行\n第二行\t😀"
    assert "Restored:" in capsys.readouterr().out
    # New rows get new keys.
    assert get_user_model().objects.create_user("next").pk > 0
    assert Customer.objects.create(name="新").pk > 30


def test_the_manifest_says_what_is_in_it(saved):
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["database"] == connection.vendor
    assert manifest["counts"]["customers_customer"] == 30
    assert manifest["counts"] == count_rows()
    assert ["customers", "0001_initial"] in manifest["migrations"]
    assert saved.stat().st_mode & 0o077 == 0


def test_onto_an_empty_database(saved):
    before = everything()
    call_command("flush", interactive=False, verbosity=0)
    call_command("restore", saved)
    assert everything() == before


def test_an_older_backup_is_brought_up_to_date(saved):
    """Tables that came later are made anew, although they stood there."""
    call_command("migrate", "screenpop", "0006", verbosity=0)
    older = saved.with_name("older.zip")
    call_command("backup", older)
    call_command("migrate", verbosity=0)
    call_command("restore", older, force=True)
    assert ("screenpop", "0007_cloud_sync") in MigrationRecorder(connection).applied_migrations()
    assert AgentSeat.objects.get().listed_at is None


def test_rows_are_not_lost_without_force(saved):
    before = everything()
    with pytest.raises(CommandError, match="--force"):
        call_command("restore", saved)
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.update(sha256="0" * 64), "digest"),
        (lambda m: m.update(version=2), "cannot be read"),
        (lambda m: m.update(database="oracle"), "cannot be read"),
        (lambda m: m.pop("counts"), "damaged"),
        (lambda m: m["migrations"].append(["customers", "9999_later"]), "newer version"),
    ],
)
def test_what_does_not_fit_touches_nothing(saved, change, words):
    before = everything()
    bad = rewrite(saved, saved.with_name("bad.zip"), change)
    with pytest.raises(CommandError, match=words):
        call_command("restore", bad, force=True)
    assert everything() == before


def test_damaged_data_touches_nothing(saved):
    before = everything()
    bad = rewrite(saved, saved.with_name("bad.zip"), data=lambda text: text[:-9] + b"123456789")
    with pytest.raises(CommandError, match="digest"):
        call_command("restore", bad, force=True)
    saved.write_bytes(saved.read_bytes()[:-100])
    with pytest.raises(CommandError, match="no backup, or damaged"):
        call_command("restore", saved, force=True)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", saved.with_name("none.zip"))
    assert everything() == before


def test_the_other_databases_backup_is_refused(saved):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    name = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}[other]
    bad = saved.with_name("bad.zip")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(bad, "w") as new:
        manifest = json.loads(old.read("manifest.json")) | {"database": other}
        new.writestr("manifest.json", json.dumps(manifest))
        new.writestr(name, old.read(old.namelist()[1]))
    with pytest.raises(CommandError, match=f"backup of {other}"):
        call_command("restore", bad, force=True)


def test_nothing_is_overwritten(saved):
    size = saved.stat().st_size
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", saved)
    with pytest.raises(CommandError, match="no folder"):
        call_command("backup", saved.parent / "none" / "x.zip")
    assert saved.stat().st_size == size


def test_the_oldest_are_forgotten(tmp_path, capsys):
    tmp_path = tmp_path / "backups"
    tmp_path.mkdir()
    for day in range(1, 6):
        (tmp_path / f"screenpop-2020010{day}-030000.zip").touch()
    (tmp_path / "mine.zip").touch()
    call_command("backup", tmp_path, keep=3)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[:3] == [
        "mine.zip",
        "screenpop-20200104-030000.zip",
        "screenpop-20200105-030000.zip",
    ]
    assert len(left) == 4


@pytest.mark.postgres
def test_without_postgresqls_programs_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("pathlib.Path.glob", lambda self, pattern: [])
    with pytest.raises(CommandError, match="apt install postgresql-client"):
        call_command("backup", tmp_path / "x.zip")


def test_what_backup_is_not_given_is_named(tmp_path):
    nowhere = tmp_path / "nowhere"
    with pytest.raises(CommandError, match=f"folder that is there.*{nowhere}"):
        call_command("backup", str(nowhere), keep=3)


def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path, monkeypatch):
    def refuse(path, **_options):
        raise PermissionError(13, "Permission denied", str(path))

    # As root nothing is refused, so the refusal is played.
    monkeypatch.setattr("crm.management.commands.backup.Path.is_dir", refuse)
    with pytest.raises(CommandError, match="may not look there"):
        call_command("backup", str(tmp_path / "x.zip"))
