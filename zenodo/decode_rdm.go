package zenodo

import "strings"

// rdmRecord is a record as application/vnd.inveniordm.v1+json has it.
type rdmRecord struct {
	ID       text      `json:"id"`
	Created  Timestamp `json:"created"`
	Updated  Timestamp `json:"updated"`
	Revision number    `json:"revision_id"`
	Versions struct {
		IsLatest truth  `json:"is_latest"`
		Index    number `json:"index"`
	} `json:"versions"`
	Parent struct {
		ID          text    `json:"id"`
		PIDs        rdmPIDs `json:"pids"`
		Communities struct {
			IDs     list[text] `json:"ids"`
			Entries list[struct {
				Slug text `json:"slug"`
			}] `json:"entries"`
		} `json:"communities"`
		Access struct {
			OwnedBy list[idOnly] `json:"owned_by"`
		} `json:"access"`
	} `json:"parent"`
	PIDs   rdmPIDs `json:"pids"`
	Access struct {
		Status  text `json:"status"`
		Embargo struct {
			Until text `json:"until"`
		} `json:"embargo"`
	} `json:"access"`
	Metadata     rdmMetadata     `json:"metadata"`
	CustomFields rdmCustomFields `json:"custom_fields"`
	Files        *fileList       `json:"files"`
	Stats        *struct {
		All  rdmStats `json:"all_versions"`
		This rdmStats `json:"this_version"`
	} `json:"stats"`
	Links legacyLinks `json:"links"`
}

type rdmPIDs struct {
	DOI struct {
		Identifier DOI `json:"identifier"`
	} `json:"doi"`
}

type rdmStats struct {
	Views           number `json:"views"`
	UniqueViews     number `json:"unique_views"`
	Downloads       number `json:"downloads"`
	UniqueDownloads number `json:"unique_downloads"`
}

// rdmTerm is an entry of a vocabulary.
type rdmTerm struct {
	ID    text `json:"id"`
	Title text `json:"title"`
}

type rdmPerson struct {
	PersonOrOrg struct {
		Name        text `json:"name"`
		GivenName   text `json:"given_name"`
		FamilyName  text `json:"family_name"`
		Identifiers list[struct {
			Identifier text `json:"identifier"`
			Scheme     text `json:"scheme"`
		}] `json:"identifiers"`
	} `json:"person_or_org"`
	Role         rdmTerm `json:"role"`
	Affiliations list[struct {
		Name text `json:"name"`
	}] `json:"affiliations"`
}

func (p rdmPerson) creator() Creator {
	c := Creator{Name: string(p.PersonOrOrg.Name)}
	if c.Name == "" {
		c.Name = strings.Trim(string(p.PersonOrOrg.FamilyName)+", "+string(p.PersonOrOrg.GivenName), ", ")
	}
	if len(p.Affiliations) > 0 {
		c.Affiliation = string(p.Affiliations[0].Name)
	}
	for _, id := range p.PersonOrOrg.Identifiers {
		switch id.Scheme {
		case "orcid":
			c.ORCID = bareORCID(string(id.Identifier))
		case "gnd":
			c.GND = string(id.Identifier)
		}
	}
	return c
}

type rdmMetadata struct {
	Title           text            `json:"title"`
	PublicationDate text            `json:"publication_date"`
	Publisher       text            `json:"publisher"`
	Description     text            `json:"description"`
	Version         text            `json:"version"`
	ResourceType    rdmTerm         `json:"resource_type"`
	Creators        list[rdmPerson] `json:"creators"`
	Contributors    list[rdmPerson] `json:"contributors"`
	Languages       list[idOnly]    `json:"languages"`
	Additional      list[struct {
		Description text    `json:"description"`
		Type        rdmTerm `json:"type"`
	}] `json:"additional_descriptions"`
	Subjects list[struct {
		ID      text `json:"id"`
		Subject text `json:"subject"`
		Scheme  text `json:"scheme"`
	}] `json:"subjects"`
	Rights list[struct {
		ID    text `json:"id"`
		Props struct {
			URL text `json:"url"`
		} `json:"props"`
		Link text `json:"link"`
	}] `json:"rights"`
	Identifiers list[relatedIdentifier] `json:"identifiers"`
	Related     list[struct {
		Identifier   text    `json:"identifier"`
		Scheme       text    `json:"scheme"`
		Relation     rdmTerm `json:"relation_type"`
		ResourceType rdmTerm `json:"resource_type"`
	}] `json:"related_identifiers"`
	References list[struct {
		Reference text `json:"reference"`
	}] `json:"references"`
	Funding list[rdmFunding] `json:"funding"`
	Dates   list[struct {
		Date        text    `json:"date"`
		Type        rdmTerm `json:"type"`
		Description text    `json:"description"`
	}] `json:"dates"`
	Locations struct {
		Features list[Location] `json:"features"`
	} `json:"locations"`
}

type rdmFunding struct {
	Funder struct {
		Name text `json:"name"`
		ID   text `json:"id"`
	} `json:"funder"`
	Award struct {
		Number  text `json:"number"`
		Title   text `json:"title"`
		Acronym text `json:"acronym"`
		Program text `json:"program"`
	} `json:"award"`
}

type rdmCustomFields struct {
	Journal journal      `json:"journal:journal"`
	Meeting meeting      `json:"meeting:meeting"`
	Imprint rdmImprint   `json:"imprint:imprint"`
	Thesis  legacyThesis `json:"thesis:thesis"`
	School  text         `json:"thesis:university"`
}

// rdmImprint also names the book that a record is a part of.
type rdmImprint struct {
	Place text `json:"place"`
	ISBN  text `json:"isbn"`
	Title text `json:"title"`
	Pages text `json:"pages"`
}

func (w *rdmRecord) record() *Record {
	r := &Record{
		ID: RecordID(w.ID), ConceptID: ConceptID(w.Parent.ID),
		DOI: w.PIDs.DOI.Identifier, ConceptDOI: w.Parent.PIDs.DOI.Identifier,
		CreatedAt: w.Created, UpdatedAt: w.Updated, Revision: int(w.Revision),
		VersionIndex: int(w.Versions.Index),
		IsLatest:     w.Versions.IsLatest.value || !w.Versions.IsLatest.known,
		URL:          w.Links.page(),
		Metadata:     w.Metadata.metadata(),
		Communities:  w.communities(),
	}
	m := &r.Metadata
	m.AccessRight, m.EmbargoDate = string(w.Access.Status), string(w.Access.Embargo.Until)
	w.CustomFields.addTo(m)
	for _, owner := range w.Parent.Access.OwnedBy {
		if id := owner.first(); id != "" {
			r.Owners = append(r.Owners, id)
		}
	}
	if w.Files != nil {
		r.Files = w.Files.files
	}
	if w.Stats != nil {
		all, this := w.Stats.All, w.Stats.This
		r.Stats = &Stats{
			Views: int64(all.Views), UniqueViews: int64(all.UniqueViews),
			Downloads: int64(all.Downloads), UniqueDownloads: int64(all.UniqueDownloads),
			VersionViews: int64(this.Views), VersionUniqueViews: int64(this.UniqueViews),
			VersionDownloads: int64(this.Downloads), VersionUniqueDownloads: int64(this.UniqueDownloads),
		}
	}
	return r
}

// communities are slugs where the server names them, else UUIDs.
func (w *rdmRecord) communities() []Slug {
	var slugs []Slug
	for _, c := range w.Parent.Communities.Entries {
		if c.Slug != "" {
			slugs = append(slugs, Slug(c.Slug))
		}
	}
	if len(slugs) > 0 {
		return slugs
	}
	for _, id := range w.Parent.Communities.IDs {
		slugs = append(slugs, Slug(id))
	}
	return slugs
}

func (c rdmCustomFields) addTo(m *Metadata) {
	m.Journal, m.Meeting = c.Journal.journal(), c.Meeting.meeting()
	m.Imprint = Imprint{Place: string(c.Imprint.Place), ISBN: string(c.Imprint.ISBN)}
	m.PartOf = PartOf{Title: string(c.Imprint.Title), Pages: string(c.Imprint.Pages)}
	m.ThesisUniversity = string(c.Thesis.University)
	if m.ThesisUniversity == "" {
		m.ThesisUniversity = string(c.School)
	}
}

func (w *rdmMetadata) metadata() Metadata {
	m := Metadata{
		Title: string(w.Title), PublicationDate: string(w.PublicationDate), Publisher: string(w.Publisher),
		Description: string(w.Description), Version: string(w.Version), TypeTitle: string(w.ResourceType.Title),
		Locations: w.Locations.Features,
	}
	m.Type, m.Subtype, _ = strings.Cut(string(w.ResourceType.ID), "-")
	if len(w.Languages) > 0 {
		m.Language = w.Languages[0].first()
	}
	if len(w.Rights) > 0 {
		m.License, m.LicenseURL = string(w.Rights[0].ID), string(w.Rights[0].Props.URL)
	}
	for _, c := range w.Creators {
		m.Creators = append(m.Creators, c.creator())
	}
	for _, c := range w.Contributors {
		m.Contributors = append(m.Contributors, Contributor{Creator: c.creator(), Type: string(c.Role.ID)})
	}
	for _, d := range w.Additional {
		switch d.Type.ID {
		case "methods":
			m.Method = string(d.Description)
		default:
			m.Notes = string(d.Description)
		}
	}
	w.addIdentifiers(&m)
	w.addSubjects(&m)
	w.addFunding(&m)
	return m
}

func (w *rdmMetadata) addIdentifiers(m *Metadata) {
	for _, id := range w.Identifiers {
		m.AlternateIdentifiers = append(m.AlternateIdentifiers, AlternateIdentifier{Identifier: string(id.Identifier), Scheme: string(id.Scheme)})
	}
	for _, id := range w.Related {
		m.RelatedIdentifiers = append(m.RelatedIdentifiers, RelatedIdentifier{
			Identifier: string(id.Identifier), Scheme: string(id.Scheme),
			Relation: string(id.Relation.ID), ResourceType: string(id.ResourceType.ID),
		})
	}
	for _, r := range w.References {
		m.References = append(m.References, string(r.Reference))
	}
}

// addSubjects parts free keywords from terms of a vocabulary, as the legacy
// JSON does.
func (w *rdmMetadata) addSubjects(m *Metadata) {
	for _, s := range w.Subjects {
		if s.ID == "" {
			m.Keywords = append(m.Keywords, string(s.Subject))
			continue
		}
		m.Subjects = append(m.Subjects, Subject{Term: string(s.Subject), Identifier: string(s.ID), Scheme: string(s.Scheme)})
	}
	for _, d := range w.Dates {
		start, end, _ := strings.Cut(string(d.Date), "/")
		m.Dates = append(m.Dates, Date{Type: string(d.Type.ID), Start: start, End: end, Description: string(d.Description)})
	}
}

func (w *rdmMetadata) addFunding(m *Metadata) {
	for _, f := range w.Funding {
		m.Grants = append(m.Grants, Grant{
			Code: string(f.Award.Number), Title: string(f.Award.Title),
			Acronym: string(f.Award.Acronym), Program: string(f.Award.Program),
			Funder: Funder{Name: string(f.Funder.Name)},
		})
	}
}
