package export

import (
	"strings"

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

// dataciteRightsOf are the licence and the access right. Its id is the present
// one, which legacy JSON may call by an older name.
func dataciteRightsOf(m *zenodo.Metadata) []dataciteRights {
	var rights []dataciteRights
	if name := oneLine(m.License); name != "" {
		r := dataciteRights{Rights: name, URI: webAddress(m.LicenseURL), ID: oneLine(m.RightsID())}
		if isSPDX(r.ID) {
			r.Scheme, r.SchemeURI = "SPDX", "https://spdx.org/licenses/"
		}
		rights = append(rights, r)
	}
	if uri := openAccess[m.AccessRight]; uri != "" {
		rights = append(rights, dataciteRights{URI: uri})
	}
	return rights
}

// isSPDX tells whether Zenodo's id of a licence is that of SPDX in small
// letters. Those of its own are few, and ids of SPDX are of few characters.
func isSPDX(id string) bool {
	if id == "notspecified" || strings.HasPrefix(id, "other-") || strings.HasPrefix(id, "zenodo-") {
		return false
	}
	return !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-.+", c)
	})
}
