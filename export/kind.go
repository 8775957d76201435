package export

import (
	"cmp"

	"github.com/zharvest/zharvest/zenodo"
)

// kind is a type of record in the words of other formats.
type kind struct {
	bibtex string // type of entry
	ris    string
	csl    string
	// general is DataCite's resourceTypeGeneral, and free the words beside it.
	general string
	free    string
}

// kinds are those of Zenodo's types, with a hyphen before the subtype.
//
// BibTeX has @software and @dataset, as biblatex, Zotero and JabRef know them
// and Zenodo writes them; classic styles treat them as @misc.
var kinds = map[string]kind{
	"publication":                       {"misc", "GEN", "document", "Text", ""},
	"publication-annotationcollection":  {"misc", "GEN", "document", "Collection", "Annotation collection"},
	"publication-book":                  {"book", "BOOK", "book", "Book", ""},
	"publication-section":               {"incollection", "CHAP", "chapter", "BookChapter", ""},
	"publication-conferencepaper":       {"inproceedings", "CPAPER", "paper-conference", "ConferencePaper", ""},
	"publication-conferenceproceeding":  {"proceedings", "CONF", "book", "ConferenceProceeding", ""},
	"publication-datamanagementplan":    {"techreport", "RPRT", "report", "OutputManagementPlan", "Data management plan"},
	"publication-journal":               {"misc", "JFULL", "periodical", "Journal", ""},
	"publication-article":               {"article", "JOUR", "article-journal", "JournalArticle", ""},
	"publication-patent":                {"patent", "PAT", "patent", "Text", "Patent"},
	"publication-peerreview":            {"misc", "GEN", "review", "PeerReview", "Peer review"},
	"publication-preprint":              {"misc", "UNPB", "article", "Preprint", "Preprint"},
	"publication-deliverable":           {"techreport", "RPRT", "report", "Text", "Project deliverable"},
	"publication-milestone":             {"techreport", "RPRT", "report", "Text", "Project milestone"},
	"publication-proposal":              {"misc", "GEN", "document", "Text", "Proposal"},
	"publication-report":                {"techreport", "RPRT", "report", "Report", ""},
	"publication-softwaredocumentation": {"manual", "RPRT", "report", "Text", "Software documentation"},
	"publication-taxonomictreatment":    {"misc", "GEN", "document", "Text", "Taxonomic treatment"},
	"publication-technicalnote":         {"techreport", "RPRT", "report", "Text", "Technical note"},
	"publication-thesis":                {"phdthesis", "THES", "thesis", "Dissertation", "Thesis"},
	"publication-workingpaper":          {"techreport", "RPRT", "report", "Text", "Working paper"},
	"publication-datapaper":             {"article", "JOUR", "article-journal", "DataPaper", "Data paper"},
	"publication-dissertation":          {"phdthesis", "THES", "thesis", "Dissertation", "Thesis"},
	"publication-standard":              {"misc", "STAND", "standard", "Standard", "Standard"},
	"publication-other":                 {"misc", "GEN", "document", "Text", "Other"},
	"poster":                            {"misc", "SLIDE", "speech", "Text", "Poster"},
	"presentation":                      {"misc", "SLIDE", "speech", "Text", "Presentation"},
	"event":                             {"misc", "GEN", "event", "Event", "Event"},
	"dataset":                           {"dataset", "DATA", "dataset", "Dataset", ""},
	"image":                             {"misc", "FIGURE", "graphic", "Image", ""},
	"image-figure":                      {"misc", "FIGURE", "figure", "Image", "Figure"},
	"image-plot":                        {"misc", "FIGURE", "figure", "Image", "Plot"},
	"image-drawing":                     {"misc", "FIGURE", "graphic", "Image", "Drawing"},
	"image-diagram":                     {"misc", "FIGURE", "figure", "Image", "Diagram"},
	"image-photo":                       {"misc", "FIGURE", "graphic", "Image", "Photo"},
	"image-other":                       {"misc", "FIGURE", "graphic", "Image", "Other"},
	"model":                             {"misc", "GEN", "document", "Model", "Model"},
	"video":                             {"misc", "VIDEO", "motion_picture", "Audiovisual", "Video"},
	"audio":                             {"misc", "SOUND", "broadcast", "Sound", "Audio"},
	"software":                          {"software", "COMP", "software", "Software", ""},
	"software-computationalnotebook":    {"software", "COMP", "software", "ComputationalNotebook", "Computational notebook"},
	"lesson":                            {"misc", "SLIDE", "speech", "InteractiveResource", "Lesson"},
	"workflow":                          {"software", "COMP", "software", "Workflow", "Workflow"},
	"physicalobject":                    {"misc", "GEN", "document", "PhysicalObject", "Physical object"},
	"instrument":                        {"misc", "GEN", "document", "Instrument", "Instrument"},
	"other":                             {"misc", "GEN", "document", "Other", ""},
}

// kindOf is that of a record. A type or subtype that Zenodo has come up with
// since is named in its own words.
func kindOf(r *zenodo.Record) kind {
	m := &r.Metadata
	id := m.Type
	if m.Subtype != "" {
		id += "-" + m.Subtype
	}
	if k, ok := kinds[id]; ok {
		return k
	}
	k, ok := kinds[m.Type]
	if !ok {
		k = kinds["other"]
	}
	k.free = cmp.Or(oneLine(m.TypeTitle), oneLine(m.Subtype), oneLine(m.Type))
	return k
}
