package schema

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// scheme is a kind of identifiers.
type scheme struct {
	name, label string
	pattern     *regexp.Regexp // nil where anything is valid
	prefixes    []string       // that are taken off
	check       func(bare string) bool
}

// schemes are in the order in which they are recognised.
var schemes = []scheme{
	{"doi", "DOI", regexp.MustCompile(`(?i)^10\.\d+(\.\d+)*/\S+$`), []string{"https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"}, nil},
	{"arxiv", "arXiv", regexp.MustCompile(`(?i)^arxiv:(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(v\d+)?$|^https?://arxiv\.org/abs/\S+$`), nil, nil},
	{"url", "URL", regexp.MustCompile(`(?i)^(https?|ftp|hash|zotero)://\S+$`), nil, nil},
	{"isbn", "ISBN", regexp.MustCompile(`(?i)^(97[89][- ]?)?(\d[- ]?){9}[\dx]$`), nil, isISBN},
	{"orcid", "ORCID", regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`), []string{"https://orcid.org/", "http://orcid.org/", "orcid:"}, isORCID},
	{"isni", "ISNI", regexp.MustCompile(`^\d{4} ?\d{4} ?\d{4} ?\d{3}[\dX]$`), nil, isORCID},
	{"issn", "ISSN", regexp.MustCompile(`(?i)^\d{4}-\d{3}[\dx]$`), nil, isISSN},
	{"ror", "ROR", regexp.MustCompile(`^0[a-z0-9]{6}\d{2}$`), []string{"https://ror.org/", "http://ror.org/", "ror.org/"}, nil},
	{"gnd", "GND", regexp.MustCompile(`(?i)^(gnd:|https?://d-nb\.info/gnd/)?(1[01]?\d{7}[0-9X]|[47]\d{6}-\d|[1-9]\d{0,7}-[0-9X]|3\d{7}[0-9X])$`), nil, nil},
	{"pmid", "PMID", regexp.MustCompile(`(?i)^(pmid:\s*)\d+$`), nil, nil},
	{"pmcid", "PMCID", regexp.MustCompile(`(?i)^pmc\d+$`), nil, nil},
	{"handle", "Handle", regexp.MustCompile(`(?i)^\d+(\.\d+)*/\S+$`), []string{"https://hdl.handle.net/", "http://hdl.handle.net/", "hdl:"}, nil},
	{"ark", "ARK", regexp.MustCompile(`(?i)^ark:/?\d{5}\S*$`), nil, nil},
	{"urn", "URN", regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]*:\S+$`), nil, nil},
	{"lsid", "LSID", regexp.MustCompile(`(?i)^(urn:)?lsid:\S+$`), nil, nil},
	{"swh", "SWHID", regexp.MustCompile(`^swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}\S*$`), nil, nil},
	{"ads", "Bibcode", regexp.MustCompile(`^(ads:)?\d{4}[A-Za-z]\S{13}[A-Za-z.:]$`), nil, nil},
	{"wikidata", "Wikidata", regexp.MustCompile(`^(https?://www\.wikidata\.org/(wiki|entity)/)?Q\d+$`), nil, nil},
	{"rrid", "RRID", regexp.MustCompile(`(?i)^rrid:\S+$`), nil, nil},
	{"purl", "PURL", regexp.MustCompile(`(?i)^https?://purl\.\S+$`), nil, nil},
	{"eissn", "EISSN", regexp.MustCompile(`(?i)^\d{4}-\d{3}[\dx]$`), nil, isISSN},
	{"lissn", "LISSN", regexp.MustCompile(`(?i)^\d{4}-\d{3}[\dx]$`), nil, isISSN},
	{"ean13", "EAN13", regexp.MustCompile(`^\d{13}$`), nil, nil},
	{"istc", "ISTC", regexp.MustCompile(`(?i)^[0-9a-f]{3}-?\d{4}-?[0-9a-f]{8}-?[0-9a-f]$`), nil, nil},
	{"crossreffunderid", "Crossref Funder ID", nil, nil, nil},
	{"cstr", "CSTR", nil, nil, nil},
	{"grid", "GRID", nil, nil, nil},
	{"igsn", "IGSN", nil, nil, nil},
	{"upc", "UPC", nil, nil, nil},
	{"w3id", "W3ID", nil, nil, nil},
	{"geonames", "GeoNames", nil, nil, nil},
	{"edmo", "EDMO", nil, nil, nil},
	{"other", "Other", nil, nil, nil},
}

// What may be identified by what.
var (
	personSchemes = []string{"orcid", "isni", "gnd", "ror", "edmo"}
	placeSchemes  = []string{"wikidata", "geonames"}
	recordSchemes = slices.DeleteFunc(schemeNames(), func(name string) bool {
		return slices.Contains([]string{"orcid", "ror", "gnd", "geonames", "edmo", "pmcid", "swh"}, name)
	})
)

func schemeNames() (names []string) {
	for _, s := range schemes {
		names = append(names, s.name)
	}
	return names
}

// bare is an identifier without what may stand before it.
func (s scheme) bare(identifier string) string {
	for _, prefix := range s.prefixes {
		if len(identifier) > len(prefix) && strings.EqualFold(identifier[:len(prefix)], prefix) {
			return strings.TrimSpace(identifier[len(prefix):])
		}
	}
	return identifier
}

func (s scheme) fits(identifier string) bool {
	bare := s.bare(identifier)
	return (s.pattern == nil || s.pattern.MatchString(bare)) && (s.check == nil || s.check(bare))
}

func schemeNamed(name string) (scheme, bool) {
	at := slices.IndexFunc(schemes, func(s scheme) bool { return s.name == name })
	if at < 0 {
		return scheme{}, false
	}
	return schemes[at], true
}

// Recognise finds out the scheme of what identifies a related work, and what
// identifies it within that. The scheme is empty where none is recognised.
func Recognise(identifier string) (name, bare string) { return recognise(identifier, recordSchemes) }

func recognise(identifier string, allowed []string) (name, bare string) {
	for _, s := range schemes {
		if s.pattern != nil && slices.Contains(allowed, s.name) && s.fits(identifier) {
			return s.name, s.bare(identifier)
		}
	}
	return "", identifier
}

// identifier reads an identifier with its scheme, which is recognised where it
// is not given, and further members.
func identifier(allowed []string, isRequired bool, more ...member) rule {
	members := append([]member{{name: "identifier", read: text()}, {name: "scheme", read: text()}}, more...)
	isRelated := slices.ContainsFunc(more, func(m member) bool { return m.name == "relation_type" })
	inner := object(members, func(r *reading, at string, o Object) {
		r.checkIdentifier(at, o, allowed, isRequired)
		if isRelated && o["relation_type"] == nil {
			r.report(at+".relation_type", MsgMissing)
		}
	}, func(_ *reading, _ string, o Object) {
		name, _ := o["scheme"].(string)
		if s, ok := schemeNamed(name); ok && o["identifier"] != nil {
			o["identifier"] = s.bare(o["identifier"].(string))
		}
	})
	return func(r *reading, at string, value any) any {
		if in, ok := value.(Object); ok {
			given, _ := in["identifier"].(string)
			stated, _ := in["scheme"].(string)
			if found, _ := recognise(tidy(given), allowed); stated == "" && found != "" {
				in["scheme"] = found
			}
		}
		return inner(r, at, value)
	}
}

func (r *reading) checkIdentifier(at string, o Object, allowed []string, isRequired bool) {
	given, _ := o["identifier"].(string)
	name, _ := o["scheme"].(string)
	isAllowed := slices.Contains(allowed, name)
	switch {
	case !isRequired && given == "" && name == "":
		return
	case name == "" && given != "":
		r.report(at+".scheme", "No valid scheme recognized for identifier.")
	case name == "":
		r.report(at+".scheme", MsgMissing)
	case !isAllowed:
		r.report(at+".scheme", "Invalid scheme.")
	}
	s, _ := schemeNamed(name)
	switch {
	case given == "":
		r.report(at+".identifier", MsgMissing)
	case isAllowed && !s.fits(given):
		r.report(at+".identifier", "Invalid "+s.label+" identifier.")
	}
}

func distinctSchemes(r *reading, at string, all []any) bool {
	return distinct(r, at, all, "Only one identifier per scheme is allowed.", func(o Object) string { s, _ := o["scheme"].(string); return s })
}

func distinctIdentifiers(r *reading, at string, all []any) bool {
	return distinct(r, at, all, "Duplicated identifier entry is not allowed.", func(o Object) string { s, _ := o["identifier"].(string); return s })
}

func distinct(r *reading, at string, all []any, message string, key func(Object) string) bool {
	seen := map[string]bool{}
	for _, item := range all {
		o, _ := item.(Object)
		if seen[key(o)] {
			r.report(at, message)
			return false
		}
		seen[key(o)] = true
	}
	return true
}

// isORCID checks the last character, which ISO 7064 makes of the others.
func isORCID(s string) bool {
	digits := digitsOf(s)
	sum := 0
	for _, digit := range digits[:len(digits)-1] {
		sum = (sum + int(digit-'0')) * 2
	}
	return "0123456789X"[(12-sum%11)%11] == digits[len(digits)-1]
}

func isISSN(s string) bool { return weighted(digitsOf(s)) }

func isISBN(s string) bool {
	digits := digitsOf(s)
	if len(digits) == 10 {
		return weighted(digits)
	}
	sum := 0
	for i, digit := range digits {
		sum += int(digit-'0') * (1 + i%2*2)
	}
	return len(digits) == 13 && sum%10 == 0
}

// weighted reports whether the digits, the last of which weighs one, add up to
// a multiple of 11.
func weighted(digits string) bool {
	sum := 0
	for i, digit := range digits {
		value := int(digit - '0')
		if digit == 'X' {
			value = 10
		}
		sum += value * (len(digits) - i)
	}
	return sum%11 == 0
}

func digitsOf(s string) string {
	return cmp.Or(strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s)), "0")
}

// IsDOI reports whether a text is a DOI.
func IsDOI(s string) bool { return fitsScheme("doi", s) }
