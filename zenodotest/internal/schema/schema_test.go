package schema_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodotest/internal/schema"
)

// recorded is what InvenioRDM 14.0.5 answered to a PUT of a draft in which one
// field had a value. Of entries of vocabularies the file has the ids alone.
type recorded struct {
	Field   string
	Value   any
	Status  int
	Kept    any
	Errors  []schema.Problem
	Message string
}

func recordings(t *testing.T) (all []recorded) {
	t.Helper()
	file, err := os.Open("testdata/recorded.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// TestRecorded reads each value as the real server did.
func TestRecorded(t *testing.T) {
	s := plain()
	for _, r := range recordings(t) {
		part, name, _ := strings.Cut(r.Field, ".")
		t.Run(fmt.Sprintf("%s %.60s", r.Field, fmt.Sprint(r.Value)), func(t *testing.T) {
			value := copied(t, r.Value)
			if name != "" {
				value = complete(name, value)
			}
			got := read(s, part, value)
			if r.Status == 400 {
				if got.Unknown == nil || "Invalid value "+*got.Unknown+"." != r.Message {
					t.Errorf("got %v, want %s", got, r.Message)
				}
				return
			}
			var kept any = got.Value
			if name != "" {
				kept = got.Value[name]
			}
			if part == "pids" || part == "access" { // the server fills in what is missing from the draft
				r.Kept, kept = nil, nil
			}
			if diff := cmp.Diff(plainJSON(t, r.Kept), plainJSON(t, kept)); diff != "" && !(isNothing(r.Kept) && isNothing(kept)) {
				t.Errorf("kept (-recorded +got):\n%s", diff)
			}
			if got.Unknown != nil || len(got.Problems)+len(r.Errors) > 0 && !reflect.DeepEqual(sorted(got.Problems), sorted(r.Errors)) {
				t.Errorf("problems: got %v, recorded %v, unknown %v", got.Problems, r.Errors, got.Unknown)
			}
		})
	}
}

func plain() schema.Schema {
	return schema.Schema{Terms: schema.NewTerms(), Native: true, Now: func() time.Time { return time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC) }}
}

func read(s schema.Schema, part string, value any) schema.Read {
	switch part {
	case "metadata":
		return s.Metadata(value)
	case "custom_fields":
		return s.CustomFields(value)
	case "access":
		return s.Access(value)
	}
	return s.PIDs(value)
}

// complete is metadata with all that is required, and a field.
func complete(name string, value any) schema.Object {
	m := schema.Object{
		"resource_type": schema.Object{"id": "dataset"}, "title": "Probe", "publication_date": "2020-01-01", "publisher": "X",
		"creators": []any{schema.Object{"person_or_org": schema.Object{"type": "personal", "family_name": "A", "given_name": "B"}}},
	}
	m[name] = value
	return m
}

func copied(t *testing.T, value any) (out any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err == nil {
		out, err = schema.Decode(raw)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func plainJSON(t *testing.T, value any) (out any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func isNothing(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.Kind() != reflect.String && v.Len() == 0
}

func sorted(all []schema.Problem) map[string][]string {
	out := map[string][]string{}
	for _, p := range all {
		out[p.Field] = p.Messages
	}
	return out
}

// TestExpanded puts entries of vocabularies in the place of ids, those that a
// document has told of among them, and reads back what it wrote.
func TestExpanded(t *testing.T) {
	s := plain()
	first := s.Metadata(copied(t, complete("funding", []any{
		schema.Object{"funder": schema.Object{"id": "021nxhr62", "name": "National Science Foundation"}, "award": schema.Object{"id": "021nxhr62::1852977"}},
		schema.Object{"funder": schema.Object{"name": "A house"}},
	})))
	if first.Problems != nil || first.Unknown != nil {
		t.Fatalf("got %v", first)
	}
	kept, err := json.Marshal(first.Value["funding"])
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"award":{"id":"021nxhr62::1852977"},"funder":{"id":"021nxhr62"}},{"funder":{"name":"A house"}}]`; string(kept) != want {
		t.Errorf("kept %s, want %s", kept, want)
	}
	got, err := json.Marshal(s.Expanded(first.Value))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"resource_type":{"id":"dataset","title":{"en":"Dataset"}}`,
		`"funder":{"id":"021nxhr62","name":"National Science Foundation"}`,
		`"award":{"id":"021nxhr62::1852977","number":"1852977"}`,
		`"name":"A, B"`,
	} {
		if !strings.Contains(string(got), part) {
			t.Errorf("got %s, want %s", got, part)
		}
	}
	again := s.Metadata(copied(t, s.Expanded(first.Value)))
	if diff := cmp.Diff(first.Value, again.Value); diff != "" {
		t.Errorf("read again (-first +again):\n%s", diff)
	}
}

// TestDialects reads what one kind of server alone has.
func TestDialects(t *testing.T) {
	tests := []struct {
		name, part      string
		value           any
		plain, onZenodo string // the problem or the unknown id
	}{
		{"notes", "metadata", complete("additional_descriptions", []any{schema.Object{"description": "abc", "type": schema.Object{"id": "notes"}}}), "notes", ""},
		{"codemeta", "custom_fields", schema.Object{"code:developmentStatus": schema.Object{"id": "active"}}, "Unknown field.", ""},
		{"unknown status", "custom_fields", schema.Object{"code:developmentStatus": schema.Object{"id": "asleep"}}, "Unknown field.", "asleep"},
		{"no URL", "custom_fields", schema.Object{"code:codeRepository": "here"}, "Unknown field.", "You must provide a valid URL."},
		{"Darwin Core", "custom_fields", schema.Object{"dwc:genus": []any{"Rana"}}, "Unknown field.", ""},
		{"a namespace of nobody", "custom_fields", schema.Object{"rs:image": "x"}, "Unknown field.", "Unknown field."},
		{"EDMO", "metadata", complete("creators", []any{schema.Object{"person_or_org": schema.Object{
			"type": "organizational", "name": "O", "identifiers": []any{schema.Object{"identifier": "1", "scheme": "edmo"}},
		}}}), "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, dialect := range []struct {
				native bool
				want   string
			}{{true, test.plain}, {false, test.onZenodo}} {
				s := plain()
				s.Native = dialect.native
				got := read(s, test.part, copied(t, test.value))
				said := ""
				if got.Unknown != nil {
					said = *got.Unknown
				}
				for _, p := range got.Problems {
					said += p.Messages[0]
				}
				if said != dialect.want {
					t.Errorf("native %t: got %q, want %q", dialect.native, said, dialect.want)
				}
			}
		})
	}
}

// TestRecognise finds the scheme of identifiers as they are found about.
func TestRecognise(t *testing.T) {
	tests := []struct{ given, scheme, bare string }{
		{"10.5281/zenodo.1", "doi", "10.5281/zenodo.1"},
		{"https://doi.org/10.1234/AB", "doi", "10.1234/AB"},
		{"DOI: 10.1234/x", "doi", "10.1234/x"},
		{"arXiv:1234.56789v2", "arxiv", "arXiv:1234.56789v2"},
		{"978-3-16-148410-0", "isbn", "978-3-16-148410-0"},
		{"978-3-16-148410-1", "", "978-3-16-148410-1"},
		{"0-306-40615-2", "isbn", "0-306-40615-2"},
		{"2049-3630", "issn", "2049-3630"},
		{"2049-3631", "", "2049-3631"},
		{"https://example.org/a", "url", "https://example.org/a"},
		{"hdl:20.500.12345/6", "handle", "20.500.12345/6"},
		{"ark:/12345/abc", "ark", "ark:/12345/abc"},
		{"pmid: 123", "pmid", "pmid: 123"},
		{"nothing known", "", "nothing known"},
		{"", "", ""},
	}
	for _, test := range tests {
		if scheme, bare := schema.Recognise(test.given); scheme != test.scheme || bare != test.bare {
			t.Errorf("%s: got %s %s, want %s %s", test.given, scheme, bare, test.scheme, test.bare)
		}
	}
}

// TestSanitised keeps the tags that are allowed, and the content of the others.
func TestSanitised(t *testing.T) {
	tests := []struct{ given, want string }{
		{`<p>a <b>b</b></p>`, `<p>a <b>b</b></p>`},
		{`<p onclick="x()" lang="en">abc</p>`, `<p lang="en">abc</p>`},
		{`abc<script>alert(1)</script>`, `abcalert(1)`},
		{`<a href="javascript:x()" title='t'>abc</a>`, `<a title="t">abc</a>`},
		{`a < b and c > d`, `a < b and c > d`},
		{`<img src="x">abc<!-- no -->`, `abc`},
	}
	for _, test := range tests {
		if got := plain().Metadata(complete("description", test.given)); got.Value["description"] != test.want {
			t.Errorf("%s: got %v, want %s", test.given, got.Value["description"], test.want)
		}
	}
}

// FuzzRead reads any JSON without a panic, and finds nothing wrong with what it
// kept but what is missing.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `{"creators": [{"person_or_org": {"type": "personal", "identifiers": [{"identifier": "0000-0002-1825-0097"}]}}]}`,
		`{"rights": [{"id": "mit", "title": {"en": "x"}}], "dates": [{"date": "2020"}], "locations": {"features": [{"geometry": {}}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		value, err := schema.Decode(raw)
		if err != nil {
			return
		}
		s := plain()
		first := s.Metadata(value)
		again := s.Metadata(copied(t, first.Value))
		for _, p := range again.Problems {
			if strings.Contains(p.Messages[0], "Unknown field") || strings.Contains(p.Messages[0], "Invalid input type") {
				t.Errorf("%s: kept %v, which has the problem %v", raw, first.Value, p)
			}
		}
		s.Expanded(first.Value)
		s.CustomFields(value)
		s.Access(value)
		s.PIDs(value)
	})
}
