package export_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// bibEntry is an entry as it stands, with the values of its fields as written.
type bibEntry struct {
	Kind, Key string
	Fields    map[string]string
}

var bibHead = regexp.MustCompile(`^@([a-z]+)\{([A-Za-z0-9._-]+),\n`)

// readBibTeX reads entries strictly: braces count also behind a backslash, as
// they do for BibTeX, and nothing stands between entries.
func readBibTeX(t *testing.T, s string) []bibEntry {
	t.Helper()
	var entries []bibEntry
	for s = strings.TrimLeft(s, "\n"); s != ""; s = strings.TrimLeft(s, "\n") {
		head := bibHead.FindStringSubmatch(s)
		if head == nil {
			t.Fatalf("no entry: %.80q", s)
		}
		e := bibEntry{head[1], head[2], map[string]string{}}
		for s = s[len(head[0]):]; !strings.HasPrefix(s, "}\n"); {
			var name, value string
			name, value, s = readBibField(t, s)
			if _, twice := e.Fields[name]; twice {
				t.Errorf("%s has %s twice", e.Key, name)
			}
			e.Fields[name] = value
		}
		entries, s = append(entries, e), s[len("}\n"):]
	}
	return entries
}

func readBibField(t *testing.T, s string) (name, value, rest string) {
	t.Helper()
	name, s, ok := strings.Cut(strings.TrimPrefix(s, "  "), " = ")
	if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
		t.Fatalf("no field: %.80q", name)
	}
	end, depth := 0, 0
	for ; end < len(s) && (depth > 0 || s[end] != ','); end++ {
		switch s[end] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			t.Fatalf("%s has a brace too many: %.80q", name, s)
		}
	}
	value, rest = s[:end], s[end:]
	if name == "month" && len(value) == 3 {
		return name, value, strings.TrimPrefix(rest, ",\n")
	}
	if len(value) < 2 || value[0] != '{' || !strings.HasPrefix(rest, ",\n") {
		t.Fatalf("%s is not in braces: %.80q", name, value)
	}
	return name, value[1 : len(value)-1], rest[len(",\n"):]
}

func oneBibTeX(t *testing.T, r *zenodo.Record) bibEntry {
	t.Helper()
	return readBibTeX(t, write(t, "bibtex", export.Options{}, r))[0]
}

func TestBibTeXKinds(t *testing.T) {
	for want, r := range map[string]*zenodo.Record{
		"article": article(), "inproceedings": conferencePaper(), "incollection": bookSection(), "book": book(), "phdthesis": thesis(),
		"patent": patent(), "software": softwareRelease(), "dataset": specialsOfLaTeX(), "misc": collaboration(), "techreport": ordinary(),
	} {
		if got := oneBibTeX(t, r).Kind; got != want {
			t.Errorf("%s %s is @%s, want @%s", r.Metadata.Type, r.Metadata.Subtype, got, want)
		}
	}
	// What needs a journal or a book is no such thing without.
	for _, subtype := range []string{"article", "section", "conferencepaper"} {
		if got := oneBibTeX(t, work("1", "publication", subtype, "T", "2020")).Kind; got != "misc" {
			t.Errorf("%s in nothing is @%s, want @misc", subtype, got)
		}
	}
}

func TestBibTeXNames(t *testing.T) {
	want := []string{
		"Rossi, Ada", "{Ada Rossi}", "de la Cruz, Juana Inés", "King, Jr., Martin Luther", "von Neumann, John", "O’Brien-Smith, Seán",
		"{Plato}", "山田, 太郎", "محمد, علي", "{European Commission}", "{World Health Organization, Regional Office for Europe}", "{Given}", "{Family}", "d'Alembert, Jean",
	}
	got := strings.Split(oneBibTeX(t, namesOfAllForms()).Fields["author"], " and\n    ")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("authors (-want +got):\n%s", diff)
	}
}

// TestOrganizations has organisations whose names have a comma; all
// formats used to make persons, and persons who are known to be such.
func TestOrganizations(t *testing.T) {
	harbour := "Harbour Board, Esbjerg"
	for _, tt := range []struct {
		creator            zenodo.Creator
		bib, csl, datacite string
	}{
		{
			zenodo.Creator{Name: harbour, Kind: "organizational"},
			"{Harbour Board, Esbjerg}", `{"literal":"Harbour Board, Esbjerg"}`,
			`{"name":"Harbour Board, Esbjerg","nameType":"Organizational"}`,
		},
		{zenodo.Creator{Name: harbour}, "{Harbour Board, Esbjerg}", `{"literal":"Harbour Board, Esbjerg"}`, `{"name":"Harbour Board, Esbjerg"}`},
		{
			zenodo.Creator{Name: "CERN, Geneva", Kind: "organizational"},
			"{CERN, Geneva}", `{"literal":"CERN, Geneva"}`,
			`{"name":"CERN, Geneva","nameType":"Organizational"}`,
		},
		{zenodo.Creator{Name: "Rossi, Ada"}, "Rossi, Ada", `{"family":"Rossi","given":"Ada"}`, `{"name":"Rossi, Ada"}`},
		{
			zenodo.Creator{Name: "Rossi, Ada", Kind: "personal"},
			"Rossi, Ada", `{"family":"Rossi","given":"Ada"}`,
			`{"name":"Rossi, Ada","nameType":"Personal","givenName":"Ada","familyName":"Rossi"}`,
		},
		{
			zenodo.Creator{Name: "Museum Society, Ada", ORCID: "0000-0002-1825-0097"},
			"Museum Society, Ada", `{"family":"Museum Society","given":"Ada"}`,
			`{"name":"Museum Society, Ada","nameType":"Personal","givenName":"Ada","familyName":"Museum Society",` +
				`"nameIdentifiers":[{"nameIdentifier":"https://orcid.org/0000-0002-1825-0097","nameIdentifierScheme":"ORCID","schemeUri":"https://orcid.org"}]}`,
		},
	} {
		r := work("1", "dataset", "", "T", "2020")
		r.Metadata.Creators = []zenodo.Creator{tt.creator}
		if got := oneBibTeX(t, r).Fields["author"]; got != tt.bib {
			t.Errorf("%+v: BibTeX has %s, want %s", tt.creator, got, tt.bib)
		}
		if got := firstOf(t, "csl", "author", r); got != tt.csl {
			t.Errorf("%+v: CSL has %s, want %s", tt.creator, got, tt.csl)
		}
		if got := firstOf(t, "datacite", "creators", r); got != tt.datacite {
			t.Errorf("%+v: DataCite has %s, want %s", tt.creator, got, tt.datacite)
		}
	}
}

// firstOf is the first value of a list in a record as a format of JSON has it.
func firstOf(t *testing.T, format, key string, r *zenodo.Record) string {
	t.Helper()
	var records []map[string]json.RawMessage
	var list []json.RawMessage
	err := json.Unmarshal([]byte(write(t, format, export.Options{}, r)), &records)
	if err == nil {
		err = json.Unmarshal(records[0][key], &list)
	}
	if err != nil || len(list) == 0 {
		t.Fatalf("%s of %s: %v", key, format, err)
	}
	return string(list[0])
}

// TestPublisher has none made up: Zenodo used to be named for every record that
// does not say.
func TestPublisher(t *testing.T) {
	unnamed := conferencePaper()
	unnamed.Metadata.Publisher = ""
	named := conferencePaper()
	inLegacy := book()
	inLegacy.Metadata.Imprint.Publisher = "National Academies Press"
	article := func(publisher string) *zenodo.Record {
		r := work("1", "publication", "article", "T", "2020")
		r.Metadata.Journal.Title, r.Metadata.Publisher = "Journal", publisher
		return r
	}
	for _, tt := range []struct {
		r              *zenodo.Record
		want, datacite string
	}{
		{unnamed, "", ":unav"},
		{book(), "", ":unav"},
		{named, "SISSA", "SISSA"},
		{article("Zenodo"), "", "Zenodo"},
		{article("Copernicus"), "Copernicus", "Copernicus"},
		{article(""), "", ":unav"},
		{inLegacy, "National Academies Press", "National Academies Press"},
	} {
		if got := oneBibTeX(t, tt.r).Fields["publisher"]; got != tt.want {
			t.Errorf("%s: BibTeX has %q, want %q", tt.r.ID, got, tt.want)
		}
		if got := strings.Join(readRIS(t, write(t, "ris", export.Options{}, tt.r))[0]["PB"], ""); got != tt.want {
			t.Errorf("%s: RIS has %q, want %q", tt.r.ID, got, tt.want)
		}
		var csl []struct{ Publisher string }
		if err := json.Unmarshal([]byte(write(t, "csl", export.Options{}, tt.r)), &csl); err != nil || csl[0].Publisher != tt.want {
			t.Errorf("%s: CSL has %+v, %v, want %q", tt.r.ID, csl, err, tt.want)
		}
		var datacite []struct{ Publisher struct{ Name string } }
		if err := json.Unmarshal([]byte(write(t, "datacite", export.Options{}, tt.r)), &datacite); err != nil || datacite[0].Publisher.Name != tt.datacite {
			t.Errorf("%s: DataCite has %+v, %v, want %q", tt.r.ID, datacite, err, tt.datacite)
		}
	}
}

// Commas too many and ordinals, as records have them.
func TestBibTeXNamesAsServed(t *testing.T) {
	for name, want := range map[string]string{
		"Bateman,, James A.": "Bateman, James A.", "Bateman, , James A.,": "Bateman, James A.", "Lyon, G. M., 3rd": "Lyon, 3rd, G. M.",
		"Balete, Danilo, S.": "Balete, {Danilo, S.}", "Bateman, ,": "{Bateman}",
	} {
		r := work("1", "dataset", "", "T", "2020")
		r.Metadata.Creators = []zenodo.Creator{{Name: name}}
		if got := oneBibTeX(t, r).Fields["author"]; got != want {
			t.Errorf("%q is %s, want %s", name, got, want)
		}
	}
}

func TestBibTeXTitles(t *testing.T) {
	for title, want := range map[string]string{
		"Bats of the Alps":      "Bats of the {Alps}",
		"DNA barcodes of iPods": "{DNA} barcodes of {iPods}",
		"R&D in the UK: 5%":     `{R\&D} in the {UK:} 5\%`,
		"on $X$":                `on {{\$X\$}}`,
		"Über Über":             "Über {Über}",
		"{a} {B c}":             `\{a\} {{\textbraceleft{}B}} c\textbraceright{}`,
		"a } b { c":             `a \textbraceright{} b \textbraceleft{} c`,
		`\input{x}`:             `\textbackslash{}input\{x\}`,
		"a\nb\x00c":             "a b c",
		"bad \xff":              "bad \ufffd",
		"<i>Eperua falcata</i>, <B>two</B> (<em>Mops</em>)": `{{\textit{Eperua falcata},}} {{\textbf{two}}} {(\textit{Mops})}`,
		"H<sub>2</sub>O and 10<sup>-3</sup>":                `{H\textsubscript{2}O} and {10\textsuperscript{-3}}`,
		"<i>50% {of</i> it":                                 `{{\textit{50\% \textbraceleft{}of}}} it`,
		"<i>a <b>b</b></i> </i><i></i>":                     `\textless{}i\textgreater{}a {{\textbf{b}\textless{}/i\textgreater{}}} \textless{}/i\textgreater{}\textless{}i\textgreater{}\textless{}/i\textgreater{}`,
		"1 <i and x>y":                                      `1 \textless{}i and x\textgreater{}y`,
	} {
		if got := oneBibTeX(t, work("1", "dataset", "", title, "2020")).Fields["title"]; got != want {
			t.Errorf("%q is %s, want %s", title, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	for date, want := range map[string]struct{ bib, ris, csl string }{
		"2021-07-04":            {"2021 jul 4", "2021 2021/07/04/", `{"date-parts":[[2021,7,4]]}`},
		"2021-07":               {"2021 jul ", "2021 2021/07//", `{"date-parts":[[2021,7]]}`},
		"1799":                  {"1799  ", "1799 1799///", `{"date-parts":[[1799]]}`},
		"2020-01-02/2020-12-31": {"2020 jan 2", "2020 2020/01/02/", `{"date-parts":[[2020,1,2],[2020,12,31]]}`},
		"2023-1-5":              {"2023 jan 5", "2023 2023/01/05/", `{"date-parts":[[2023,1,5]]}`},
		"2020-13-01":            {"2020  ", "2020 2020///", `{"date-parts":[[2020]]}`},
		"0000-01-01":            {"  ", " ", `{"literal":"0000-01-01"}`},
		"spring":                {"  ", " ", `{"literal":"spring"}`},
		"":                      {"  ", " ", ""},
	} {
		r := work("1", "dataset", "", "T", date)
		f := oneBibTeX(t, r).Fields
		if got := f["year"] + " " + f["month"] + " " + f["day"]; got != want.bib {
			t.Errorf("%s: BibTeX has %q, want %q", date, got, want.bib)
		}
		ris := readRIS(t, write(t, "ris", export.Options{}, r))[0]
		if got := strings.Join(ris["PY"], "") + " " + strings.Join(ris["DA"], ""); got != want.ris {
			t.Errorf("%s: RIS has %q, want %q", date, got, want.ris)
		}
		var csl []struct{ Issued json.RawMessage }
		if err := json.Unmarshal([]byte(write(t, "csl", export.Options{}, r)), &csl); err != nil || string(csl[0].Issued) != want.csl {
			t.Errorf("%s: CSL has %s, %v, want %s", date, csl[0].Issued, err, want.csl)
		}
	}
}

func TestPages(t *testing.T) {
	for pages, want := range map[string][2]string{
		"101-119": {"101--119", "101|119"}, "pp. 54–168": {"54--168", "54|168"}, "e12": {"e12", "e12|"}, "1-2, 7-9": {"1-2, 7-9", "1-2, 7-9|"},
		"": {"", "|"}, "12--14": {"12--14", "12|14"}, "p. 5": {"5", "5|"}, "-": {"-", "-|"},
	} {
		r := article()
		r.Metadata.Journal.Pages = pages
		ris := readRIS(t, write(t, "ris", export.Options{}, r))[0]
		got := [2]string{oneBibTeX(t, r).Fields["pages"], strings.Join(ris["SP"], "") + "|" + strings.Join(ris["EP"], "")}
		if got != want {
			t.Errorf("%q: got %q, want %q", pages, got, want)
		}
	}
}

// Keys are made of ASCII, and no two records have the same.
func TestCitationKeys(t *testing.T) {
	keys := map[string]string{}
	for _, e := range readBibTeX(t, write(t, "bibtex", export.Options{}, append(difficult(), crowded())...)) {
		if title, taken := keys[e.Key]; taken {
			t.Errorf("%s stands for %s and for %s", e.Key, title, e.Fields["title"])
		}
		keys[e.Key] = e.Fields["title"]
	}
	for key, r := range map[string]*zenodo.Record{
		"rossi2023integration_7712947": ordinary(), "ostergard1999unbalanced_54": thesis(), "vanderberg2021bats_50": article(),
		"anon2024zharvest_56": softwareRelease(), "anon1799no_abcd-1234": withoutDOI(), "anonnd": {}, "anonnd_10.1x": {DOI: "10.1/x"},
	} {
		if got := oneBibTeX(t, r).Key; got != key {
			t.Errorf("got key %s, want %s", got, key)
		}
		var items []struct{ ID string }
		if err := json.Unmarshal([]byte(write(t, "csl", export.Options{}, r)), &items); err != nil || items[0].ID != key {
			t.Errorf("CSL has %+v, %v, want %s", items, err, key)
		}
		if got := readRIS(t, write(t, "ris", export.Options{}, r))[0]["ID"]; !slices.Equal(got, []string{key}) {
			t.Errorf("RIS has %s, want %s", got, key)
		}
	}
}

var risLine = regexp.MustCompile(`^([A-Z][A-Z0-9])  - ([^\r\n]*)$`)

// readRIS reads references strictly, with the values of each tag in order.
func readRIS(t *testing.T, s string) []map[string][]string {
	t.Helper()
	var refs []map[string][]string
	for part := range strings.SplitSeq(strings.TrimSuffix(s, "ER  - \r\n"), "ER  - \r\n\r\n") {
		ref := map[string][]string{}
		lines := strings.Split(strings.TrimSuffix(part, "\r\n"), "\r\n")
		for i, line := range lines {
			m := risLine.FindStringSubmatch(line)
			if m == nil || (m[1] == "TY") != (i == 0) {
				t.Fatalf("not a line of a reference: %.80q", line)
			}
			ref[m[1]] = append(ref[m[1]], m[2])
		}
		refs = append(refs, ref)
	}
	return refs
}

func TestRIS(t *testing.T) {
	refs := readRIS(t, write(t, "ris", export.Options{}, difficult()...))
	if len(refs) != len(difficult()) {
		t.Fatalf("got %d references, want %d", len(refs), len(difficult()))
	}
	got := readRIS(t, write(t, "ris", export.Options{}, conferencePaper()))[0]
	want := map[string][]string{
		"TY": {"CPAPER"}, "ID": {"doe2020federating_51"}, "AU": {"Doe, Jane", "EGI Foundation and Partners"}, "ED": {"Poe, Edgar Allan"},
		"PY": {"2020"}, "DA": {"2020/02/29/"}, "TI": {"Federating GPUs"}, "T2": {"Proceedings of Science"},
		"C3": {"International Symposium on Grids & Clouds"}, "C1": {"Taipei, Taiwan"}, "SP": {"7"}, "EP": {"21"}, "SN": {"978-3-16-148410-0"},
		"PB": {"SISSA"}, "CY": {"Trieste"}, "DO": {"10.5281/zenodo.51"}, "UR": {"https://doi.org/10.5281/zenodo.51"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conference paper (-want +got):\n%s", diff)
	}
}

// Descriptions are plain text, whatever their markup.
func TestPlainText(t *testing.T) {
	for markup, want := range map[string]string{
		"<p>one</p><p>two &amp; three</p>": "one\ntwo & three",
		"a<br/>b<BR>c":                     "a\nb\nc",
		"5 < 6 and 7 > 3":                  "5 < 6 and 7 > 3",
		"x<script>alert('<p>')</script>y<style>p{}</style>z":  "xyz",
		"x<script>never ends":                                 "x",
		"a<!-- <b> -->b<!-- never ends":                       "ab<!-- never ends",
		"<table><tr><td>1</td><td>2</td></tr></table>":        "1 2",
		"&lt;script&gt; &nbsp; &#x41;&unknown;":               "<script> A&unknown;",
		"<p title=\"x\">H<sub>2</sub>O</p>\n\n<p> tight </p>": "H2O\ntight",
		"ends in <":        "ends in <",
		"<b":               "<b",
		"\x00a\x1bb\xff":   "a b\ufffd",
		"<p>\u202eabc</p>": "\u202eabc",
	} {
		r := titled("1", "T", markup)
		var items []struct{ Abstract string }
		if err := json.Unmarshal([]byte(write(t, "csl", export.Options{}, r)), &items); err != nil || items[0].Abstract != want {
			t.Errorf("%q is %q, %v, want %q", markup, items[0].Abstract, err, want)
		}
	}
}
