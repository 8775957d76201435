package export

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// The objects in JSON have the members of InvenioRDM's own, whatever form the
// record came in. Of a term of a vocabulary they have the id.

type nativeTerm struct {
	ID string `json:"id"`
}

// term is nil for no id.
func term(id string) *nativeTerm {
	if id == "" {
		return nil
	}
	return &nativeTerm{strings.ToLower(id)}
}

// nativeText is a text in languages; records keep one, mostly the
// English.
type nativeText struct {
	English string `json:"en"`
}

func inEnglish(text string) *nativeText {
	if text == "" {
		return nil
	}
	return &nativeText{text}
}

type nativeTitle struct {
	Title string      `json:"title"`
	Type  *nativeTerm `json:"type,omitempty"`
	Lang  *nativeTerm `json:"lang,omitempty"`
}

func additionalTitles(r *zenodo.Record) (titles []nativeTitle) {
	for _, t := range r.Metadata.AdditionalTitles {
		titles = append(titles, nativeTitle{t.Text, term(t.Type), term(t.Language)})
	}
	return titles
}

type nativeDescription struct {
	Description string      `json:"description"`
	Type        *nativeTerm `json:"type,omitempty"`
	Lang        *nativeTerm `json:"lang,omitempty"`
}

// additionalDescriptions are all of them, or where a record does not have them
// as such, its notes and its methods.
func additionalDescriptions(r *zenodo.Record) (descriptions []nativeDescription) {
	for _, d := range r.Metadata.OtherDescriptions() {
		descriptions = append(descriptions, nativeDescription{d.Text, term(d.Type), term(d.Language)})
	}
	return descriptions
}

type nativeIdentifier struct {
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme,omitempty"`
}

func nativeIdentifiers(ids []zenodo.AlternateIdentifier) (out []nativeIdentifier) {
	for _, id := range ids {
		out = append(out, nativeIdentifier(id))
	}
	return out
}

func identifiers(r *zenodo.Record) []nativeIdentifier {
	return nativeIdentifiers(r.Metadata.AlternateIdentifiers)
}

type nativeRelated struct {
	nativeIdentifier
	Relation     *nativeTerm `json:"relation_type,omitempty"`
	ResourceType *nativeTerm `json:"resource_type,omitempty"`
}

func relatedIdentifiers(r *zenodo.Record) (related []nativeRelated) {
	for _, id := range r.Metadata.RelatedIdentifiers {
		related = append(related, nativeRelated{nativeIdentifier{id.Identifier, id.Scheme}, term(id.Relation), term(id.ResourceType)})
	}
	return related
}

type nativeReference struct {
	Reference  string `json:"reference"`
	Identifier string `json:"identifier,omitempty"`
	Scheme     string `json:"scheme,omitempty"`
}

func references(r *zenodo.Record) (refs []nativeReference) {
	for i, text := range r.Metadata.References {
		ref := nativeReference{Reference: text}
		if i < len(r.Metadata.ReferenceIDs) {
			id := r.Metadata.ReferenceIDs[i]
			ref.Identifier, ref.Scheme = id.Identifier, id.Scheme
		}
		refs = append(refs, ref)
	}
	return refs
}

type nativeSubject struct {
	ID      string `json:"id,omitempty"`
	Subject string `json:"subject"`
	Scheme  string `json:"scheme,omitempty"`
}

// subjects are the keywords, and the terms of vocabularies.
func subjects(r *zenodo.Record) (all []nativeSubject) {
	for _, keyword := range r.Metadata.Keywords {
		all = append(all, nativeSubject{Subject: keyword})
	}
	return append(all, nativeSubjects(r.Metadata.Subjects)...)
}

func nativeSubjects(subjects []zenodo.Subject) (out []nativeSubject) {
	for _, s := range subjects {
		out = append(out, nativeSubject{s.Identifier, s.Term, s.Scheme})
	}
	return out
}

type nativeRight struct {
	ID          string       `json:"id,omitempty"`
	Title       *nativeText  `json:"title,omitempty"`
	Description *nativeText  `json:"description,omitempty"`
	Link        string       `json:"link,omitempty"`
	Props       *nativeProps `json:"props,omitempty"`
}

type nativeProps struct {
	URL string `json:"url"`
}

func (right nativeRight) text() string {
	if right.ID == "" && right.Title != nil {
		return right.Title.English
	}
	return cmp.Or(right.ID, right.Link)
}

// rights are the licences: of those of a vocabulary the address is among the
// properties.
func rights(r *zenodo.Record) (all []nativeRight) {
	for _, right := range r.Metadata.Licenses() {
		known, _ := vocab.Licenses().Find(right.ID)
		n := nativeRight{ID: right.ID, Title: inEnglish(cmp.Or(right.Title, known.Title)), Description: inEnglish(right.Description)}
		switch {
		case right.ID == "":
			n.Link = right.URL
		case right.URL != "":
			n.Props = &nativeProps{right.URL}
		}
		all = append(all, n)
	}
	return all
}

type nativeDate struct {
	Date        string      `json:"date,omitempty"`
	Type        *nativeTerm `json:"type,omitempty"`
	Description string      `json:"description,omitempty"`
}

func dates(r *zenodo.Record) (all []nativeDate) {
	for _, d := range r.Metadata.Dates {
		date := d.Start
		if d.End != "" {
			date += "/" + d.End
		}
		all = append(all, nativeDate{date, term(d.Type), d.Description})
	}
	return all
}

type nativeLocation struct {
	Geometry    any                `json:"geometry,omitempty"`
	Place       string             `json:"place,omitempty"`
	Description string             `json:"description,omitempty"`
	Identifiers []nativeIdentifier `json:"identifiers,omitempty"`

	point *zenodo.Point
}

// text is the place, or what else there is to read of it.
func (l nativeLocation) text() string {
	if text := cmp.Or(l.Place, l.Description); text != "" || l.point == nil {
		return text
	}
	return degrees(l.point.Latitude) + ", " + degrees(l.point.Longitude)
}

func degrees(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func locations(r *zenodo.Record) (all []nativeLocation) {
	for _, l := range r.Metadata.Locations {
		n := nativeLocation{Place: l.Place, Description: l.Description, Identifiers: nativeIdentifiers(l.Identifiers), point: l.Point}
		switch {
		case len(l.Geometry) > 0:
			n.Geometry = decoded(l.Geometry)
		case l.Point != nil:
			n.Geometry = map[string]any{"type": "Point", "coordinates": []float64{l.Point.Longitude, l.Point.Latitude}}
		}
		all = append(all, n)
	}
	return all
}

// decoded is a part of what a server sent, nil where that is no JSON.
func decoded(raw []byte) (value any) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if dec.Decode(&value) != nil {
		return nil
	}
	return value
}

type nativeFunder struct {
	ID          string             `json:"id,omitempty"`
	Name        string             `json:"name,omitempty"`
	Identifiers []nativeIdentifier `json:"identifiers,omitempty"`
}

func funderOf(f *zenodo.Funder) nativeFunder {
	n := nativeFunder{ID: f.ID, Name: f.Name}
	if doi := (zenodo.AlternateIdentifier{Identifier: f.DOI, Scheme: "doi"}); f.DOI != "" && !slices.Contains(f.Identifiers, doi) {
		n.Identifiers = []nativeIdentifier{nativeIdentifier(doi)}
	}
	n.Identifiers = append(n.Identifiers, nativeIdentifiers(f.Identifiers)...)
	return n
}

// funders has each once, as several awards may be of one.
func funders(r *zenodo.Record) (all []nativeFunder) {
	for i := range r.Metadata.Grants {
		f := funderOf(&r.Metadata.Grants[i].Funder)
		isSame := func(other nativeFunder) bool { return other.ID == f.ID && other.Name == f.Name }
		if (f.ID != "" || f.Name != "") && !slices.ContainsFunc(all, isSame) {
			all = append(all, f)
		}
	}
	return all
}

// nativeAward has its funder, which stands beside it in a record.
type nativeAward struct {
	ID            string               `json:"id,omitempty"`
	Number        string               `json:"number,omitempty"`
	Title         *nativeText          `json:"title,omitempty"`
	Acronym       string               `json:"acronym,omitempty"`
	Program       string               `json:"program,omitempty"`
	Identifiers   []nativeIdentifier   `json:"identifiers,omitempty"`
	Subjects      []nativeSubject      `json:"subjects,omitempty"`
	Organizations []nativeOrganization `json:"organizations,omitempty"`
	Funder        *nativeFunder        `json:"funder,omitempty"`
}

type nativeOrganization struct {
	Name string `json:"organization"`
}

func (a nativeAward) text() string {
	if a.Title != nil {
		return a.Title.English
	}
	return cmp.Or(a.Number, a.ID)
}

func awards(r *zenodo.Record) (all []nativeAward) {
	for i := range r.Metadata.Grants {
		g := &r.Metadata.Grants[i]
		if g.ID == "" && g.Code == "" && g.Title == "" {
			continue // a funder alone
		}
		a := nativeAward{ID: g.ID, Number: g.Code, Title: inEnglish(g.Title), Acronym: g.Acronym, Program: g.Program, Subjects: nativeSubjects(g.Subjects)}
		if g.URL != "" {
			a.Identifiers = append(a.Identifiers, nativeIdentifier{g.URL, "url"})
		}
		if g.DOI != "" {
			a.Identifiers = append(a.Identifiers, nativeIdentifier{string(g.DOI), "doi"})
		}
		a.Identifiers = append(a.Identifiers, nativeIdentifiers(g.Identifiers)...)
		for _, name := range g.Organizations {
			a.Organizations = append(a.Organizations, nativeOrganization{name})
		}
		if g.Funder.ID != "" || g.Funder.Name != "" {
			a.Funder = &nativeFunder{ID: g.Funder.ID, Name: g.Funder.Name}
		}
		all = append(all, a)
	}
	return all
}

type nativeFile struct {
	Key       string `json:"key"`
	Size      int64  `json:"size"`
	Checksum  string `json:"checksum,omitempty"`
	MediaType string `json:"mimetype,omitempty"`
}

func mediaFiles(r *zenodo.Record) (files []nativeFile) {
	for _, f := range r.MediaFiles {
		files = append(files, nativeFile{f.Key, f.Size, f.Checksum, f.MediaType})
	}
	return files
}
