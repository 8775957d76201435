package zenodo

import (
	"path"
	"strings"
)

// AccessStatus is InvenioRDM's word for what the legacy JSON calls the access
// right: it is what queries for access_right are about.
func (r *Record) AccessStatus() string {
	switch right := r.Metadata.AccessRight; {
	case right == "closed":
		return "restricted"
	case right == "open" && r.Files != nil && len(r.Files) == 0:
		return "metadata-only"
	default:
		return right
	}
}

// NameParts parts the name of a person at its only comma. Any other name has no
// parts: the legacy JSON does not say which of its words are the family's.
func (c *Creator) NameParts() (family, given string) {
	family, given, ok := strings.Cut(c.Name, ",")
	if !ok || strings.Contains(given, ",") || c.IsOrganization() {
		return "", ""
	}
	return strings.TrimSpace(family), strings.TrimSpace(given)
}

// Type is the ending of the file's name, as the server groups them.
func (f *File) Type() string {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(f.Key), "."))
	switch ext {
	case "jpeg":
		return "jpg"
	case "htm":
		return "html"
	case "tiff":
		return "tif"
	}
	return ext
}
