package zenodo

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/internal/xmltext"
)

// isXML tells XML from JSON by its first byte.
func isXML(raw []byte) bool {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\ufeff")), " \t\r\n")
	return len(trimmed) > 0 && trimmed[0] == '<'
}

// xmlDecoder reads the elements of a record.
type xmlDecoder struct{ *xmltext.Decoder }

// decodeDataCite reads a record in DataCite's XML. What InvenioRDM adds when
// it writes it (the concept as IsVersionOf, communities as IsPartOf, the last
// change as a date, its own names as alternate identifiers) is put back to
// where the JSON has it. Files, statistics, the place among the versions, the
// time of creation and mostly the access right are not in it.
func decodeDataCite(raw []byte) (*Record, error) {
	if !xmltext.IsText(raw) {
		return nil, errors.New("characters that XML does not have")
	}
	d := xmlDecoder{xmltext.NewDecoder(raw)}
	r := &dataciteRecord{Record: Record{IsLatest: true, Format: FormatDataCite}}
	r.decodeAnswer(d, d.Root())
	if err := d.End(); err != nil {
		return nil, err
	}
	if !r.hasResource {
		return nil, errors.New("it has no DataCite resource")
	}
	r.addNames()
	r.addRelated()
	r.addDates()
	return &r.Record, nil
}

func isScheme(s, want string) bool { return strings.EqualFold(s, want) }

// addSet reads a set of an item, which may be a community.
func (r *dataciteRecord) addSet(set string) {
	for _, dialect := range []Dialect{DialectZenodo, DialectRDM} {
		if slug, ok := strings.CutPrefix(set, dialect.CommunitySet("")); ok {
			r.addCommunity(slug)
		}
	}
}

func (r *dataciteRecord) addCommunity(slug string) {
	if slug != "" && !slices.Contains(r.Communities, Slug(slug)) {
		r.Communities = append(r.Communities, Slug(slug))
	}
}

// addNames reads id and page, which are among the alternate identifiers: as
// the OAI identifier, and as an address of the same record.
func (r *dataciteRecord) addNames() {
	for _, a := range r.alternates {
		if isScheme(a.scheme, "oai") {
			r.oai = cmp.Or(r.oai, a.value)
		}
	}
	host, id, _ := cutOAI(r.oai)
	r.ID = RecordID(id)
	for _, a := range r.alternates {
		page, isPage := recordPage(a.value)
		switch {
		case isPage && r.URL == "" && (r.ID == "" || r.ID == page):
			r.ID, r.URL = page, a.value
		case a.value != "" && !isScheme(a.scheme, "oai") && DOI(a.value) != r.DOI:
			r.Metadata.AlternateIdentifiers = append(r.Metadata.AlternateIdentifiers,
				AlternateIdentifier{Identifier: a.value, Scheme: strings.ToLower(a.scheme)})
		}
	}
	if r.URL == "" && id != "" {
		r.URL = "https://" + host + "/records/" + id
	}
	if r.ID == "" {
		r.ID, _ = r.DOI.RecordID()
	}
}

// recordPage is the id in the address of a record's page.
func recordPage(url string) (RecordID, bool) {
	id, ok := strings.CutPrefix(pathOf(url), "records/")
	return RecordID(id), ok && isRecordID(id)
}

// communityPage is the slug in the address of a community's page.
func communityPage(url string) (slug string, ok bool) {
	slug, ok = strings.CutPrefix(pathOf(url), "communities/")
	return slug, ok && slug != "" && !strings.ContainsAny(slug, "/?#")
}

// pathOf is what is behind the host of an address, without the slash.
func pathOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	_, path, _ := strings.Cut(rest, "/")
	return path
}

// cutOAI parts an identifier such as oai:zenodo.org:1234.
func cutOAI(s string) (host, id string, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 || parts[0] != "oai" || parts[1] == "" || !isRecordID(parts[2]) {
		return "", "", false
	}
	return parts[1], parts[2], true
}

func isRecordID(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && c != '-'
	})
}

// addRelated reads related identifiers. Those that InvenioRDM adds itself
// stand behind the record's own and have no type.
func (r *dataciteRecord) addRelated() {
	concept := r.conceptAmong(r.related)
	for i, id := range r.related {
		slug, isCommunity := communityPage(id.value)
		switch {
		case i == concept:
			r.ConceptDOI = DOI(id.value)
			r.ConceptID = ConceptID(strings.TrimPrefix(id.value, strings.TrimSuffix(string(r.DOI), string(r.ID))))
		case isCommunity && id.relation == "IsPartOf" && id.general == "":
			r.addCommunity(slug)
		case id.value != "":
			r.Metadata.RelatedIdentifiers = append(r.Metadata.RelatedIdentifiers, RelatedIdentifier{
				Identifier: id.value, Relation: nameOf(vocab.Relations(), id.relation), Scheme: strings.ToLower(id.scheme), ResourceType: relatedType(id.general),
			})
		}
	}
}

// conceptAmong is the place of the concept's DOI, or -1. It is made as the
// record's own DOI is, of a prefix and an id, which tells it from the work of
// somebody else that a record may be a version of.
func (r *dataciteRecord) conceptAmong(related []dataciteIdentifier) int {
	prefix, ok := strings.CutSuffix(string(r.DOI), string(r.ID))
	if !ok || r.ID == "" {
		return -1
	}
	for i, id := range slices.Backward(related) {
		rest, ok := strings.CutPrefix(id.value, prefix)
		if ok && isRecordID(rest) && id.relation == "IsVersionOf" && id.general == "" && isScheme(id.scheme, "DOI") {
			return i
		}
	}
	return -1
}

// addDates reads the day of publication, and that of the last change where no
// header has its time: InvenioRDM puts it behind the record's own dates.
func (r *dataciteRecord) addDates() {
	m := &r.Metadata
	r.UpdatedAt = Timestamp(r.datestamp)
	for i, d := range r.dates {
		kind := strings.ToLower(d.kind)
		switch {
		case kind == "issued" && m.PublicationDate == "":
			m.PublicationDate = d.value
		case kind == "updated" && i == len(r.dates)-1 && d.information == "":
			r.UpdatedAt = cmp.Or(r.UpdatedAt, Timestamp(d.value))
		default:
			start, end, _ := strings.Cut(d.value, "/")
			m.Dates = append(m.Dates, Date{Type: kind, Start: start, End: end, Description: d.information})
		}
	}
	m.PublicationDate = cmp.Or(m.PublicationDate, r.year)
}
