package oai

import (
	"context"
	"strconv"
	"strings"
)

// identifierPrefix begins the identifiers of records.
func (s *Server) identifierPrefix() string {
	if s.Native {
		return NativePrefix
	}
	return zenodoPrefix
}

// communityPrefix begins the sets of communities.
func (s *Server) communityPrefix() string {
	if s.Native {
		return "community-"
	}
	return "user-"
}

// fixedSet is a set that is not of a community, with the type of the records in
// it.
type fixedSet struct{ spec, name, kind string }

// fixedSets are Zenodo's.
func (s *Server) fixedSets() []fixedSet {
	if s.Native {
		return nil
	}
	return []fixedSet{
		{"openaire", "OpenAIRE", "publication"},
		{"openaire_data", "OpenAIRE data sets", "dataset"},
		{"software", "Software", "software"},
	}
}

// setNamed says which records are in a set; none where ok is false, which is no
// error.
func (s *Server) setNamed(spec string) (selected Selection, ok bool) {
	if slug, ok := strings.CutPrefix(spec, s.communityPrefix()); ok {
		return Selection{Community: slug}, slug != ""
	}
	for _, set := range s.fixedSets() {
		if set.spec == spec {
			return Selection{Type: set.kind}, true
		}
	}
	return Selection{}, spec == ""
}

// listSets lists the fixed sets and then those of communities, by slug.
func (q *query) listSets(context.Context) *failure {
	page := 1
	if token := q.args.Get("resumptionToken"); token != "" {
		resumed, failed := q.resume(token)
		if failed != nil {
			return failed
		}
		page = resumed.Page
	}
	var sets [][2]string // spec and name
	for _, set := range q.fixedSets() {
		sets = append(sets, [2]string{set.spec, set.name})
	}
	for _, c := range q.Repository.Communities() {
		sets = append(sets, [2]string{q.communityPrefix() + c.Slug, c.Title})
	}
	from, to := min((page-1)*pageSize, len(sets)), min(page*pageSize, len(sets))
	for _, set := range sets[from:to] {
		q.w.Open("set")
		q.w.Leaf("setSpec", set[0])
		q.w.Leaf("setName", set[1])
		if isCommunity := strings.HasPrefix(set[0], q.communityPrefix()); isCommunity {
			q.describe("Records belonging to the community '" + set[1] + "'")
		}
		q.w.Close("set")
	}
	q.token(resumption{Verb: q.verb, Page: page + 1}, len(sets), to < len(sets))
	return nil
}

func (q *query) describe(text string) {
	q.w.Open("setDescription")
	q.w.Open("oai_dc:dc",
		"xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/", "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xsi:schemaLocation", "http://www.openarchives.org/OAI/2.0/oai_dc/")
	q.w.Leaf("dc:description", text)
	q.w.Close("oai_dc:dc")
	q.w.Close("setDescription")
}

// token writes the element that tells how to go on: none where all is on the
// first page, and an empty one on the last.
func (q *query) token(next resumption, total int, more bool) {
	if next.Page == 2 && !more {
		return
	}
	value, expires := "", q.now.Add(tokenLife)
	if more {
		next.Expires = expires.Unix()
		value = next.String()
	}
	q.w.Leaf("resumptionToken", value, "expirationDate", expires.Format(timeLayout),
		"cursor", strconv.Itoa((next.Page-2)*pageSize), "completeListSize", strconv.Itoa(total))
}
