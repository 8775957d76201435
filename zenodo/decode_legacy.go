package zenodo

import "strings"

// legacyRecord is a record as application/vnd.zenodo.v1+json has it, in both
// generations of Zenodo: before October 2023 and since.
type legacyRecord struct {
	ID          text           `json:"id"`
	Recid       text           `json:"recid"`
	ConceptID   text           `json:"conceptrecid"`
	DOI         DOI            `json:"doi"`
	ConceptDOI  DOI            `json:"conceptdoi"`
	Created     Timestamp      `json:"created"`
	Updated     Timestamp      `json:"updated"`
	Modified    Timestamp      `json:"modified"`
	Revision    number         `json:"revision"`
	Title       text           `json:"title"`
	Metadata    legacyMetadata `json:"metadata"`
	Files       *fileList      `json:"files"`
	Stats       *legacyStats   `json:"stats"`
	Owners      list[idOnly]   `json:"owners"`
	Owner       text           `json:"owner"`
	Links       legacyLinks    `json:"links"`
	HasParent   present        `json:"parent"`
	HasVersions present        `json:"versions"`
	HasPIDs     present        `json:"pids"`
}

type legacyMetadata struct {
	Title           text                    `json:"title"`
	DOI             DOI                     `json:"doi"`
	PublicationDate text                    `json:"publication_date"`
	Description     text                    `json:"description"`
	Notes           text                    `json:"notes"`
	Method          text                    `json:"method"`
	AccessRight     text                    `json:"access_right"`
	EmbargoDate     text                    `json:"embargo_date"`
	License         idOnly                  `json:"license"`
	Version         text                    `json:"version"`
	Language        text                    `json:"language"`
	Creators        list[legacyCreator]     `json:"creators"`
	Contributors    list[legacyCreator]     `json:"contributors"`
	Keywords        list[text]              `json:"keywords"`
	Subjects        list[legacySubject]     `json:"subjects"`
	Related         list[relatedIdentifier] `json:"related_identifiers"`
	Alternate       list[relatedIdentifier] `json:"alternate_identifiers"`
	References      list[text]              `json:"references"`
	Grants          list[legacyGrant]       `json:"grants"`
	Communities     list[idOnly]            `json:"communities"`
	Locations       list[Location]          `json:"locations"`
	Dates           list[legacyDate]        `json:"dates"`
	Journal         journal                 `json:"journal"`
	Meeting         meeting                 `json:"meeting"`
	Imprint         imprint                 `json:"imprint"`
	PartOf          partOf                  `json:"part_of"`
	Thesis          legacyThesis            `json:"thesis"`
	ResourceType    struct {
		Type    text `json:"type"`
		Subtype text `json:"subtype"`
		Title   text `json:"title"`
	} `json:"resource_type"`
	Relations struct {
		Version list[struct {
			Index  *number `json:"index"`
			IsLast truth   `json:"is_last"`
			Parent struct {
				Value text `json:"pid_value"`
			} `json:"parent"`
		}] `json:"version"`
	} `json:"relations"`
}

type legacyCreator struct {
	Name        text `json:"name"`
	Affiliation text `json:"affiliation"`
	ORCID       text `json:"orcid"`
	GND         text `json:"gnd"`
	Type        text `json:"type"`
}

func (c legacyCreator) creator() Creator {
	return Creator{Name: string(c.Name), Affiliation: string(c.Affiliation), ORCID: bareORCID(string(c.ORCID)), GND: string(c.GND)}
}

type legacySubject struct {
	Term       text `json:"term"`
	Identifier text `json:"identifier"`
	Scheme     text `json:"scheme"`
}

type relatedIdentifier struct {
	Identifier   text `json:"identifier"`
	Relation     text `json:"relation"`
	Scheme       text `json:"scheme"`
	ResourceType text `json:"resource_type"`
}

type legacyGrant struct {
	Code    text `json:"code"`
	Title   text `json:"title"`
	Acronym text `json:"acronym"`
	Program text `json:"program"`
	URL     text `json:"url"`
	Funder  struct {
		Name    text `json:"name"`
		DOI     text `json:"doi"`
		Acronym text `json:"acronym"`
	} `json:"funder"`
}

type legacyDate struct {
	Type        text `json:"type"`
	Start       text `json:"start"`
	End         text `json:"end"`
	Description text `json:"description"`
}

type journal struct {
	Title  text `json:"title"`
	Volume text `json:"volume"`
	Issue  text `json:"issue"`
	Pages  text `json:"pages"`
	ISSN   text `json:"issn"`
}

func (j journal) journal() Journal {
	return Journal{Title: string(j.Title), Volume: string(j.Volume), Issue: string(j.Issue), Pages: string(j.Pages), ISSN: string(j.ISSN)}
}

type meeting struct {
	Title       text `json:"title"`
	Acronym     text `json:"acronym"`
	Dates       text `json:"dates"`
	Place       text `json:"place"`
	URL         text `json:"url"`
	Session     text `json:"session"`
	SessionPart text `json:"session_part"`
}

func (m meeting) meeting() Meeting {
	return Meeting{
		Title: string(m.Title), Acronym: string(m.Acronym), Dates: string(m.Dates), Place: string(m.Place),
		URL: string(m.URL), Session: string(m.Session), SessionPart: string(m.SessionPart),
	}
}

type imprint struct {
	Place text `json:"place"`
	ISBN  text `json:"isbn"`
}

type partOf struct {
	Title text `json:"title"`
	Pages text `json:"pages"`
}

type legacyLinks struct {
	Self     text `json:"self"`
	SelfHTML text `json:"self_html"`
	HTML     text `json:"html"`
}

// page is the landing page. Old answers to a publish call lack it; then it
// follows from the address of the record in the API.
func (l legacyLinks) page() string {
	switch {
	case l.SelfHTML != "":
		return string(l.SelfHTML)
	case l.HTML != "":
		return string(l.HTML)
	}
	root, id, ok := strings.Cut(string(l.Self), "/api/records/")
	if !ok {
		return ""
	}
	return root + "/records/" + id
}

// present is true where a field holds an object, whatever it says.
type present bool

func (p *present) UnmarshalJSON(b []byte) error {
	*p = b[0] == '{'
	return nil
}

// isRDM tells InvenioRDM's own shape by what only it has at the top.
func (l *legacyRecord) isRDM() bool {
	return l.ConceptID == "" && bool(l.HasParent || l.HasVersions || l.HasPIDs)
}

func (l *legacyRecord) record() *Record {
	r := &Record{
		ID:        RecordID(l.ID),
		ConceptID: ConceptID(l.ConceptID),
		DOI:       l.DOI, ConceptDOI: l.ConceptDOI,
		CreatedAt: l.Created, UpdatedAt: l.Updated,
		Revision: int(l.Revision),
		IsLatest: true,
		URL:      l.Links.page(),
		Metadata: l.Metadata.metadata(),
		Stats:    l.Stats.stats(),
	}
	if r.ID == "" {
		r.ID = RecordID(l.Recid)
	}
	if r.DOI == "" {
		r.DOI = l.Metadata.DOI
	}
	if r.UpdatedAt == "" {
		r.UpdatedAt = l.Modified
	}
	if r.Metadata.Title == "" {
		r.Metadata.Title = string(l.Title)
	}
	l.addVersion(r)
	for _, c := range l.Metadata.Communities {
		if slug := c.first(); slug != "" {
			r.Communities = append(r.Communities, Slug(slug))
		}
	}
	for _, o := range l.Owners {
		if id := o.first(); id != "" {
			r.Owners = append(r.Owners, id)
		}
	}
	if len(r.Owners) == 0 && l.Owner != "" {
		r.Owners = []string{string(l.Owner)}
	}
	if l.Files != nil {
		r.Files = l.Files.files
	}
	return r
}

func (l *legacyRecord) addVersion(r *Record) {
	if len(l.Metadata.Relations.Version) == 0 {
		return
	}
	v := l.Metadata.Relations.Version[0]
	if v.Index != nil {
		r.VersionIndex = int(*v.Index) + 1
	}
	if v.IsLast.known {
		r.IsLatest = v.IsLast.value
	}
	if r.ConceptID == "" {
		r.ConceptID = ConceptID(v.Parent.Value)
	}
}

func (m *legacyMetadata) metadata() Metadata {
	out := Metadata{
		Title: string(m.Title), PublicationDate: string(m.PublicationDate),
		Description: string(m.Description), Notes: string(m.Notes), Method: string(m.Method),
		Type: string(m.ResourceType.Type), Subtype: string(m.ResourceType.Subtype), TypeTitle: string(m.ResourceType.Title),
		AccessRight: string(m.AccessRight), EmbargoDate: string(m.EmbargoDate),
		License: m.License.first(), Version: string(m.Version), Language: string(m.Language),
		Keywords: texts(m.Keywords), References: texts(m.References),
		Locations: m.Locations,
		Journal:   m.Journal.journal(), Meeting: m.Meeting.meeting(),
		Imprint:          Imprint{Place: string(m.Imprint.Place), ISBN: string(m.Imprint.ISBN)},
		PartOf:           PartOf{Title: string(m.PartOf.Title), Pages: string(m.PartOf.Pages)},
		ThesisUniversity: string(m.Thesis.University),
	}
	m.addPeople(&out)
	m.addIdentifiers(&out)
	for _, g := range m.Grants {
		out.Grants = append(out.Grants, Grant{
			Code: string(g.Code), Title: string(g.Title), Acronym: string(g.Acronym),
			Program: string(g.Program), URL: string(g.URL),
			Funder: Funder{Name: string(g.Funder.Name), DOI: string(g.Funder.DOI), Acronym: string(g.Funder.Acronym)},
		})
	}
	for _, d := range m.Dates {
		out.Dates = append(out.Dates, Date{Type: string(d.Type), Start: string(d.Start), End: string(d.End), Description: string(d.Description)})
	}
	return out
}

func (m *legacyMetadata) addPeople(out *Metadata) {
	if len(m.Creators) > 0 {
		out.Creators = make([]Creator, len(m.Creators))
	}
	for i, c := range m.Creators {
		out.Creators[i] = c.creator()
	}
	for _, c := range m.Contributors {
		out.Contributors = append(out.Contributors, Contributor{Creator: c.creator(), Type: string(c.Type)})
	}
}

func (m *legacyMetadata) addIdentifiers(out *Metadata) {
	if len(m.Related) > 0 {
		out.RelatedIdentifiers = make([]RelatedIdentifier, len(m.Related))
	}
	for i, id := range m.Related {
		out.RelatedIdentifiers[i] = RelatedIdentifier{
			Identifier: string(id.Identifier), Relation: string(id.Relation),
			Scheme: string(id.Scheme), ResourceType: string(id.ResourceType),
		}
	}
	for _, id := range m.Alternate {
		out.AlternateIdentifiers = append(out.AlternateIdentifiers, AlternateIdentifier{Identifier: string(id.Identifier), Scheme: string(id.Scheme)})
	}
	for _, s := range m.Subjects {
		out.Subjects = append(out.Subjects, Subject{Term: string(s.Term), Identifier: string(s.Identifier), Scheme: string(s.Scheme)})
	}
}

type legacyStats struct {
	Views                  number `json:"views"`
	UniqueViews            number `json:"unique_views"`
	Downloads              number `json:"downloads"`
	UniqueDownloads        number `json:"unique_downloads"`
	VersionViews           number `json:"version_views"`
	VersionUniqueViews     number `json:"version_unique_views"`
	VersionDownloads       number `json:"version_downloads"`
	VersionUniqueDownloads number `json:"version_unique_downloads"`
}

func (s *legacyStats) stats() *Stats {
	if s == nil {
		return nil
	}
	return &Stats{
		Views: int64(s.Views), UniqueViews: int64(s.UniqueViews),
		Downloads: int64(s.Downloads), UniqueDownloads: int64(s.UniqueDownloads),
		VersionViews: int64(s.VersionViews), VersionUniqueViews: int64(s.VersionUniqueViews),
		VersionDownloads: int64(s.VersionDownloads), VersionUniqueDownloads: int64(s.VersionUniqueDownloads),
	}
}

// bareORCID takes the resolver off: some records of old have it.
func bareORCID(s string) string {
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		return s[i+1:]
	}
	return s
}

type legacyThesis struct {
	University text `json:"university"`
}
