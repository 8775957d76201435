package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
)

// TestXLSXInLibreOffice has LibreOffice give back the values, as it shows them.
func TestXLSXInLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed:", err)
	}
	if testing.Short() {
		t.Skip("LibreOffice takes seconds to start")
	}
	dir := t.TempDir()
	records := append(difficult(), crowded())
	file := filepath.Join(dir, "all.xlsx")
	if err := os.WriteFile(file, []byte(write(t, "xlsx", export.Options{Fields: fieldList(t, strings.Join(documented, ","))}, records...)), 0o666); err != nil {
		t.Fatal(err)
	}
	// Comma, quotes, UTF-8, from the first line on, cells as they are shown.
	const filter = `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false`
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile",
		"--headless", "--convert-to", filter, "--outdir", dir, file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	csv, err := os.ReadFile(filepath.Join(dir, "all.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := readStrictly(t, string(csv), ',', "\n")
	if len(rows) != len(records)+1 {
		t.Fatalf("got %d rows for %d records", len(rows), len(records))
	}
	for i, r := range records {
		for c, v := range validValues(r) {
			if got, want := oneBreak(rows[i+1][c]), shown(documented[c], v); got != want {
				t.Errorf("record %q, %s (-want +got):\n%.1000s", r.ID, documented[c], cmp.Diff(want, got))
			}
		}
	}
}

// shown is what a spreadsheet shows of a value: a time without its fraction,
// and every kind of line break as one.
func shown(name string, v any) string {
	text := strings.TrimPrefix(strings.TrimPrefix(xlsxWant(name, v), "t "), "n ")
	if name == "created" || name == "updated" {
		text, _, _ = strings.Cut(text, ".")
	}
	return oneBreak(text)
}

func oneBreak(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
}
