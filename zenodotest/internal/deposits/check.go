package deposits

import (
	"fmt"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

const (
	msgMissing      = "Missing data for required field."
	msgNoFiles      = "Missing uploaded files. To disable files for this record please mark it as metadata-only."
	msgHasFiles     = "Please remove all files first."
	msgTooMany      = "Uploading selected files will result in exceeding the max amount per record."
	msgInvalidValue = "Not a valid value."
	msgNoContent    = "Empty files are not accepted."
)

// problems are what keeps a draft from being published, under the names of
// the record's schema, which are not those of the legacy API. Missing files
// are looked for only when the rest is in order.
func (d *edition) problems() []wire.FieldError {
	found := d.metadata.problems()
	switch {
	case found != nil:
	case len(d.files) == 0:
		return []wire.FieldError{wire.Invalid("files.enabled", msgNoFiles)}
	case d.incomplete():
		return []wire.FieldError{wire.Invalid("files", "One or more files have not completed their transfer, please wait.")}
	}
	return found
}

func (m metadata) problems() (found []wire.FieldError) {
	missing := func(field string, isMissing bool) {
		if isMissing {
			found = append(found, wire.Invalid(field, msgMissing))
		}
	}
	missing("metadata.resource_type", m.UploadType == "")
	missing("metadata.creators", len(m.Creators) == 0)
	missing("metadata.title", m.Title == "")
	missing("metadata.publication_date", m.PublicationDate == "")
	for i, p := range m.Creators {
		found = append(found, p.problems(fmt.Sprintf("metadata.creators.%d", i))...)
	}
	for i, c := range m.Contributors {
		at := fmt.Sprintf("metadata.contributors.%d", i)
		found = append(found, c.person.problems(at)...)
		missing(at+".role", c.Type == nil)
	}
	for i, r := range m.Related {
		missing(fmt.Sprintf("metadata.related_identifiers.%d.relation_type", i), r.Relation == "")
	}
	return found
}

func (p person) problems(at string) []wire.FieldError {
	if p.Name != "" {
		return nil
	}
	return []wire.FieldError{wire.Invalid(at+".person_or_org.family_name", "Family name cannot be blank.")}
}
