// What zenodo-lib does with Zenodo, done with the emulator in ZENODO_EMULATOR.
"use strict";
const assert = require("assert");
const fs = require("fs");
const axios = require("axios");
const zenodo = require("zenodo-lib");

// Only where a request is put on the wire it goes to the emulator; any other host is refused.
axios.interceptors.request.use((config) => {
  const url = new URL(config.url);
  assert.strictEqual(url.host, "zenodo.org", `the client asked for ${url.host}, which is not emulated`);
  config.url = process.env.ZENODO_EMULATOR + url.pathname + url.search;
  return config;
});

const account = { accessToken: "a-token-of-the-emulator", env: "production" };
const call = (what, args) => what({ config_json: account, ...args });

(async () => {
  fs.writeFileSync("blank.json", JSON.stringify({}));
  fs.writeFileSync("levels.csv", "1,2\n");
  const made = await call(zenodo.create, {
    json: "blank.json", title: "Levels of zenodo-lib", description: "Made up.", upload_type: "dataset", authors: ["Doe, Jane"],
  });
  assert.ok(made.id, "create");
  await call(zenodo.upload, { id: [made.id], bucketurl: made.links.bucket, files: ["levels.csv"], publish: true });
  const found = await call(zenodo.record, { id: [made.id], strict: true });
  const record = Array.isArray(found) ? found[0] : found;
  assert.strictEqual(record.submitted, true, "upload with publish");
  assert.deepStrictEqual(record.files.map((f) => f.filename), ["levels.csv"]);
  const list = await call(zenodo.list, { size: 100 }); // the default, 1000, is refused
  assert.ok(list.some((d) => d.record_id === made.id), "list");
  console.log("zenodo-lib: ok");
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
