"""Fill the test repository with records that look like those of real depositors.

`fill` is called by init.py in the application's process and goes through the
service layer, as the REST interface does. What it makes is the same each time
but for identifiers and dates of creation.
"""

import io
import struct
import zipfile
import zlib
from datetime import date, timedelta

TYPES = [
    "dataset",
    "publication-article",
    "software",
    "publication-preprint",
    "image-figure",
    "poster",
    "publication-report",
    "presentation",
    "video",
    "lesson",
    "publication-conferencepaper",
    "other",
]
LICENCES = ["cc-by-4.0", "cc0-1.0", "mit", "cc-by-nc-4.0", "apache-2.0", None]
LANGUAGES = ["eng", "deu", "fra", "spa", "rus", "jpn", "ara"]
PLACES = ["Aarhus", "Brest", "Cádiz", "Đà Nẵng", "Esbjerg", "Faro", "Gdańsk", "Hull"]
THINGS = ["tide gauge readings", "soil maps", "sediment cores", "wave spectra",
          "bird counts", "harbour surveys", "salinity profiles", "ice charts"]
PEOPLE = [
    ("Carberry", "Josiah", "0000-0002-1825-0097", "Brown University"),
    ("Müller", "Änne", None, "Universität Hamburg"),
    ("O'Neill", "Siân", None, None),
    ("García Márquez", "José", "0000-0001-5109-3700", "Universidad de Cádiz"),
    ("Иванова", "Анна", None, "МГУ"),
    ("Nguyễn", "Thị Hà", None, "CERN"),
]
COMMUNITIES = [
    # slug, title, who may see it, review policy
    ("tide-gauges", "Tide gauges of the North Sea", "public", "closed"),
    ("soil-maps", "Soil maps", "public", "open"),
    ("empty-shelf", "A community without records", "public", "closed"),
    ("private-lab", "A laboratory behind closed doors", "restricted", "closed"),
]


def png(side=8):
    """A picture, the smallest that a viewer takes."""
    rows = b"".join(b"\0" + bytes([30 * y % 256, 90, 160]) * side for y in range(side))

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))

    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def person(i):
    family, given, orcid, house = PEOPLE[i % len(PEOPLE)]
    made = {"person_or_org": {"type": "personal", "family_name": family,
                              "given_name": given}}
    if orcid:
        made["person_or_org"]["identifiers"] = [{"scheme": "orcid", "identifier": orcid}]
    if house == "CERN":
        made["affiliations"] = [{"id": "01ggx4157"}, {"name": "Second House"}]
    elif house:
        made["affiliations"] = [{"name": house}]
    return made


def plain(i):
    """The metadata of the i-th ordinary record."""
    kind, place, thing = TYPES[i % len(TYPES)], PLACES[i % len(PLACES)], THINGS[(i * 3) % len(THINGS)]
    day = date(2014, 2, 3) + timedelta(days=61 * i)
    dated = [day.isoformat(), day.strftime("%Y-%m"), str(day.year)][0 if i % 5 else i % 3]
    metadata = {
        "resource_type": {"id": kind},
        "title": f"{place}: {thing}, part {i + 1}",
        "publication_date": dated,
        "publisher": "Test House",
        "creators": [person(i), person(i + 1)] if i % 2 else [person(i)],
        "description": f"<p>{thing.capitalize()} of <b>{place}</b> &amp; around, number {i + 1}.</p>",
        "languages": [{"id": LANGUAGES[i % len(LANGUAGES)]}],
        "subjects": [{"subject": thing.split()[0]}, {"subject": place}],
        "version": f"v{1 + i % 3}.0",
    }
    licence = LICENCES[i % len(LICENCES)]
    if licence:
        metadata["rights"] = [{"id": licence}]
    else:
        metadata["rights"] = [{"title": {"en": "House licence"},
                               "description": {"en": "Ask first."},
                               "link": "https://example.org/licence"}]
    if i % 4 == 1:
        metadata["related_identifiers"] = [
            {"identifier": "10.1234/abc.def", "scheme": "doi",
             "relation_type": {"id": "issupplementto"},
             "resource_type": {"id": "publication-article"}},
            {"identifier": "https://example.org/code", "scheme": "url",
             "relation_type": {"id": "isderivedfrom"}},
        ]
    if i % 6 == 2:
        metadata["contributors"] = [
            {"person_or_org": {"type": "organizational", "name": "Harbour Board"},
             "role": {"id": "datacollector"}}]
        metadata["additional_titles"] = [
            {"title": f"Ein anderer Titel {i}", "type": {"id": "alternative-title"},
             "lang": {"id": "deu"}}]
        metadata["dates"] = [{"date": "2011/2012", "type": {"id": "collected"},
                              "description": "in the field"}]
    if i % 7 == 3:
        metadata["funding"] = [{"funder": {"id": "00k4n6c32"},
                                "award": {"number": f"10101{i:03d}",
                                          "title": {"en": f"Project {i}"}}}]
        metadata["references"] = [{"reference": "Somebody (1999). Something."}]
        metadata["identifiers"] = [{"identifier": f"https://example.org/item/{i}", "scheme": "url"}]
    custom = {}
    if kind == "publication-article":
        custom["journal:journal"] = {"title": "Journal of Shores", "volume": str(i),
                                     "issue": "2", "pages": "1-9", "issn": "1234-5679"}
    return {"metadata": metadata, "custom_fields": custom,
            "access": {"record": "public", "files": "public"}, "files": {"enabled": True}}


class Depositor:
    """One person at work, through the application's services."""

    def __init__(self, user_id):
        from invenio_communities.utils import load_community_needs
        from invenio_rdm_records.fixtures.tasks import get_authenticated_identity
        from invenio_rdm_records.proxies import current_rdm_records_service

        self.identity = get_authenticated_identity(user_id)
        load_community_needs(self.identity)
        self.records = current_rdm_records_service

    def draft(self, data, files=None, review=None):
        draft = self.records.create(self.identity, data)
        if files:
            self.put(draft.id, files)
        if review:
            self.records.review.update(
                self.identity, draft.id,
                {"type": "community-submission", "receiver": {"community": review}})
        return draft

    def put(self, recid, files):
        service = self.records.draft_files
        service.init_files(self.identity, recid, [{"key": key} for key in files])
        for key, body in files.items():
            service.set_file_content(self.identity, recid, key, io.BytesIO(body))
            service.commit_file(self.identity, recid, key)

    def publish(self, data, files=None):
        if not files:
            data = {**data, "files": {"enabled": False}}
        draft = self.draft(data, files)
        return self.records.publish(self.identity, draft.id)

    def version(self, recid, change, files):
        draft = self.records.new_version(self.identity, recid)
        data = dict(draft.data)
        metadata = dict(data["metadata"], publication_date=date.today().isoformat(), **change)
        for creator in metadata["creators"]:  # as read, minus what the server adds
            for house in creator.get("affiliations", []):
                for key in [k for k in house if k not in (("id",) if "id" in house else ("name",))]:
                    del house[key]
        metadata["rights"] = [{"id": r["id"]} if "id" in r else
                              {k: r[k] for k in ("title", "description", "link") if k in r}
                              for r in metadata.get("rights", [])]
        self.records.update_draft(self.identity, draft.id, {**data, "metadata": metadata})
        self.put(draft.id, files)
        return self.records.publish(self.identity, draft.id)


def make_communities(owner):
    from invenio_communities.proxies import current_communities

    service = current_communities.service
    made = {}
    for slug, title, visibility, review in COMMUNITIES:
        item = service.create(owner, {
            "slug": slug,
            "metadata": {"title": title, "description": title + ", for tests.",
                         "type": {"id": "topic"}},
            "access": {"visibility": visibility, "members_visibility": "public",
                       "member_policy": "open",
                       "record_submission_policy": "open", "review_policy": review},
        })
        made[slug] = str(item.id)
    return made


def join(community, user_id, role):
    """Make a person a member at once."""
    from invenio_access.permissions import system_identity
    from invenio_communities.proxies import current_communities

    current_communities.service.members.add(
        system_identity, community,
        {"members": [{"type": "user", "id": str(user_id)}], "role": role})


def include(record_id, community, identity, accept):
    from invenio_rdm_records.proxies import (
        current_record_communities_service as service,
    )
    from invenio_requests.proxies import current_requests_service as requests

    processed, errors = service.add(
        identity, record_id,
        {"communities": [{"id": community, "require_review": not accept}]})
    if errors:
        raise RuntimeError(errors)
    request = processed[0]["request_id"]
    if accept and requests.read(identity, request).data["is_open"]:
        requests.execute_action(identity, request, "accept", {})
    return str(request)


def fill(people, count, say):
    """Make communities and records; returns what tests need to know of them."""
    from invenio_access.permissions import system_identity
    from invenio_rdm_records.proxies import current_rdm_records_service as records
    from invenio_search import current_search

    owner = Depositor(people["owner"]["id"])
    communities = make_communities(owner.identity)
    for slug in ("tide-gauges", "soil-maps"):
        join(communities[slug], people["curator"]["id"], "curator")
    owner = Depositor(people["owner"]["id"])  # again: now with its memberships
    special, ids = {}, []

    for i in range(count):
        body = f"station,metres\n{PLACES[i % len(PLACES)]},{i}.5\n".encode()
        item = owner.publish(plain(i), {"readings.csv": body, "README.md": b"# Read me\n"})
        ids.append(item.id)
        if i % 3 == 0:
            include(item.id, communities["tide-gauges"], owner.identity, True)
        if i % 4 == 0:
            include(item.id, communities["soil-maps"], owner.identity, True)
        if i % 10 == 9:
            say(f"{i + 1} of {count} records")

    def one(name, data, files=None, **metadata):
        data = {**data, "metadata": {**data["metadata"], **metadata}}
        special[name] = owner.publish(data, files).id
        return special[name]

    first = one("three_versions", plain(1), {"a.txt": b"one\n"}, title="Three versions")
    second = owner.version(first, {"version": "v2"}, {"b.txt": b"two\n"})
    third = owner.version(second.id, {"version": "v3"}, {"c.txt": b"three\n"})
    special["three_versions"] = [first, second.id, third.id]
    special["three_versions_parent"] = third.data["parent"]["id"]

    base = plain(0)
    one("restricted_files", {**base, "access": {"record": "public", "files": "restricted"}},
        {"secret.txt": b"secret\n"}, title="Files for members only")
    one("restricted_record", {**base, "access": {"record": "restricted", "files": "restricted"}},
        {"secret.txt": b"secret\n"}, title="A record for members only")
    one("embargoed", {**base, "access": {"record": "public", "files": "restricted", "embargo": {
        "active": True, "until": "2099-12-31", "reason": "thesis"}}},
        {"later.txt": b"later\n"}, title="Files for later")
    one("metadata_only", base, None, title="Words without files")
    one("external_doi", {**base, "pids": {"doi": {"identifier": "10.1234/elsewhere.1",
                                                  "provider": "external"}}},
        {"a.txt": b"a\n"}, title="A DOI from elsewhere")
    one("strange_names", base, {
        "a b#c?d%e&f.txt": b"odd\n", "ünïcode – ∑.txt": "Größe\n".encode(),
        "CON": b"reserved\n", "Case.txt": b"1\n", "case.txt": b"2\n", "-rf": b"dash\n",
        "a" * 200 + ".txt": b"long\n"}, title="Files with strange names")
    # The server lists no archive that packs suspiciously well, so: no plain runs.
    lines = "".join(f"{(n * 7919) % 10007},{(n * 104729) % 1009}\n" for n in range(500))
    one("zip", base, {"bundle.zip": packed({"in/one.csv": lines, "two.csv": "a,b\n1,2\n"}),
                      "dot.png": png()}, title="An archive and a picture")
    one("many_files", base, {f"part-{n:03d}.bin": bytes([n]) * 64 for n in range(80)},
        title="Eighty files")
    one("big_file", base, {"big.bin": bytes(range(256)) * 20000}, title="One file of five megabytes")
    one("strange_title", base, {"a.txt": b"a\n"},
        title="=SUM(A1:A9) <script>alert(1)</script> שלום \u202e \u0007 \U0001f30a",
        description="<p>Line one<br>line two</p><script>alert(1)</script>")
    one("organisations", base, {"a.txt": b"a\n"}, title="Made by organisations", creators=[
        {"person_or_org": {"type": "organizational", "name": "Harbour Board, Esbjerg"},
         "affiliations": [{"id": "01ggx4157"}, {"name": "Second House"}]}])

    one("deleted", base, {"a.txt": b"a\n"}, title="Taken back")
    records.delete_record(system_identity, special["deleted"], {
        "removal_reason": {"id": "retracted"}, "note": "Taken back by its author.",
        "citation_text": "Carberry (2014). Taken back."})
    one("deleted_hidden", base, {"a.txt": b"a\n"}, title="Taken back, unseen")
    records.delete_record(system_identity, special["deleted_hidden"], {
        "removal_reason": {"id": "spam"}, "note": "", "is_visible": False})

    special["draft"] = owner.draft(plain(2), {"a.txt": b"a\n"}).id
    review = owner.draft(plain(3), {"a.txt": b"a\n"}, review=communities["tide-gauges"])
    owner.records.review.submit(
        owner.identity, review.id,
        data={"payload": {"content": "Please look.", "format": "html"}}, require_review=True)
    special["in_review"] = review.id
    other = Depositor(people["reader"]["id"])
    item = other.publish(plain(4), {"a.txt": b"a\n"})
    special["readers_record"] = item.id
    special["inclusion_request"] = include(item.id, communities["tide-gauges"], other.identity, False)

    current_search.flush_and_refresh("*")
    return {"communities": communities, "ordinary": ids, "special": special}
