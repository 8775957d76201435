package harvest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// The kinds of things that a [Selection] selects.
const (
	KindRecords     = "" // the zero value
	KindCommunities = "communities"
)

// The ways to harvest, for [Selection.Via].
const (
	// ViaREST is through the search of the REST API, which is also what the
	// empty text means.
	ViaREST = "rest"
	// ViaOAI is through OAI-PMH. It knows communities and times of change, and
	// lists all versions; what it gives of a record is less than JSON has.
	ViaOAI = "oai"
)

// Selection says what to harvest. The zero value selects every record that
// the server has, in its latest version.
//
// Its JSON names a saved harvest's selection in an index; [Selection.JSON]
// writes it so that equal selections give equal bytes.
type Selection struct {
	// Kind is KindRecords or KindCommunities; communities are selected by
	// Query alone.
	Kind string `json:"kind,omitzero"`
	// Query is in Zenodo's query language and sent as it is.
	Query string `json:"query,omitzero"`
	// Communities selects records that are in any of them.
	Communities []zenodo.Slug `json:"communities,omitempty"`
	// Type is the type of resource, such as publication.
	Type string `json:"type,omitzero"`
	// Subtype narrows Type, such as article; it needs one.
	Subtype string `json:"subtype,omitzero"`
	// AllVersions selects superseded versions too.
	AllVersions bool `json:"all_versions,omitzero"`
	// Since and Until bound the time of creation, or with ViaOAI that of the
	// last change, [Since, Until), in RFC 3339; see [ParseSince] and
	// [ParseUntil]. Empty is unbounded.
	Since string `json:"since,omitzero"`
	Until string `json:"until,omitzero"`
	// API is the root of the server's API.
	API string `json:"api,omitzero"`
	// Via is the way to harvest: ViaREST or empty, or ViaOAI.
	Via string `json:"via,omitzero"`
}

// ParseSelection reads what [Selection.JSON] wrote. A key that it does not
// know is an error: dropping a filter would select more than was asked for.
func ParseSelection(data []byte) (Selection, error) {
	var s Selection
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return Selection{}, fmt.Errorf("read selection: %w", err)
	}
	return s.canonical(), nil
}

// JSON is the canonical form of the selection: the same bytes for every way
// to write it down (order and repetition of communities, letter case of types,
// offset of times, a slash after the API root).
func (s Selection) JSON() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // people read it too
	// Encoding cannot fail: the type holds nothing but text.
	_ = enc.Encode(s.canonical())
	return bytes.TrimSpace(b.Bytes())
}

// Equal reports whether two selections select the same in the same way.
func (s Selection) Equal(other Selection) bool {
	return bytes.Equal(s.JSON(), other.JSON())
}

// Validate returns a [*SelectionError] where the selection contradicts itself
// or cannot be expressed in one query.
func (s Selection) Validate() error {
	if err := s.validateKind(); err != nil {
		return err
	}
	if s.Subtype != "" && s.Type == "" {
		return &SelectionError{
			Problem: fmt.Sprintf("the subtype %s needs a type", s.Subtype),
			Hint:    "subtypes belong to a type, such as article to publication",
		}
	}
	if err := s.validateVia(); err != nil {
		return err
	}
	since, until, err := s.times()
	if err != nil {
		return err
	}
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return &SelectionError{Problem: fmt.Sprintf("nothing lies between %s and %s", s.Since, s.Until)}
	}
	var community zenodo.Slug
	if len(s.Communities) > 0 {
		community = s.Communities[0]
	}
	_, err = s.filter().QueryOf(community, run.Range{Since: since, Until: until})
	return err
}

func (s Selection) validateVia() error {
	switch s.Via {
	case "", ViaREST:
		return nil
	case ViaOAI:
		if s.Kind == KindRecords && s.Query == "" && s.Type == "" {
			return nil
		}
		return &SelectionError{
			Problem: "OAI-PMH selects records by community and time of change alone",
			Hint:    "leave out --via oai, or the query and the type; once records are in the index, search and export select them",
		}
	}
	return &SelectionError{Problem: fmt.Sprintf("unknown way to harvest: %s", s.Via)}
}

func (s Selection) validateKind() error {
	switch s.Kind {
	case KindRecords:
		return nil
	case KindCommunities:
		rest := s
		rest.Kind, rest.Query, rest.API, rest.Via = "", "", "", ""
		if rest.Equal(Selection{}) {
			return nil
		}
		return &SelectionError{
			Problem: "communities are selected by a query alone",
			Hint:    "community, type, version and date are properties of records",
		}
	default:
		return &SelectionError{Problem: fmt.Sprintf("unknown kind of selection: %s", s.Kind)}
	}
}

// Incremental returns nil where a run can fetch what changed in the selection
// alone, and otherwise a [*SelectionError] that says why not.
func (s Selection) Incremental() error {
	if s.Kind == KindCommunities {
		return &SelectionError{Problem: "changes of communities cannot be asked for"}
	}
	if _, err := run.Combine(s.Query, querystring.Between("updated", run.FormatTime(time.Unix(0, 0)), "")); err != nil {
		return &SelectionError{
			Problem: "Zenodo takes this query for plain words, and would take the time of a change for words, too",
			Hint:    "each run fetches everything",
		}
	}
	return nil
}

// times returns the bounds of creation, zero where there is none.
func (s Selection) times() (since, until time.Time, err error) {
	for _, bound := range []struct {
		text string
		at   *time.Time
	}{{s.Since, &since}, {s.Until, &until}} {
		if bound.text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, bound.text)
		if err != nil {
			return since, until, &SelectionError{Problem: fmt.Sprintf("%q is not a time in RFC 3339", bound.text)}
		}
		*bound.at = at.UTC()
	}
	return since, until, nil
}

// filter is the selection in the form in which a server is asked for it. Times
// that cannot be read, which Validate refuses, are left out.
func (s Selection) filter() run.Filter {
	s = s.canonical()
	since, until, _ := s.times()
	return run.Filter{
		ID:            s.Name() + "#" + shortHash(string(s.JSON())),
		OfCommunities: s.Kind == KindCommunities,
		Query:         s.Query, Communities: s.Communities, Type: s.Type, Subtype: s.Subtype,
		AllVersions: s.AllVersions, Since: since, Until: until, ByChange: s.Via == ViaOAI,
	}
}

// canonical writes the parts of a selection that can be written in several
// ways in one of them. The query is left alone: blanks may matter in it.
func (s Selection) canonical() Selection {
	slugs := slices.Sorted(slices.Values(s.Communities)) // of another one's case is another slug
	s.Communities = slices.Compact(slugs)
	s.Type = strings.ToLower(s.Type)
	s.Subtype = strings.ToLower(s.Subtype)
	s.Since = canonicalTime(s.Since)
	s.Until = canonicalTime(s.Until)
	s.API = strings.TrimRight(s.API, "/")
	if s.Via == ViaREST {
		s.Via = ""
	}
	if s.Via == ViaOAI {
		s.AllVersions = true // whether asked for or not
	}
	return s
}

// canonicalTime leaves a text that is no time as it is, for Validate to name.
func canonicalTime(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return run.FormatTime(at)
}
