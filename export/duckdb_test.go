package export_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
)

// duckdb runs a query in DuckDB, in the form that it has as a package of npm,
// and returns the rows. It is found where Node.js looks for packages, such as
// in $NODE_PATH.
func duckdb(t *testing.T, query string) [][]any {
	t.Helper()
	const program = `
		const { DuckDBInstance } = require("@duckdb/node-api");
		(async () => {
			const db = await (await DuckDBInstance.create()).connect();
			const rows = (await db.runAndReadAll(process.argv[1])).getRowsJson();
			process.stdout.write(JSON.stringify(rows));
		})().catch((e) => { console.error(e); process.exit(1); });`
	node, err := exec.LookPath("node")
	if err == nil {
		err = exec.CommandContext(t.Context(), node, "-e", `require("@duckdb/node-api")`).Run()
	}
	if err != nil {
		t.Skip("DuckDB (npm package @duckdb/node-api) is not installed:", err)
	}
	out, err := exec.CommandContext(t.Context(), node, "-e", program, query).Output()
	if err != nil {
		t.Fatalf("%s: %v, %s", query, err, stderrOf(err))
	}
	var rows [][]any
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatalf("%v in %.200s", err, out)
	}
	return rows
}

func stderrOf(err error) string {
	if e, ok := err.(*exec.ExitError); ok {
		return string(e.Stderr)
	}
	return ""
}

// TestParquetInDuckDB has DuckDB give back the values and types.
func TestParquetInDuckDB(t *testing.T) {
	records := append(difficult(), crowded(), dated())
	file := filepath.Join(t.TempDir(), "all.parquet")
	if err := os.WriteFile(file, []byte(write(t, "parquet", export.Options{Fields: fieldList(t, strings.Join(documented, ","))}, records...)), 0o666); err != nil {
		t.Fatal(err)
	}
	types := map[string]any{}
	for _, row := range duckdb(t, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '"+file+"')") {
		types[row[0].(string)] = row[1]
	}
	for name, want := range map[string]string{
		"id": "VARCHAR", "title": "VARCHAR", "publication_date": "DATE", "publication_date_text": "VARCHAR", "publication_year": "INTEGER",
		"creators": "VARCHAR[]", "grants": "VARCHAR[]", "views": "BIGINT", "size": "BIGINT",
		"contributors": "JSON", "created": "TIMESTAMP WITH TIME ZONE", "updated": "TIMESTAMP WITH TIME ZONE",
	} {
		if types[name] != want {
			t.Errorf("%s is %v, want %s", name, types[name], want)
		}
	}
	// As JSON, since the package for Node.js takes marks of the byte order from
	// the beginning of texts.
	rows := duckdb(t, `SELECT to_json(r)::VARCHAR FROM (SELECT * REPLACE (
		strftime(created AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f') AS created,
		strftime(updated AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f') AS updated) FROM '`+file+"') r")
	if len(rows) != len(records) {
		t.Fatalf("got %d rows for %d records", len(rows), len(records))
	}
	for i, r := range records {
		want := map[string]any{}
		for c, v := range parquetValues(r) {
			want[parquetNames[c]] = v
		}
		if diff := cmp.Diff(fromJSON(t, jsonText(t, want)), fromJSON(t, rows[i][0].(string))); diff != "" {
			t.Errorf("record %q (-want +got):\n%.4000s", r.ID, diff)
		}
	}
}

func fromJSON(t *testing.T, text string) (values map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
