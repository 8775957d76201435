package export

import (
	"cmp"
	"io"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// writeDataCite writes an array of records in the JSON of DataCite's schema
// 4.5, which has the properties of 4.6, too, but for those that are new there.
func writeDataCite(w io.Writer, records iter.Seq2[*zenodo.Record, error], _ Options) error {
	return layout{open: "[\n", between: ",\n", end: "\n]\n", none: "[]\n", row: appendDataCite}.write(w, records)
}

// unavailable is DataCite's word for what must be there and is not known.
const unavailable = ":unav"

// dataciteRecord has the names of DataCite's JSON schema.
type dataciteRecord struct {
	DOI                  string                `json:"doi,omitempty"`
	Types                dataciteTypes         `json:"types"`
	Creators             []datacitePerson      `json:"creators"`
	Titles               []dataciteTitle       `json:"titles"`
	Publisher            datacitePublisher     `json:"publisher"`
	PublicationYear      string                `json:"publicationYear,omitempty"`
	Subjects             []dataciteSubject     `json:"subjects,omitempty"`
	Contributors         []datacitePerson      `json:"contributors,omitempty"`
	Dates                []dataciteDate        `json:"dates,omitempty"`
	Language             string                `json:"language,omitempty"`
	AlternateIdentifiers []dataciteAlternate   `json:"alternateIdentifiers,omitempty"`
	RelatedIdentifiers   []dataciteRelated     `json:"relatedIdentifiers,omitempty"`
	Sizes                []string              `json:"sizes,omitempty"`
	Formats              []string              `json:"formats,omitempty"`
	Version              string                `json:"version,omitempty"`
	RightsList           []dataciteRights      `json:"rightsList,omitempty"`
	Descriptions         []dataciteDescription `json:"descriptions,omitempty"`
	GeoLocations         []dataciteLocation    `json:"geoLocations,omitempty"`
	FundingReferences    []dataciteFunding     `json:"fundingReferences,omitempty"`
	Container            *dataciteContainer    `json:"container,omitempty"`
	SchemaVersion        string                `json:"schemaVersion"`
}

type dataciteTypes struct {
	ResourceType string `json:"resourceType,omitempty"`
	General      string `json:"resourceTypeGeneral"`
}

type dataciteTitle struct {
	Title string `json:"title"`
	Type  string `json:"titleType,omitempty"`
	Lang  string `json:"lang,omitempty"`
}

type datacitePublisher struct {
	Name string `json:"name"`
}

type dataciteDate struct {
	Date        string `json:"date"`
	Type        string `json:"dateType"`
	Information string `json:"dateInformation,omitempty"`
}

type dataciteDescription struct {
	Description string `json:"description"`
	Type        string `json:"descriptionType"`
	Lang        string `json:"lang,omitempty"`
}

type dataciteContainer struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	FirstPage string `json:"firstPage,omitempty"`
}

func appendDataCite(dst []byte, r *zenodo.Record) ([]byte, error) {
	m, k := &r.Metadata, kindOf(r)
	return appendJSON(dst, dataciteRecord{
		DOI:                  validDOI(r.DOI),
		Types:                dataciteTypes{ResourceType: k.Text, General: k.General},
		Creators:             dataciteCreators(m.Creators),
		Titles:               dataciteTitles(m),
		Publisher:            datacitePublisher{cmp.Or(publisherOf(r), unavailable)},
		PublicationYear:      publicationYear(r),
		Subjects:             dataciteSubjects(m),
		Contributors:         dataciteContributors(m.Contributors),
		Dates:                dataciteDates(r),
		Language:             cmp.Or(languageTag(m.Language), htmltext.OneLine(m.Language)),
		AlternateIdentifiers: dataciteAlternates(r),
		RelatedIdentifiers:   dataciteRelations(r),
		Sizes:                dataciteSizes(r),
		Formats:              unique(oneLines(m.Formats)),
		Version:              htmltext.OneLine(m.Version),
		RightsList:           dataciteRightsOf(m),
		Descriptions:         dataciteDescriptions(m),
		GeoLocations:         dataciteLocations(m.Locations),
		FundingReferences:    dataciteFundings(m.Grants),
		Container:            dataciteContainerOf(r, k),
		SchemaVersion:        "http://datacite.org/schema/kernel-4",
	})
}

// validDOI is the DOI, if it is one.
func validDOI(doi zenodo.DOI) string {
	ref, _ := zenodo.ParseRef(string(doi))
	return htmltext.OneLine(string(ref.DOI))
}

// publicationYear is that in which the record was created where the date of
// publication has none, since DataCite knows no record without.
func publicationYear(r *zenodo.Record) string {
	from, _ := publicationDates(r)
	if from.year == 0 {
		from = parseDate(string(r.CreatedAt))
	}
	if from.year == 0 {
		return ""
	}
	return string(from.appendYear(nil))
}

// dataciteDates are the date of publication, with what else is known of when: to
// DataCite, files under embargo are available from its end on. The day of the last
// change comes last, unless the record has a date of that kind itself.
func dataciteDates(r *zenodo.Record) []dataciteDate {
	m := &r.Metadata
	var dates []dataciteDate
	if from, until := publicationDates(r); from.year > 0 {
		dates = append(dates, dataciteDate{Date: span(from, until), Type: "Issued"})
	}
	for _, d := range m.Dates {
		from, until := parseDate(d.Start), parseDate(d.End)
		if from.year == 0 {
			from, until = until, date{}
		}
		if from.year > 0 {
			kind, _ := vocab.DateTypes().Find(d.Type)
			dates = append(dates, dataciteDate{span(from, until), cmp.Or(kind.DataCite, "Other"), htmltext.OneLine(d.Description)})
		}
	}
	if from := parseDate(m.EmbargoDate); from.year > 0 {
		dates = append(dates, dataciteDate{span(from, date{}), "Available", htmltext.OneLine(m.EmbargoReason)})
	}
	updated := parseDate(string(r.UpdatedAt))
	if updated.year > 0 && !slices.ContainsFunc(dates, func(d dataciteDate) bool { return d.Type == "Updated" }) {
		dates = append(dates, dataciteDate{Date: span(updated, date{}), Type: "Updated"})
	}
	return unique(dates)
}

// span is a date, or two with a slash between.
func span(from, until date) string {
	dst := from.append(nil, '-')
	if until.year > 0 && until != from {
		dst = until.append(append(dst, '/'), '-')
	}
	return string(dst)
}

// dataciteTitles are the title and those beside it.
func dataciteTitles(m *zenodo.Metadata) []dataciteTitle {
	titles := []dataciteTitle{{Title: cmp.Or(htmltext.OneLine(m.Title), unavailable)}}
	for _, t := range m.AdditionalTitles {
		kind := map[string]string{"alternative-title": "AlternativeTitle", "subtitle": "Subtitle", "translated-title": "TranslatedTitle"}[t.Type]
		if text := htmltext.OneLine(t.Text); text != "" {
			titles = append(titles, dataciteTitle{text, cmp.Or(kind, "Other"), languageTag(t.Language)})
		}
	}
	return titles
}

// descriptionTypes are DataCite's words for those of InvenioRDM.
var descriptionTypes = map[string]string{
	"abstract": "Abstract", "methods": "Methods", "series-information": "SeriesInformation",
	"table-of-contents": "TableOfContents", "technical-info": "TechnicalInfo",
}

// dataciteDescriptions are plain text: DataCite knows no markup but br.
func dataciteDescriptions(m *zenodo.Metadata) []dataciteDescription {
	all := []dataciteDescription{{Description: m.Description, Type: "Abstract"}}
	for _, d := range m.OtherDescriptions() {
		all = append(all, dataciteDescription{d.Text, cmp.Or(descriptionTypes[d.Type], "Other"), languageTag(d.Language)})
	}
	var descriptions []dataciteDescription
	for _, d := range all {
		if d.Description = htmltext.Text(d.Description); d.Description != "" {
			descriptions = append(descriptions, d)
		}
	}
	return descriptions
}

func dataciteContainerOf(r *zenodo.Record, k vocab.ResourceType) *dataciteContainer {
	title := containerOf(r, k)
	if title == "" {
		return nil
	}
	c := &dataciteContainer{Title: title, Type: "Series"}
	switch k.RIS {
	case "JOUR":
		c.Type = "Journal"
	case "CHAP", "CPAPER":
		c.Type = "Book"
	}
	c.FirstPage, _ = pagesOf(&r.Metadata)
	return c
}
