package export

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// table declares every field once, in the order of the documentation.
var table = []Field{
	identifier("id", func(r *zenodo.Record) string { return string(r.ID) }),
	column("doi", func(r *zenodo.Record) string { return string(r.DOI) }),
	identifier("concept_id", func(r *zenodo.Record) string { return string(r.ConceptID) }),
	column("concept_doi", func(r *zenodo.Record) string { return string(r.ConceptDOI) }),
	text("oai", func(r *zenodo.Record) string { return r.OAI }),
	text("swhid", func(r *zenodo.Record) string { return r.SWHID }),
	column("title", func(r *zenodo.Record) string { return r.Metadata.Title }),
	objects("additional_titles", additionalTitles, func(t nativeTitle) string { return t.Title }),
	column("publication_date", func(r *zenodo.Record) string { return r.Metadata.PublicationDate }),
	column("type", func(r *zenodo.Record) string { return r.Metadata.Type }),
	column("subtype", func(r *zenodo.Record) string { return r.Metadata.Subtype }),
	text("publisher", knownPublisher),
	creators("creators", func(c *zenodo.Creator) string { return c.Name }),
	creators("creator_types", (*zenodo.Creator).NameType),
	creators("creator_roles", func(c *zenodo.Creator) string { return c.Role }),
	creators("affiliations", (*zenodo.Creator).Affiliation),
	creators("affiliation_ids", affiliationIDs),
	objects("creator_affiliations", creatorAffiliations, func(names []string) string { return strings.Join(names, zenodo.AffiliationSeparator) }),
	creators("orcids", func(c *zenodo.Creator) string { return c.ORCID }),
	creators("creator_ids", creatorIDs),
	objects("contributors", contributors, func(c nativeContributor) string { return c.Person.Name }),
	several("keywords",
		func(r *zenodo.Record) int { return len(r.Metadata.Keywords) },
		func(r *zenodo.Record, i int) string { return r.Metadata.Keywords[i] }),
	objects("subjects", subjects, func(s nativeSubject) string { return s.Subject }),
	several("communities",
		func(r *zenodo.Record) int { return len(r.Communities) },
		func(r *zenodo.Record, i int) string { return string(r.Communities[i]) }),
	column("license", func(r *zenodo.Record) string { return r.Metadata.LicenseName() }),
	objects("rights", rights, nativeRight.text),
	text("copyright", func(r *zenodo.Record) string { return r.Metadata.Copyright }),
	column("access", func(r *zenodo.Record) string { return r.Metadata.AccessRight }),
	text("record_access", func(r *zenodo.Record) string { return r.Access.Record }),
	text("files_access", func(r *zenodo.Record) string { return r.Access.Files }),
	text("embargo_until", func(r *zenodo.Record) string { return r.Metadata.EmbargoDate }),
	text("embargo_reason", func(r *zenodo.Record) string { return r.Metadata.EmbargoReason }),
	column("version", func(r *zenodo.Record) string { return r.Metadata.Version }),
	column("language", func(r *zenodo.Record) string { return r.Metadata.Language }),
	several("languages",
		func(r *zenodo.Record) int { return len(languages(r)) },
		func(r *zenodo.Record, i int) string { return languages(r)[i] }),
	text("description", func(r *zenodo.Record) string { return r.Metadata.Description }),
	objects("additional_descriptions", additionalDescriptions, func(d nativeDescription) string { return d.Description }),
	objects("dates", dates, func(d nativeDate) string { return d.Date }),
	objects("locations", locations, nativeLocation.text),
	objects("identifiers", identifiers, func(id nativeIdentifier) string { return id.Identifier }),
	objects("related_identifiers", relatedIdentifiers, func(id nativeRelated) string { return id.Identifier }),
	objects("references", references, func(ref nativeReference) string { return ref.Reference }),
	several("grants",
		func(r *zenodo.Record) int { return len(r.Metadata.Grants) },
		func(r *zenodo.Record, i int) string { return grantText(&r.Metadata.Grants[i]) }),
	objects("funders", funders, func(f nativeFunder) string { return f.Name }),
	objects("awards", awards, nativeAward.text),
	column("journal", func(r *zenodo.Record) string { return r.Metadata.Journal.Title }),
	{Name: "custom_fields", kind: JSON, text: customFieldsText, json: appendCustomFields},
	column("url", func(r *zenodo.Record) string { return r.URL }),
	statistic("views", func(s *zenodo.Stats) *int64 { return s.Views }),
	statistic("downloads", func(s *zenodo.Stats) *int64 { return s.Downloads }),
	statistic("data_volume", func(s *zenodo.Stats) *int64 { return s.DataVolume }),
	statistic("views_raw", func(s *zenodo.Stats) *int64 { return s.ViewsRaw }),
	statistic("downloads_raw", func(s *zenodo.Stats) *int64 { return s.DownloadsRaw }),
	statistic("data_volume_raw", func(s *zenodo.Stats) *int64 { return s.DataVolume }),
	statistic("version_views", func(s *zenodo.Stats) *int64 { return s.VersionViews }),
	statistic("version_downloads", func(s *zenodo.Stats) *int64 { return s.VersionDownloads }),
	statistic("version_data_volume", func(s *zenodo.Stats) *int64 { return s.VersionDataVolume }),
	statistic("version_views_raw", func(s *zenodo.Stats) *int64 { return s.VersionViewsRaw }),
	statistic("version_downloads_raw", func(s *zenodo.Stats) *int64 { return s.VersionDownloadsRaw }),
	statistic("version_data_volume_raw", func(s *zenodo.Stats) *int64 { return s.VersionDataVolume }),
	number("files", (*zenodo.Record).FileCount),
	number("size", (*zenodo.Record).Size),
	{Name: "files_enabled", kind: JSON, text: filesEnabled, json: func(dst []byte, r *zenodo.Record) []byte {
		return append(dst, cmp.Or(filesEnabled(r), "null")...)
	}},
	text("default_preview", func(r *zenodo.Record) string { return r.DefaultPreview }),
	objects("media_files", mediaFiles, func(f nativeFile) string { return f.Key }),
	several("sizes",
		func(r *zenodo.Record) int { return len(r.Metadata.Sizes) },
		func(r *zenodo.Record, i int) string { return r.Metadata.Sizes[i] }),
	several("formats",
		func(r *zenodo.Record) int { return len(r.Metadata.Formats) },
		func(r *zenodo.Record, i int) string { return r.Metadata.Formats[i] }),
	column("created", func(r *zenodo.Record) string { return string(r.CreatedAt) }),
	column("updated", func(r *zenodo.Record) string { return string(r.UpdatedAt) }),
}

func text(name string, value func(*zenodo.Record) string) Field {
	return Field{Name: name, kind: Text, text: value}
}

// column is a text that an index has at hand without the whole record.
func column(name string, value func(*zenodo.Record) string) Field {
	f := text(name, value)
	f.brief = true
	return f
}

// identifier is a column that is never null.
func identifier(name string, value func(*zenodo.Record) string) Field {
	f := column(name, value)
	f.always = true
	return f
}

// known is a count that may be unknown.
func known(n *int64) (int64, bool) {
	if n == nil {
		return 0, false
	}
	return *n, true
}

// statistic is a count of views, downloads or bytes.
func statistic(name string, count func(*zenodo.Stats) *int64) Field {
	return number(name, func(r *zenodo.Record) (int64, bool) { return known(count(&r.Stats)) })
}

func number(name string, value func(*zenodo.Record) (int64, bool)) Field {
	return Field{Name: name, kind: Number, number: value}
}

func several(name string, length func(*zenodo.Record) int, at func(*zenodo.Record, int) string) Field {
	return Field{Name: name, kind: List, list: list{len: length, at: at}}
}

// creators has a value for each creator, so that several such fields stay in
// step.
func creators(name string, value func(*zenodo.Creator) string) Field {
	return several(name,
		func(r *zenodo.Record) int { return len(r.Metadata.Creators) },
		func(r *zenodo.Record, i int) string { return value(&r.Metadata.Creators[i]) })
}

// objects is an array of objects, and elsewhere a text for each of them.
func objects[T any](name string, all func(*zenodo.Record) []T, main func(T) string) Field {
	return Field{
		Name: name, kind: JSON,
		text: func(r *zenodo.Record) string {
			var texts []string
			for _, one := range all(r) {
				texts = append(texts, main(one))
			}
			return joined(texts, separator)
		},
		json: func(dst []byte, r *zenodo.Record) []byte {
			values := all(r)
			if len(values) == 0 {
				return append(dst, "[]"...)
			}
			dst, _ = appendJSON(dst, values) // what comes from texts has no value that JSON has not
			return dst
		},
	}
}

// joined keeps empty values in their places, except where all are empty.
func joined(texts []string, separator string) string {
	if strings.Join(texts, "") == "" {
		return ""
	}
	return strings.Join(texts, separator)
}

// grantText is "funder: code", or what of the two there is.
func grantText(g *zenodo.Grant) string {
	switch {
	case g.Funder.Name == "":
		return g.Code
	case g.Code == "":
		return g.Funder.Name
	}
	return g.Funder.Name + ": " + g.Code
}

// knownPublisher is who published the record, as the server sent it.
func knownPublisher(r *zenodo.Record) string {
	return cmp.Or(r.Metadata.Publisher, r.Metadata.Imprint.Publisher)
}

// languages are all of them where the record says so.
func languages(r *zenodo.Record) []string {
	m := &r.Metadata
	if len(m.Languages) == 0 && m.Language != "" {
		return []string{m.Language}
	}
	return m.Languages
}

func filesEnabled(r *zenodo.Record) string {
	if r.FilesEnabled == nil {
		return ""
	}
	return strconv.FormatBool(*r.FilesEnabled)
}
