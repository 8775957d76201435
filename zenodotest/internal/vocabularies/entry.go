// Package vocabularies has the terms that records of an InvenioRDM refer to by
// their ids, in the form in which its API lists them: those of package vocab, and
// for each of the large vocabularies of organisations, awards and people a few.
package vocabularies

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/zharvest/zharvest/internal/vocab"
)

// Entry is a term as the API serves it. The members that follow Revision depend on
// the vocabulary.
type Entry struct {
	ID           string            `json:"id"`
	Created      string            `json:"created"`
	Updated      string            `json:"updated"`
	Links        map[string]string `json:"links"`
	Revision     int               `json:"revision_id"`
	Title        map[string]string `json:"title,omitempty"`
	Description  map[string]string `json:"description,omitempty"`
	Acronym      string            `json:"acronym,omitempty"`
	Number       string            `json:"number,omitempty"`
	Program      string            `json:"program,omitempty"`
	Funder       *Funder           `json:"funder,omitempty"`
	Name         string            `json:"name,omitempty"`
	GivenName    string            `json:"given_name,omitempty"`
	FamilyName   string            `json:"family_name,omitempty"`
	Country      string            `json:"country,omitempty"`
	Identifiers  []Identifier      `json:"identifiers,omitempty"`
	Affiliations []Funder          `json:"affiliations,omitempty"`
	Icon         *string           `json:"icon,omitempty"`
	Tags         []string          `json:"tags,omitempty"`
	Props        map[string]string `json:"props,omitempty"`
	Type         string            `json:"type,omitempty"`
}

// Funder is an organisation that an entry names.
type Funder struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// Identifier is one by which an entry is known elsewhere.
type Identifier struct {
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme"`
}

// Vocabulary is a list of terms.
type Vocabulary struct {
	Name string
	// PIDType is the kind of its identifiers, as the list of vocabularies has it.
	PIDType string
	// Own reports whether its address is not below that of the vocabularies.
	Own     bool
	Entries []Entry
}

//go:embed data/entries.jsonl
var data []byte

// pidTypes are the kinds of identifiers, by the names of all vocabularies.
var pidTypes = map[string]string{
	"affiliations": "aff", "awards": "awa", "communitytypes": "comtyp", "contributorsroles": "cor", "creatorsroles": "crr", "datetypes": "dat",
	"descriptiontypes": "dty", "funders": "fun", "languages": "lng", "licenses": "lic", "names": "names", "relationtypes": "rlt",
	"removalreasons": "rem", "resourcetypes": "rsrct", "subjects": "sub", "titletypes": "ttyp",
}

var own = []string{"affiliations", "awards", "funders", "names", "subjects"}

// all are the vocabularies by their names.
var all = sync.OnceValue(func() map[string]*Vocabulary {
	vocabularies := map[string]*Vocabulary{}
	for name, pidType := range pidTypes {
		vocabularies[name] = &Vocabulary{Name: name, PIDType: pidType, Own: slices.Contains(own, name)}
	}
	for line := range bytes.Lines(data) {
		var read struct {
			Vocabulary string
			Entry
		}
		if err := json.Unmarshal(line, &read); err != nil {
			panic(err) // it is part of the program
		}
		vocabularies[read.Vocabulary].add(read.Entry)
	}
	addTerms(vocabularies)
	for _, v := range vocabularies {
		slices.SortStableFunc(v.Entries, func(a, b Entry) int { return strings.Compare(a.title(), b.title()) })
	}
	return vocabularies
})

func (v *Vocabulary) add(e Entry) {
	e.Created, e.Updated, e.Revision = "2023-10-12T09:13:05.121200+00:00", "2023-10-12T09:13:05.164900+00:00", 1
	if !v.Own {
		e.Type = v.Name
	}
	v.Entries = append(v.Entries, e)
}

// addTerms adds those of package vocab.
func addTerms(vocabularies map[string]*Vocabulary) {
	for _, t := range vocab.ResourceTypes().Terms() {
		if t.Successor != "" {
			continue
		}
		props := map[string]string{"type": t.Type(), "subtype": "", "datacite_general": t.General, "datacite_type": t.Text, "csl": t.CSL}
		if t.Subtype() != "" {
			props["subtype"] = t.ID
		}
		vocabularies["resourcetypes"].add(Entry{ID: t.ID, Title: english(t.Title), Icon: new(string), Tags: []string{"depositable", "linkable"}, Props: props})
	}
	for _, t := range vocab.Licenses().Terms() {
		props := map[string]string{"url": t.URL, "scheme": "", "osi_approved": ""}
		if t.IsSPDX {
			props["scheme"] = "spdx"
		}
		vocabularies["licenses"].add(Entry{
			ID: t.ID, Title: english(t.Title), Description: english(""), Icon: new(string), Tags: []string{"all"}, Props: props,
		})
	}
	for _, t := range vocab.Languages().Terms() {
		vocabularies["languages"].add(Entry{ID: t.ID, Title: english(t.Title), Tags: []string{"individual", "living"}, Props: map[string]string{"alpha_2": t.Two}})
	}
	for name, terms := range map[string]*vocab.Vocabulary[vocab.Term]{
		"relationtypes": vocab.Relations(), "datetypes": vocab.DateTypes(), "contributorsroles": vocab.Roles(), "creatorsroles": vocab.Roles(),
	} {
		for _, t := range terms.Terms() {
			vocabularies[name].add(Entry{ID: t.ID, Title: english(sentence(t.Name)), Props: map[string]string{"datacite": t.DataCite}})
		}
	}
}

func english(title string) map[string]string { return map[string]string{"en": title} }

// sentence makes a title of a name: isSupplementTo is Is supplement to.
func sentence(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	words := b.String()
	return strings.ToUpper(words[:1]) + words[1:]
}

// title is what entries are sorted by.
func (e *Entry) title() string {
	if e.Name != "" {
		return e.Name
	}
	return e.Title["en"]
}

// Find finds a vocabulary by its name.
func Find(name string) (*Vocabulary, bool) {
	v, ok := all()[name]
	return v, ok
}

// All are all vocabularies by their names.
func All() []*Vocabulary {
	var list []*Vocabulary
	for _, name := range slices.Sorted(maps.Keys(all())) {
		list = append(list, all()[name])
	}
	return list
}

// Find finds an entry by its id, in which capitals count.
func (v *Vocabulary) Find(id string) (Entry, bool) {
	at := slices.IndexFunc(v.Entries, func(e Entry) bool { return e.ID == id })
	if at < 0 {
		return Entry{}, false
	}
	return v.Entries[at], true
}
