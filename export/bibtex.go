package export

import (
	"cmp"
	"io"
	"iter"
	"strconv"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// writeBibTeX writes an entry for each record, for biber and BibTeX alike and
// for what reads their files: years and months rather than biblatex's dates,
// letters as they are in UTF-8, and capitals in titles protected.
func writeBibTeX(w io.Writer, records iter.Seq2[*zenodo.Record, error], _ Options) error {
	return layout{between: "\n", row: appendBibTeX}.write(w, records)
}

func appendBibTeX(dst []byte, r *zenodo.Record) ([]byte, error) {
	k := kindOf(r)
	e := bibEntry{dst: dst, kind: bibKind(r, k)}
	e.dst = append(e.dst, '@')
	e.dst = append(e.dst, e.kind...)
	e.dst = append(e.dst, '{')
	e.dst = append(e.dst, citationKey(r)...)
	e.dst = append(e.dst, ",\n"...)
	e.people(r)
	e.title("title", r.Metadata.Title)
	e.title("subtitle", subtitleOf(&r.Metadata))
	e.date(r)
	e.place(r, k)
	e.source(r)
	e.about(r)
	return append(e.dst, "}\n"...), nil
}

// bibKind is the type of entry, which needs what it is a part of: without
// that, styles would leave a gap.
func bibKind(r *zenodo.Record, k vocab.ResourceType) string {
	switch k.BibTeX {
	case "article", "inproceedings", "incollection":
		if containerOf(r, k) == "" {
			return "misc"
		}
	}
	return k.BibTeX
}

// bibEntry is an entry in the making.
type bibEntry struct {
	dst  []byte
	kind string
}

// open begins a field; what follows must leave braces balanced.
func (e *bibEntry) open(field string) {
	e.dst = append(e.dst, "  "...)
	e.dst = append(e.dst, field...)
	e.dst = append(e.dst, " = {"...)
}

func (e *bibEntry) close() { e.dst = append(e.dst, "},\n"...) }

// text writes a field of plain text, unless there is none.
func (e *bibEntry) text(field, value string) { e.field(field, htmltext.OneLine(value), appendLaTeX) }

// verbatim writes a field in which biber and styles take every character as it
// is, such as an address.
func (e *bibEntry) verbatim(field, value string) {
	e.field(field, value, func(dst []byte, value string) []byte { return append(dst, value...) })
}

func (e *bibEntry) title(field, value string) { e.field(field, htmltext.OneLine(value), appendTitle) }

// field writes a field, unless it is empty.
func (e *bibEntry) field(field, value string, write func([]byte, string) []byte) {
	if value == "" {
		return
	}
	e.open(field)
	e.dst = write(e.dst, value)
	e.close()
}

func (e *bibEntry) people(r *zenodo.Record) {
	e.names("author", namesOf(r.Metadata.Creators))
	e.names("editor", editorsOf(&r.Metadata))
}

// names writes a name a line, as there may be thousands.
func (e *bibEntry) names(field string, names []name) {
	if len(names) == 0 {
		return
	}
	e.open(field)
	for i := range names {
		if i > 0 {
			e.dst = append(e.dst, " and\n    "...)
		}
		e.dst = appendBibName(e.dst, &names[i])
	}
	e.close()
}

// months are the macros that every style knows.
var months = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

func (e *bibEntry) date(r *zenodo.Record) {
	from, _ := publicationDates(r)
	if from.year == 0 {
		return
	}
	e.verbatim("year", string(from.appendYear(nil)))
	if from.month > 0 {
		e.dst = append(e.dst, "  month = "...)
		e.dst = append(e.dst, months[from.month-1]...)
		e.dst = append(e.dst, ",\n"...)
	}
	if from.day > 0 {
		e.verbatim("day", strconv.Itoa(from.day))
	}
}

// place is where the record came out.
func (e *bibEntry) place(r *zenodo.Record, k vocab.ResourceType) {
	m := &r.Metadata
	container := containerOf(r, k)
	if container == htmltext.OneLine(m.Journal.Title) {
		e.text("journal", container)
	} else {
		e.title("booktitle", container)
	}
	e.text(cmp.Or(publisherFields[e.kind], "publisher"), citedPublisher(r, k))
	e.text("address", m.Imprint.Place)
	e.text("eventtitle", meetingOf(m))
	e.text("venue", m.Meeting.Place)
	e.text("type", k.Genre)
	e.parts(m)
}

// publisherFields are the names of the publisher where it has another.
var publisherFields = map[string]string{"phdthesis": "school", "techreport": "institution", "manual": "organization"}

// parts are the numbers within what the record is a part of.
func (e *bibEntry) parts(m *zenodo.Metadata) {
	e.text("volume", m.Journal.Volume)
	e.text("number", m.Journal.Issue)
	first, last := pagesOf(m)
	if last != "" {
		first += "--" + last
	}
	e.text("pages", first)
	e.text("issn", m.Journal.ISSN)
	e.text("isbn", m.Imprint.ISBN)
	if e.kind == "book" || e.kind == "incollection" || e.kind == "manual" {
		e.text("edition", editionOf(m))
	} else {
		e.text("version", m.Version)
	}
}

// source is where the record is found.
func (e *bibEntry) source(r *zenodo.Record) {
	e.verbatim("doi", bibDOI(r.DOI))
	e.verbatim("url", addressOf(r))
}

// about is what the record is about, and in which language.
func (e *bibEntry) about(r *zenodo.Record) {
	m := &r.Metadata
	e.keywords(m.Keywords)
	e.verbatim("langid", babelName(m.Language))
	e.text("copyright", m.LicenseName())
	e.text("abstract", htmltext.Text(m.Description))
}

// keywords are parted by commas, from which braces protect those within one.
func (e *bibEntry) keywords(keywords []string) {
	before := "  keywords = {"
	for _, keyword := range keywords {
		if keyword = htmltext.OneLine(keyword); keyword == "" {
			continue
		}
		e.dst = append(e.dst, before...)
		e.dst = appendProtected(e.dst, keyword, ",")
		before = ", "
	}
	if before == ", " {
		e.close()
	}
}
