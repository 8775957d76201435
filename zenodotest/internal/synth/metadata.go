package synth

import (
	"math"
	"strconv"
	"time"
)

// metadata writes the rest of the metadata object after the title.
func (w *writer) metadata(created int64) {
	w.str(`", "doi": "10.5281/zenodo.`)
	w.num(w.id)
	w.str(`", "publication_date": "`)
	w.publicationDate(created)
	w.str(`", "description": "`)
	w.description()
	access := w.c.Access(w.i)
	w.str(`", "access_right": "`)
	w.str(access)
	if access == "embargoed" {
		w.str(`", "embargo_date": "`)
		w.b = embargo(created).AppendFormat(w.b, time.DateOnly)
	}
	w.str(`", "creators": [`)
	w.creators()
	w.str(`], "keywords": [`)
	w.keywords(`"`, `"`)
	w.str(`]`)
	w.relatedIdentifiers()
	w.about(access)
	w.communities()
	w.str(`, "relations": {"version": [{"index": `)
	w.digits(w.index)
	w.str(`, "is_last": `)
	w.b = strconv.AppendBool(w.b, w.c.IsLast(w.i))
	w.str(`, "parent": {"pid_type": "recid", "pid_value": "`)
	w.num(w.concept)
	w.str(`"}}]}}`)
}

// embargo is the day on which an embargo ends.
func embargo(created int64) time.Time { return time.UnixMicro(created).UTC().AddDate(1, 0, 0) }

// about writes version, language, type, licence and journal.
func (w *writer) about(access string) {
	w.version()
	if w.work.chance(45) {
		w.str(`, "language": "`)
		w.str(pick(&w.work, languages))
		w.str(`"`)
	}
	kind := w.c.Kind(w.i)
	w.str(`, "resource_type": {"title": "`)
	w.str(kind.Title)
	w.str(`", "type": "`)
	w.str(kind.Type)
	if kind.Subtype != "" {
		w.str(`", "subtype": "`)
		w.str(kind.Subtype)
	}
	w.str(`"}`)
	if kind.Subtype == "article" {
		w.str(`, "journal": `)
		w.journal()
	}
	if access == "open" {
		w.str(`, "license": {"id": "`)
		w.str(pick(&w.work, licences))
		w.str(`"}`)
	}
}

// version writes what later versions have, and some of the others.
func (w *writer) version() {
	if w.index > 0 || w.work.chance(15) {
		w.str(`, "version": "v1.`)
		w.digits(w.index)
		w.str(`"`)
	}
}

func (w *writer) journal() {
	w.str(`{"issue": "`)
	w.digits(1 + w.work.below(12))
	w.str(`", "pages": "`)
	page := 1 + w.work.below(900)
	w.digits(page)
	w.str("-")
	w.digits(page + w.work.below(30))
	w.str(`", "title": "Journal of `)
	w.str(w.c.words.titled[100+w.work.below(400)])
	w.str(" ")
	w.str(w.c.words.titled[60+w.work.below(40)])
	w.str(`", "volume": "`)
	w.digits(1 + w.work.below(120))
	w.str(`"}`)
}

func (w *writer) communities() {
	first, second := w.c.Communities(w.i)
	if first < 0 {
		return
	}
	w.str(`, "communities": [{"id": "`)
	w.str(Slugs[first])
	if second >= 0 {
		w.str(`"}, {"id": "`)
		w.str(Slugs[second])
	}
	w.str(`"}]`)
}

// PublicationDate is the day of publication of record i: YYYY-MM-DD for two
// records in three, else YYYY or YYYY-MM; mostly that of its upload, for
// literature up to two centuries before.
func (c *Corpus) PublicationDate(i int) string {
	w := writer{c: c, i: i}
	w.publicationDate(c.Created(i))
	return string(w.b)
}

func (w *writer) publicationDate(created int64) {
	h := w.c.hash(streamRecord, w.c.Root(w.i)) // not from w.own: PublicationDate has none
	at := time.UnixMicro(created).UTC()
	if h%4 == 0 {
		at = at.AddDate(-int(math.Exp(unit(h)*5.3)), 0, -int(h>>8%300))
	}
	layout := time.DateOnly
	switch h >> 16 % 9 {
	case 0, 1:
		layout = "2006"
	case 2:
		layout = "2006-01"
	}
	w.b = at.AppendFormat(w.b, layout)
}

func (w *writer) list(k int) {
	if k > 0 {
		w.str(", ")
	}
}

// creators writes about five on average: half of all records have one or two,
// one in a thousand hundreds.
func (w *writer) creators() {
	for k := range w.creatorCount() {
		w.list(k)
		w.creator()
	}
}

func (w *writer) creatorCount() int {
	n := 1 + int(-math.Log(1-w.work.unit())*4.1)
	if w.work.below(1000) == 0 {
		n = 100 + w.work.below(300)
	}
	return n
}

// person is who made a record.
type person struct {
	family, given string
	initial       byte   // 0 for none
	place         string // of the university; empty for none
	orcid         uint64
	hasORCID      bool
}

func (w *writer) person() (p person) {
	p.family, p.given = pick(&w.work, families), pick(&w.work, givens)
	if w.work.chance(25) {
		p.initial = 'A' + byte(w.work.below(26))
	}
	if w.work.chance(60) {
		p.place = pick(&w.work, places)
	}
	if p.hasORCID = w.work.chance(30); p.hasORCID {
		p.orcid = w.work.next()
	}
	return p
}

func (w *writer) givenName(p person) {
	w.str(p.given)
	if p.initial != 0 {
		w.str(" ")
		w.b = append(w.b, p.initial, '.')
	}
}

func (w *writer) creator() {
	p := w.person()
	w.str(`{"name": "`)
	w.str(p.family)
	w.str(", ")
	w.givenName(p)
	w.str(`", "affiliation": `)
	if p.place != "" {
		w.str(`"University of `)
		w.str(p.place)
		w.str(`"`)
	} else {
		w.str("null")
	}
	if p.hasORCID {
		w.str(`, "orcid": "`)
		w.orcid(p.orcid)
		w.str(`"`)
	}
	w.str("}")
}

// orcid writes 0000-000x-xxxx-xxxC with its right check digit (ISO 7064).
func (w *writer) orcid(digits uint64) {
	total := 0
	for k := range 15 {
		digit := 0
		if k >= 7 {
			digit, digits = int(digits%10), digits/10
		}
		if k > 0 && k%4 == 0 {
			w.str("-")
		}
		w.b = append(w.b, '0'+byte(digit))
		total = (total + digit) * 2
	}
	if check := (12 - total%11) % 11; check == 10 {
		w.str("X")
	} else {
		w.digits(check)
	}
}

// keywords writes each between two texts.
func (w *writer) keywords(before, after string) {
	k := 0
	for keyword := range w.c.Keywords(w.i) {
		w.list(k)
		w.str(before)
		w.str(w.c.Text(keyword))
		w.str(after)
		k++
	}
}

func (w *writer) relatedIdentifiers() {
	n := w.work.below(13)
	if n == 0 {
		return
	}
	w.str(`, "related_identifiers": [`)
	for k := range n {
		w.list(k)
		scheme := w.identifier()
		w.str(`, "relation": "`)
		w.str(pick(&w.work, relations))
		w.str(`", "scheme": "`)
		w.str(scheme)
		w.str(`"}`)
	}
	w.str("]")
}

// identifier begins a related identifier, and returns its scheme.
func (w *writer) identifier() (scheme string) {
	w.str(`{"identifier": "`)
	scheme = "doi"
	if w.work.chance(60) {
		scheme = "url"
		w.str("https://example.org/")
		w.str(w.c.words.words[200+w.work.below(40_000)])
		w.str("/")
		w.digits(w.work.below(1_000_000))
	} else {
		w.str("10.1234/")
		w.str(w.c.words.words[200+w.work.below(400)])
		w.str(".")
		w.digits(w.work.below(100_000_000))
	}
	w.str(`"`)
	return scheme
}
