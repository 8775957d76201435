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

// RightsID is the platform's id of the licence, which the legacy JSON may call
// by an older name.
func (m *Metadata) RightsID() string {
	id := strings.ToLower(m.License)
	if current, ok := currentLicenses[id]; ok {
		return current
	}
	return id
}

var currentLicenses = map[string]string{
	"mit-license": "mit", "apache2.0": "apache-2.0", "cc-zero": "cc0-1.0", "cc0": "cc0-1.0",
	"gpl-3.0": "gpl-3.0-only", "gpl-2.0": "gpl-2.0-only", "lgpl-3.0": "lgpl-3.0-only", "lgpl-2.1": "lgpl-2.1-only",
	"agpl-3.0": "agpl-3.0-only", "cc-by": "cc-by-4.0", "cc-by-sa": "cc-by-sa-4.0", "cc-by-nc": "cc-by-nc-4.0",
	"bsd-license": "bsd-3-clause",
}
