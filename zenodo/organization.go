package zenodo

import (
	"slices"
	"strings"
	"unicode"
)

// NameType returns personal or organizational, as far as that is known: from
// what the server says, or else from an ORCID, which only persons have. It is
// empty where neither says anything.
func (c *Creator) NameType() string {
	if c.Kind == "" && c.ORCID != "" {
		return "personal"
	}
	return c.Kind
}

// IsOrganization reports whether the name is that of an organisation, and so
// has no family name before its comma. The legacy JSON does not say whose a name
// is. Where nothing else does, a word such as Board in "Harbour Board, Esbjerg"
// makes it an organisation's; any other name is read as "Family, Given", which
// is how Zenodo's documentation wants it.
func (c *Creator) IsOrganization() bool {
	if kind := c.NameType(); kind != "" {
		return kind == "organizational"
	}
	for i, part := range strings.Split(c.Name, ",") {
		words := strings.FieldsFunc(part, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()/&.-", r) })
		mayBeSurname := i == 0 && len(words) == 1
		for _, word := range words {
			if isOrganizationWord(word) && !(mayBeSurname && isSurname(word)) {
				return true
			}
		}
	}
	return false
}

func isOrganizationWord(word string) bool {
	return slices.Contains(legalForms, word) || slices.Contains(organizationWords, strings.ToLower(word))
}

func isSurname(word string) bool { return slices.Contains(surnames, strings.ToLower(word)) }

// legalForms are those of companies. Those that may be the initials of a
// person, such as AG, are left out.
var legalForms = []string{"GmbH", "Inc", "Ltd", "Limited", "Corp", "Pty"}

// surnames are those of organizationWords and legalForms that are family names,
// too.
var surnames = strings.Fields("board bureau center centre college conseil corp council hospital limited office survey union")

// organizationWords are what organisations call themselves, and persons do not.
var organizationWords = strings.Fields(`
	academy administration agency alliance archive archives association authority board bureau center centre collaboration college
	commission committee company consortium corporation council department directorate division faculty federation foundation government
	group hospital initiative institute institutes institution laboratories laboratory library ministry museum network observatory office
	organisation organization partnership programme project secretariat service services society survey team union university
	bundesamt forschungszentrum gesellschaft hochschule institut landesamt ministerium universität verband verein zentrum
	conseil fondation laboratoire ministère société université
	asociación centro consejo departamento facultad fundación instituto laboratorio ministerio sociedad universidad universidade universitat
	consiglio dipartimento fondazione istituto ministero università
	instituut stichting universiteit universitet uniwersytet`)
