"""What one would write instead of zharvest: pages fetched one after the other,
the same tables, and a full-text index, with Python's standard library alone.

    python3 plain.py API DB

It needs a server that lists everything, as Zenodo does not, and is not
resumable. It is here to be compared with, see README.md.
"""

import http.client
import json
import sqlite3
import sys
import urllib.parse
import zlib

SCHEMA = """
PRAGMA journal_mode=wal;
PRAGMA synchronous=normal;
CREATE TABLE records (
  record_id INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, concept_id TEXT, doi TEXT, concept_doi TEXT, title TEXT NOT NULL,
  publication_date TEXT, type TEXT, subtype TEXT, access TEXT, license TEXT, version TEXT, version_index INTEGER,
  is_latest INTEGER, language TEXT, journal TEXT, url TEXT, created_at TEXT, updated_at TEXT, revision INTEGER,
  files INTEGER, size INTEGER, views INTEGER, downloads INTEGER);
CREATE INDEX records_by_concept ON records (concept_id, version_index);
CREATE INDEX records_by_doi ON records (doi);
CREATE INDEX records_by_created ON records (created_at);
CREATE TABLE documents (record_id INTEGER PRIMARY KEY, json BLOB);
CREATE TABLE creators (record_id, position, name, affiliation, orcid, gnd, PRIMARY KEY (record_id, position)) WITHOUT ROWID;
CREATE TABLE contributors (record_id, position, name, type, affiliation, orcid, PRIMARY KEY (record_id, position)) WITHOUT ROWID;
CREATE TABLE keywords (record_id, position, keyword, PRIMARY KEY (record_id, position)) WITHOUT ROWID;
CREATE TABLE grants (record_id, position, code, title, acronym, program, funder, funder_doi, PRIMARY KEY (record_id, position)) WITHOUT ROWID;
CREATE TABLE related_identifiers (record_id, position, identifier, relation, scheme, resource_type, PRIMARY KEY (record_id, position)) WITHOUT ROWID;
CREATE TABLE files (record_id, position, key, size, checksum, url, PRIMARY KEY (record_id, position)) WITHOUT ROWID;
CREATE TABLE statistics (record_id, seen_at, views, unique_views, downloads, unique_downloads, PRIMARY KEY (record_id, seen_at)) WITHOUT ROWID;
CREATE TABLE memberships (slug, record_id, PRIMARY KEY (slug, record_id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5 (
  id, doi, title, description, notes, creators, affiliations, contributors, keywords, publication_date, version, "references",
  identifiers, related, grants, communities, license, type, language, journal, meeting, filenames,
  content='', tokenize='unicode61 remove_diacritics 2');
"""


def pages(api):
    """Yields the records page by page, over one connection."""
    root = urllib.parse.urlsplit(api)
    connection = http.client.HTTPConnection(root.netloc)
    headers = {"Authorization": "Bearer bench", "User-Agent": "plain.py", "Accept": "application/json"}
    number = 1
    while True:
        query = urllib.parse.urlencode({"size": 100, "page": number, "sort": "oldest", "all_versions": "true"})
        connection.request("GET", root.path + "/records?" + query, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(f"page {number}: {answer.status} {answer.read()[:200]}")
        hits = json.loads(answer.read())["hits"]["hits"]
        if not hits:
            return
        yield hits
        number += 1


def several(record_id, items, *keys):
    return [(record_id, i, *(item.get(key) for key in keys)) for i, item in enumerate(items, 1)]


def joined(items, key):
    return "\n".join(item.get(key) or "" for item in items)


def fill(count, table):
    return f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * count)})"


def store(db, first, hits):
    rows = {name: [] for name in ("records", "documents", "creators", "contributors", "keywords", "grants",
                                  "related_identifiers", "files", "statistics", "memberships", "texts")}
    for key, hit in enumerate(hits, first):
        add(rows, key, hit)
    with db:
        for table, values in rows.items():
            if not values:
                continue
            if table == "texts":
                marks = ", ".join("?" * len(values[0]))
                columns = "rowid, id, doi, title, description, notes, creators, affiliations, contributors, keywords, publication_date, version, " \
                    "\"references\", identifiers, related, grants, communities, license, type, language, journal, meeting, filenames"
                db.executemany(f"INSERT INTO texts ({columns}) VALUES ({marks})", values)
            else:
                db.executemany(fill(len(values[0]), table), values)


def add(rows, key, hit):
    m, stats, files = hit["metadata"], hit.get("stats") or {}, hit.get("files") or []
    kind, license = m.get("resource_type") or {}, (m.get("license") or {}).get("id")
    version = ((m.get("relations") or {}).get("version") or [{}])[0]
    creators, contributors = m.get("creators") or [], m.get("contributors") or []
    keywords, related, grants = m.get("keywords") or [], m.get("related_identifiers") or [], m.get("grants") or []
    slugs = [c["id"] for c in m.get("communities") or []]
    journal, meeting = m.get("journal") or {}, m.get("meeting") or {}
    rows["records"].append((
        key, str(hit["id"]), hit.get("conceptrecid"), hit.get("doi"), hit.get("conceptdoi"), m.get("title") or "",
        m.get("publication_date"), kind.get("type"), kind.get("subtype"), m.get("access_right"), license, m.get("version"),
        version.get("index", 0) + 1, version.get("is_last", True), m.get("language"), journal.get("title"),
        hit["links"].get("self_html"), hit["created"], hit["modified"], hit.get("revision"), len(files),
        sum(f["size"] for f in files), stats.get("views"), stats.get("downloads")))
    rows["documents"].append((key, zlib.compress(json.dumps(hit, ensure_ascii=False).encode())))
    rows["creators"] += several(key, creators, "name", "affiliation", "orcid", "gnd")
    rows["contributors"] += several(key, contributors, "name", "type", "affiliation", "orcid")
    rows["keywords"] += [(key, i, k) for i, k in enumerate(keywords, 1)]
    rows["grants"] += [(key, i, g.get("code"), g.get("title"), g.get("acronym"), g.get("program"),
                        (g.get("funder") or {}).get("name"), (g.get("funder") or {}).get("doi")) for i, g in enumerate(grants, 1)]
    rows["related_identifiers"] += several(key, related, "identifier", "relation", "scheme", "resource_type")
    rows["files"] += [(key, i, f["key"], f["size"], f.get("checksum"), f["links"]["self"]) for i, f in enumerate(files, 1)]
    if stats:
        rows["statistics"].append((key, hit["modified"], stats.get("views"), stats.get("unique_views"),
                                   stats.get("downloads"), stats.get("unique_downloads")))
    rows["memberships"] += [(slug, key) for slug in slugs]
    rows["texts"].append((
        key, str(hit["id"]), hit.get("doi"), m.get("title"), m.get("description"), (m.get("notes") or "") + (m.get("method") or ""),
        joined(creators, "name"), joined(creators, "affiliation"), joined(contributors, "name"), "\n".join(keywords),
        m.get("publication_date"), m.get("version"), "\n".join(m.get("references") or []),
        joined(m.get("alternate_identifiers") or [], "identifier"), joined(related, "identifier"), joined(grants, "title"),
        " ".join(slugs), license, kind.get("type"), m.get("language"), journal.get("title"), meeting.get("title"), joined(files, "key")))


def main():
    api, path = sys.argv[1:]
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    stored = 0
    for hits in pages(api):
        store(db, stored + 1, hits)
        stored += len(hits)
    db.close()
    print(stored)


main()
