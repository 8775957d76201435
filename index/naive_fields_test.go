package index_test

import (
	"regexp"
	"strings"

	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/zenodo"
)

// naiveField is how the naive evaluator knows a field: the values of a
// record, and what an analyser makes of one of them.
type naiveField struct {
	at        int // its place in naiveFields
	name      string
	byDefault bool
	values    func(*zenodo.Record) []string
	analyse   func(string) []string // nil for keywords
	normalize func(string) string
	number    func(*zenodo.Record) (int64, bool) // instead of values
	isTime    bool                               // the number is one of microseconds
}

var (
	standardTokens = remembered(func(s string) []string { return analysis.Tokens(analysis.Standard, s) })
	accentTokens   = remembered(func(s string) []string { return analysis.Tokens(analysis.Accent, s) })
	distance       = remembered(func(pair string) int {
		term, word, _ := strings.Cut(pair, "\x00")
		return osa([]rune(term), []rune(word))
	})
	anchored = remembered(func(expr string) *regexp.Regexp { return regexp.MustCompile("^(?s:" + expr + ")$") })
)

func itself(s string) string { return s }

// remembered keeps what f makes of its last arguments: a query is held against
// one record after the other, which ask the same of it.
func remembered[T any](f func(string) T) func(string) T {
	known := map[string]T{}
	return func(s string) T {
		made, ok := known[s]
		if !ok {
			if len(known) == 10_000 {
				clear(known)
			}
			made = f(s)
			known[s] = made
		}
		return made
	}
}

func text(name string, byDefault bool, values func(*zenodo.Record) []string) naiveField {
	return naiveField{name: name, byDefault: byDefault, values: values, analyse: standardTokens, normalize: analysis.NormalizeStandard}
}

func accent(name string, byDefault bool, values func(*zenodo.Record) []string) naiveField {
	return naiveField{name: name, byDefault: byDefault, values: values, analyse: accentTokens, normalize: analysis.NormalizeAccent}
}

func whole(name string, byDefault bool, values func(*zenodo.Record) []string) naiveField {
	return naiveField{name: name, byDefault: byDefault, values: values, normalize: itself}
}

func number(name string, value func(*zenodo.Record) (int64, bool)) naiveField {
	return naiveField{name: name, number: value}
}

func each[T, V any](all []T, f func(T) V) (values []V) {
	for _, v := range all {
		values = append(values, f(v))
	}
	return values
}

func names(part int) func(*zenodo.Record) []string {
	return func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return partOfName(c.Name, part) })
	}
}

func contributors(value func(zenodo.Contributor) string) func(*zenodo.Record) []string {
	return func(r *zenodo.Record) []string { return each(r.Metadata.Contributors, value) }
}

func grants(value func(zenodo.Grant) string) func(*zenodo.Record) []string {
	return func(r *zenodo.Record) []string { return each(r.Metadata.Grants, value) }
}

func partOfName(name string, part int) string {
	parts := strings.Split(name, ",")
	if len(parts) != 2 {
		return ""
	}
	return strings.TrimSpace(parts[part])
}

// naiveFields are the default fields, and others that the random records fill.
var naiveFields = numberedFields(
	whole("id", true, func(r *zenodo.Record) []string { return []string{string(r.ID)} }),
	accent("metadata.title", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Title} }),
	text("metadata.title.original", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Title} }),
	accent("metadata.description", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Description} }),
	text("metadata.additional_descriptions.description", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Notes, r.Metadata.Method} }),
	accent("metadata.creators.person_or_org.name", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return c.Name })
	}),
	text("metadata.creators.person_or_org.family_name", true, names(0)),
	text("metadata.creators.person_or_org.given_name", true, names(1)),
	accent("metadata.creators.affiliations.name", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return c.Affiliation })
	}),
	whole("metadata.creators.person_or_org.identifiers.identifier", false, func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return c.ORCID })
	}),
	text("metadata.contributors.person_or_org.name", true, contributors(func(c zenodo.Contributor) string { return c.Name })),
	text("metadata.contributors.person_or_org.family_name", true, contributors(func(c zenodo.Contributor) string { return partOfName(c.Name, 0) })),
	text("metadata.contributors.person_or_org.given_name", true, contributors(func(c zenodo.Contributor) string { return partOfName(c.Name, 1) })),
	accent("metadata.contributors.affiliations.name", true, contributors(func(c zenodo.Contributor) string { return c.Affiliation })),
	text("metadata.funding.award.number", true, grants(func(g zenodo.Grant) string { return g.Code })),
	text("metadata.funding.award.acronym.text", true, grants(func(g zenodo.Grant) string { return g.Acronym })),
	text("metadata.funding.funder.name", true, grants(func(g zenodo.Grant) string { return g.Funder.Name })),
	text("metadata.identifiers.identifier", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.AlternateIdentifiers, func(id zenodo.AlternateIdentifier) string { return id.Identifier })
	}),
	text("metadata.locations.features.place", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Locations, func(l zenodo.Location) string { return l.Place })
	}),
	text("metadata.locations.features.description", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Locations, func(l zenodo.Location) string { return l.Description })
	}),
	text("metadata.dates.description", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Dates, func(d zenodo.Date) string { return d.Description })
	}),
	text("metadata.references.reference", true, func(r *zenodo.Record) []string { return r.Metadata.References }),
	text("metadata.publisher", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Publisher} }),
	text("metadata.subjects.subject", true, func(r *zenodo.Record) []string { return r.Metadata.Keywords }),
	whole("metadata.subjects.subject.keyword", false, func(r *zenodo.Record) []string { return r.Metadata.Keywords }),
	whole("metadata.publication_date", true, func(r *zenodo.Record) []string { return []string{r.Metadata.PublicationDate} }),
	whole("metadata.version", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Version} }),
	whole("metadata.resource_type.props.type", false, func(r *zenodo.Record) []string { return []string{r.Metadata.Type} }),
	whole("metadata.resource_type.props.subtype", false, func(r *zenodo.Record) []string {
		if r.Metadata.Subtype == "" {
			return nil
		}
		return []string{r.Metadata.Type + "-" + r.Metadata.Subtype}
	}),
	whole("parent.communities.ids", false, func(r *zenodo.Record) []string {
		return each(r.Communities, func(s zenodo.Slug) string { return string(s) })
	}),
	whole("metadata.languages.id", false, func(r *zenodo.Record) []string { return []string{r.Metadata.Language} }),
	text("pids.doi.identifier", false, func(r *zenodo.Record) []string { return []string{string(r.DOI)} }),
	whole("files.entries.key", false, func(r *zenodo.Record) []string {
		return each(r.Files, func(f zenodo.File) string { return f.Key })
	}),
	number("files.count", (*zenodo.Record).FileCount),
	number("files.totalbytes", (*zenodo.Record).Size),
	number("versions.index", func(r *zenodo.Record) (int64, bool) { return int64(r.VersionIndex), r.VersionIndex > 0 }),
	number("stats.all_versions.views", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.Views) }),
	number("stats.all_versions.unique_views", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.UniqueViews) }),
	number("stats.all_versions.downloads", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.Downloads) }),
	naiveField{name: "created", isTime: true, number: func(r *zenodo.Record) (int64, bool) {
		at, ok := r.CreatedAt.Time()
		return at.UnixMilli() * 1000, ok // the engine knows no less
	}},
)

func known(n *int64) (int64, bool) {
	if n == nil {
		return 0, false
	}
	return *n, true
}

func numberedFields(fields ...naiveField) []naiveField {
	for i := range fields {
		fields[i].at = i
	}
	return fields
}
