package export

import (
	"cmp"
	"io"
	"iter"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// writeRIS writes a reference for each record, with CRLF as its readers want
// it. Every value is on one line.
func writeRIS(w io.Writer, records iter.Seq2[*zenodo.Record, error], _ Options) error {
	return layout{between: "\r\n", row: appendRIS}.write(w, records)
}

func appendRIS(dst []byte, r *zenodo.Record) ([]byte, error) {
	k := kindOf(r)
	ref := risReference{dst: dst}
	ref.line("TY", k.RIS)
	ref.line("ID", citationKey(r))
	ref.people(r)
	ref.date(r)
	ref.line("TI", wholeTitle(&r.Metadata))
	ref.place(r, k)
	ref.source(r)
	ref.about(r)
	return append(ref.dst, "ER  - \r\n"...), nil
}

// risReference is a reference in the making.
type risReference struct{ dst []byte }

// line writes a tag with its value, unless there is none.
func (ref *risReference) line(tag, value string) {
	if value = htmltext.OneLine(value); value == "" {
		return
	}
	ref.dst = append(ref.dst, tag...)
	ref.dst = append(ref.dst, "  - "...)
	ref.dst = append(ref.dst, value...)
	ref.dst = append(ref.dst, "\r\n"...)
}

func (ref *risReference) people(r *zenodo.Record) {
	ref.names("AU", namesOf(r.Metadata.Creators))
	ref.names("ED", editorsOf(&r.Metadata))
}

// names writes Family, Given, Suffix. RIS has no way to say of a name with a
// comma that it is an organisation's.
func (ref *risReference) names(tag string, names []name) {
	for i := range names {
		n := &names[i]
		value := n.literal
		if value == "" {
			value = n.family + ", " + n.given
		}
		if n.suffix != "" {
			value += ", " + n.suffix
		}
		ref.line(tag, value)
	}
}

// date has empty parts for those that are not known.
func (ref *risReference) date(r *zenodo.Record) {
	from, _ := publicationDates(r)
	if from.year == 0 {
		return
	}
	ref.line("PY", string(from.appendYear(nil)))
	parts := string(from.append(nil, '/'))
	ref.line("DA", parts+strings.Repeat("/", 3-strings.Count(parts, "/")))
}

func (ref *risReference) place(r *zenodo.Record, k vocab.ResourceType) {
	m := &r.Metadata
	ref.line("T2", containerOf(r, k))
	if k.RIS == "CPAPER" || k.RIS == "SLIDE" || k.RIS == "CONF" {
		ref.line("C3", meetingOf(m))
		ref.line("C1", m.Meeting.Place)
	}
	ref.line("VL", m.Journal.Volume)
	ref.line("IS", m.Journal.Issue)
	first, last := pagesOf(m)
	ref.line("SP", first)
	ref.line("EP", last)
	ref.line("SN", cmp.Or(m.Journal.ISSN, m.Imprint.ISBN))
	ref.line("ET", editionOf(m))
	ref.line("PB", citedPublisher(r, k))
	ref.line("CY", m.Imprint.Place)
	ref.line("M3", k.Genre)
}

func (ref *risReference) source(r *zenodo.Record) {
	ref.line("DO", string(r.DOI))
	ref.line("UR", addressOf(r))
}

func (ref *risReference) about(r *zenodo.Record) {
	m := &r.Metadata
	for _, keyword := range m.Keywords {
		ref.line("KW", keyword)
	}
	ref.line("LA", cmp.Or(languageTag(m.Language), m.Language))
	ref.line("AB", htmltext.Text(m.Description))
}
