package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

var allowNested = cmp.AllowUnexported(nested{})

// nested is a value of kind JSON: as text, and as it is written.
type nested struct{ text, json string }

// values are what the documentation promises for a record, put down a second
// time: a string, an int64, a []string, a nested, or nil for null.
func values(r *zenodo.Record) []any {
	m := &r.Metadata
	creators, affiliations, orcids := []string{}, []string{}, []string{}
	for _, c := range m.Creators {
		creators = append(creators, c.Name)
		affiliations = append(affiliations, c.Affiliation())
		orcids = append(orcids, c.ORCID)
	}
	communities := []string{}
	for _, c := range r.Communities {
		communities = append(communities, string(c))
	}
	grants := []string{}
	for _, g := range m.Grants {
		both := slices.DeleteFunc([]string{g.Funder.Name, g.Code}, func(s string) bool { return s == "" })
		grants = append(grants, strings.Join(both, ": "))
	}
	languages := append([]string{}, m.Languages...)
	if len(languages) == 0 && m.Language != "" {
		languages = []string{m.Language}
	}
	var views, downloads, files, size any
	if r.Stats.Views != nil {
		views = *r.Stats.Views
	}
	if r.Stats.Downloads != nil {
		downloads = *r.Stats.Downloads
	}
	if len(r.Files) > 0 {
		var n int64
		for _, f := range r.Files {
			n += f.Size
		}
		files, size = int64(len(r.Files)), n
	}
	return []any{
		string(r.ID), orNull(r.DOI), string(r.ConceptID), orNull(r.ConceptDOI), orNull(m.Title), orNull(m.PublicationDate),
		orNull(m.Type), orNull(m.Subtype), creators, affiliations, orcids, contributorsOf(m), append([]string{}, m.Keywords...), communities,
		orNull(m.License), orNull(m.AccessRight), orNull(m.Version), orNull(m.Language), languages, orNull(m.Description), grants,
		orNull(m.Journal.Title), orNull(r.URL), views, downloads, files, size, orNull(r.CreatedAt), orNull(r.UpdatedAt),
	}
}

func contributorsOf(m *zenodo.Metadata) nested {
	n := nested{json: "["}
	for i, c := range m.Contributors {
		if i > 0 {
			n.text, n.json = n.text+"; ", n.json+","
		}
		kind := ""
		if c.NameType() != "" {
			kind = `"type":"` + c.NameType() + `",`
		}
		n.text += c.Name
		n.json += `{"person_or_org":{` + kind + `"name":` + quoted(c.Name)
		if c.ORCID != "" {
			n.json += `,"identifiers":[{"identifier":` + quoted(c.ORCID) + `,"scheme":"orcid"}]`
		}
		n.json += "}"
		if c.Type != "" {
			n.json += `,"role":{"id":` + quoted(strings.ToLower(c.Type)) + "}"
		}
		for j, a := range c.Affiliations {
			n.json += []string{`,"affiliations":[`, ","}[min(j, 1)] + `{"name":` + quoted(a.Name) + "}"
		}
		if len(c.Affiliations) > 0 {
			n.json += "]"
		}
		n.json += "}"
	}
	n.json += "]"
	return n
}

// quoted is a text in JSON.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

func orNull[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// cell is what a value is in a table.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case nested:
		return v.text
	case []string:
		if strings.Join(v, "") == "" {
			return ""
		}
		return strings.Join(v, "; ")
	}
	return ""
}

// guarded is what a cell is where formulas are made harmless.
func guarded(s string) string {
	for _, p := range []string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, p) {
			return "'" + s
		}
	}
	return s
}

func TestReadBackTable(t *testing.T) {
	records := append(difficult(), crowded())
	for _, rawCells := range []bool{false, true} {
		for _, bom := range []bool{false, true} {
			for format, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
				o := export.Options{Fields: fieldList(t, strings.Join(documented, ",")), RawCells: rawCells, BOM: bom}
				want := tableOf(records, rawCells)
				got := write(t, format, o, records...)
				newline := "\n"
				if bom {
					newline = "\r\n"
					got = strings.TrimPrefix(got, "\ufeff")
				}
				if diff := cmp.Diff(want, readStrictly(t, got, byte(comma), newline)); diff != "" {
					t.Errorf("%s %+v (-want +got):\n%s", format, o, diff)
				}
				if diff := cmp.Diff(unifyNewlines(want), readLeniently(t, got, comma)); diff != "" {
					t.Errorf("%s %+v by encoding/csv (-want +got):\n%s", format, o, diff)
				}
			}
		}
	}
}

func tableOf(records []*zenodo.Record, rawCells bool) [][]string {
	rows := [][]string{documented}
	for _, r := range records {
		var row []string
		for _, v := range values(r) {
			c := cell(v)
			if !rawCells {
				c = guarded(c)
			}
			row = append(row, c)
		}
		rows = append(rows, row)
	}
	return rows
}

// readLeniently reads with encoding/csv, which drops the return of a line break
// within quotes.
func readLeniently(t *testing.T, s string, comma rune) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(s))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func unifyNewlines(rows [][]string) [][]string {
	var unified [][]string
	for _, row := range rows {
		var u []string
		for _, c := range row {
			u = append(u, strings.ReplaceAll(c, "\r\n", "\n"))
		}
		unified = append(unified, u)
	}
	return unified
}

// readStrictly reads what RFC 4180 allows and nothing else, and keeps every
// byte.
func readStrictly(t *testing.T, s string, comma byte, newline string) [][]string {
	t.Helper()
	var rows [][]string
	var row []string
	for s != "" {
		var c string
		if s[0] == '"' {
			c, s = readQuoted(t, s[1:])
		} else {
			end := strings.IndexAny(s, string(comma)+"\"\r\n")
			if end < 0 || s[end] == '"' {
				t.Fatalf("a bare cell that does not end: %.40q", s)
			}
			c, s = s[:end], s[end:]
		}
		row = append(row, c)
		if s != "" && s[0] == comma {
			s = s[1:]
			continue
		}
		rest, ok := strings.CutPrefix(s, newline)
		if !ok {
			t.Fatalf("neither a cell nor a line after %q: %.40q", c, s)
		}
		rows, row, s = append(rows, row), nil, rest
	}
	return rows
}

func readQuoted(t *testing.T, s string) (c, rest string) {
	t.Helper()
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, `"`)
		if !ok {
			t.Fatalf("a quote that does not end: %.40q", s)
		}
		b.WriteString(before)
		if !strings.HasPrefix(after, `"`) {
			return b.String(), after
		}
		b.WriteByte('"')
		s = after[1:]
	}
}

func TestReadBackJSON(t *testing.T) {
	records := append(difficult(), crowded())
	o := export.Options{Fields: fieldList(t, strings.Join(documented, ","))}
	array := write(t, "json", o, records...)
	lines := write(t, "jsonl", o, records...)

	var objects []json.RawMessage
	if err := json.Unmarshal([]byte(array), &objects); err != nil {
		t.Fatal(err)
	}
	if len(objects) != len(records) {
		t.Fatalf("got %d objects for %d records", len(objects), len(records))
	}
	var line int
	for s := range strings.Lines(lines) {
		if got, want := strings.TrimSuffix(s, "\n"), string(objects[line]); got != want {
			t.Errorf("line %d of jsonl is not the object of json:\n%.200s\n%.200s", line+1, got, want)
		}
		line++
	}
	if line != len(records) {
		t.Errorf("got %d lines for %d records", line, len(records))
	}
	for i, r := range records {
		keys, got := readObject(t, objects[i])
		if !slices.Equal(keys, documented) {
			t.Errorf("record %q: keys are %v", r.ID, keys)
		}
		if diff := cmp.Diff(withoutText(validValues(r)), got, allowNested); diff != "" {
			t.Errorf("record %q (-want +got):\n%s", r.ID, diff)
		}
	}
}

// validValues has broken UTF-8 replaced, which JSON cannot hold.
func validValues(r *zenodo.Record) []any {
	vs := values(r)
	for i, v := range vs {
		switch v := v.(type) {
		case string:
			vs[i] = valid(v)
		case nested:
			vs[i] = nested{valid(v.text), v.json}
		case []string:
			for j := range v {
				v[j] = valid(v[j])
			}
		}
	}
	return vs
}

func valid(s string) string { return string([]rune(s)) }

// readObject returns keys and values in the order in which they stand. Of a
// nested value it does not know the text.
func readObject(t *testing.T, raw []byte) (keys []string, vs []any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	token := func() json.Token {
		tok, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	token() // {
	for d.More() {
		keys = append(keys, token().(string))
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			t.Fatal(err)
		}
		vs = append(vs, readValue(t, keys[len(keys)-1], raw))
	}
	return keys, vs
}

func readValue(t *testing.T, name string, raw []byte) (v any) {
	t.Helper()
	if name == "contributors" {
		return nested{json: string(raw)}
	}
	if raw[0] == '[' {
		list := []string{}
		if err := json.Unmarshal(raw, &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// withoutText are values as JSON has them.
func withoutText(vs []any) []any {
	for i, v := range vs {
		if n, ok := v.(nested); ok {
			vs[i] = nested{json: n.json}
		}
	}
	return vs
}
