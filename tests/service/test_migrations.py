"""The migrations make exactly the tables that the code describes, and keep what is in them."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from app.db.migrate import alembic_config
from app.db.session import psycopg_url
from app.domain.backtest import BacktestConfig
from app.domain.enums import ExportFormat
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from app.schemas.learning import MetricsOut
from tests.stack import Stack

ROWS = Path(__file__).parent / "rows_of_0001.sql"
ANSWER_OF_0002 = Path(__file__).parent / "answer_of_0002.sql"
ID = uuid4()
METRICS = {
    "split": "test",
    "count": 4,
    "accuracy": 0.75,
    "log_loss": 0.5,
    "expected_calibration_error": 0.1,
    "per_class": [
        {"name": "a", "recall": 1.0, "count": 3},
        {"name": "b", "recall": 0.0, "count": 1},
        {"name": "c", "recall": None, "count": 0},
    ],
    "confusion": [[3, 0, 0], [1, 0, 0], [0, 0, 0]],
}


@pytest.fixture
def empty(stack: Stack) -> Iterator[Engine]:
    """A database of its own."""
    name = f"before_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(admin.url.set(database=name))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def migrate(engine: Engine, revision: str) -> None:
    command.upgrade(alembic_config(engine.url.render_as_string(hide_password=False)), revision)


def fill_0001(engine: Engine, strategy: str) -> None:
    migrate(engine, "0001")
    with engine.begin() as connection:
        for statement in ROWS.read_text().split(";"):
            connection.execute(text(statement), {"id": ID, "strategy": strategy})


def fill_0006(engine: Engine) -> None:
    """One image with one answer, as 0006 has them."""
    fill_0001(engine, "random")
    migrate(engine, "0006")
    with engine.begin() as connection:
        for statement in ANSWER_OF_0002.read_text().split(";"):
            connection.execute(text(statement), {"id": ID})


def test_answers_of_before_0007_are_neither_flagged_nor_taken_back(empty: Engine) -> None:
    fill_0006(empty)
    migrate(empty, "0007")
    with empty.connect() as connection:
        found = connection.execute(
            text("SELECT preferences, note, flagged, retracted_at FROM users, annotations")
        ).one()
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0006")
    with empty.connect() as connection:
        kept = connection.execute(text("SELECT revision, elapsed_ms FROM annotations")).one()
    assert tuple(found) == ({}, None, False, None)
    assert tuple(kept) == (1, 900)


def test_nothing_is_left_to_migrate(stack: Stack) -> None:
    command.check(alembic_config(stack.database_url))


def test_reviews_of_0006_can_be_taken_back_and_labels_keep_their_class(empty: Engine) -> None:
    fill_0001(empty, "random")
    migrate(empty, "0006")
    reviewed = (
        "INSERT INTO users (id, created_at, email, name, password_hash, is_admin, active)"
        " VALUES (:id, now(), 'a@b.example', 'A', '', false, true);"
        "INSERT INTO images (id, project_id, sha256, filename, width, height, format, bytes, split)"
        " VALUES (:id, :id, '', 'a', 1, 1, 'PNG', 1, 'POOL');"
        "INSERT INTO classes (id, project_id, name, color, guideline, position)"
        " VALUES (:id, :id, 'cat', '', '', 0);"
        "INSERT INTO labels (image_id, project_id, class_id, source) VALUES (:id, :id, :id, 'REVIEW')"
    )
    with empty.begin() as connection:
        for statement in reviewed.split(";"):
            connection.execute(text(statement), {"id": ID})
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0005")
    with empty.connect() as connection:
        source = connection.execute(text("SELECT source::text FROM labels")).scalar_one()
        kinds = connection.execute(text("SELECT enum_range(NULL::jobkind)::text")).scalar_one()
    migrate(empty, "head")
    assert source == "ANNOTATION"
    assert "LABEL_CHECK" not in kinds


@pytest.mark.parametrize(
    ("strategy", "plan", "later"),
    [("least_confidence", "pt4al", "least_confidence"), ("random", None, "random")],
)
def test_strategies_of_0001_become_plans(empty: Engine, strategy: str, plan: str | None, later: str) -> None:
    fill_0001(empty, strategy)
    migrate(empty, "head")
    with empty.connect() as connection:
        found = connection.execute(text("SELECT settings, plan FROM projects, cycles")).one()
    settings, cycle = ProjectSettings.model_validate(found[0]), Plan.model_validate(found[1])
    assert settings.budget == 7
    assert settings.plan == plan or (plan is None and settings.resolved_plan().later == later)
    assert (cycle.later, cycle.scope, cycle.order) == (later, "pool_batch", "descending")


def test_epochs_of_a_backtest_become_trainings_and_back(empty: Engine) -> None:
    before = {"plans": ["random"], "budget": 5, "task_epochs": 3, "pretext_epochs": None}
    fill_0001(empty, "random")
    migrate(empty, "0002")
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO backtests (id, project_id, job_id, config, summary) "
                "VALUES (:id, :id, :id, :config, '{}')"
            ),
            {"id": ID, "config": json.dumps(before)},
        )
    migrate(empty, "head")
    with empty.connect() as connection:
        after = BacktestConfig.model_validate(connection.scalar(text("SELECT config FROM backtests")))
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0002")
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT config FROM backtests")) == before
    assert (after.task_training.epochs, after.pretext_training.epochs, after.budget) == (3, None, 5)


def test_models_of_0002_get_their_balanced_accuracy_and_lose_it_on_the_way_back(empty: Engine) -> None:
    fill_0001(empty, "random")
    migrate(empty, "0002")
    new = text(
        """INSERT INTO models
            (id, project_id, cycle_id, backbone, label_count, classes, metrics, history, weights_sha256)
        VALUES (:id, :id, :id, 'small_cnn', 7, '["a", "b", "c"]', CAST(:metrics AS jsonb), '{}', '')"""
    )
    with empty.begin() as connection:
        connection.execute(new, {"id": ID, "metrics": json.dumps(METRICS)})
    migrate(empty, "0003")
    with empty.begin() as connection:
        found = connection.execute(text("SELECT metrics, balance, calibration FROM models")).one()
        connection.execute(text("""UPDATE projects SET settings = settings || '{"balance": "loss"}'"""))
    assert MetricsOut.model_validate(found[0]).balanced_accuracy == 0.5
    assert found[1:] == ("NONE", {})

    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0002")
    with empty.connect() as connection:
        metrics, settings = connection.execute(text("SELECT metrics, settings FROM models, projects")).one()
    assert metrics == METRICS
    assert "balance" not in settings


def test_0004_can_be_undone_and_keeps_exports_of_labels(empty: Engine) -> None:
    fill_0001(empty, "random")
    with empty.begin() as connection:
        connection.execute(text(EXPORT.format(format="CSV")), {"id": ID, "export": ID})
    migrate(empty, "0004")
    with empty.begin() as connection:
        connection.execute(text(MODEL), {"id": ID})
        connection.execute(text(EXPORT.format(format="ONNX")), {"id": ID, "export": uuid4()})
        connection.execute(text("UPDATE exports SET model_id = :id WHERE format = 'ONNX'"), {"id": ID})
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0003")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT id, format::text FROM exports")).all() == [(ID, "CSV")]
        assert connection.execute(text("SELECT count(*) FROM models")).scalar() == 1
    migrate(empty, "head")
    with empty.connect() as connection:
        values = connection.execute(text("SELECT unnest(enum_range(NULL::exportformat))::text")).scalars()
        assert set(values) == {value.name for value in ExportFormat}


def test_0009_makes_a_persons_assignments_of_an_image_one_and_can_be_undone(empty: Engine) -> None:
    fill_0001(empty, "random")
    migrate(empty, "0008")
    first, second = sorted([uuid4(), uuid4()])
    rows = f"""
        INSERT INTO users (id, email, name, password_hash, is_admin, active, preferences)
            VALUES (:id, 'a@b.example', 'A', '', false, true, '{{}}');
        INSERT INTO images (id, project_id, sha256, filename, width, height, format, bytes, split)
            VALUES (:id, :id, '', 'a', 1, 1, 'PNG', 1, 'POOL');
        INSERT INTO classes (id, project_id, name, color, guideline, position, former_names)
            VALUES (:id, :id, 'cat', '', '', 0, '[]');
        INSERT INTO queue_items (id, cycle_id, image_id, position, state, assignment_id)
            SELECT :id, c.id, :id, 0, 'ANSWERED', '{first}' FROM cycles c LIMIT 1;
        INSERT INTO assignments (id, queue_item_id, user_id, state, expires_at)
            VALUES ('{first}', :id, :id, 'ANSWERED', now()), ('{second}', :id, :id, 'EXPIRED', now());
        INSERT INTO annotations (id, project_id, image_id, assignment_id, user_id, class_id, revision,
            flagged)
            SELECT gen_random_uuid(), :id, :id, a.id, :id, :id, 1, false FROM assignments a
    """
    with empty.begin() as connection:
        for statement in rows.split(";"):
            connection.execute(text(statement), {"id": ID})
    migrate(empty, "head")
    with empty.connect() as connection:
        answers = connection.execute(text("SELECT assignment_id, revision FROM annotations ORDER BY 2")).all()
        item = connection.execute(text("SELECT slots, holders, done_by FROM queue_items")).one()
        settings = connection.execute(text("SELECT settings FROM projects")).scalar_one()
    assert answers == [(first, 1), (first, 2)]
    assert item == (1, [], [ID])
    assert ProjectSettings.model_validate(settings).overlap == 1
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0008")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT assignment_id FROM queue_items")).scalar_one() == first
        assert len(connection.execute(text("SELECT id FROM annotations")).all()) == 2


EXPORT = """INSERT INTO exports (id, project_id, job_id, format, images)
            SELECT :export, p.id, j.id, '{format}', false FROM projects p, jobs j LIMIT 1"""
MODEL = """INSERT INTO models (id, project_id, cycle_id, backbone, label_count, classes, metrics, history,
                               weights_sha256, balance, calibration, agreement,
                               stopping)
           SELECT :id, p.id, c.id, 'small_cnn', 1, '[]', '{}', '{}', 'x', 'NONE', '{}', '{}', '{}'
           FROM projects p, cycles c LIMIT 1"""


def test_models_of_0007_get_the_ids_of_the_classes_that_they_name(empty: Engine) -> None:
    fill_0001(empty, "random")
    migrate(empty, "0007")
    with empty.begin() as connection:
        connection.execute(NEW_CLASS, {"id": ID, "project": ID, "name": "a"})
        connection.execute(
            text(
                """INSERT INTO models
                (id, project_id, cycle_id, backbone, label_count, classes, metrics, history, weights_sha256,
                 balance, calibration, agreement, stopping)
                VALUES (:id, :id, :id, 'small_cnn', 7, '["gone", "a"]', '{}', '{}', '',
                 'NONE', '{}', '{}', '{}')"""
            ),
            {"id": ID},
        )
    migrate(empty, "0008")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT class_ids FROM models")).scalar_one() == [None, str(ID)]


NEW_CLASS = text(
    """INSERT INTO classes (id, project_id, name, color, guideline, position)
    VALUES (:id, :project, :name, '#000000', '', 0)"""
)


def test_before_0008_a_merged_class_is_what_it_became_and_a_removed_one_that_was_said_is_back(
    empty: Engine,
) -> None:
    fill_0001(empty, "random")
    migrate(empty, "0008")
    ids = {name: uuid4() for name in ("merged", "kept", "said", "unsaid", "through")}
    new = """INSERT INTO classes (id, project_id, name, former_names, color, guideline, position)
        VALUES (:id, :project, :name, '[]', '#000000', '', 0)"""
    with empty.begin() as connection:
        for name, key in ids.items():
            connection.execute(text(new), {"id": key, "project": ID, "name": name})
        move = text("UPDATE classes SET merged_into_id = :into WHERE id = :id")
        connection.execute(move, {"id": ids["merged"], "into": ids["through"]})
        connection.execute(move, {"id": ids["through"], "into": ids["kept"]})
        gone = text("UPDATE classes SET removed_at = now() WHERE id IN (:said, :unsaid)")
        connection.execute(gone, {"said": ids["said"], "unsaid": ids["unsaid"]})
        for number, name in enumerate(("merged", "said"), start=1):
            fill = {"id": ID, "own": uuid4(), "class": ids[name], "user": uuid4(), "n": number, "mail": name}
            for statement in ANSWER.split(";"):
                connection.execute(text(statement), fill)
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0007")
    with empty.connect() as connection:
        said = connection.execute(
            text("SELECT c.name FROM annotations JOIN classes c ON c.id = class_id ORDER BY revision")
        ).scalars()
        names = connection.execute(text("SELECT name FROM classes ORDER BY name")).scalars()
        assert [name.split(" ")[0] for name in said] == ["kept", "said"]
        assert [name.split(" ")[0] for name in names] == ["kept", "said"]


ANSWER = """INSERT INTO users (id, email, name, password_hash, is_admin, active, preferences)
    VALUES (:user, :mail, '', '', false, true, '{}');
INSERT INTO images (id, project_id, sha256, filename, width, height, format, bytes, split)
    VALUES (:own, :id, :mail, '', 1, 1, 'PNG', 1, 'POOL');
INSERT INTO queue_items (id, cycle_id, image_id, position, state) VALUES (:own, :id, :own, :n, 'OPEN');
INSERT INTO assignments (id, queue_item_id, user_id, state, expires_at)
    VALUES (:own, :own, :user, 'ANSWERED', now());
INSERT INTO annotations (id, project_id, image_id, assignment_id, user_id, class_id, revision,
                         flagged)
    VALUES (:own, :id, :own, :own, :user, :class, :n, false)"""


def test_answers_of_0010_stay_and_sets_of_classes_are_not_thrown_away_unasked(empty: Engine) -> None:
    fill_0006(empty)
    migrate(empty, "0011")
    kind = text("UPDATE projects SET task = cast(:task AS projecttask)")
    answers = text("SELECT class_id, class_ids FROM annotations")
    config = alembic_config(empty.url.render_as_string(hide_password=False))
    with empty.begin() as connection:
        ((one, several),) = connection.execute(answers).all()
        connection.execute(kind, {"task": "MULTI_LABEL_CLASSIFICATION"})
    assert one is not None
    assert several is None
    with pytest.raises(RuntimeError, match="1 projects let images have several classes"):
        command.downgrade(config, "0010")
    with empty.begin() as connection:
        connection.execute(kind, {"task": "CLASSIFICATION"})
    command.downgrade(config, "0010")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT class_id FROM annotations")).scalar_one() == one
        assert (
            connection.execute(text("SELECT task::text FROM projects LIMIT 1")).scalar_one()
            == "CLASSIFICATION"
        )


def test_images_of_before_0022_are_counted_and_so_are_those_that_come(empty: Engine) -> None:
    fill_0006(empty)
    migrate(empty, "0021")
    scored = """
        INSERT INTO pretext_scores (pretext_run_id, image_id, loss, rank, pool_batch)
        VALUES (:id, :id, 2, 0, 1)
    """
    with empty.begin() as connection:
        connection.execute(text(scored), {"id": ID})
        connection.execute(text("UPDATE queue_items SET score = 0.4"))
    migrate(empty, "0022")
    added = """
        INSERT INTO images (id, project_id, sha256, filename, width, height, format, bytes, split, unsettled)
        SELECT uuidv7(), :id, n::text, 'y.png', 1, 1, 'PNG', 1,
            CASE WHEN n < 3 THEN 'POOL' ELSE 'TEST' END::split, false
        FROM generate_series(1, 3) n
    """
    counts = text("SELECT split::text, images, bytes FROM image_counts ORDER BY 1")
    with empty.begin() as connection:
        before = connection.execute(counts).all()
        confidence = connection.scalar(text("SELECT confidence FROM images"))
        batches = connection.scalar(text("SELECT batches FROM pretext_runs"))
        connection.execute(text(added), {"id": ID})
        after = connection.execute(counts).all()
        connection.execute(text("DELETE FROM images WHERE sha256 IN ('x', '3')"))
        left = connection.execute(counts).all()
    assert (before, after, left) == (
        [("POOL", 1, 1)], [("POOL", 3, 3), ("TEST", 1, 1)], [("POOL", 2, 2), ("TEST", 0, 0)],
    )  # fmt: skip
    assert (confidence, batches) == (0.4, {"1": {"size": 1, "lowest": 2, "highest": 2}})


LINE_OF_0016 = """INSERT INTO job_lines (job_id, at, level, text)
    SELECT id, cast(:at AS timestamptz), 'INFO', :text FROM jobs LIMIT 1"""


def test_lines_of_before_0024_keep_their_numbers_in_partitions_and_back(empty: Engine) -> None:
    fill_0006(empty)
    migrate(empty, "0022")
    with empty.begin() as connection:
        for at in ("2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z"):
            connection.execute(text(LINE_OF_0016), {"at": at, "text": at})
        before = connection.execute(text("SELECT number, text FROM job_lines ORDER BY 1")).all()
    migrate(empty, "0024")
    where = text("SELECT number, text, tableoid::regclass::text FROM job_lines ORDER BY 1")
    with empty.begin() as connection:
        after = connection.execute(where).all()
        connection.execute(text(LINE_OF_0016), {"at": "1999-01-01T00:00:00Z", "text": "late"})
        last = connection.execute(where).all()[-1]
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0022")
    with empty.connect() as connection:
        back = connection.execute(text("SELECT number, text FROM job_lines ORDER BY 1")).all()
    assert [tuple(row[:2]) for row in after] == [tuple(row) for row in before]
    assert [row[2] for row in after] == ["job_lines_2026_01", "job_lines_2026_02"]
    assert tuple(last) == (before[-1][0] + 1, "late", "job_lines_rest")
    assert [tuple(row) for row in back] == [*(tuple(row) for row in before), tuple(last[:2])]
