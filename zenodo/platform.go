package zenodo

import "strings"

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

// NameParts parts a name at its only comma, as the platform does with one that
// comes to it in the legacy form: there everyone is a person, and any other name
// is all family name. What the server says to be an organisation has no parts, and
// where it says the parts themselves, these are it.
// For what is written about a person, ask [Creator.IsOrganization] before.
func (c *Creator) NameParts() (family, given string) {
	if c.FamilyName != "" || c.GivenName != "" {
		return c.FamilyName, c.GivenName
	}
	if c.NameType() == "organizational" {
		return "", ""
	}
	family, given, ok := strings.Cut(c.Name, ",")
	if !ok || strings.Contains(given, ",") {
		return c.Name, ""
	}
	return strings.TrimSpace(family), strings.TrimSpace(given)
}
