package export_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

func addSeeds(f *testing.F) {
	for _, s := range []string{
		"", "plain", `"`, `""`, `a"b`, "a,b", "a\tb", "\n", "\r", "\r\n", "a\r\nb", " ", "=1", "'=1", "-", "＝1", "\xef", "\xef\xbc",
		"\ufeff", "\x00", "\\", `\.`, "\x1b[0m", "é", "\xff", "a\xc3", "\xed\xa0\x80", "\u2028", "</script>", "👩🏽‍🔬",
	} {
		f.Add(s)
	}
}

// FuzzCSVCell has a cell read back as it was, also alone on its line and with
// whatever separator and line end.
func FuzzCSVCell(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, title string) {
		r := &zenodo.Record{ID: "1", Metadata: zenodo.Metadata{Title: title}}
		for _, fields := range []string{"title", "id,title"} {
			for _, rawCells := range []bool{false, true} {
				o := export.Options{Fields: fieldList(t, fields), RawCells: rawCells}
				want := title
				if !rawCells {
					want = guarded(title)
				}
				checkCell(t, write(t, "csv", o, r), ',', "\n", want)
				checkCell(t, write(t, "tsv", o, r), '\t', "\n", want)
				o.BOM = true
				checkCell(t, strings.TrimPrefix(write(t, "csv", o, r), "\ufeff"), ',', "\r\n", want)
			}
		}
	})
}

// checkCell wants the last cell of the one row after the heading.
func checkCell(t *testing.T, file string, comma rune, newline, want string) {
	t.Helper()
	rows := readStrictly(t, file, byte(comma), newline)
	if len(rows) != 2 || len(rows[0]) != len(rows[1]) {
		t.Fatalf("not a heading and a row: %q", file)
	}
	if got := rows[1][len(rows[1])-1]; got != want {
		t.Errorf("got %q, want %q from %q", got, want, file)
	}
	reader := csv.NewReader(strings.NewReader(file))
	reader.Comma = comma
	lenient, err := reader.ReadAll()
	if err != nil || len(lenient) != 2 {
		t.Fatalf("encoding/csv reads %q, %v from %q", lenient, err, file)
	}
	want = strings.ReplaceAll(want, "\r\n", "\n")
	if got := lenient[1][len(lenient[1])-1]; got != want {
		t.Errorf("encoding/csv got %q, want %q from %q", got, want, file)
	}
}

// FuzzCitation has whatever is in a record stay in its field of BibTeX and its
// line of RIS.
func FuzzCitation(f *testing.F) {
	addSeeds(f)
	for _, s := range []string{"{", "}", "}{", `\}`, "a, b, c", "a and b", "x\n@comment{", "TY  - JOUR\r\nER  - ", "100%", "~^$", "<i>a {b</i>} <sub>2</sub>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := &zenodo.Record{ID: zenodo.RecordID(s), DOI: zenodo.DOI(s), URL: s, Metadata: zenodo.Metadata{
			Title: s, PublicationDate: s, Description: s, Version: s, License: s, Language: s, Publisher: s, Type: s, Subtype: s, TypeTitle: s,
			Creators: []zenodo.Creator{{Name: s}, {Name: s + ", " + s}}, Contributors: []zenodo.Contributor{{Creator: zenodo.Creator{Name: s}, Type: "Editor"}},
			Keywords: []string{s, "b"}, Journal: zenodo.Journal{Title: s, Volume: s, Issue: s, Pages: s, ISSN: s}, Imprint: zenodo.Imprint{Place: s, ISBN: s},
			Meeting: zenodo.Meeting{Title: s, Place: s}, ThesisUniversity: s,
		}}
		file := write(t, "bibtex", export.Options{}, r, r)
		if entries := readBibTeX(t, file); len(entries) != 2 || entries[0].Fields["langid"] == "{" {
			t.Errorf("%d entries in %q", len(entries), file)
		}
		if valid(file) != file {
			t.Errorf("broken UTF-8 in %q", file)
		}
		if refs := readRIS(t, write(t, "ris", export.Options{}, r, r)); len(refs) != 2 {
			t.Errorf("%d references from %q", len(refs), s)
		}
	})
}

// FuzzMarkup has whatever is in a record stay in its cell, and links lead to
// the web only.
func FuzzMarkup(f *testing.F) {
	addSeeds(f)
	for _, s := range []string{"javascript:alert(1)", "http://x", "https://x/)](y)|", "<script>", "a | b", "\\|", "`|`", "<p>a<b", "&lt;p&gt;", "<!--", "</td>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := &zenodo.Record{ID: zenodo.RecordID(s), DOI: zenodo.DOI(s), URL: s, Metadata: zenodo.Metadata{Title: s, Description: s}}
		o := export.Options{Fields: fieldList(t, "id,doi,title,description,url")}
		checkHTMLRows(t, write(t, "html", o, r))
		lines := strings.Split(write(t, "markdown", o, r), "\n")
		if len(lines) != 4 || bars(lines[2]) != 6 {
			t.Errorf("%q is not one row of five cells", lines)
		}
	})
}

// bars counts those that part cells.
func bars(line string) int {
	return strings.Count(strings.NewReplacer(`\\`, "", `\|`, "").Replace(line), "|")
}

// FuzzJSONString has a string read back as it was, but for broken UTF-8.
func FuzzJSONString(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, title string) {
		r := &zenodo.Record{ID: zenodo.RecordID(title), Metadata: zenodo.Metadata{Title: title, Keywords: []string{title}}}
		line := write(t, "jsonl", export.Options{Fields: fieldList(t, "id,title,keywords")}, r)
		if n := strings.Count(line, "\n"); n != 1 {
			t.Errorf("%d line breaks in %q", n, line)
		}
		var got struct {
			ID       string
			Title    string
			Keywords []string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if want := valid(title); got.ID != want || got.Title != want || len(got.Keywords) != 1 || got.Keywords[0] != want {
			t.Errorf("got %+v, want %q from %q", got, want, line)
		}
		if valid(line) != line {
			t.Errorf("broken UTF-8 in %q", line)
		}
	})
}
