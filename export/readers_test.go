package export_test

import (
	"encoding/json"
	"encoding/xml"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// reader runs a program that reads what was written, which others wrote; the
// test is skipped where it is not installed.
func reader(t *testing.T, input, name string, args ...string) []byte {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: nobody else reads this format here", name)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Dir = t.TempDir()
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, problems.String())
	}
	return out
}

// letters are those of a text, small, and its digits: what survives the
// typography of readers.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, s)
}

// cited is what pandoc has understood of a reference.
type cited struct {
	ID, Title, DOI, Page, Volume, Issue, Publisher, ISBN, ISSN, Abstract string
	Container                                                            string `json:"container-title"`
	Author, Editor                                                       []citedName
	Issued                                                               struct {
		Parts [][]int `json:"date-parts"`
	}
}

type citedName struct {
	Family, Given, Suffix, Literal string
	Dropping                       string `json:"dropping-particle"`
	NonDropping                    string `json:"non-dropping-particle"`
}

// comparable has names and titles in letters, and pages with one dash.
func (c cited) comparable() cited {
	for _, text := range []*string{&c.Title, &c.Container, &c.Publisher, &c.Abstract} {
		*text = letters(*text)
	}
	for _, names := range [][]citedName{c.Author, c.Editor} {
		for i, n := range names {
			names[i] = citedName{Literal: letters(n.Dropping + n.NonDropping + n.Family + n.Given + n.Suffix + n.Literal)}
		}
	}
	c.Page = strings.ReplaceAll(c.Page, "–", "-")
	return c
}

// TestPandocReadsCitations has pandoc give back of BibTeX, as classic and as
// biblatex's, and of CSL-JSON what was written as CSL-JSON.
func TestPandocReadsCitations(t *testing.T) {
	records := difficult()
	var want []cited
	if err := json.Unmarshal([]byte(write(t, "csl", export.Options{}, records...)), &want); err != nil {
		t.Fatal(err)
	}
	for from, format := range map[string]string{"bibtex": "bibtex", "biblatex": "bibtex", "csljson": "csl"} {
		var got []cited
		if err := json.Unmarshal(reader(t, write(t, format, export.Options{}, records...), "pandoc", "-f", from, "-t", "csljson"), &got); err != nil {
			t.Fatal(err)
		}
		byID := map[string]cited{}
		for _, c := range got {
			byID[c.ID] = c
		}
		for i, w := range want {
			if len(w.Issued.Parts) > 1 && format == "bibtex" {
				w.Issued.Parts = w.Issued.Parts[:1] // a span is its start there
			}
			if diff := cmp.Diff(w.comparable(), byID[w.ID].comparable()); diff != "" {
				t.Errorf("%s: record %q (-written +read):\n%.2000s", from, records[i].ID, diff)
			}
		}
	}
}

// TestPandocReadsMarkup has pandoc find the markup of a title in BibTeX, as it
// finds it in CSL-JSON, where markup is that of HTML.
func TestPandocReadsMarkup(t *testing.T) {
	const title = "Food of <i>Mops condylurus</i> in H<sub>2</sub>O, <b>not</b> CO<sub>2</sub>: 10<sup>3</sup> bats"
	r := work("1", "dataset", "", title, "2020")
	for from, format := range map[string]string{"bibtex": "bibtex", "csljson": "csl"} {
		var got []cited
		if err := json.Unmarshal(reader(t, write(t, format, export.Options{}, r), "pandoc", "-f", from, "-t", "csljson"), &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || regexp.MustCompile("</?span[^>]*>").ReplaceAllString(got[0].Title, "") != title {
			t.Errorf("%s: got %+v, want the title %s", from, got, title)
		}
	}
}

// TestPandocReadsTables has pandoc give back the cells of Markdown, as GitHub
// has it, and of HTML.
func TestPandocReadsTables(t *testing.T) {
	fields := "id,doi,title,publication_date,creators,keywords,version,license,url,views"
	records := difficult()
	for format, from := range map[string]string{"markdown": "gfm", "html": "html"} {
		o := export.Options{Fields: fieldList(t, fields)}
		rows := tableRows(t, reader(t, write(t, format, o, records...), "pandoc", "-f", from, "-t", "json"))
		if len(rows) != len(records)+1 {
			t.Fatalf("%s: got %d rows for %d records", from, len(rows), len(records))
		}
		for i, r := range records {
			var want []string
			for _, f := range o.Fields {
				want = append(want, folded(string(f.AppendText(nil, r))))
			}
			if diff := cmp.Diff(want, rows[i+1], composed); diff != "" {
				t.Errorf("%s: record %q (-written +read):\n%.2000s", from, r.ID, diff)
			}
		}
	}
}

// composed takes letters with marks for equal however they are put together,
// which pandoc changes in Markdown.
var composed = cmp.Comparer(func(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) })

// folded has white space and control characters as single spaces.
func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
}

// tableRows are the texts of the rows of the first table in pandoc's tree.
func tableRows(t *testing.T, tree []byte) [][]string {
	t.Helper()
	var document struct{ Blocks []any }
	if err := json.Unmarshal(tree, &document); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	eachNode(document.Blocks, func(node map[string]any) bool {
		if node["t"] != "Table" {
			return true
		}
		rows = rowsOf(node["c"].([]any))
		return false
	})
	return rows
}

// rowsOf are those of the head and of the bodies of a table.
func rowsOf(table []any) [][]string {
	var rows [][]string
	add := func(list any) {
		for _, row := range list.([]any) {
			var texts []string
			for _, c := range row.([]any)[1].([]any) {
				texts = append(texts, strings.TrimSpace(textOf(c.([]any)[4])))
			}
			rows = append(rows, texts)
		}
	}
	add(table[3].([]any)[1])
	for _, body := range table[4].([]any) {
		add(body.([]any)[3])
	}
	return rows
}

// textOf is the text in a part of pandoc's tree. Raw markup, which there must
// not be, shows.
func textOf(part any) string {
	var b strings.Builder
	eachNode(part, func(node map[string]any) bool {
		switch node["t"] {
		case "Str":
			b.WriteString(node["c"].(string))
		case "Space", "SoftBreak", "LineBreak":
			b.WriteByte(' ')
		case "RawInline", "RawBlock", "Code", "Math", "Emph", "Strong", "Image":
			b.WriteString("«" + node["t"].(string) + "»")
		}
		return true
	})
	return b.String()
}

func eachNode(part any, visit func(map[string]any) bool) {
	switch p := part.(type) {
	case []any:
		for _, each := range p {
			eachNode(each, visit)
		}
	case map[string]any:
		if visit(p) {
			eachNode(p["c"], visit)
		}
	}
}

// TestBibutilsReadsRIS has ris2xml give back ids, DOIs and titles.
func TestBibutilsReadsRIS(t *testing.T) {
	records := append(works(), ordinary(), partlyKnown())
	out := reader(t, write(t, "ris", export.Options{}, records...), "ris2xml", "-i", "unicode")
	var got struct {
		Mods []struct {
			ID     string `xml:"ID,attr"`
			Titles []struct {
				Title    string `xml:"title"`
				SubTitle string `xml:"subTitle"`
			} `xml:"titleInfo"`
			Identifiers []struct {
				Type string `xml:"type,attr"`
				ID   string `xml:",chardata"`
			} `xml:"identifier"`
		} `xml:"mods"`
	}
	if err := xml.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Mods) != len(records) {
		t.Fatalf("got %d references for %d records", len(got.Mods), len(records))
	}
	for i, r := range records {
		m := got.Mods[i]
		var dois []string
		for _, id := range m.Identifiers {
			if id.Type == "doi" {
				dois = append(dois, id.ID)
			}
		}
		title := ""
		if len(m.Titles) > 0 {
			title = letters(m.Titles[0].Title + m.Titles[0].SubTitle)
		}
		if len(dois) == 0 || dois[0] != string(r.DOI) || title != letters(r.Metadata.Title) || !strings.HasSuffix(m.ID, "_"+string(r.ID)) {
			t.Errorf("record %s: got %s, %q, %q", r.ID, m.ID, dois, title)
		}
	}
}

// TestBiberReadsBibTeX has biber, which reads for biblatex, take every entry
// and give back what it must not touch.
func TestBiberReadsBibTeX(t *testing.T) {
	if testing.Short() {
		t.Skip("biber takes seconds to start")
	}
	records := difficult()
	file := write(t, "bibtex", export.Options{}, records...)
	name := filepath.Join(t.TempDir(), "out.bib")
	input := filepath.Join(t.TempDir(), "in.bib")
	writeText(t, input, file)
	log := string(reader(t, "", "biber", "--tool", "--nolog", "--output-file", name, input))
	for line := range strings.Lines(log) {
		if strings.HasPrefix(line, "WARN") || strings.HasPrefix(line, "ERROR") {
			t.Error(line)
		}
	}
	read := readText(t, name)
	for i, e := range readBibTeX(t, file) {
		checkBiberKeeps(t, read, e, records[i])
	}
}

// checkBiberKeeps finds key, DOI and address in what biber wrote.
func checkBiberKeeps(t *testing.T, file string, e bibEntry, r *zenodo.Record) {
	t.Helper()
	_, entry, ok := strings.Cut(file, "{"+e.Key+",\n")
	entry, _, _ = strings.Cut(entry, "\n}\n")
	if !ok {
		t.Errorf("record %q: biber has lost %s", r.ID, e.Key)
	}
	for _, field := range []string{"doi", "url"} {
		if value := e.Fields[field]; value != "" && !strings.Contains(strings.ToLower(entry), field+" = {"+strings.ToLower(value)+"}") {
			t.Errorf("record %q: biber has lost the %s %s:\n%s", r.ID, field, value, entry)
		}
	}
}
