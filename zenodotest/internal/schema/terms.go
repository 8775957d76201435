package schema

import (
	"maps"
	"regexp"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/zenodotest/internal/vocabularies"
)

// kind is a vocabulary.
type kind string

const (
	resourceTypes    kind = "resourcetypes"
	languages        kind = "languages"
	licenses         kind = "licenses"
	roles            kind = "contributorsroles"
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
	return &Terms{learned: map[kind]map[string]Object{affiliations: {}, funders: {}, awards: {}, subjects: {}, programming: {}}}
}

// large are the vocabularies that are not had, with what the ids of each look
// like and what a record has of an entry.
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

// developmentStates are the only terms that have no list.
var developmentStates = map[string]string{
	"abandoned": "Abandoned", "active": "Active", "concept": "Concept", "inactive": "Inactive", "moved": "Moved",
	"suspended": "Suspended", "unsupported": "Unsupported", "wip": "Work in progress",
}

// find returns an entry of a vocabulary as records have it.
func (t *Terms) find(k kind, id string) (Object, bool) {
	if k == developmentState {
		title, ok := developmentStates[id]
		return Object{"id": id, "title": Object{"en": title}}, ok
	}
	if all, ok := vocabularies.Find(string(k)); ok {
		if found, ok := all.Find(id); ok {
			return referred(k, found), true
		}
	}
	if _, ok := large[k]; !ok {
		return nil, false
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

// referred is as much of an entry as records have.
func referred(k kind, found vocabularies.Entry) Object {
	entry := Object{"id": found.ID}
	set := func(name string, value string) {
		if value != "" {
			entry[name] = value
		}
	}
	if title := found.Title["en"]; title != "" && k != affiliations && k != funders {
		entry["title"] = Object{"en": title}
	}
	switch k {
	case licenses:
		props := Object{}
		for _, name := range []string{"url", "scheme"} {
			if value := found.Props[name]; value != "" {
				props[name] = value
			}
		}
		if len(props) > 0 {
			entry["props"] = props
		}
	case affiliations, funders, awards:
		set("name", found.Name)
		set("number", found.Number)
		set("program", found.Program)
		if k == awards {
			set("acronym", found.Acronym)
		}
	}
	if (k == affiliations || k == awards) && len(found.Identifiers) > 0 {
		var all []any
		for _, id := range found.Identifiers {
			all = append(all, Object{"identifier": id.Identifier, "scheme": id.Scheme})
		}
		entry["identifiers"] = all
	}
	return entry
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

// term reads an entry of a vocabulary; its id alone counts.
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
