package zenodo

import (
	"maps"
	"slices"
)

// resourceTypes are the types of resources that Zenodo knows, each with its
// subtypes. Searches compare them as a whole and in small letters.
// Sources: the documentation of upload_type, publication_type and image_type,
// and the vocabulary of invenio-rdm-records, which has dissertation where the
// documentation has thesis.
var resourceTypes = map[string][]string{
	"audio": nil, "dataset": nil, "event": nil, "instrument": nil, "lesson": nil, "model": nil, "other": nil,
	"physicalobject": nil, "poster": nil, "presentation": nil, "project": nil, "software": nil, "video": nil, "workflow": nil,
	"image": {"diagram", "drawing", "figure", "other", "photo", "plot"},
	"publication": {
		"annotationcollection", "article", "book", "conferencepaper", "conferenceproceeding", "datamanagementplan", "datapaper",
		"deliverable", "dissertation", "journal", "milestone", "other", "patent", "peerreview", "preprint", "proposal", "report",
		"section", "softwaredocumentation", "standard", "studyregistration", "taxonomictreatment", "technicalnote", "workingpaper",
	},
}

// ResourceTypes are the types of resources that Zenodo is known to have,
// sorted. Others may have been added since.
func ResourceTypes() []string { return slices.Sorted(maps.Keys(resourceTypes)) }

// ResourceSubtypes are the known subtypes of a type, sorted; most have none.
func ResourceSubtypes(resourceType string) []string { return slices.Clone(resourceTypes[resourceType]) }

// IsZenodo tells whether the client talks to Zenodo or its sandbox, and not to
// another repository.
func (c *Client) IsZenodo() bool { return isZenodo(c.base) }
