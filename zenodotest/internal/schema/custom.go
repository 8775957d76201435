package schema

import (
	"maps"
	"slices"
	"strings"
)

// CustomFields reads the fields of a server's own.
func (s Schema) CustomFields(value any) Read {
	return s.read("custom_fields", value, func(r *reading, at string, value any) any {
		in, ok := value.(Object)
		if !ok {
			r.report(at+"._schema", msgType)
			return nil
		}
		out := Object{}
		for _, name := range slices.Sorted(maps.Keys(in)) {
			by := s.customField(name)
			if by == nil {
				r.report(at+"."+name, msgUnknown)
				continue
			}
			if kept := read(r, at+"."+name, in[name], by); kept != nil {
				out[name] = kept
			}
		}
		return out
	})
}

// customField is how a field is read, nil for one that is not known.
func (s Schema) customField(name string) rule {
	if by, ok := customFields[name]; ok {
		return by
	}
	namespace, _, _ := strings.Cut(name, ":")
	if s.Native || !slices.Contains(zenodoNamespaces, namespace) {
		return nil
	}
	if by, ok := zenodoFields[name]; ok {
		return by
	}
	return anything
}

// customFields are those that come with InvenioRDM.
var customFields = map[string]rule{
	"journal:journal": texts(member{name: "issn", read: text(when(func(s string) bool { return !fitsScheme("issn", s) }, "Please provide a valid ISSN."))},
		"title", "issue", "volume", "pages"),
	"imprint:imprint": texts(member{name: "isbn", read: isbn},
		"title", "pages", "place", "edition"),
	"thesis:thesis": texts(member{name: "date_submitted", read: text()}, "university", "department", "type", "date_defended"),
	"meeting:meeting": object(append(textMembers("acronym", "dates", "place", "session_part", "session", "title"),
		member{name: "url", read: text(when(isNoURL, "You must provide a valid URL."))},
		member{name: "identifiers", read: list(identifier(recordSchemes, true), distinctIdentifiers)})),
}

// isbn reports what is no ISBN letter by letter.
func isbn(r *reading, at string, value any) any {
	s, isText := text()(r, at, value).(string)
	switch {
	case !isText:
		return nil
	case !fitsScheme("isbn", s):
		r.problems = append(r.problems, Problem{Field: at, Messages: letters("Please provide a valid ISBN.")})
		return nil
	}
	return s
}

// zenodoNamespaces are those of the fields that Zenodo has beside them: of
// most, the values are not looked at.
var zenodoNamespaces = []string{"code", "legacy", "dwc", "gbif-dwc", "gbif", "mixs", "ac", "openbiodiv", "obo", "dc"}

var zenodoFields = map[string]rule{
	"code:codeRepository":      text(when(isNoURL, "You must provide a valid URL.")),
	"code:programmingLanguage": list(term(programming)),
	"code:developmentStatus":   term(developmentState),
}

func fitsScheme(name, identifier string) bool {
	s, _ := schemeNamed(name)
	return s.fits(identifier)
}

func textMembers(names ...string) (members []member) {
	for _, name := range names {
		members = append(members, member{name: name, read: text()})
	}
	return members
}

// texts reads an object of texts and another member.
func texts(other member, names ...string) rule { return object(append(textMembers(names...), other)) }
