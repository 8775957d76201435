package vocab

import (
	"slices"
	"strings"
	"testing"
)

// TestFiles reads each vocabulary: a line with too many columns panics, and one
// name must not be taken by two terms.
func TestFiles(t *testing.T) {
	check(t, "resource types", ResourceTypes(), 48, func(r ResourceType) (string, []string) {
		return r.ID, []string{r.Title, r.General, r.BibTeX, r.RIS, r.CSL}
	})
	check(t, "licences", Licenses(), 444, func(l License) (string, []string) { return l.ID, []string{l.Title, l.Legacy} })
	check(t, "relations", Relations(), 40, func(r Term) (string, []string) { return r.ID, []string{r.Name} })
	check(t, "roles", Roles(), 22, func(r Term) (string, []string) { return r.ID, []string{r.Name, r.DataCite} })
	check(t, "types of dates", DateTypes(), 12, func(d Term) (string, []string) { return d.ID, []string{d.Name, d.DataCite} })
	check(t, "funders", Funders(), 23, func(f Funder) (string, []string) { return f.ID, []string{f.DOI, f.Acronym} })
	check(t, "languages", Languages(), 7847, func(l Language) (string, []string) { return l.ID, []string{l.Title} })
}

// check counts the terms, and wants an id of each that finds it, and the columns
// that must be filled.
func check[T comparable](t *testing.T, name string, v *Vocabulary[T], want int, parts func(T) (id string, filled []string)) {
	t.Helper()
	if len(v.Terms()) != want {
		t.Errorf("%d %s, want %d", len(v.Terms()), name, want)
	}
	for _, term := range v.Terms() {
		id, filled := parts(term)
		if slices.Contains(filled, "") {
			t.Errorf("%s: a column of %s is empty: %q", name, id, filled)
		}
		for _, spelled := range []string{id, strings.ToUpper(id)} {
			if found, ok := v.Find(spelled); !ok || found != term {
				t.Errorf("%s: %s finds %v, want %v", name, spelled, found, term)
			}
		}
	}
}

func TestFindNothing(t *testing.T) {
	for _, name := range []string{"", "-", "nonesuch", "#"} {
		if found, ok := Licenses().Find(name); ok {
			t.Errorf("%q finds %v", name, found)
		}
		if found, ok := Languages().Find(name); ok {
			t.Errorf("%q finds %v", name, found)
		}
	}
}

func TestTermsDifferInCaseAlone(t *testing.T) {
	for _, v := range []*Vocabulary[Term]{Relations(), Roles(), DateTypes()} {
		for _, term := range v.Terms() {
			if strings.ToLower(term.Name) != term.ID || term.DataCite != "" && strings.ToLower(term.DataCite) != term.ID {
				t.Errorf("%+v", term)
			}
		}
	}
	if names := LegacyNames(Relations()); len(names) != 35 || !slices.Contains(names, "isAlternateIdentifier") || slices.Contains(names, "collects") {
		t.Errorf("legacy relations: %q", names)
	}
	if names := LegacyNames(Roles()); len(names) != 21 || slices.Contains(names, "Translator") {
		t.Errorf("legacy roles: %q", names)
	}
}

// TestLicenses: an id of a record is that of the licence that Zenodo serves
// under it, which is not always the one that its deposit API takes it for.
func TestLicenses(t *testing.T) {
	tests := []struct{ id, ofRecord, deposited string }{
		{"cc-by-4.0", "cc-by-4.0", "cc-by-4.0"},
		{"CC-BY-4.0", "cc-by-4.0", "cc-by-4.0"},
		{"cc-by", "cc-by-1.0", "cc-by-4.0"},
		{"cc-by-sa", "cc-by-sa-1.0", "cc-by-sa-4.0"},
		{"cc-zero", "cc0-1.0", "cc0-1.0"},
		{"cc-nc", "cc-by-nc-2.0", "cc-by-nc-2.0"},
		{"isc-license", "isc", "isc"},
		{"bsd-2-clause-netbsd", "bsd-2-clause", "bsd-2-clause"},
		{"bsd-2-clause-freebsd", "bsd-2-clause-views", "bsd-2-clause-views"},
		{"apgl-v3", "agpl-3.0-only", "agpl-3.0-only"}, // so it is spelled
		{"agpl-v3", "agpl-3.0-only", "agpl-3.0-only"},
		{"apache", "apache-1.0", "apache-2.0"},
		{"apache2.0", "apache-2.0", "apache-2.0"},
		{"pythonpl", "python-2.0", "cnri-python"},
		{"qtpl", "qtpl", "qpl-1.0"},
		{"fal", "lal-1.2", ""},
		{"gfdl", "gfdl-1.1-only", ""},
		{"Zenodo-FreeToRead-1.0", "zenodo-freetoread-1.0", "zenodo-freetoread-1.0"},
	}
	for _, tt := range tests {
		found, ok := Licenses().Find(tt.id)
		if !ok || found.ID != tt.ofRecord {
			t.Errorf("%s of a record is %q, want %q", tt.id, found.ID, tt.ofRecord)
		}
		if found, ok = DepositLicense(" " + tt.id); !ok || found.ID != tt.deposited {
			t.Errorf("%s as deposited is %q, want %q", tt.id, found.ID, tt.deposited)
		}
	}
	for _, license := range Licenses().Terms() {
		if found, _ := Licenses().Find(license.Legacy); found != license {
			t.Errorf("%s is served as %s, which is read as %s", license.ID, license.Legacy, found.ID)
		}
	}
	if text, ok := DepositLicense("fal"); !ok || text.ID != "" || text.Legacy != "" {
		t.Errorf("fal, which is kept as text, is deposited as %+v", text)
	}
	if _, ok := DepositLicense("cc0"); ok {
		t.Error("cc0 is taken for a licence")
	}
}

// TestResourceTypesInDataCite: what is written for a type is read as that type,
// and what older versions wrote, too.
func TestResourceTypesInDataCite(t *testing.T) {
	for _, want := range ResourceTypes().Terms() {
		if got, ok := ResourceTypeOf(want.General, want.Text); !ok || got != want {
			t.Errorf("%s/%s is %s, want %s", want.General, want.Text, got.ID, want.ID)
		}
		if _, ok := ResourceTypes().Find(want.Successor); !ok && want.Successor != "" {
			t.Errorf("there is no %s, which is to have taken the place of %s", want.Successor, want.ID)
		}
	}
	for words, want := range map[[2]string]string{
		{"Text", "Poster"}: "poster", {"Text", "Presentation"}: "presentation", {"Text", "Thesis"}: "publication-thesis",
		{"Datasets", ""}: "dataset", {"Preprint", "Preprint"}: "publication-preprint", {"Text", "anything"}: "publication",
		{"StudyRegistration", ""}: "publication-studyregistration", {"Nonesuch", "Poster"}: "", {"", ""}: "",
	} {
		if got, _ := ResourceTypeOf(words[0], words[1]); got.ID != want {
			t.Errorf("%q is %q, want %q", words, got.ID, want)
		}
	}
	notebook, _ := ResourceTypes().Find("software-computationalnotebook")
	if notebook.Type() != "software" || notebook.Subtype() != "computationalnotebook" {
		t.Errorf("a notebook is %s, %s", notebook.Type(), notebook.Subtype())
	}
}

func TestFunders(t *testing.T) {
	for _, name := range []string{"001aqnf71", "10.13039/100014013", "10.13039/501100000690"} {
		if f, ok := Funders().Find(name); !ok || f != (Funder{"001aqnf71", "10.13039/100014013", "UKRI"}) {
			t.Errorf("%s is %+v, %v", name, f, ok)
		}
	}
}

func TestLanguages(t *testing.T) {
	for code, want := range map[string]Language{
		"eng": {ID: "eng", Title: "English", Two: "en", Babel: "english"},
		"EN":  {ID: "eng", Title: "English", Two: "en", Babel: "english"},
		"ger": {ID: "deu", Title: "German", Two: "de", Babel: "ngerman", bibliographic: "ger"},
		"sga": {ID: "sga", Title: "Old Irish (to 900)"},
	} {
		if got, ok := Languages().Find(code); !ok || got != want {
			t.Errorf("%s is %+v, want %+v", code, got, want)
		}
	}
	for name, want := range map[string]string{"english": "eng", "EN": "eng", "Klingon": "tlh", "elvish": "", "": ""} {
		if got, ok := LanguageNamed(name); got.ID != want || ok != (want != "") {
			t.Errorf("the language named %q is %q, want %q", name, got.ID, want)
		}
	}
	german, _ := Languages().Find("deu")
	ancient, _ := Languages().Find("grc")
	if german.Tag() != "de" || ancient.Tag() != "grc" {
		t.Errorf("tags: %q, %q", german.Tag(), ancient.Tag())
	}
}

func TestRead(t *testing.T) {
	parse := func(row []string) (string, string) { return row[0], strings.Join(row, "|") }
	v := read("# a\tb\tc\td\nx\t\t1\ny\n\t2\n", 3, parse)
	if got := v.Terms(); !slices.Equal(got, []string{"x||1", "y||"}) {
		t.Errorf("got %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a line with too many columns is read")
		}
	}()
	read("x\t1\t2\t3\n", 3, parse)
}
