package export

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// publisherOf returns who published the record, empty where that is not known:
// Zenodo's legacy JSON names the publishers of few records, and those of the
// others need not be Zenodo.
func publisherOf(r *zenodo.Record) string {
	return cmp.Or(htmltext.OneLine(r.Metadata.Imprint.Publisher), htmltext.OneLine(r.Metadata.Publisher))
}

// citedPublisher is who published what is cited: of an article the publisher of
// the journal, which Zenodo is not.
func citedPublisher(r *zenodo.Record, k vocab.ResourceType) string {
	m, publisher := &r.Metadata, publisherOf(r)
	switch {
	case k.RIS == "JOUR" && m.Journal.Title != "" && publisher == "Zenodo":
		return ""
	case k.RIS == "THES" && m.ThesisUniversity != "":
		return htmltext.OneLine(m.ThesisUniversity)
	}
	return publisher
}

// subtitleOf is the first subtitle.
func subtitleOf(m *zenodo.Metadata) string {
	for _, t := range m.AdditionalTitles {
		if text := htmltext.OneLine(t.Text); t.Type == "subtitle" && text != "" {
			return text
		}
	}
	return ""
}

// wholeTitle is the title with its subtitle, for formats that have no place for it.
func wholeTitle(m *zenodo.Metadata) string {
	title, subtitle := htmltext.OneLine(m.Title), subtitleOf(m)
	if title == "" || subtitle == "" {
		return title
	}
	return strings.TrimSuffix(title, ":") + ": " + subtitle
}

// containerOf is the title of what the record is a part of: a journal, a
// book, proceedings.
func containerOf(r *zenodo.Record, k vocab.ResourceType) string {
	m := &r.Metadata
	switch k.RIS {
	case "JOUR":
		return htmltext.OneLine(m.Journal.Title)
	case "CPAPER":
		return cmp.Or(htmltext.OneLine(m.PartOf.Title), htmltext.OneLine(m.Meeting.Title), htmltext.OneLine(m.Journal.Title))
	}
	return cmp.Or(htmltext.OneLine(m.PartOf.Title), htmltext.OneLine(m.Journal.Title))
}

// pages are those of an article or of a part of a book. last is empty where
// they are no simple span.
func pagesOf(m *zenodo.Metadata) (first, last string) {
	s := htmltext.OneLine(cmp.Or(m.Journal.Pages, m.PartOf.Pages))
	for _, prefix := range []string{"pp.", "pp ", "p.", "p "} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			s = strings.TrimSpace(rest)
			break
		}
	}
	parts := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("-‐‑‒–—−", c) })
	if len(parts) != 2 || strings.ContainsAny(s, ",;") {
		return s, ""
	}
	return strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1])
}

// editionOf is the edition of a book, which is mostly put down as its version.
func editionOf(m *zenodo.Metadata) string {
	return cmp.Or(htmltext.OneLine(m.Imprint.Edition), htmltext.OneLine(m.Version))
}

// meetingOf names the meeting, with its acronym where that is all there is.
func meetingOf(m *zenodo.Metadata) string {
	return cmp.Or(htmltext.OneLine(m.Meeting.Title), htmltext.OneLine(m.Meeting.Acronym))
}

// addressOf is where the record is found: its DOI at the resolver, else its
// page.
func addressOf(r *zenodo.Record) string {
	if r.DOI != "" {
		return resolverAddress(r.DOI)
	}
	return webAddress(r.URL)
}

// resolverAddress is the address of a DOI, with everything escaped that could
// mean something in an address, a program or a document.
func resolverAddress(doi zenodo.DOI) string {
	if doi == "" {
		return ""
	}
	return "https://doi.org/" + percentEncoded(string(doi), "-._~/:")
}

// webAddress is an address that a browser may be sent to, or nothing: scripts
// have addresses, too.
func webAddress(s string) string {
	lower := strings.ToLower(s)
	if !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") {
		return ""
	}
	return percentEncoded(s, "-._~/:?#[]@!$&*+,;=%")
}

// percentEncoded keeps letters, digits and the plain characters.
func percentEncoded(s, plain string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if isASCIILetter(c) || c >= '0' && c <= '9' || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}
