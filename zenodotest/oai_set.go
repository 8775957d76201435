package zenodotest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// oaiSetPrefix begins the sets of communities.
const oaiSetPrefix = "user-"

// fixedSets are those that are not of a community, with the type of the
// records in them.
var fixedSets = []struct{ spec, name, kind string }{
	{"openaire", "OpenAIRE", "publication"},
	{"openaire_data", "OpenAIRE data sets", "dataset"},
	{"software", "Software", "software"},
}

// criteriaOf says which records are in a set. An unknown one has none, and is
// no error.
func (c *catalog) criteriaOf(spec string) criteria {
	ask := criteria{allVersions: true}
	if slug, ok := strings.CutPrefix(spec, oaiSetPrefix); ok {
		_, known := c.communities[slug]
		ask.within, ask.none = slug, !known
		return ask
	}
	for _, set := range fixedSets {
		if set.spec == spec {
			ask.kind = set.kind
			return ask
		}
	}
	ask.none = spec != ""
	return ask
}

// listSets lists the fixed sets and then those of communities, by slug.
func (q *oaiQuery) listSets() *oaiError {
	page := 1
	if token := q.args.Get("resumptionToken"); token != "" {
		resumed, failed := q.resume(token)
		if failed != nil {
			return failed
		}
		page = resumed.Page
	}
	specs, names := q.world.sets()
	from, to := min((page-1)*oaiPageSize, len(specs)), min(page*oaiPageSize, len(specs))
	for _, spec := range specs[from:to] {
		q.w.Open("set")
		q.w.Leaf("setSpec", spec)
		q.w.Leaf("setName", names[spec])
		q.w.Close("set")
	}
	q.token(oaiResumption{Verb: q.verb, Page: page + 1}, len(specs), to < len(specs))
	return nil
}

// sets are those that exist, in order, with their names.
func (c *catalog) sets() (specs []string, names map[string]string) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	names = map[string]string{}
	for _, set := range fixedSets {
		specs, names[set.spec] = append(specs, set.spec), set.name
	}
	for _, slug := range slices.Sorted(maps.Keys(c.communities)) {
		spec := oaiSetPrefix + slug
		specs, names[spec] = append(specs, spec), c.communities[slug].Metadata.Title
	}
	return specs, names
}

// token writes the element that tells how to go on: none where all is on the
// first page, and an empty one on the last.
func (q *oaiQuery) token(next oaiResumption, total int, more bool) {
	if next.Page == 2 && !more {
		return
	}
	value, expires := "", ""
	if more {
		next.Expires = q.now.Add(oaiTokenLife).Unix()
		value, expires = next.String(), q.now.Add(oaiTokenLife).Format(oaiTime)
	}
	q.w.Leaf("resumptionToken", value, "expirationDate", expires,
		"cursor", strconv.Itoa((next.Page-2)*oaiPageSize), "completeListSize", strconv.Itoa(total))
}
