package zenodo

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// isXML tells XML from JSON by its first byte.
func isXML(raw []byte) bool {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\ufeff")), " \t\r\n")
	return len(trimmed) > 0 && trimmed[0] == '<'
}

// decodeDataCite reads a record in DataCite's XML. What InvenioRDM adds when
// it writes it (the concept as IsVersionOf, communities as IsPartOf, the last
// change as a date, its own names as alternate identifiers) is put back to
// where the JSON has it. Files, statistics, the place among the versions, the
// time of creation and mostly the access right are not in it.
func decodeDataCite(raw []byte) (*Record, error) {
	var x datacite
	if err := unmarshalXML(raw, &x); err != nil {
		return nil, err
	}
	res := x.resource()
	if res == nil {
		return nil, errors.New("it has no DataCite resource")
	}
	r := &Record{IsLatest: true, Format: FormatDataCite}
	for _, id := range res.Identifiers {
		if strings.EqualFold(id.Scheme, "DOI") {
			r.DOI = cmp.Or(r.DOI, DOI(trim(id.Value)))
		}
	}
	r.addSets(x.Sets)
	r.addNames(trim(x.OAI), res.Alternates)
	r.addRelated(res.Related)
	r.addDates(trim(x.Datestamp), trim(res.Year), res.Dates)
	r.Metadata.addDataCite(res)
	return r, nil
}

// resource is the resource in whatever is around it, or nil.
func (x *datacite) resource() *dataciteResource {
	switch x.XMLName.Local {
	case "record":
		return cmp.Or(x.Harvested, x.Plain)
	case "oai_datacite":
		return x.Enveloped
	case "resource":
		return &x.dataciteResource
	}
	return nil
}

// unmarshalXML reads one element, and sees to it that nothing but comments is
// behind it. Entities other than XML's own five are an error, never expanded.
func unmarshalXML(raw []byte, into any) error {
	dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	if err := dec.Decode(into); err != nil {
		return err
	}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text, isText := tok.(xml.CharData)
		if _, isComment := tok.(xml.Comment); !isComment && !(isText && len(bytes.TrimSpace(text)) == 0) {
			return fmt.Errorf("something follows the element at byte %d", dec.InputOffset())
		}
	}
}

func trim(s string) string { return strings.TrimSpace(s) }

// addSets reads the communities among an item's sets.
func (r *Record) addSets(sets []string) {
	for _, set := range sets {
		if slug, ok := strings.CutPrefix(trim(set), "user-"); ok {
			r.addCommunity(slug)
		}
	}
}

func (r *Record) addCommunity(slug string) {
	if slug != "" && !slices.Contains(r.Communities, Slug(slug)) {
		r.Communities = append(r.Communities, Slug(slug))
	}
}

// addNames reads id and page, which are among the alternate identifiers: as
// the OAI identifier, and as an address of the same record.
func (r *Record) addNames(oai string, alternates []dataciteIdentifier) {
	for _, a := range alternates {
		if isOAI(a) {
			oai = cmp.Or(oai, trim(a.Value))
		}
	}
	host, id, _ := cutOAI(oai)
	r.ID = RecordID(id)
	for _, a := range alternates {
		value := trim(a.Value)
		page, isPage := recordPage(value)
		switch {
		case isPage && r.URL == "" && (r.ID == "" || r.ID == page):
			r.ID, r.URL = page, value
		case value != "" && !isOAI(a) && DOI(value) != r.DOI:
			r.Metadata.AlternateIdentifiers = append(r.Metadata.AlternateIdentifiers,
				AlternateIdentifier{Identifier: value, Scheme: strings.ToLower(trim(a.AlternateType))})
		}
	}
	if r.URL == "" && id != "" {
		r.URL = "https://" + host + "/records/" + id
	}
	if r.ID == "" {
		r.ID, _ = r.DOI.RecordID()
	}
}

func isOAI(a dataciteIdentifier) bool { return strings.EqualFold(trim(a.AlternateType), "oai") }

// recordPage is the id in the address of a record's page.
func recordPage(url string) (RecordID, bool) {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return "", false
	}
	_, path, _ := strings.Cut(rest, "/")
	id, ok := strings.CutPrefix(path, "records/")
	return RecordID(id), ok && isRecordID(id)
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
func (r *Record) addRelated(related []dataciteIdentifier) {
	concept := r.conceptAmong(related)
	for i, id := range related {
		value := trim(id.Value)
		slug, isCommunity := communityPage(value)
		switch {
		case i == concept:
			r.ConceptDOI = DOI(value)
			r.ConceptID = ConceptID(strings.TrimPrefix(value, strings.TrimSuffix(string(r.DOI), string(r.ID))))
		case isCommunity && id.Relation == "IsPartOf" && id.General == "":
			r.addCommunity(slug)
		case value != "":
			r.Metadata.RelatedIdentifiers = append(r.Metadata.RelatedIdentifiers, RelatedIdentifier{
				Identifier: value, Relation: lowerFirst(id.Relation), Scheme: strings.ToLower(id.RelatedType), ResourceType: relatedType(id.General),
			})
		}
	}
}

// conceptAmong is the place of the concept's DOI, or -1. It is made as the
// record's own DOI is, of a prefix and an id, which tells it from the work of
// somebody else that a record may be a version of.
func (r *Record) conceptAmong(related []dataciteIdentifier) int {
	prefix, ok := strings.CutSuffix(string(r.DOI), string(r.ID))
	if !ok || r.ID == "" {
		return -1
	}
	for i, id := range slices.Backward(related) {
		rest, ok := strings.CutPrefix(trim(id.Value), prefix)
		if ok && isRecordID(rest) && id.Relation == "IsVersionOf" && id.General == "" && strings.EqualFold(id.RelatedType, "DOI") {
			return i
		}
	}
	return -1
}

// communityPage is the slug in the address of a community's page.
func communityPage(url string) (slug string, ok bool) {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return "", false
	}
	_, path, _ := strings.Cut(rest, "/")
	slug, ok = strings.CutPrefix(path, "communities/")
	return slug, ok && slug != "" && !strings.ContainsAny(slug, "/?#")
}

// lowerFirst makes IsPartOf the JSON's isPartOf.
func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// addDates reads the day of publication, and that of the last change where no
// header has its time: InvenioRDM puts it behind the record's own dates.
func (r *Record) addDates(datestamp, year string, dates []dataciteDate) {
	m := &r.Metadata
	r.UpdatedAt = Timestamp(datestamp)
	for i, d := range dates {
		value, kind := trim(d.Value), strings.ToLower(trim(d.Type))
		switch {
		case kind == "issued" && m.PublicationDate == "":
			m.PublicationDate = value
		case kind == "updated" && i == len(dates)-1 && d.Information == "":
			r.UpdatedAt = cmp.Or(r.UpdatedAt, Timestamp(value))
		default:
			start, end, _ := strings.Cut(value, "/")
			m.Dates = append(m.Dates, Date{Type: kind, Start: start, End: end, Description: trim(d.Information)})
		}
	}
	m.PublicationDate = cmp.Or(m.PublicationDate, year)
}
