package datacite

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// kind is a type of resource in DataCite's words: one of its vocabulary, and
// one that is free.
type kind struct{ general, free string }

// kinds are those of Zenodo's types, by the id that its vocabulary gives them.
var kinds = map[string]kind{
	"publication": {"Text", ""}, "publication-annotationcollection": {"Collection", ""}, "publication-book": {"Book", ""},
	"publication-section": {"BookChapter", ""}, "publication-conferencepaper": {"ConferencePaper", ""},
	"publication-conferenceproceeding": {"ConferenceProceeding", ""}, "publication-datamanagementplan": {"OutputManagementPlan", ""},
	"publication-journal": {"Journal", ""}, "publication-article": {"JournalArticle", ""}, "publication-patent": {"Text", "Patent"},
	"publication-peerreview": {"PeerReview", ""}, "publication-preprint": {"Preprint", ""},
	"publication-deliverable": {"Text", "Project deliverable"}, "publication-milestone": {"Text", "Project milestone"},
	"publication-proposal": {"Text", "Proposal"}, "publication-report": {"Report", ""},
	"publication-softwaredocumentation": {"Text", "Software documentation"}, "publication-taxonomictreatment": {"Text", "Taxonomic treatment"},
	"publication-technicalnote": {"Text", "Technical note"}, "publication-workingpaper": {"Text", "Working paper"},
	"publication-datapaper": {"DataPaper", ""}, "publication-dissertation": {"Dissertation", ""}, "publication-thesis": {"Dissertation", "Thesis"},
	"publication-standard": {"Standard", ""}, "publication-other": {"Text", "Other"},
	"poster": {"Text", "Poster"}, "presentation": {"Text", "Presentation"}, "event": {"Event", ""}, "dataset": {"Dataset", ""},
	"image": {"Image", ""}, "image-figure": {"Image", "Figure"}, "image-plot": {"Image", "Plot"}, "image-drawing": {"Image", "Drawing"},
	"image-diagram": {"Image", "Diagram"}, "image-photo": {"Image", "Photo"}, "image-other": {"Image", "Other"},
	"model": {"Model", ""}, "video": {"Audiovisual", ""}, "audio": {"Sound", ""}, "software": {"Software", ""},
	"software-computationalnotebook": {"ComputationalNotebook", ""}, "lesson": {"InteractiveResource", ""},
	"other": {"Other", ""}, "physicalobject": {"PhysicalObject", ""}, "workflow": {"Workflow", ""},
}

// resourceType writes the element also where it has no text, as Zenodo does.
func (w *writer) resourceType(m *zenodo.Metadata) {
	id := m.Type
	if m.Subtype != "" {
		id += "-" + m.Subtype
	}
	k, ok := kinds[id]
	if !ok {
		k = kinds[m.Type]
	}
	w.Leaf("resourceType", k.free, "resourceTypeGeneral", cmp.Or(k.general, "Other"))
}

// generalOf is the type of a related resource, of which Zenodo says in full
// what it is; empty where it does not.
func generalOf(id string) string {
	if id == "" {
		return ""
	}
	return cmp.Or(kinds[id].general, "Other")
}

// licences are the titles of those that are frequent.
var licences = map[string]string{
	"cc-by-4.0":       "Creative Commons Attribution 4.0 International",
	"cc-by-sa-4.0":    "Creative Commons Attribution Share Alike 4.0 International",
	"cc-by-nc-4.0":    "Creative Commons Attribution Non Commercial 4.0 International",
	"cc-by-nd-4.0":    "Creative Commons Attribution No Derivatives 4.0 International",
	"cc-by-nc-nd-4.0": "Creative Commons Attribution Non Commercial No Derivatives 4.0 International",
	"cc-by-nc-sa-4.0": "Creative Commons Attribution Non Commercial Share Alike 4.0 International",
	"cc0-1.0":         "Creative Commons Zero v1.0 Universal",
	"cc-zero":         "Creative Commons Zero v1.0 Universal",
	"mit":             "MIT License",
	"mit-license":     "MIT License",
	"apache-2.0":      "Apache License 2.0",
	"other-open":      "Other (Open)",
}

func (w *writer) rights(m *zenodo.Metadata) {
	if m.License == "" {
		return
	}
	title := cmp.Or(licences[strings.ToLower(m.License)], m.License)
	w.Open("rightsList")
	w.Leaf("rights", title, "rightsURI", m.LicenseURL, "rightsIdentifierScheme", "spdx", "rightsIdentifier", m.License)
	w.Close("rightsList")
}
