package zenodo

import (
	"cmp"
	"strings"
)

// legacyRecord is a record in the making, with what is needed only until all
// of it was seen.
type legacyRecord struct {
	Record
	recid, modified, title, owner string
	metadataDOI, versionParent    string
	hasParent, hasVersions        bool
	hasPIDs                       bool
}

// decodeLegacy reads a record as application/vnd.zenodo.v1+json has it, in
// both generations of Zenodo: before October 2023 and since. isRDM reports whether
// it is in InvenioRDM's own shape, by what only that has at the top; then
// little but its id was found.
func decodeLegacy(raw []byte) (r *Record, isRDM bool, err error) {
	d := newDecoder(raw)
	l := &legacyRecord{Record: Record{IsLatest: true, Format: FormatLegacy}}
	for key := range d.fields {
		l.decode(d, string(key))
	}
	isRDM = l.ConceptID == "" && (l.hasParent || l.hasVersions || l.hasPIDs)
	return l.record(), isRDM, d.end()
}

func (l *legacyRecord) decode(d *decoder, key string) {
	switch key {
	case "id":
		l.ID = RecordID(d.text())
	case "recid":
		l.recid = d.text()
	case "conceptrecid":
		l.ConceptID = ConceptID(d.text())
	case "doi":
		l.DOI = DOI(d.str())
	case "conceptdoi":
		l.ConceptDOI = DOI(d.str())
	case "created":
		l.CreatedAt = Timestamp(d.str())
	case "updated":
		l.UpdatedAt = Timestamp(d.str())
	case "modified":
		l.modified = d.str()
	case "revision":
		l.Revision = int(d.number())
	case "title":
		l.title = d.text()
	case "metadata":
		l.decodeMetadata(d)
	case "files":
		l.Files = d.files()
	case "stats":
		l.Stats = d.legacyStats()
	case "owners":
		l.Owners = d.ids()
	case "owner":
		l.owner = d.text()
	case "links":
		l.URL = d.links().page()
	case "parent":
		l.hasParent = d.peek() == '{'
	case "versions":
		l.hasVersions = d.peek() == '{'
	case "pids":
		l.hasPIDs = d.peek() == '{'
	}
}

// record is the record with what is missing taken from elsewhere.
func (l *legacyRecord) record() *Record {
	r := &l.Record
	r.ID = cmp.Or(r.ID, RecordID(l.recid))
	r.ConceptID = cmp.Or(r.ConceptID, ConceptID(l.versionParent))
	r.DOI = cmp.Or(r.DOI, DOI(l.metadataDOI))
	r.UpdatedAt = cmp.Or(r.UpdatedAt, Timestamp(l.modified))
	r.Metadata.Title = cmp.Or(r.Metadata.Title, l.title)
	r.Files = withoutHiddenFiles(r.Files, r.Metadata.AccessRight)
	if len(r.Owners) == 0 && l.owner != "" {
		r.Owners = []string{l.owner}
	}
	return r
}

func (l *legacyRecord) decodeMetadata(d *decoder) {
	m := &l.Metadata
	for key := range d.fields {
		switch string(key) {
		case "doi":
			l.metadataDOI = d.str()
		case "communities":
			l.Communities = nil
			for _, id := range d.ids() {
				l.Communities = append(l.Communities, Slug(id))
			}
		case "relations":
			l.decodeRelations(d)
		case "resource_type":
			m.Type, m.Subtype, m.TypeTitle = d.legacyType()
		case "journal":
			m.Journal = d.journal()
		case "meeting":
			m.Meeting = d.meeting(func(string) {})
		case "imprint":
			m.Imprint, _ = d.imprint()
		case "part_of":
			_, m.PartOf = d.imprint()
		case "thesis":
			m.ThesisUniversity = d.thesis()
		case "custom":
			start := d.offset()
			m.Custom = d.customFields()
			m.CustomFields = d.object(start)
		default:
			m.decodeLegacyText(d, string(key))
		}
	}
}

func (m *Metadata) decodeLegacyText(d *decoder, key string) {
	switch key {
	case "title":
		m.Title = d.text()
	case "publication_date":
		m.PublicationDate = d.text()
	case "description":
		m.Description = d.text()
	case "notes":
		m.Notes = d.text()
	case "method":
		m.Method = d.text()
	case "access_right":
		m.AccessRight = d.text()
	case "embargo_date":
		m.EmbargoDate = d.text()
	case "license":
		m.setLicense(d.id(), "")
	case "version":
		m.Version = d.text()
	case "language":
		m.Language = d.text()
	default:
		m.decodeLegacyList(d, key)
	}
}

func (m *Metadata) decodeLegacyList(d *decoder, key string) {
	switch key {
	case "creators":
		m.Creators = d.legacyCreators()
	case "contributors":
		m.Contributors = d.legacyContributors()
	case "keywords":
		m.Keywords = d.texts()
	case "subjects":
		m.Subjects = d.legacySubjects()
	case "related_identifiers":
		m.RelatedIdentifiers = d.relatedIdentifiers()
	case "alternate_identifiers":
		m.AlternateIdentifiers = d.alternateIdentifiers()
	case "references":
		m.References = d.texts()
	case "grants":
		m.Grants = d.legacyGrants()
	case "locations":
		m.Locations = d.locations()
	case "dates":
		m.Dates = d.legacyDates()
	}
}

func (d *decoder) legacyType() (name, subtype, title string) {
	for key := range d.fields {
		switch string(key) {
		case "type":
			name = d.text()
		case "subtype":
			subtype = d.text()
		case "title":
			title = d.text()
		}
	}
	return name, subtype, title
}

// decodeRelations reads the record's place among the versions from the first
// entry; there is never another.
func (l *legacyRecord) decodeRelations(d *decoder) {
	for key := range d.fields {
		if string(key) != "version" {
			continue
		}
		for i := range d.objects {
			if i == 0 {
				l.decodeVersion(d)
			}
		}
	}
}

func (l *legacyRecord) decodeVersion(d *decoder) {
	for key := range d.fields {
		switch string(key) {
		case "index":
			if d.peek() != 'n' {
				l.VersionIndex = int(d.number()) + 1
			}
		case "is_last":
			if value, known := d.truth(); known {
				l.IsLatest = value
			}
		case "parent":
			l.versionParent = d.textOf("pid_value")
		}
	}
}

// legacyStats reads the statistics of all versions and of this one.
func (d *decoder) legacyStats() Stats {
	var s Stats
	for key := range d.fields {
		d.setCount(&s, string(key))
	}
	return s
}

// links are the addresses that records and communities have in common.
type links struct{ Self, SelfHTML, HTML string }

func (d *decoder) links() links {
	var l links
	for key := range d.fields {
		switch string(key) {
		case "self":
			l.Self = d.text()
		case "self_html":
			l.SelfHTML = d.text()
		case "html":
			l.HTML = d.text()
		}
	}
	return l
}

// page is the landing page. Old answers to a publish call lack it; then it
// follows from the address of the record in the API.
func (l links) page() string {
	if page := cmp.Or(l.SelfHTML, l.HTML); page != "" {
		return page
	}
	root, id, ok := strings.Cut(l.Self, "/api/records/")
	if !ok {
		return ""
	}
	return root + "/records/" + id
}
