package index_test

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/zenodo"
)

// naiveField is how the naive evaluator knows a field: where its values are in
// the engine's document, and what an analyser makes of one of them.
type naiveField struct {
	at        int // its place in naiveFields
	name      string
	path      string // of the values: that of the field which this one is made of
	longest   int    // value that is kept, in characters; 0 for any
	byDefault bool
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

func text(name string, byDefault bool) naiveField {
	return naiveField{name: name, byDefault: byDefault, analyse: standardTokens, normalize: analysis.NormalizeStandard}
}

func accent(name string, byDefault bool) naiveField {
	return naiveField{name: name, byDefault: byDefault, analyse: accentTokens, normalize: analysis.NormalizeAccent}
}

func whole(name string, byDefault bool) naiveField {
	return naiveField{name: name, byDefault: byDefault, normalize: itself}
}

// of makes a field hold the values of another.
func (f naiveField) of(path string) naiveField {
	f.path = path
	return f
}

// upTo makes a field leave out longer values.
func (f naiveField) upTo(longest int) naiveField {
	f.longest = longest
	return f
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

// naiveFields are the default fields, and others that the random records fill.
var naiveFields = numberedFields(
	whole("id", true),
	accent("metadata.title", true),
	text("metadata.title.original", true).of("metadata.title"),
	whole("metadata.title.keyword", false).of("metadata.title").upTo(256),
	accent("metadata.description", true),
	text("metadata.additional_descriptions.description", true),
	accent("metadata.creators.person_or_org.name", true),
	text("metadata.creators.person_or_org.family_name", true),
	text("metadata.creators.person_or_org.given_name", true),
	accent("metadata.creators.affiliations.name", true),
	whole("metadata.creators.person_or_org.identifiers.identifier", false),
	whole("metadata.creators.person_or_org.identifiers.scheme", false),
	text("metadata.contributors.person_or_org.name", true),
	text("metadata.contributors.person_or_org.family_name", true),
	text("metadata.contributors.person_or_org.given_name", true),
	accent("metadata.contributors.affiliations.name", true),
	text("metadata.funding.award.number", true),
	text("metadata.funding.award.acronym.text", true).of("metadata.funding.award.acronym"),
	text("metadata.funding.award.identifiers.identifier", true),
	text("metadata.funding.funder.name", true),
	text("metadata.identifiers.identifier", true),
	text("metadata.locations.features.place", true),
	text("metadata.locations.features.description", true),
	text("metadata.dates.description", true),
	text("metadata.references.reference", true),
	text("metadata.publisher", true),
	whole("metadata.publisher.keyword", false).of("metadata.publisher").upTo(256),
	text("metadata.subjects.subject", true),
	whole("metadata.subjects.subject.keyword", false).of("metadata.subjects.subject"),
	whole("metadata.publication_date", true),
	whole("metadata.version", true),
	whole("metadata.resource_type.props.type", false),
	whole("metadata.resource_type.props.subtype", false),
	text("metadata.resource_type.title.en", false),
	whole("access.files", false),
	whole("files.enabled", false),
	whole("custom_fields.dwc:kingdom", false),
	text("custom_fields.dwc:habitat", false),
	whole("parent.communities.ids", false),
	whole("metadata.languages.id", false),
	text("pids.doi.identifier", false),
	whole("files.entries.key", false),
	whole("files.types", false),
	number("files.count", (*zenodo.Record).FileCount),
	number("files.totalbytes", (*zenodo.Record).Size),
	number("versions.index", func(r *zenodo.Record) (int64, bool) { return int64(r.VersionIndex), r.VersionIndex > 0 }),
	number("stats.all_versions.views", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.Views) }),
	number("stats.all_versions.unique_views", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.UniqueViews) }),
	number("stats.all_versions.downloads", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.Downloads) }),
	number("stats.all_versions.unique_downloads", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.UniqueDownloads) }),
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
		fields[i].at, fields[i].path = i, cmp.Or(fields[i].path, fields[i].name)
	}
	return fields
}
