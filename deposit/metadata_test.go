package deposit_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

func read(t *testing.T, name, text string) *deposit.Metadata {
	t.Helper()
	m, err := deposit.ReadMetadata(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadMetadata(t *testing.T) {
	for _, tt := range []struct{ name, file, text, want string }{
		{"bare", "m.json", `{"title": "A <b>", "x": [1, {"y": null}]}`, `{"title":"A <b>","x":[1,{"y":null}]}`},
		{"wrapped", "m.json", `{"id": 1, "metadata": {"title": "A"}}`, `{"title":"A"}`},
		{"order", "m.json", `{"z": 1, "a": 2}`, `{"z":1,"a":2}`},
		{"numbers where text is due", "m.json", `{"version": 1.10, "journal_volume": 7, "x": 1.10}`, `{"version":"1.10","journal_volume":"7","x":1.10}`},
		{"output only", "m.json", `{"title": "A", "prereserve_doi": {"doi": "10.5281/zenodo.1", "recid": 1}}`, `{"title":"A"}`},
		{"byte-order mark", "m.json", "\ufeff{\"title\": \"A\"}", `{"title":"A"}`},
		{"YAML", "m.yaml", "title: A\nversion: 1.10\npublication_date: 2024-01-02\nkeywords: [a, 'b: c']\n", `{"title":"A","version":"1.10","publication_date":"2024-01-02","keywords":["a","b: c"]}`},
		{"YAML alias", "m.yaml", "creators:\n- &me {name: 'Doe, J'}\ncontributors: [*me]\n", `{"creators":[{"name":"Doe, J"}],"contributors":[{"name":"Doe, J"}]}`},
		{"YAML with braces", "m.yaml", "{title: A}", `{"title":"A"}`},
		{"YAML wrapped", "m.yaml", "metadata:\n  title: A\n", `{"title":"A"}`},
	} {
		if got := string(read(t, tt.file, tt.text).JSON()); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestReadMetadataErrors(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [x,x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'i'; c++ {
		bomb.WriteString(string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ",") + "]\n")
	}
	for _, tt := range []struct{ name, text, want string }{
		{"m.json", "{\"title\": \"A\",\n\"x\"}", "line 2"},
		{"empty", "", "empty"},
		{"list", "[1]", "is no object"},
		{"text", "hello", "is no object"},
		{"two documents", "title: A\n---\ntitle: B\n", "more than one YAML document"},
		{"twice", "title: A\ntitle: B\n", "line 2: title is given twice"},
		{"bomb", bomb.String(), "too many values"},
		{"of another encoding", "{\"title\": \"M\xfcll\"}", "not in UTF-8"},
		{"deep", strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50), "nested too deeply"},
	} {
		_, err := deposit.ReadMetadata(tt.name, []byte(tt.text))
		e, ok := errors.AsType[*deposit.FormatError](err)
		if !ok || !strings.Contains(e.Error(), tt.want) || e.Hint == "" {
			t.Errorf("%s: got %v, want a FormatError with %q and a hint", tt.name, err, tt.want)
		}
	}
}

func TestSet(t *testing.T) {
	const start = `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["a","b"]}`
	for _, tt := range []struct{ set, want string }{
		{"title=B=C", `{"title":"B=C","creators":[{"name":"Doe, J"}],"keywords":["a","b"]}`},
		{"version=1.10", `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["a","b"],"version":"1.10"}`},
		{"title=\"true\"", `{"title":"true","creators":[{"name":"Doe, J"}],"keywords":["a","b"]}`},
		{`keywords=["c"]`, `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["c"]}`},
		{"keywords.0=null", `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["b"]}`},
		{"keywords=null", `{"title":"A","creators":[{"name":"Doe, J"}]}`},
		{"creators.0.affiliation=X", `{"title":"A","creators":[{"name":"Doe, J","affiliation":"X"}],"keywords":["a","b"]}`},
		{"creators.1.name=Roe, R", `{"title":"A","creators":[{"name":"Doe, J"},{"name":"Roe, R"}],"keywords":["a","b"]}`},
		{"grants.0.id=1", `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["a","b"],"grants":[{"id":"1"}]}`},
		{"locations.0.lat=1.5", `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["a","b"],"locations":[{"lat":1.5}]}`},
		{"custom={\"x:y\":2}", `{"title":"A","creators":[{"name":"Doe, J"}],"keywords":["a","b"],"custom":{"x:y":2}}`},
	} {
		m := read(t, "m.json", start)
		if err := m.Set(tt.set); err != nil || string(m.JSON()) != tt.want {
			t.Errorf("%s: got %s, %v; want %s", tt.set, m.JSON(), err, tt.want)
		}
	}
	for _, bad := range []string{"title", "=x", "creators.2.name=x", "title.x=1", "creators.x=1", "creators.-1=1", "a..b=1"} {
		m := read(t, "m.json", start)
		if err := m.Set(bad); err == nil {
			t.Errorf("%s: got %s, want an error", bad, m.JSON())
		}
	}
}

func TestCitation(t *testing.T) {
	m := read(t, "CITATION.cff", `cff-version: 1.2.0
message: cite
title: Tool
version: 1.10
abstract: |
  One & two.

  Three.
date-released: 2024-01-02
doi: 10.5281/zenodo.123
license: [MIT, Apache-2.0]
keywords: [x, y]
repository-code: https://github.com/a/b
authors:
  - family-names: Berg
    given-names: Jan
    name-particle: van der
    name-suffix: Jr.
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: ACME
  - name: The Team
identifiers:
  - {type: swh, value: 'swh:1:rev:0000000000000000000000000000000000000000'}
references:
  - {type: article, title: T, year: 2020, doi: 10.1000/x, authors: [{family-names: Roe, given-names: R.}]}
preferred-citation: {type: article, title: P, doi: 10.1000/p}
`)
	want := `{"upload_type":"software","title":"Tool","description":"<p>One &amp; two.</p><p>Three.</p>",` +
		`"creators":[{"name":"van der Berg, Jan Jr.","affiliation":"ACME","orcid":"0000-0002-1825-0097"},{"name":"The Team"}],` +
		`"publication_date":"2024-01-02","version":"1.10","license":"MIT","keywords":["x","y"],` +
		`"related_identifiers":[{"identifier":"https://github.com/a/b","relation":"isSupplementTo"},` +
		`{"identifier":"swh:1:rev:0000000000000000000000000000000000000000","relation":"isAlternateIdentifier"},` +
		`{"identifier":"10.1000/p","relation":"isDescribedBy"},{"identifier":"10.1000/x","relation":"references"}],` +
		`"references":["Roe, R. (2020). T. 10.1000/x"]}`
	if got := string(m.JSON()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(m.Notes) != 2 {
		t.Errorf("got the notes %q, want one on the licence and one on the DOI", m.Notes)
	}
	if problems := deposit.Check(m, today); len(problems) > 0 {
		t.Errorf("what was made of it: got %v, want no problems", problems)
	}
}

// Each row is a part of a citation file, what becomes of it beside the type, and
// the note on it.
func TestCitationParts(t *testing.T) {
	for _, tt := range []struct{ cff, want, note string }{
		{"", ``, ""},
		{"type: dataset", ``, ""},
		{"type: generic", ``, ""},
		{"version: 2", `"version":"2"`, ""},
		{"title: '  A  '", `"title":"A"`, ""},
		{"abstract: \"\"", ``, ""},
		{"abstract: \"a < b\\r\\n\\r\\nc\"", `"description":"<p>a &lt; b</p><p>c</p>"`, ""},
		{"authors: [{given-names: Madonna}]", `"creators":[{"name":"Madonna"}]`, ""},
		{"authors: [{family-names: Roe}]", `"creators":[{"name":"Roe"}]`, ""},
		{"authors: [{alias: octocat}, {affiliation: Nobody}, text]", `"creators":[{"name":"octocat"}]`, ""},
		{"authors: []", ``, ""},
		{"keywords: one", `"keywords":["one"]`, ""},
		{"keywords: ['', 2]", `"keywords":["2"]`, ""},
		{"license: MIT", `"license":"MIT"`, ""},
		{"license: [MIT, Apache-2.0]", `"license":"MIT"`, "of several licences only the first, MIT, was taken"},
		{"license-url: https://example.org/l", ``, "license-url https://example.org/l was left out"},
		{"license: MIT\nlicense-url: https://example.org/l", `"license":"MIT"`, ""},
		{"doi: 10.1000/x", `"doi":"10.1000/x"`, ""},
		{"doi: https://doi.org/10.5281/zenodo.7", ``, "was left out: Zenodo gives each version a DOI of its own"},
		{"doi: 10.1000/x\nidentifiers: [{type: doi, value: 10.1000/x}, {type: doi, value: 10.1000/y}]", `"doi":"10.1000/x","related_identifiers":[{"identifier":"10.1000/y","relation":"isAlternateIdentifier"}]`, ""},
		{"identifiers: [{type: other, value: x}, {type: url, value: 'https://example.org'}]", `"related_identifiers":[{"identifier":"https://example.org","relation":"isAlternateIdentifier"}]`, ""},
		{"url: https://example.org\nrepository: https://example.org", `"related_identifiers":[{"identifier":"https://example.org","relation":"isSupplementTo"}]`, ""},
		{"repository-artifact: https://example.org/a", `"related_identifiers":[{"identifier":"https://example.org/a","relation":"isVariantFormOf"}]`, ""},
		{"preferred-citation: {title: P, authors: [{name: Team}]}", `"references":["Team. P"]`, ""},
		{"preferred-citation: {identifiers: [{type: doi, value: 10.1000/p}]}", `"related_identifiers":[{"identifier":"10.1000/p","relation":"isDescribedBy"}]`, ""},
		{"references: [{title: T, journal: J, url: 'https://example.org/t'}, {}]", `"references":["T. J. https://example.org/t"]`, ""},
	} {
		kind := "software"
		if tt.cff == "type: dataset" {
			kind = "dataset"
		}
		want := `{"upload_type":"` + kind + `"` + strings.TrimSuffix(","+tt.want, ",") + "}"
		m := read(t, "CITATION.cff", "cff-version: 1.2.0\n"+tt.cff)
		if got, notes := string(m.JSON()), strings.Join(m.Notes, "\n"); got != want || !strings.Contains(notes, tt.note) || (notes == "") != (tt.note == "") {
			t.Errorf("%s: got %s, %q; want %s, %q", tt.cff, got, notes, want, tt.note)
		}
	}
}

// What YAML has more of than JSON is text, or refused.
func TestYAMLScalars(t *testing.T) {
	for value, want := range map[string]string{
		"x": `"x"`, "'1'": `"1"`, "1": `1`, "-1.50": `-1.50`, "1e3": `1e3`, "0x1F": `"0x1F"`, "1_000": `"1_000"`, ".5": `".5"`, ".inf": `".inf"`,
		"true": `true`, "False": `false`, "yes": `"yes"`, "~": `null`, "": `null`, "2024-01-02": `"2024-01-02"`, "12:30": `"12:30"`, "|\n  a\n  b": `"a\nb"`,
	} {
		if got := string(read(t, "m.yaml", "mine: "+value).JSON()); got != `{"mine":`+want+`}` {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	if _, err := deposit.ReadMetadata("m.yaml", []byte("title: A\nmine: !!binary aGk=")); err == nil || !strings.Contains(err.Error(), "line 2: ") {
		t.Errorf("binary: got %v, want an error of line 2", err)
	}
}

// The server refuses metadata if it would store nothing of them.
func TestIsUsable(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`: false, `{"lang": "en"}`: false, `{"prereserve_doi": true}`: false, `{"access_conditions": "x", "titel": "A"}`: false,
		`{"title": "A"}`: true, `{"lang": "en", "notes": ""}`: true,
	} {
		if got := read(t, "m.json", text).IsUsable(); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}

func TestUserFields(t *testing.T) {
	for _, tt := range []struct{ field, want string }{
		{"metadata.resource_type", "upload_type"},
		{"metadata.rights", "license"},
		{"metadata.rights.0.id", "license"},
		{"metadata.subjects.3.subject", "keywords.3"},
		{"metadata.funding.1", "grants.1"},
		{"metadata.title", "title"},
		{"metadata.creators.0.person_or_org.family_name", "creators.0.name"},
		{"metadata.creators.12.person_or_org.identifiers.0", "creators.12.orcid"},
		{"metadata.contributors.1.role", "contributors.1.type"},
		{"metadata.related_identifiers.2.relation_type.id", "related_identifiers.2.relation"},
		{"files.enabled", "files"},
		{"access.embargo.until", "embargo_date"},
		{"_schema", "_schema"},
		{"metadata", "metadata"},
	} {
		got := deposit.UserFields([]zenodo.FieldError{{Field: tt.field, Message: "m"}})
		if got[0].Field != tt.want || got[0].Message != "m" {
			t.Errorf("%s: got %v, want %s", tt.field, got, tt.want)
		}
	}
}

func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{`{"title": "A", "x": [1.0, {"y": null}]}`, "title: A\ncreators:\n- {name: 'Doe, J', orcid: 0000-0002-1825-0097}\n", "a: &a [b]\nc: *a", "{a: b}", "? [a]\n: b"} {
		f.Add(seed, "creators.0.name=x")
	}
	f.Fuzz(func(t *testing.T, text, set string) {
		m, err := deposit.ReadMetadata("m", []byte(text))
		if err != nil {
			return
		}
		deposit.Check(m, today)
		again, err := deposit.ReadMetadata("m.json", m.JSON())
		if !json.Valid(m.JSON()) || err != nil {
			t.Fatalf("%q became %s, which cannot be read: %v", text, m.JSON(), err)
		}
		if !m.IsEmpty() && deposit.Differences(again, m) != nil {
			t.Errorf("%s differs from itself: %v", m.JSON(), deposit.Differences(again, m))
		}
		if m.Set(set) == nil && !json.Valid(m.JSON()) {
			t.Errorf("%q made it %s", set, m.JSON())
		}
	})
}

func FuzzCFF(f *testing.F) {
	f.Add("cff-version: 1.2.0\ntitle: A\nauthors: [{family-names: B, given-names: C}]\nreferences: [{title: D, authors: [{name: E}]}]")
	f.Add("cff-version: 1\nlicense: [1, {}]\nauthors: [1]\nidentifiers: {}\npreferred-citation: []")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := deposit.ReadMetadata("CITATION.cff", []byte(text))
		if err != nil {
			return
		}
		if !json.Valid(m.JSON()) || m.Text("upload_type") == "" {
			t.Errorf("%q became %s", text, m.JSON())
		}
		deposit.Check(m, today)
	})
}
