package zenodo

import "strings"

// Ref is what a user may type for a record: an id, a concept's id, a DOI with
// or without a resolver or "doi:" in front, or the address of a record's page.
// At most one of its fields is set; both are empty where nothing was
// recognised.
type Ref struct {
	ID  RecordID // of a version or a concept; only the server or index knows which
	DOI DOI
}

// ParseRef reads what a user typed for a record. A DOI of Zenodo's own
// (10.5281/zenodo.N, or the sandbox's 10.5072/zenodo.N) is given as a DOI;
// its number is [DOI.RecordID].
func ParseRef(s string) (Ref, bool) {
	s = strings.TrimSpace(s)
	if doi, ok := cutDOI(s); ok {
		return Ref{DOI: doi}, true
	}
	if strings.Contains(s, "://") {
		return parsePageURL(s)
	}
	if s == "" || strings.ContainsAny(s, " /?#") {
		return Ref{}, false
	}
	if _, id, ok := cutOAI(s); ok {
		return Ref{ID: RecordID(id)}, true
	}
	return Ref{ID: RecordID(s)}, true
}

// RecordID is the number in a DOI that Zenodo gave out, which may be that of
// a version or of a concept.
func (d DOI) RecordID() (RecordID, bool) {
	lower := strings.ToLower(string(d))
	for _, prefix := range []string{"10.5281/zenodo.", "10.5072/zenodo."} {
		if id, ok := strings.CutPrefix(lower, prefix); ok && isNumber(id) {
			return RecordID(id), true
		}
	}
	return "", false
}

func cutDOI(s string) (DOI, bool) {
	lower := strings.ToLower(s)
	for _, prefix := range []string{"https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:"} {
		if strings.HasPrefix(lower, prefix) {
			s = strings.TrimSpace(s[len(prefix):])
			break
		}
	}
	registrant, rest, ok := strings.Cut(s, "/")
	if !ok || rest == "" || !strings.HasPrefix(registrant, "10.") || strings.ContainsAny(s, " \t\n") {
		return "", false
	}
	return DOI(s), true
}

// parsePageURL reads https://zenodo.org/records/N and its kin: the word
// record or records is followed by the id, doi by a DOI.
func parsePageURL(s string) (Ref, bool) {
	_, path, _ := strings.Cut(s, "://")
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if i == 0 || i+1 >= len(parts) || parts[i+1] == "" || parts[i+1] == "depositions" {
			continue
		}
		switch part {
		case "record", "records", "uploads", "deposit", "depositions":
			return Ref{ID: RecordID(parts[i+1])}, true
		case "doi":
			doi, ok := cutDOI(strings.Join(parts[i+1:], "/"))
			return Ref{DOI: doi}, ok
		}
	}
	return Ref{}, false
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
