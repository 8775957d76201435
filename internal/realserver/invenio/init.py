"""Prepare an empty database and an empty search engine, then fill them.

Runs in one process with the application's own modules, tasks run at once
instead of being queued, so that nothing is half done when it ends.

    init.py FACTS
"""

import json
import os
import sys
import time

os.environ["REALSERVER_EAGER"] = "1"

from invenio_app.factory import create_app  # noqa: E402

BEGAN = time.monotonic()
SCOPES = "user:email"


def say(text):
    print(f"[{time.monotonic() - BEGAN:6.1f} s] {text}", file=sys.stderr, flush=True)


def make_database():
    from invenio_db import db
    from invenio_db.utils import create_alembic_version_table
    from sqlalchemy_utils.functions import create_database

    url = db.engine.url.render_as_string(hide_password=False)
    create_database(url)
    db.metadata.create_all(bind=db.engine, checkfirst=True)
    create_alembic_version_table()


def make_indexes():
    from invenio_search import current_search, current_search_client

    # One shard, and no wait for the disk at each write: nothing here must last.
    current_search_client.indices.put_template(
        name="zharvest-test",
        body={
            "index_patterns": ["invenio-*"],
            "order": 100,
            "settings": {
                "number_of_shards": 1,
                "number_of_replicas": 0,
                "translog.durability": "async",
            },
        },
    )
    for step in (
        current_search.put_templates,
        current_search.put_component_templates,
        current_search.put_index_templates,
        current_search.create,
    ):
        for _ in step(ignore=[400]):
            pass


def map_custom_fields(app):
    from invenio_rdm_records.proxies import current_rdm_records
    from invenio_records_resources.services.custom_fields.mappings import Mapping
    from invenio_search import current_search_client
    from invenio_search.utils import build_alias_name

    body = {"properties": Mapping.properties_for_fields(None, app.config["RDM_CUSTOM_FIELDS"])}
    config = current_rdm_records.records_service.config
    for cls in (config.record_cls, config.draft_cls):
        current_search_client.indices.put_mapping(
            index=build_alias_name(cls.index._name), body=body
        )


def make_storage(app):
    from invenio_db import db
    from invenio_files_rest.models import Location

    folder = os.environ["REALSERVER_FILES"]
    os.makedirs(folder, exist_ok=True)
    if not Location.query.filter_by(name="default").count():
        db.session.add(Location(name="default", uri=folder, default=True))
        db.session.commit()


def make_people(app):
    """Create the accounts; returns {name: {"id", "email", "token"}}."""
    from invenio_access.models import ActionUsers
    from invenio_access.permissions import superuser_access
    from invenio_accounts.proxies import current_datastore
    from invenio_db import db
    from invenio_oauth2server.models import Token
    from invenio_users_resources.services.users.tasks import reindex_users

    people = {}
    for name, full in (
        ("admin", "Admin Person"),
        ("owner", "Ada Owner"),
        ("curator", "Cora Curator"),
        ("reader", "Rita Reader"),
    ):
        email = f"{name}@example.org"
        user = current_datastore.get_user(email)
        if user is None:
            user = current_datastore.create_user(
                email=email,
                password="zharvest",
                active=True,
                username=name,
                confirmed_at=None,
                user_profile={"full_name": full, "affiliations": "Test House"},
                preferences={
                    "visibility": "public",
                    "email_visibility": "public",
                },
            )
            db.session.commit()
            current_datastore.activate_user(user)
            if hasattr(user, "verified_at") or hasattr(user, "_verified_at"):
                user.verified_at = user.confirmed_at
            db.session.commit()
        if name == "admin":
            role = current_datastore.find_role("administration") or (
                current_datastore.create_role(name="administration", id="administration")
            )
            user.roles.append(role)
            db.session.add(ActionUsers.allow(superuser_access, user_id=user.id))
            try:
                from invenio_administration.permissions import (
                    administration_access_action,
                )

                db.session.add(
                    ActionUsers.allow(administration_access_action, user_id=user.id)
                )
            except ImportError:
                pass
            db.session.commit()
        token = Token.create_personal(f"test-{name}", user.id, scopes=[SCOPES])
        db.session.commit()
        people[name] = {
            "id": user.id,
            "email": email,
            "password": "zharvest",
            "token": token.access_token,
        }
    reindex_users([p["id"] for p in people.values()])
    return people


def make_vocabularies(app):
    from pathlib import Path

    from invenio_access.permissions import system_identity
    from invenio_rdm_records.fixtures import PrioritizedVocabulariesFixtures

    PrioritizedVocabulariesFixtures(
        system_identity,
        app_data_folder=Path(app.instance_path) / "app_data",
        delay=False,
    ).load()


def declare_queues():
    from invenio_queues.proxies import current_queues

    current_queues.declare()


def main():
    say("loading the application")
    app = create_app()
    app.logger.setLevel("WARNING")  # it names each of the vocabularies' entries
    with app.app_context():
        target = sys.argv[-1]
        say("database")
        make_database()
        say("indexes")
        make_indexes()
        map_custom_fields(app)
        make_storage(app)
        declare_queues()
        say("vocabularies")
        make_vocabularies(app)
        say("people")
        people = make_people(app)
        say("records")
        import seed

        with app.test_request_context():
            facts = seed.fill(people, 40, say)
        with open(target, "w") as out:
            json.dump({"people": people, **facts}, out, indent=1)
        say("done")


if __name__ == "__main__":
    main()
