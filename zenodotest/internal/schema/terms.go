package schema

import (
	"maps"
	"regexp"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/internal/vocab"
)

// kind is a vocabulary.
type kind string

const (
	resourceTypes    kind = "resourcetypes"
	languages        kind = "languages"
	licenses         kind = "licenses"
	roles            kind = "roles"
	relationTypes    kind = "relationtypes"
	dateTypes        kind = "datetypes"
	titleTypes       kind = "titletypes"
	descriptionTypes kind = "descriptiontypes"
	affiliations     kind = "affiliations"
	funders          kind = "funders"
	awards           kind = "awards"
	subjects         kind = "subjects"
	programming      kind = "programminglanguages"
	developmentState kind = "developmentstatus"
)

// Terms are the vocabularies of a server. Those of organisations, awards,
// subjects and programming languages are too large to have: of these an id is
// known where it looks like one, and what it stands for once a document says so.
// Terms are safe for concurrent use.
type Terms struct {
	mu      sync.Mutex
	learned map[kind]map[string]Object
}

// NewTerms returns vocabularies to which nobody has said anything.
func NewTerms() *Terms {
	commission := Object{"id": "00k4n6c32", "name": "European Commission"}
	return &Terms{learned: map[kind]map[string]Object{
		affiliations: {"01ggx4157": {"id": "01ggx4157", "name": "European Organization for Nuclear Research", "identifiers": []any{
			Object{"identifier": "01ggx4157", "scheme": "ror"},
			Object{"identifier": "grid.9132.9", "scheme": "grid"},
			Object{"identifier": "0000 0001 2156 142X", "scheme": "isni"},
		}}},
		funders: {"00k4n6c32": commission}, awards: {}, subjects: {}, programming: {},
	}}
}

// large are the vocabularies that are not had, with what the ids of each look
// like and what a document may say of one.
var large = map[kind]struct {
	id      *regexp.Regexp
	members []string
}{
	affiliations: {regexp.MustCompile(`^0[a-z0-9]{6}\d{2}$`), []string{"name", "identifiers"}},
	funders:      {regexp.MustCompile(`^(0[a-z0-9]{6}\d{2}|10\.13039/\d+)$`), []string{"name"}},
	awards:       {regexp.MustCompile(`^[^:]+::.{4,}$`), []string{"number", "title", "identifiers", "acronym", "program"}},
	subjects:     {regexp.MustCompile(`^(https?://|[a-z]+:)\S+$`), []string{"subject", "scheme"}},
	programming:  {regexp.MustCompile(`^[a-z0-9+#.-]+$`), []string{"title"}},
}

// small are vocabularies with a few terms, each with its title.
var small = map[kind]map[string]string{
	titleTypes: {"alternative-title": "Alternative title", "subtitle": "Subtitle", "translated-title": "Translated title", "other": "Other"},
	descriptionTypes: {
		"abstract": "Abstract", "methods": "Methods", "notes": "Notes", "other": "Other", "series-information": "Series information",
		"table-of-contents": "Table of contents", "technical-info": "Technical info",
	},
	developmentState: {
		"abandoned": "Abandoned", "active": "Active", "concept": "Concept", "inactive": "Inactive", "moved": "Moved",
		"suspended": "Suspended", "unsupported": "Unsupported", "wip": "Work in progress",
	},
}

// find returns an entry of a vocabulary.
func (t *Terms) find(k kind, id string) (Object, bool) {
	switch k {
	case resourceTypes:
		found, _ := vocab.ResourceTypes().Find(id)
		return titled(id, found.Title), found.ID == id && id != "" && found.Successor == ""
	case languages:
		found, _ := vocab.Languages().Find(id)
		return titled(id, found.Title), found.ID == id && id != ""
	case licenses:
		return license(id)
	case roles:
		return termOf(vocab.Roles(), id)
	case relationTypes:
		return termOf(vocab.Relations(), id)
	case dateTypes:
		return termOf(vocab.DateTypes(), id)
	}
	if all, ok := small[k]; ok {
		title, ok := all[id]
		return titled(id, title), ok
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.learned[k][id]; ok {
		return maps.Clone(known), true
	}
	entry := Object{"id": id}
	if _, number, ok := strings.Cut(id, "::"); ok && k == awards {
		entry["number"] = number
	}
	return entry, large[k].id.MatchString(id)
}

// learn remembers what a document says of an id of a large vocabulary.
func (t *Terms) learn(k kind, id string, said Object) {
	t.mu.Lock()
	defer t.mu.Unlock()
	entry := Object{"id": id}
	for _, name := range large[k].members {
		if value := said[name]; value != nil {
			entry[name] = value
		}
	}
	if known := t.learned[k]; known != nil && large[k].id.MatchString(id) && len(entry) > max(1, len(known[id])) {
		known[id] = entry
	}
}

func titled(id, title string) Object {
	if title == "" {
		return Object{"id": id}
	}
	return Object{"id": id, "title": Object{"en": title}}
}

// termOf is a term whose title is made of its name.
func termOf(v *vocab.Vocabulary[vocab.Term], id string) (Object, bool) {
	found, _ := v.Find(id)
	return titled(id, sentence(found.Name)), found.ID == id && id != ""
}

var capital = regexp.MustCompile(`\B[A-Z]`)

// sentence makes a title of a name: isSupplementTo becomes Is supplement to.
func sentence(name string) string {
	if name == "" {
		return ""
	}
	spaced := capital.ReplaceAllStringFunc(name, func(c string) string { return " " + strings.ToLower(c) })
	return strings.ToUpper(spaced[:1]) + spaced[1:]
}

func license(id string) (Object, bool) {
	found, _ := vocab.Licenses().Find(id)
	entry := titled(id, found.Title)
	props := Object{}
	if found.URL != "" {
		props["url"] = found.URL
	}
	if found.IsSPDX {
		props["scheme"] = "spdx"
	}
	if len(props) > 0 {
		entry["props"] = props
	}
	return entry, found.ID == id && id != ""
}

// term reads an entry of a vocabulary, of which the id counts alone.
func term(k kind) rule {
	inner := object([]member{{name: "id", read: text(), missing: MsgMissing}, {name: "title", read: ignored}})
	return func(r *reading, at string, value any) any { return r.refer(k, inner(r, at, value), value) }
}

// entityOf reads what has an id of a vocabulary, or a name of its own. More are
// names of members that are ignored.
func entityOf(k kind, name, field string, more ...string) rule {
	members := []member{{name: "id", read: text()}, {name: name, read: text()}}
	for _, other := range more {
		members = append(members, member{name: other, read: ignored})
	}
	inner := object(members, func(r *reading, at string, o Object) {
		id, _ := o["id"].(string)
		if own, _ := o[name].(string); id == "" && own == "" {
			r.report(at+"."+field, "An existing id or a free text "+name+" must be present.")
		}
	})
	return func(r *reading, at string, value any) any { return r.refer(k, inner(r, at, value), value) }
}

func entity(k kind, name, field string, more ...string) rule {
	return list(entityOf(k, name, field, more...))
}

// refer leaves of what was kept of a reference its id, or makes it the entry
// that this stands for.
func (r *reading) refer(k kind, kept, given any) any {
	o, _ := kept.(Object)
	id, ok := o["id"].(string)
	if !ok {
		return kept
	}
	if said, ok := given.(Object); ok {
		r.Terms.learn(k, id, said)
	}
	entry, known := r.Terms.find(k, id)
	if r.Native && k == descriptionTypes && id == "notes" { // Zenodo's own
		known = false
	}
	if !known && r.unknown == nil {
		r.unknown = &id
	}
	if r.expand {
		return entry
	}
	return Object{"id": id}
}
