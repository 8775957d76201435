package synth

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/forms"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// phrases are the parts of a record in the native form that do not depend on its
// number, as they stand in JSON.
type phrases struct {
	relations, languages, licences map[string]string // by their names in the legacy form
	kinds                          map[*Kind]string  // of resource types
	kindsShown                     map[*Kind]string
	statuses                       map[string]string
	communities                    []string // in the order of [Slugs]
	communityIDs                   []string
}

var newPhrases = sync.OnceValue(func() *phrases {
	all := func(names []string, write func(string) map[string]any) map[string]string {
		out := map[string]string{}
		for _, name := range names {
			out[name] = string(rawjson.Spaced(write(name)))
		}
		return out
	}
	p := &phrases{
		relations: all(relations, forms.Relation), languages: all(languages, forms.Language), licences: all(licences, forms.License),
		statuses: all([]string{"open", "restricted", "metadata-only"}, func(status string) map[string]any { return forms.Access{Status: status}.Shown() }),
		kinds:    map[*Kind]string{}, kindsShown: map[*Kind]string{},
	}
	for i := range kinds {
		k := &kinds[i]
		id := k.Type
		if k.Subtype != "" {
			id += "-" + k.Subtype
		}
		p.kinds[k] = string(rawjson.Spaced(map[string]any{"id": id, "title": map[string]string{"en": k.Title}}))
		p.kindsShown[k] = string(rawjson.Spaced(map[string]any{"id": id, "title_l10n": k.Title}))
	}
	for _, slug := range Slugs {
		p.communityIDs = append(p.communityIDs, `"`+forms.CommunityID(slug)+`"`)
		p.communities = append(p.communities, string(rawjson.Spaced(forms.Entry(slug))))
	}
	return p
})

// span is a stretch of what is written.
type span struct{ from, to int }

// nativeWriter writes a record in the native form. It makes the same choices in
// the same order as the one for the legacy form.
type nativeWriter struct {
	writer
	*phrases
	published   string
	description span
	people      []span
	isVersioned bool
	journal     []byte // which comes behind what is chosen after it
}

// AppendNative appends the JSON of record i in the native form to b, as GET
// /api/records/:id serves it: one line, about 12 kB.
func (c *Corpus) AppendNative(b []byte, i int) []byte {
	w := nativeWriter{writer: c.writer(b, i), phrases: newPhrases(), published: c.PublicationDate(i)}
	w.record()
	return w.b
}

func (w *nativeWriter) record() {
	created, updated := w.c.Created(w.i), w.c.Updated(w.i)
	w.str(`{"id": "`)
	w.num(w.id)
	w.str(`", "created": "`)
	w.time(created)
	w.str(`", "updated": "`)
	w.time(updated)
	w.str(`", "links": {`)
	w.linkMap()
	w.str(`}, "revision_id": `)
	w.digits(w.c.Revision(w.i))
	w.parent()
	w.str(`, "versions": {"is_latest": `)
	w.truth(w.c.IsLast(w.i))
	w.str(`, "index": `)
	w.digits(w.index + 1)
	w.str(`}, "is_published": true, "is_draft": false, "pids": {"doi": {"identifier": "10.5281/zenodo.`)
	w.num(w.id)
	w.str(`", "provider": "datacite", "client": "datacite"}, "oai": {"identifier": "oai:zenodo.org:`)
	w.num(w.id)
	w.str(`", "provider": "oai"}}`)
	access := w.c.Access(w.i)
	w.metadata(access)
	w.str(`, "custom_fields": {`)
	if len(w.journal) > 0 {
		w.str(`"journal:journal": `)
		w.b = append(w.b, w.journal...)
	}
	w.str(`}`)
	w.access(created)
	w.files()
	w.str(`, "media_files": {"enabled": false, "order": [], "count": 0, "total_bytes": 0, "entries": {}}, "status": "published", ` +
		`"deletion_status": {"is_deleted": false, "status": "P"}`)
	w.stats()
	w.str(`, "swh": {}`)
	w.display(created, updated)
	w.str(`}`)
}

func (w *nativeWriter) truth(b bool) {
	if b {
		w.str("true")
	} else {
		w.str("false")
	}
}

func (w *nativeWriter) parent() {
	w.str(`, "parent": {"id": "`)
	w.num(w.concept)
	w.str(`", "access": {"owned_by": {"user": "`)
	w.num(w.c.Owner(w.i))
	w.str(`"}, "settings": {"allow_user_requests": false, "allow_guest_requests": false, "accept_conditions_text": null, ` +
		`"secret_link_expiration": 0}}, "communities": {`)
	if first, second := w.c.Communities(w.i); first >= 0 {
		w.str(`"ids": [`)
		w.pair(w.communityIDs, first, second)
		w.str(`], "default": `)
		w.str(w.communityIDs[first])
		w.str(`, "entries": [`)
		w.pair(w.phrases.communities, first, second)
		w.str(`]`)
	}
	w.str(`}, "pids": {"doi": {"identifier": "10.5281/zenodo.`)
	w.num(w.concept)
	w.str(`", "provider": "datacite", "client": "datacite"}}}`)
}

// pair writes one or two of a list.
func (w *nativeWriter) pair(of []string, first, second int) {
	w.str(of[first])
	if second >= 0 {
		w.str(", ")
		w.str(of[second])
	}
}

func (w *nativeWriter) metadata(access string) {
	w.str(`, "metadata": {"title": "`)
	w.title()
	w.str(`", "publisher": "Zenodo", "publication_date": "`)
	w.str(w.published)
	w.str(`", "description": "`)
	w.description.from = len(w.b)
	w.writer.description()
	w.description.to = len(w.b)
	w.str(`", "creators": [`)
	for k := range w.creatorCount() {
		w.list(k)
		w.creator()
	}
	w.str(`], "subjects": [`)
	w.keywords(`{"subject": "`, `"}`)
	w.str(`]`)
	w.relatedIdentifiers()
	from := len(w.b)
	w.version()
	w.isVersioned = len(w.b) > from
	if w.work.chance(45) {
		w.str(`, "languages": [`)
		w.str(w.phrases.languages[pick(&w.work, languages)])
		w.str(`]`)
	}
	kind := w.c.Kind(w.i)
	w.str(`, "resource_type": `)
	w.str(w.phrases.kinds[kind])
	if kind.Subtype == "article" {
		from := len(w.b)
		w.writer.journal()
		w.journal = bytes.Clone(w.b[from:])
		w.b = w.b[:from]
	}
	if access == "open" {
		w.str(`, "rights": [`)
		w.str(w.phrases.licences[pick(&w.work, licences)])
		w.str(`]`)
	}
	w.str(`}`)
}

func (w *nativeWriter) creator() {
	p := w.person()
	w.str(`{"person_or_org": `)
	from := len(w.b)
	w.str(`{"type": "personal", "name": "`)
	w.str(p.family)
	w.str(", ")
	w.givenName(p)
	w.str(`", "given_name": "`)
	w.givenName(p)
	w.str(`", "family_name": "`)
	w.str(p.family)
	w.str(`"`)
	if p.hasORCID {
		w.str(`, "identifiers": [{"identifier": "`)
		w.orcid(p.orcid)
		w.str(`", "scheme": "orcid"}]`)
	}
	w.str(`}`)
	w.people = append(w.people, span{from, len(w.b)})
	if p.place != "" {
		w.str(`, "affiliations": [{"name": "University of `)
		w.str(p.place)
		w.str(`"}]`)
	}
	w.str(`}`)
}

func (w *nativeWriter) relatedIdentifiers() {
	n := w.work.below(13)
	if n == 0 {
		return
	}
	w.str(`, "related_identifiers": [`)
	for k := range n {
		w.list(k)
		scheme := w.identifier()
		w.str(`, "scheme": "`)
		w.str(scheme)
		w.str(`", "relation_type": `)
		w.str(w.phrases.relations[pick(&w.work, relations)])
		w.str(`}`)
	}
	w.str("]")
}

func (w *nativeWriter) access(created int64) {
	status := w.c.Status(w.i)
	w.str(`, "access": {"record": "public", "files": "`)
	switch status {
	case "open", "metadata-only":
		w.str("public")
	default:
		w.str("restricted")
	}
	w.str(`", "embargo": {"active": `)
	w.truth(status == "embargoed")
	if status == "embargoed" {
		w.str(`, "until": "`)
		w.b = embargo(created).AppendFormat(w.b, time.DateOnly)
		w.str(`"`)
	}
	w.str(`, "reason": null}, "status": "`)
	w.str(status)
	w.str(`"}`)
}

func (w *nativeWriter) files() {
	n := w.fileCount()
	w.str(`, "files": {"enabled": `)
	w.truth(w.c.Status(w.i) != "metadata-only")
	if w.c.Access(w.i) != "open" {
		w.str(`}`)
		return
	}
	w.str(`, "count": `)
	w.digits(n)
	w.str(`, "entries": {`)
	var total int64
	var keys [][]byte
	for k := range n {
		w.list(k)
		key, size := w.file(k)
		keys = append(keys, key)
		total += size
	}
	w.str(`}, "total_bytes": `)
	w.num(total)
	w.str(`, "order": [`)
	if !slices.IsSortedFunc(keys, bytes.Compare) {
		for k, key := range keys {
			w.list(k)
			w.str(`"`)
			w.b = append(w.b, key...)
			w.str(`"`)
		}
	}
	w.str(`]}`)
}

func (w *nativeWriter) file(k int) (key []byte, size int64) {
	id := w.own // chosen before the name is, and written after it
	w.own.next()
	w.own.next()
	extension := w.c.Kind(w.i).extension
	w.str(`"`)
	from := len(w.b)
	w.key(k)
	key = bytes.Clone(w.b[from:])
	w.str(`": {"id": "`)
	id, w.own = w.own, id
	w.uuid()
	w.own = id
	size = w.size()
	w.str(`", "checksum": "md5:`)
	w.hex(16)
	w.hex(16)
	w.str(`", "ext": "`)
	w.str(extension)
	w.str(`", "size": `)
	w.num(size)
	w.str(`, "mimetype": "`)
	w.str(forms.MediaType(extension))
	w.str(`", "storage_class": "L", "key": "`)
	w.b = append(w.b, key...)
	w.str(`", "metadata": {}, "access": {"hidden": false}, "links": {"self": "https://zenodo.org/api/records/`)
	w.num(w.id)
	w.str(`/files/`)
	w.b = append(w.b, key...)
	w.str(`", "content": "https://zenodo.org/api/records/`)
	w.num(w.id)
	w.str(`/files/`)
	w.b = append(w.b, key...)
	w.str(`/content"}}`)
	return key, size
}

// stats has a volume of a megabyte for each download, which the legacy form lacks.
func (w *nativeWriter) stats() {
	all := w.c.Stats(w.i)
	share := int64(w.index + 1)
	w.str(`, "stats": {"this_version": {`)
	w.counts(Stats{all.Views / share, all.UniqueViews / share, all.Downloads / share, all.UniqueDownloads / share})
	w.str(`}, "all_versions": {`)
	w.counts(all)
	w.str(`}}`)
}

func (w *nativeWriter) counts(s Stats) {
	w.stat(`"views": `, s.Views)
	w.stat(`, "unique_views": `, s.UniqueViews)
	w.stat(`, "downloads": `, s.Downloads)
	w.stat(`, "unique_downloads": `, s.UniqueDownloads)
	w.stat(`, "data_volume": `, s.Downloads*1_000_000)
	w.str(`.0`)
}

func (w *nativeWriter) display(created, updated int64) {
	medium, long := forms.PublicationDate(w.published)
	w.str(`, "ui": {"publication_date_l10n_medium": "`)
	w.str(medium)
	w.str(`", "publication_date_l10n_long": "`)
	w.str(long)
	w.str(`", "created_date_l10n_long": "`)
	w.day(time.UnixMicro(created).UTC())
	w.str(`", "updated_date_l10n_long": "`)
	w.day(time.UnixMicro(updated).UTC())
	w.str(`", "resource_type": `)
	w.str(w.kindsShown[w.c.Kind(w.i)])
	w.str(`, "access_status": `)
	if status := w.c.Status(w.i); status != "embargoed" {
		w.str(w.statuses[status])
	} else {
		shown := forms.Access{Status: status}
		shown.Embargo.Until = embargo(created).Format(time.DateOnly)
		w.b = append(w.b, rawjson.Spaced(shown.Shown())...)
	}
	w.str(`, "creators": {"creators": [`)
	for k, at := range w.people {
		w.list(k)
		w.str(`{"person_or_org": `)
		w.b = append(w.b, w.b[at.from:at.to]...)
		w.str(`}`)
	}
	w.str(`]}, "description_stripped": "`)
	w.stripped(w.description)
	w.str(`", "version": "`)
	if w.isVersioned {
		w.str("v1.")
		w.digits(w.index)
	} else {
		w.str("v")
		w.digits(w.index + 1)
	}
	w.str(`", "is_draft": false}`)
}

func (w *nativeWriter) day(at time.Time) { w.b = at.AppendFormat(w.b, "January 2, 2006") }

// stripped writes a description again, without tags and entities.
func (w *nativeWriter) stripped(at span) {
	const space = "&nbsp;"
	for i := at.from; i < at.to; i++ {
		switch {
		case w.b[i] == '<':
			i += bytes.IndexByte(w.b[i:at.to], '>')
		case bytes.HasPrefix(w.b[i:at.to], []byte(space)):
			w.str(`\u00a0`)
			i += len(space) - 1
		default:
			w.b = append(w.b, w.b[i])
		}
	}
}
