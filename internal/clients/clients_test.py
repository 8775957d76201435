"""What clients of other people do with Zenodo, done with the emulator."""

import hashlib
import os
import pathlib
import tempfile
import unittest

import redirect  # first: it sends what follows to the emulator

import fairly
import pooch
import requests
import sickle
import zenodo_client
import zenodo_get
import zenodopy

TOKEN = "a-token-of-the-emulator"
FILES = {"levels.csv": 300_001, "notes on levels.txt": 12, "maps.zip": 90_000}


def md5(path):
    return hashlib.md5(pathlib.Path(path).read_bytes()).hexdigest()


class Case(unittest.TestCase):
    """A folder that is left behind empty, in which clients run."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.dir)

    def manifest(self, record=1002):
        """The checksums that a record's files should have."""
        files = requests.get(f"https://zenodo.org/api/records/{record}", timeout=9).json()["files"]
        return {f["key"]: f["checksum"].removeprefix("md5:") for f in files}

    def file(self, name, text):
        path = self.dir / name
        path.write_text(text)
        return str(path)


class ZenodoGet(Case):
    def test_record(self):
        zenodo_get.download("1002", output_dir="out")
        self.assertEqual({p.name: p.stat().st_size for p in (self.dir / "out").iterdir()}, FILES)
        zenodo_get.download("1002", output_dir="out", md5=True)  # which fetches nothing else
        sums = dict(reversed(line.split("  ")) for line in (self.dir / "out/md5sums.txt").read_text().splitlines())
        self.assertEqual(sums, self.manifest())
        for name, checksum in sums.items():
            self.assertEqual(md5(self.dir / "out" / name), checksum)

    def test_concept_doi_and_pattern(self):
        zenodo_get.download("10.5281/zenodo.1000", output_dir="out", file_glob="*.csv")
        self.assertEqual([p.name for p in (self.dir / "out").iterdir()], ["levels.csv"])

    def test_unknown(self):
        with self.assertRaises(Exception):
            zenodo_get.download("1", output_dir="out")


class Pooch(Case):
    def test_retrieve(self):
        path = pooch.retrieve("doi:10.5281/zenodo.1002/levels.csv", known_hash="md5:" + self.manifest()["levels.csv"], path=self.dir)
        self.assertEqual(os.path.getsize(path), FILES["levels.csv"])

    def test_registry(self):
        shelf = pooch.create(path=self.dir, base_url="doi:10.5281/zenodo.1002/")
        shelf.load_registry_from_doi()
        self.assertEqual(set(shelf.registry), set(FILES))
        unpacked = shelf.fetch("maps.zip", processor=pooch.Unzip(members=["data/table.csv"]))
        self.assertTrue(pathlib.Path(unpacked[0]).read_text().startswith("station,value\n"))


class ZenodoClient(Case):
    def test_publish_and_update(self):
        zenodo = zenodo_client.Zenodo(TOKEN)
        data = zenodo_client.Metadata(
            title="Levels", upload_type="dataset", description="Made up.", version="2024.1",
            creators=[zenodo_client.Creator(name="Doe, Jane", affiliation="Tide Office", orcid="0000-0002-1825-0097")],
        )
        first = zenodo.create(data, self.file("a.csv", "1,2\n")).json()
        self.assertTrue(first["submitted"])
        second = zenodo.update(first["id"], self.file("b.csv", "3,4\n")).json()
        self.assertNotEqual(second["id"], first["id"])
        record = zenodo.get_record(second["id"]).json()
        self.assertEqual({f["key"] for f in record["files"]}, {"a.csv", "b.csv"})
        path = zenodo.download(second["id"], "b.csv", parts=[str(self.dir)])
        self.assertEqual(pathlib.Path(path).read_text(), "3,4\n")

    def test_refused(self):
        with self.assertRaises(requests.HTTPError):
            zenodo_client.Zenodo("wrong")._get_deposition("1002")


class Zenodopy(Case):
    def test_project(self):
        zeno = zenodopy.Client(token=TOKEN)
        zeno.create_project(title="Levels of zenodopy", upload_type="dataset", description="Made up.")
        zeno.upload_file(self.file("a.csv", "1,2\n"))
        zeno.upload_file(self.file("b.csv", "3,4\n"))
        zeno.change_metadata(dep_id=zeno.deposition_id, title="Better levels", upload_type="dataset", description="Made up.")
        deposition = zeno._get_depositions_by_id(zeno.deposition_id)
        self.assertEqual(deposition["title"], "Better levels")
        self.assertEqual({f["filename"] for f in deposition["files"]}, {"a.csv", "b.csv"})
        zeno.delete_file("b.csv")
        self.assertEqual([f["filename"] for f in zeno._get_depositions_files()], ["a.csv"])
        found = zenodopy.Client(token=TOKEN)
        found.set_project(zeno.deposition_id)
        self.assertEqual(found.bucket, zeno.bucket)
        zeno._delete_project(zeno.deposition_id)

    def test_urls(self):
        urls = zenodopy.Client(token=TOKEN).get_urls_from_doi("10.5281/zenodo.1002")
        self.assertEqual(len(urls), 3)
        self.assertEqual(requests.get(urls[1], timeout=9).headers["Content-Length"], "12")


class Fairly(Case):
    def test_dataset(self):
        dataset = fairly.dataset("https://zenodo.org/records/1002")
        self.assertEqual(dataset.title, "Levels of four harbours")
        self.assertEqual({f.path: f.size for f in dataset.get_files().values()}, FILES)
        dataset.store(str(self.dir / "out"), extract=False)
        for name, checksum in self.manifest().items():
            self.assertEqual(md5(self.dir / "out" / name), checksum)

    def test_upload(self):
        client = fairly.client("zenodo", token=TOKEN)
        (self.dir / "in").mkdir()
        local = fairly.init_dataset(str(self.dir / "in"), template="zenodo")
        local.metadata["title"] = "Levels of fairly"
        (self.dir / "in" / "a.csv").write_text("1,2\n")
        local.includes.append("a.csv")
        local.save()
        remote = local.upload(client)
        self.assertEqual([f.path for f in remote.get_files().values()], ["a.csv"])


class Sickle(Case):
    def setUp(self):
        super().setUp()
        self.oai = sickle.Sickle("https://zenodo.org/oai2d")

    def test_identify(self):
        self.assertEqual(self.oai.Identify().granularity, "YYYY-MM-DDThh:mm:ssZ")
        self.assertIn("user-tide-gauges", [s.setSpec for s in self.oai.ListSets()])

    def test_records(self):
        prefixes = {f.metadataPrefix for f in self.oai.ListMetadataFormats()}
        self.assertEqual(prefixes, {"oai_dc", "oai_datacite", "oai_datacite4", "datacite", "datacite4", "dcat", "marcxml", "marc21"})
        record = self.oai.GetRecord(identifier="oai:zenodo.org:1002", metadataPrefix="oai_dc")
        self.assertEqual(record.metadata["title"], ["Levels of four harbours"])
        for prefix in prefixes:
            self.oai.GetRecord(identifier="oai:zenodo.org:1002", metadataPrefix=prefix)

    def test_pages(self):
        found = [h.identifier for h in self.oai.ListIdentifiers(metadataPrefix="oai_dc")]
        self.assertEqual(len(found), len(set(found)))
        self.assertGreater(len(found), 100)  # more than two pages

    def test_none(self):
        with self.assertRaises(requests.HTTPError):  # the status is 422 with the error inside, which sickle does not read
            self.oai.ListRecords(metadataPrefix="oai_dc", set="user-nobody")


if __name__ == "__main__":
    unittest.main()
