package export

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// customFields are the custom fields by their names in InvenioRDM. The legacy
// JSON has those that Zenodo has always had, such as the journal, in other
// places.
func customFields(r *zenodo.Record) map[string]any {
	m := &r.Metadata
	fields, _ := decoded(m.CustomFields).(map[string]any)
	if r.Format == zenodo.FormatNative {
		return fields
	}
	if fields == nil {
		fields = map[string]any{}
	}
	put := func(name string, members ...string) {
		object := map[string]any{}
		for i := 0; i < len(members); i += 2 {
			if members[i+1] != "" {
				object[members[i]] = members[i+1]
			}
		}
		if len(object) > 0 {
			fields[name] = object
		}
	}
	j, t, i, p := &m.Journal, &m.Meeting, &m.Imprint, &m.PartOf
	put("journal:journal", "title", j.Title, "volume", j.Volume, "issue", j.Issue, "pages", j.Pages, "issn", j.ISSN)
	put("meeting:meeting", "title", t.Title, "acronym", t.Acronym, "dates", t.Dates, "place", t.Place, "url", t.URL,
		"session", t.Session, "session_part", t.SessionPart)
	put("imprint:imprint", "title", p.Title, "pages", p.Pages, "place", i.Place, "isbn", i.ISBN, "edition", i.Edition)
	put("thesis:thesis", "university", m.ThesisUniversity)
	return fields
}

func appendCustomFields(dst []byte, r *zenodo.Record) []byte {
	fields := customFields(r)
	if len(fields) == 0 {
		return append(dst, "{}"...)
	}
	dst, _ = appendJSON(dst, fields) // what was decoded can be encoded
	return dst
}

// customFieldsText is "name: value", for each value.
func customFieldsText(r *zenodo.Record) string {
	return strings.Join(appendNamed(nil, "", customFields(r)), separator)
}

// appendNamed appends the values at any depth, by the names of the objects they
// are in.
func appendNamed(texts []string, name string, value any) []string {
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			texts = appendNamed(texts, strings.TrimPrefix(name+"."+key, "."), value[key])
		}
	case []any:
		for _, item := range value {
			texts = appendNamed(texts, name, item)
		}
	default:
		texts = append(texts, fmt.Sprint(name, ": ", value))
	}
	return texts
}
