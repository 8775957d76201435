package export

import (
	"cmp"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

type dataciteRights struct {
	Rights    string `json:"rights,omitempty"`
	URI       string `json:"rightsUri,omitempty"`
	ID        string `json:"rightsIdentifier,omitempty"`
	Scheme    string `json:"rightsIdentifierScheme,omitempty"`
	SchemeURI string `json:"schemeUri,omitempty"`
}

// openAccess are addresses for who may see the files, by Zenodo's words.
var openAccess = map[string]string{
	"open": "info:eu-repo/semantics/openAccess", "embargoed": "info:eu-repo/semantics/embargoedAccess",
	"restricted": "info:eu-repo/semantics/restrictedAccess", "closed": "info:eu-repo/semantics/closedAccess",
}

// inCopyright is the address of the statement that somebody holds the copyright.
const inCopyright = "http://rightsstatements.org/vocab/InC/1.0/"

// dataciteRightsOf are the licences, the access right, and who holds the copyright.
// A licence that Zenodo
// does not know has its id in the place of its title.
func dataciteRightsOf(m *zenodo.Metadata) []dataciteRights {
	var rights []dataciteRights
	for _, right := range m.Licenses() {
		id := htmltext.OneLine(right.ID)
		license, _ := vocab.Licenses().Find(id)
		r := dataciteRights{
			Rights: cmp.Or(license.Title, htmltext.OneLine(right.Title), id),
			URI:    webAddress(cmp.Or(right.URL, license.URL)), ID: cmp.Or(license.ID, id),
		}
		if license.IsSPDX {
			r.Scheme, r.SchemeURI = "SPDX", "https://spdx.org/licenses/"
		}
		if r != (dataciteRights{}) {
			rights = append(rights, r)
		}
	}
	if uri := openAccess[m.AccessRight]; uri != "" {
		rights = append(rights, dataciteRights{URI: uri})
	}
	if text := htmltext.OneLine(m.Copyright); text != "" {
		rights = append(rights, dataciteRights{Rights: text, URI: inCopyright})
	}
	return rights
}
