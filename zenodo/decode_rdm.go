package zenodo

import (
	"cmp"
	"net/url"
	"strings"
)

// rdmRecord is a record in the making, with what is needed only until all of
// it was seen.
type rdmRecord struct {
	Record
	slugs    []string
	school   string
	subjects []Subject // those that a deposit named through the legacy API
	self     string    // the record's own address in the API
}

// decodeRDM reads a record as application/vnd.inveniordm.v1+json has it.
func decodeRDM(raw []byte) (*Record, error) {
	d := newDecoder(raw)
	w := &rdmRecord{Record: Record{IsLatest: true, Format: FormatNative}}
	for key := range d.fields {
		w.decode(d, string(key))
	}
	return w.record(), d.end()
}

func (w *rdmRecord) decode(d *decoder, key string) {
	switch key {
	case "id":
		w.ID = RecordID(d.text())
	case "created":
		w.CreatedAt = Timestamp(d.str())
	case "updated":
		w.UpdatedAt = Timestamp(d.str())
	case "revision_id":
		w.Revision = int(d.number())
	case "versions":
		w.decodeVersions(d)
	case "parent":
		w.decodeParent(d)
	case "pids":
		w.DOI, w.DOIProvider, w.OAI = d.pids()
	case "access":
		w.decodeAccess(d)
	case "metadata":
		w.decodeMetadata(d)
	case "custom_fields":
		start := d.offset()
		w.decodeCustomFields(d)
		w.Metadata.CustomFields = d.object(start)
	case "files":
		files := d.fileSet()
		w.Files, w.FilesEnabled, w.DefaultPreview = files.list, files.enabled, files.preview
	case "media_files":
		if files := d.fileSet(); len(files.list) > 0 {
			w.MediaFiles = files.list
		}
	case "swh":
		w.SWHID = d.textOf("swhid")
	case "stats":
		w.Stats = d.rdmStats()
	case "links":
		links := d.links()
		w.URL, w.self = links.page(), links.Self
	}
}

// record is the record with what is missing taken from elsewhere.
// Communities are slugs where the server names them, else UUIDs.
func (w *rdmRecord) record() *Record {
	r := &w.Record
	communities := w.slugs
	if len(communities) == 0 {
		communities = w.CommunityIDs
	}
	for _, c := range communities {
		r.Communities = append(r.Communities, Slug(c))
	}
	r.Metadata.ThesisUniversity = cmp.Or(r.Metadata.ThesisUniversity, w.school)
	for _, s := range w.subjects {
		s.IsCustom = true
		r.Metadata.Subjects = append(r.Metadata.Subjects, s)
	}
	w.addressFiles()
	r.Files = withoutHiddenFiles(r.Files, r.Metadata.AccessRight)
	return r
}

// addressFiles says where the content of files is that come without addresses.
func (w *rdmRecord) addressFiles() {
	if w.self == "" {
		return
	}
	for i := range w.Files {
		if f := &w.Files[i]; f.URL == "" {
			f.URL = w.self + "/files/" + url.PathEscape(f.Key) + "/content"
		}
	}
}

func (w *rdmRecord) decodeVersions(d *decoder) {
	for key := range d.fields {
		switch string(key) {
		case "is_latest":
			if value, known := d.truth(); known {
				w.IsLatest = value
			}
		case "index":
			w.VersionIndex = int(d.number())
		}
	}
}

// decodeParent reads what all versions share.
func (w *rdmRecord) decodeParent(d *decoder) {
	for key := range d.fields {
		switch string(key) {
		case "id":
			w.ConceptID = ConceptID(d.text())
		case "pids":
			w.ConceptDOI, _, _ = d.pids()
		case "communities":
			w.decodeCommunities(d)
		case "is_verified":
			w.IsVerified = d.truthOrNil()
		case "access":
			for key := range d.fields {
				switch string(key) {
				case "owned_by":
					w.Owners = d.ids()
				case "settings":
					w.Access.Requests = d.accessRequests()
				}
			}
		}
	}
}

// accessRequests reads who may ask for access.
func (d *decoder) accessRequests() *AccessRequests {
	var a AccessRequests
	if d.peek() != '{' {
		d.skip()
		return nil
	}
	for key := range d.fields {
		switch string(key) {
		case "allow_user_requests":
			a.FromUsers, _ = d.truth()
		case "allow_guest_requests":
			a.FromGuests, _ = d.truth()
		case "accept_conditions_text":
			a.Conditions = d.text()
		}
	}
	return &a
}

func (w *rdmRecord) decodeCommunities(d *decoder) {
	var ids []string
	for key := range d.fields {
		switch string(key) {
		case "ids":
			ids = d.texts()
		case "default":
			w.DefaultCommunity = d.text()
		case "entries":
			w.decodeEntries(d)
		}
	}
	if len(w.slugs) == 0 {
		w.CommunityIDs = ids
	}
}

// decodeEntries reads the communities that the server names.
func (w *rdmRecord) decodeEntries(d *decoder) {
	for range d.objects {
		var id, slug string
		for key := range d.fields {
			switch string(key) {
			case "id":
				id = d.text()
			case "slug":
				slug = d.text()
			}
		}
		if slug != "" {
			w.slugs, w.CommunityIDs = append(w.slugs, slug), append(w.CommunityIDs, id)
		}
	}
}

// decodeAccess reads who may see the files.
func (w *rdmRecord) decodeAccess(d *decoder) {
	for key := range d.fields {
		switch string(key) {
		case "record":
			w.Access.Record = d.text()
		case "files":
			w.Access.Files = d.text()
		case "status":
			w.Metadata.AccessRight = d.text()
		case "embargo":
			w.decodeEmbargo(d)
		}
	}
}

func (w *rdmRecord) decodeEmbargo(d *decoder) {
	for key := range d.fields {
		switch string(key) {
		case "until":
			w.Metadata.EmbargoDate = d.text()
		case "reason":
			w.Metadata.EmbargoReason = d.text()
		}
	}
}

func (w *rdmRecord) decodeCustomFields(d *decoder) {
	m := &w.Metadata
	for key := range d.fields {
		switch string(key) {
		case "journal:journal":
			m.Journal = d.journal()
		case "meeting:meeting":
			m.Meeting = d.meeting(func(name string) { m.Custom = d.appendCustom(m.Custom, "meeting:meeting."+name) })
		case "imprint:imprint":
			m.Imprint, m.PartOf = d.imprint()
		case "thesis:thesis":
			w.decodeThesis(d)
		case "legacy:subjects":
			w.subjects = d.legacySubjects()
		case "thesis:university":
			w.school = d.text()
		default:
			m.Custom = d.appendCustom(m.Custom, string(key))
		}
	}
}

func (w *rdmRecord) decodeThesis(d *decoder) {
	for key := range d.fields {
		if string(key) == "university" {
			w.Metadata.ThesisUniversity = d.text()
			continue
		}
		w.Metadata.Custom = d.appendCustom(w.Metadata.Custom, "thesis:thesis."+string(key))
	}
}

func (w *rdmRecord) decodeMetadata(d *decoder) {
	m := &w.Metadata
	for key := range d.fields {
		switch string(key) {
		case "title":
			m.Title = d.text()
		case "publication_date":
			m.PublicationDate = d.text()
		case "publisher":
			m.Publisher = d.text()
		case "description":
			m.Description = d.text()
		case "version":
			m.Version = d.text()
		case "copyright":
			m.Copyright = d.text()
		case "resource_type":
			id, title := d.term()
			m.Type, m.Subtype, _ = strings.Cut(id, "-")
			m.TypeTitle = title
		case "languages":
			m.Language = ""
			if m.Languages = d.ids(); len(m.Languages) > 0 {
				m.Language = m.Languages[0]
			}
		default:
			m.decodeRDMList(d, string(key))
		}
	}
}

func (m *Metadata) decodeRDMList(d *decoder, key string) {
	switch key {
	case "creators":
		m.Creators = d.rdmCreators()
	case "contributors":
		m.Contributors = d.rdmContributors()
	case "additional_descriptions":
		m.decodeDescriptions(d)
	case "additional_titles":
		m.AdditionalTitles = d.typedTexts("title")
	case "subjects":
		m.decodeSubjects(d)
	case "rights":
		m.setRights(d.rights())
	case "identifiers":
		m.AlternateIdentifiers = d.alternateIdentifiers()
	case "related_identifiers":
		m.RelatedIdentifiers = d.relatedIdentifiers()
	case "references":
		m.decodeReferences(d)
	case "sizes":
		m.Sizes = d.texts()
	case "formats":
		m.Formats = d.texts()
	case "funding":
		m.Grants = d.funding()
	case "dates":
		m.Dates = d.rdmDates()
	case "locations":
		for key := range d.fields {
			if string(key) == "features" {
				m.Locations = d.locations()
			}
		}
	}
}

// pids reads the DOI, who registered it, and the identifier in OAI-PMH.
func (d *decoder) pids() (doi DOI, provider, oai string) {
	for key := range d.fields {
		switch string(key) {
		case "doi":
			for key := range d.fields {
				switch string(key) {
				case "identifier":
					doi = DOI(d.str())
				case "provider":
					provider = d.text()
				}
			}
		case "oai":
			oai = d.textOf("identifier")
		}
	}
	return doi, provider, oai
}

// rdmStats reads the statistics of all versions and of this one.
func (d *decoder) rdmStats() Stats {
	var s Stats
	for key := range d.fields {
		prefix := ""
		switch string(key) {
		case "all_versions":
		case "this_version":
			prefix = "version_"
		default:
			continue
		}
		for name := range d.fields {
			d.setCount(&s, prefix+string(name))
		}
	}
	return s
}
