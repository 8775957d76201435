package deposits

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// nativeMetadata is the part of InvenioRDM's metadata that is understood here.
type nativeMetadata struct {
	Title           string         `json:"title,omitempty"`
	Description     string         `json:"description,omitempty"`
	PublicationDate string         `json:"publication_date,omitempty"`
	Version         string         `json:"version,omitempty"`
	Publisher       string         `json:"publisher,omitempty"`
	ResourceType    *idOnly        `json:"resource_type,omitempty"`
	Creators        []nativePerson `json:"creators,omitempty"`
	Rights          []idOnly       `json:"rights,omitempty"`
	Languages       []idOnly       `json:"languages,omitempty"`
	Subjects        []nativeWord   `json:"subjects,omitempty"`
}

// nativeGiven is what a client sent in InvenioRDM's own form. It is given out
// as it is until the legacy API writes the metadata anew.
type nativeGiven struct{ metadata, customFields, access json.RawMessage }

// asVersion is what a draft of a new version begins with.
func (g *nativeGiven) asVersion(date string) *nativeGiven {
	var members map[string]json.RawMessage
	if g == nil || json.Unmarshal(g.metadata, &members) != nil {
		return nil
	}
	delete(members, "version")
	members["publication_date"] = json.RawMessage(strconv.Quote(date))
	raw, err := json.Marshal(members)
	if err != nil {
		return nil
	}
	return &nativeGiven{raw, g.customFields, g.access}
}

type nativeWord struct {
	Subject string `json:"subject"`
}

type nativePerson struct {
	Person struct {
		Type        string             `json:"type"`
		Name        string             `json:"name"`
		Family      string             `json:"family_name,omitempty"`
		Given       string             `json:"given_name,omitempty"`
		Identifiers []nativeIdentifier `json:"identifiers,omitempty"`
	} `json:"person_or_org"`
	Affiliations []nativeName `json:"affiliations,omitempty"`
}

type nativeIdentifier struct {
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme"`
}

type nativeName struct {
	Name string `json:"name"`
}

// nativeAccess is who may see a record and its files.
type nativeAccess struct {
	Record  string `json:"record"`
	Files   string `json:"files"`
	Embargo struct {
		Active bool   `json:"active"`
		Until  string `json:"until,omitempty"`
	} `json:"embargo"`
	Status string `json:"status,omitempty"`
}

// legacyOf translates native metadata to what the legacy API takes.
func legacyOf(keys map[string]json.RawMessage) (json.RawMessage, error) {
	var m nativeMetadata
	if err := json.Unmarshal(keys["metadata"], &m); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for name, value := range given("title", m.Title, "description", m.Description, "publication_date", m.PublicationDate,
		"version", m.Version, "imprint_publisher", m.Publisher) {
		out[name] = value
	}
	if m.ResourceType != nil {
		kind, subtype, _ := strings.Cut(m.ResourceType.ID, "-")
		out["upload_type"], out[kind+"_type"] = kind, subtype
	}
	if len(m.Rights) > 0 {
		out["license"] = m.Rights[0].ID
	}
	if len(m.Languages) > 0 {
		out["language"] = m.Languages[0].ID
	}
	var keywords []string
	for _, s := range m.Subjects {
		keywords = append(keywords, s.Subject)
	}
	var creators []map[string]string
	for _, p := range m.Creators {
		creators = append(creators, p.legacy())
	}
	out["keywords"], out["creators"] = keywords, creators
	var access nativeAccess
	json.Unmarshal(keys["access"], &access) // absent means open
	if access.Files == "restricted" {
		out["access_right"] = "restricted"
	}
	if access.Embargo.Active {
		out["access_right"], out["embargo_date"] = "embargoed", access.Embargo.Until
	}
	if creators == nil {
		delete(out, "creators")
	}
	return json.Marshal(out)
}

// takeNative replaces what the native JSON of this emulator shows. The rest
// stays, so that a draft which is read and written back loses nothing.
func (m *metadata) takeNative(from metadata) {
	m.Title, m.Description, m.PublicationDate = from.Title, from.Description, from.PublicationDate
	m.Version, m.Publisher, m.Language = from.Version, from.Publisher, from.Language
	m.UploadType, m.PublicationType, m.ImageType, m.SoftwareType = from.UploadType, from.PublicationType, from.ImageType, from.SoftwareType
	m.Creators, m.Keywords, m.License = from.Creators, from.Keywords, from.License
	m.AccessRight, m.EmbargoDate = from.AccessRight, from.EmbargoDate
	m.asGiven = from.asGiven
}

func (p nativePerson) legacy() map[string]string {
	name := p.Person.Family
	if p.Person.Given != "" {
		name += ", " + p.Person.Given
	}
	out := map[string]string{"name": cmp.Or(name, p.Person.Name)}
	if len(p.Affiliations) > 0 {
		out["affiliation"] = p.Affiliations[0].Name
	}
	for _, id := range p.Person.Identifiers {
		out[id.Scheme] = id.Identifier
	}
	return out
}

// nativeJSON is a draft or a record as InvenioRDM itself gives it out.
type nativeJSON struct {
	ID          string            `json:"id"`
	Created     string            `json:"created"`
	Updated     string            `json:"updated"`
	Revision    int               `json:"revision_id"`
	IsDraft     bool              `json:"is_draft"`
	IsPublished bool              `json:"is_published"`
	Status      string            `json:"status"`
	Parent      idOnly            `json:"parent"`
	Access      any               `json:"access"`
	Metadata    any               `json:"metadata"`
	Custom      json.RawMessage   `json:"custom_fields,omitempty"`
	Files       nativeFiles       `json:"files"`
	Links       map[string]string `json:"links"`
	Errors      []wire.FieldError `json:"errors,omitempty"`
}

type nativeFiles struct {
	Enabled bool                  `json:"enabled"`
	Order   []string              `json:"order"`
	Preview string                `json:"default_preview,omitempty"`
	Count   int                   `json:"count"`
	Bytes   int64                 `json:"total_bytes"`
	Entries map[string]nativeFile `json:"entries"`
}

type nativeFile struct {
	ID        string `json:"id"`
	Key       string `json:"key"`
	Size      int64  `json:"size"`
	Checksum  string `json:"checksum"`
	MediaType string `json:"mimetype"`
}

// native is an edition of a deposition: its draft or its record.
func (s *Server) native(d *deposition, shown *edition, root string) nativeJSON {
	api := fmt.Sprintf("%s/api/records/%d", root, d.id)
	out := nativeJSON{
		ID: itoa(d.id), Created: d.created.UTC().Format(catalog.TimeLayout), Updated: shown.modified.UTC().Format(catalog.TimeLayout),
		Revision: shown.revision, IsDraft: shown == d.draft, IsPublished: d.released != nil, Status: "published",
		Parent: idOnly{itoa(d.concept)}, Access: shown.metadata.access(), Metadata: shown.metadata.native(), Files: shown.native(),
		Links: map[string]string{"self": api, "versions": api + "/versions", "files": api + "/files"},
	}
	if given := shown.metadata.asGiven; given != nil {
		out.Metadata, out.Custom = given.metadata, given.customFields
		if given.access != nil {
			out.Access = given.access
		}
	}
	if out.IsDraft {
		out.Status, out.Errors = "draft", shown.problems()
		out.Links = map[string]string{
			"self": api + "/draft", "publish": api + "/draft/actions/publish", "files": api + "/draft/files", "versions": api + "/versions",
		}
	}
	return out
}

func (m metadata) access() nativeAccess {
	access := nativeAccess{Record: "public", Files: "public", Status: m.AccessRight}
	if !m.isOpen() {
		access.Files = "restricted"
	}
	access.Embargo.Active, access.Embargo.Until = m.AccessRight == "embargoed", m.EmbargoDate
	return access
}

func (m metadata) native() nativeMetadata {
	out := nativeMetadata{
		Title: m.Title, Description: m.Description, PublicationDate: m.PublicationDate, Version: m.Version, Publisher: m.Publisher,
	}
	if m.UploadType != "" {
		out.ResourceType = &idOnly{strings.TrimSuffix(m.UploadType+"-"+m.subtype(), "-")}
	}
	if license, ok := vocab.Licenses().Find(m.License); ok {
		out.Rights = []idOnly{{license.ID}}
	}
	if m.Language != "" {
		out.Languages = []idOnly{{m.Language}}
	}
	for _, word := range m.Keywords {
		out.Subjects = append(out.Subjects, nativeWord{word})
	}
	for _, p := range m.Creators {
		out.Creators = append(out.Creators, p.native())
	}
	return out
}

func (p person) native() (out nativePerson) {
	out.Person.Type, out.Person.Name = "personal", p.Name
	out.Person.Family = p.Name
	if strings.Count(p.Name, ",") == 1 {
		out.Person.Family, out.Person.Given, _ = strings.Cut(p.Name, ", ")
	}
	if p.Affiliation != nil {
		out.Affiliations = []nativeName{{*p.Affiliation}}
	}
	if p.ORCID != "" {
		out.Person.Identifiers = append(out.Person.Identifiers, nativeIdentifier{p.ORCID, "orcid"})
	}
	if p.GND != "" {
		out.Person.Identifiers = append(out.Person.Identifiers, nativeIdentifier{p.GND, "gnd"})
	}
	return out
}

func (d *edition) native() nativeFiles {
	out := nativeFiles{Enabled: true, Order: []string{}, Preview: d.preview, Entries: map[string]nativeFile{}}
	for _, f := range d.files {
		if !f.done {
			continue
		}
		out.Order = append(out.Order, f.key)
		out.Count++
		out.Bytes += f.blob.size
		out.Entries[f.key] = nativeFile{f.id, f.key, f.blob.size, "md5:" + f.blob.checksum, mediaType(f.key)}
	}
	return out
}
