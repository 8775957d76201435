package deposits

import (
	"regexp"
	"strings"
)

// attributes are the names that Zenodo reads in the metadata of a deposition.
var attributes = strings.Fields(`
	upload_type publication_type image_type software_type title creators description publication_date access_right license embargo_date
	access_conditions doi prereserve_doi keywords notes method related_identifiers contributors references communities grants
	journal_title journal_volume journal_issue journal_pages conference_title conference_acronym conference_dates conference_place
	conference_url conference_session conference_session_part imprint_publisher imprint_isbn imprint_place partof_title partof_pages
	thesis_supervisors thesis_university subjects version language locations dates custom`)

// schemes are how identifiers of related things are recognised, the first that
// fits first.
var schemes = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"doi", regexp.MustCompile(`(?i)^(https?://(dx\.)?doi\.org/|doi:)?10\.\d+(\.\d+)*/\S+$`)},
	{"arxiv", regexp.MustCompile(`(?i)^(https?://arxiv\.org/abs/|arxiv:)(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(v\d+)?$`)},
	{"url", regexp.MustCompile(`(?i)^(https?|ftp)://\S+$`)},
	{"isbn", regexp.MustCompile(`(?i)^(isbn:?\s*)?(97[89][- ]?)?(\d[- ]?){9}[\dx]$`)},
	{"issn", regexp.MustCompile(`(?i)^(issn:?\s*)?\d{4}-\d{3}[\dx]$`)},
	{"orcid", regexp.MustCompile(`(?i)^(orcid:)?\d{4}-\d{4}-\d{4}-\d{3}[\dx]$`)},
	{"pmid", regexp.MustCompile(`(?i)^pmid:\s*\d+$`)},
	{"pmcid", regexp.MustCompile(`(?i)^pmc\d+$`)},
	{"handle", regexp.MustCompile(`(?i)^(https?://hdl\.handle\.net/|hdl:)?\d+(\.\d+)*/\S+$`)},
	{"ark", regexp.MustCompile(`(?i)^ark:/?\d{5}\S*$`)},
	{"urn", regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]*:\S+$`)},
	{"lsid", regexp.MustCompile(`(?i)^lsid:\S+$`)},
	{"swh", regexp.MustCompile(`^swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}\S*$`)},
	{"ads", regexp.MustCompile(`^(ads:)?\d{4}[A-Za-z]\S{13}[A-Za-z.:]$`)},
}

// schemeOf is the scheme of an identifier, "" where none is recognised.
func schemeOf(identifier string) string {
	for _, s := range schemes {
		if s.pattern.MatchString(identifier) {
			return s.name
		}
	}
	return ""
}

var edtf = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)

// isEDTF reports whether a text is a date of EDTF or an interval of them, of
// level 0.
func isEDTF(s string) bool {
	from, to, isInterval := strings.Cut(s, "/")
	return edtf.MatchString(from) && (!isInterval || edtf.MatchString(to) && from <= to)
}

func bareORCID(s string) string {
	for _, prefix := range []string{"https://orcid.org/", "http://orcid.org/", "orcid:"} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}

var orcidShape = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`)

// isORCID checks the last character, which ISO 7064 makes of the others.
func isORCID(s string) bool {
	if !orcidShape.MatchString(s) {
		return false
	}
	sum := 0
	digits := strings.ReplaceAll(s, "-", "")
	for _, digit := range digits[:15] {
		sum = (sum + int(digit-'0')) * 2
	}
	return "0123456789X"[(12-sum%11)%11] == digits[15]
}
