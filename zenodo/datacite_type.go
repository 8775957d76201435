package zenodo

import "strings"

// dataciteTypes are InvenioRDM's resource types by what it writes into
// DataCite's general type and, where two share one, into the text beside it.
var dataciteTypes = map[string]string{
	"Text":                        "publication",
	"Text/Patent":                 "publication-patent",
	"Text/Project deliverable":    "publication-deliverable",
	"Text/Project milestone":      "publication-milestone",
	"Text/Proposal":               "publication-proposal",
	"Text/Software documentation": "publication-softwaredocumentation",
	"Text/Taxonomic treatment":    "publication-taxonomictreatment",
	"Text/Technical note":         "publication-technicalnote",
	"Text/Working paper":          "publication-workingpaper",
	"Text/Other":                  "publication-other",
	"Text/Thesis":                 "publication-thesis",
	"Text/Poster":                 "poster",
	"Text/Presentation":           "presentation",
	"Collection":                  "publication-annotationcollection",
	"Book":                        "publication-book",
	"BookChapter":                 "publication-section",
	"ConferencePaper":             "publication-conferencepaper",
	"ConferenceProceeding":        "publication-conferenceproceeding",
	"DataPaper":                   "publication-datapaper",
	"Dissertation":                "publication-dissertation",
	"Dissertation/Thesis":         "publication-thesis",
	"Journal":                     "publication-journal",
	"JournalArticle":              "publication-article",
	"OutputManagementPlan":        "publication-datamanagementplan",
	"PeerReview":                  "publication-peerreview",
	"Preprint":                    "publication-preprint",
	"Report":                      "publication-report",
	"Standard":                    "publication-standard",
	"StudyRegistration":           "publication-studyregistration",
	"Poster":                      "poster",
	"Presentation":                "presentation",
	"Audiovisual":                 "video",
	"Sound":                       "audio",
	"Dataset":                     "dataset",
	"Datasets":                    "dataset", // no term of DataCite's, but seen
	"Event":                       "event",
	"Image":                       "image",
	"Image/Figure":                "image-figure",
	"Image/Plot":                  "image-plot",
	"Image/Drawing":               "image-drawing",
	"Image/Diagram":               "image-diagram",
	"Image/Photo":                 "image-photo",
	"Image/Other":                 "image-other",
	"InteractiveResource":         "lesson",
	"Instrument":                  "instrument",
	"Model":                       "model",
	"Other":                       "other",
	"PhysicalObject":              "physicalobject",
	"Project":                     "project",
	"Software":                    "software",
	"ComputationalNotebook":       "software-computationalnotebook",
	"Workflow":                    "workflow",
}

// splitDataCiteType is the type and the subtype of a record, empty for a
// general type that no resource type of InvenioRDM has.
func splitDataCiteType(general, text string) (name, subtype string) {
	id, ok := dataciteTypes[general+"/"+text]
	if !ok {
		id = dataciteTypes[general]
	}
	name, subtype, _ = strings.Cut(id, "-")
	return name, subtype
}

// relatedType is the resource type of what a related identifier is for. Text
// and images are of several, and which one is not in the XML.
func relatedType(general string) string {
	switch general {
	case "Text", "Image":
		return ""
	}
	return dataciteTypes[general]
}
