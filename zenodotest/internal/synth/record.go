package synth

import (
	"strconv"
	"time"
)

// writer builds the JSON of one record. The separators are Zenodo's: a space
// after each comma and colon, non-ASCII letters escaped.
type writer struct {
	c       *Corpus
	b       []byte
	i       int
	id      int64
	concept int64
	index   int
	work    random // the same for all versions of the record
	own     random // of this version alone
}

// AppendRecord appends the JSON of record i in the legacy form to b, as GET
// /api/records/:id serves it: one line, about 6 kB.
func (c *Corpus) AppendRecord(b []byte, i int) []byte {
	w := c.writer(b, i)
	w.record()
	return w.b
}

func (c *Corpus) writer(b []byte, i int) writer {
	root := c.Root(i)
	return writer{
		c: c, b: b, i: i,
		id: c.ID(i), concept: c.ID(root) - 1, index: c.Index(i),
		work: random(c.hash(streamWork, root)), own: random(c.hash(streamRecord, i)),
	}
}

func (w *writer) str(s string) { w.b = append(w.b, s...) }
func (w *writer) num(n int64)  { w.b = strconv.AppendInt(w.b, n, 10) }
func (w *writer) digits(n int) { w.b = strconv.AppendInt(w.b, int64(n), 10) }
func (w *writer) hex(n int)    { w.b = appendHex(w.b, w.own.next(), n) }

func (w *writer) record() {
	created, updated := w.c.Created(w.i), w.c.Updated(w.i)
	w.str(`{"created": "`)
	w.time(created)
	w.str(`", "modified": "`)
	w.time(updated)
	w.str(`", "id": `)
	w.num(w.id)
	w.str(`, "conceptrecid": "`)
	w.num(w.concept)
	w.str(`", "doi": "10.5281/zenodo.`)
	w.num(w.id)
	w.str(`", "conceptdoi": "10.5281/zenodo.`)
	w.num(w.concept)
	w.str(`", "doi_url": "https://doi.org/10.5281/zenodo.`)
	w.num(w.id)
	w.str(`", "metadata": {"title": "`)
	from := len(w.b)
	w.title()
	to := len(w.b)
	w.metadata(created)
	w.str(`, "title": "`)
	w.b = append(w.b, w.b[from:to]...)
	w.str(`", "links": {`)
	w.linkMap()
	w.str(`}, "updated": "`)
	w.time(updated)
	w.tail()
}

func (w *writer) linkMap() {
	for _, p := range w.c.links {
		w.str(p.text)
		switch {
		case p.last:
		case p.concept:
			w.num(w.concept)
		default:
			w.num(w.id)
		}
	}
}

func (w *writer) tail() {
	w.str(`", "recid": "`)
	w.num(w.id)
	w.str(`", "revision": `)
	w.digits(w.c.Revision(w.i))
	w.str(`, "files": [`)
	w.files()
	w.str(`], "swh": {}, "owners": [{"id": "`)
	w.num(w.c.Owner(w.i))
	w.str(`"}], "status": "published", "stats": {`)
	all := w.c.Stats(w.i)
	w.stat(`"downloads": `, all.Downloads)
	w.stat(`, "unique_downloads": `, all.UniqueDownloads)
	w.stat(`, "views": `, all.Views)
	w.stat(`, "unique_views": `, all.UniqueViews)
	share := int64(w.index + 1)
	w.stat(`, "version_downloads": `, all.Downloads/share)
	w.stat(`, "version_unique_downloads": `, all.UniqueDownloads/share)
	w.stat(`, "version_unique_views": `, all.UniqueViews/share)
	w.stat(`, "version_views": `, all.Views/share)
	w.str(`}, "state": "done", "submitted": true}`)
}

func (w *writer) stat(name string, n int64) {
	w.str(name)
	w.num(n)
}

// fileCount is none where access is not open, mostly one, now and then dozens.
func (w *writer) fileCount() int {
	if w.c.Access(w.i) != "open" {
		return 0
	}
	switch h := w.own.below(1000); {
	case h < withoutFiles:
		return 0
	case h < 960:
		return 1
	case h < 997:
		return 2 + w.own.below(5)
	}
	return 8 + w.own.below(40)
}

func (w *writer) files() {
	for k := range w.fileCount() {
		w.list(k)
		w.file(k)
	}
}

func (w *writer) file(k int) {
	w.str(`{"id": "`)
	w.uuid()
	w.str(`", "key": "`)
	from := len(w.b)
	w.key(k)
	to := len(w.b)
	w.str(`", "size": `)
	w.num(w.size())
	w.str(`, "checksum": "md5:`)
	w.hex(16)
	w.hex(16)
	w.str(`", "links": {"self": "https://zenodo.org/api/records/`)
	w.num(w.id)
	w.str(`/files/`)
	w.b = append(w.b, w.b[from:to]...)
	w.str(`/content"}}`)
}

// key writes the name of file k.
func (w *writer) key(k int) {
	w.str(w.c.words.words[300+w.own.below(20_000)])
	if w.own.chance(30) {
		w.str("_")
		w.str(w.c.words.words[60+w.own.below(300)])
	}
	if k > 0 {
		w.str("-")
		w.digits(k + 1)
	}
	w.str(".")
	w.str(w.c.Kind(w.i).extension)
}

func (w *writer) size() int64 {
	return int64(1024) << w.own.below(22) * (1000 + int64(w.own.below(9000))) / 900
}

func (w *writer) uuid() {
	a, b := w.own.next(), w.own.next()
	w.b = appendHex(w.b, a, 8)
	w.b = append(w.b, '-')
	w.b = appendHex(w.b, a>>32, 4)
	w.b = append(w.b, "-4"...)
	w.b = appendHex(w.b, a>>48, 3)
	w.b = append(w.b, "-a"...)
	w.b = appendHex(w.b, b, 3)
	w.b = append(w.b, '-')
	w.b = appendHex(w.b, b>>12, 12)
}

// appendHex appends the last n hexadecimal digits of x.
func appendHex(b []byte, x uint64, n int) []byte {
	const digits = "0123456789abcdef"
	for range n {
		b = append(b, digits[x&15])
		x >>= 4
	}
	return b
}

// time appends a time as Zenodo writes it: six digits of fraction, or none at
// all where it is zero.
func (w *writer) time(micros int64) {
	t := time.UnixMicro(micros).UTC()
	layout := "2006-01-02T15:04:05.000000+00:00"
	if micros%1e6 == 0 {
		layout = "2006-01-02T15:04:05+00:00"
	}
	w.b = t.AppendFormat(w.b, layout)
}
