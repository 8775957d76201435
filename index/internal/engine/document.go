package engine

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/zenodo"
)

// Analyse turns a record into what the full-text index keeps of it. Its key,
// and whether it is the latest or gone, are known only where it is stored.
func Analyse(r *zenodo.Record) *segment.Document {
	d := &document{made: &segment.Document{
		Created: segment.None,
		ID:      string(r.ID),
		Numbers: []int64{
			cUpdated:        segment.None,
			cEmbargo:        segment.None,
			cVersionIndex:   segment.None,
			cFileCount:      segment.None,
			cFileBytes:      segment.None,
			cPublishedFrom:  segment.None,
			cPublishedUntil: segment.None,
		},
		Texts: textsOf(r),
	}}
	d.made.Grow(len(r.Raw) / 2)
	searchfields.Each(r, d)
	for _, member := range r.EmptyMembers() {
		d.addEmpty(emptyFields[member])
	}
	return d.made
}

// document adds values to fields by their kind.
type document struct {
	made   *segment.Document
	marked [256]bool
}

// fieldsFilled are the fields that the values of a field stand in: itself and
// those that have the same values analysed otherwise.
var fieldsFilled = func() map[string][]*field {
	filled := map[string][]*field{}
	for i := range allFields {
		f := &allFields[i]
		if f.absent {
			continue
		}
		name := f.name
		for _, suffix := range []string{".keyword", ".original", ".text"} {
			if base, ok := strings.CutSuffix(name, suffix); ok && fieldsByName[base] != nil {
				name = base
			}
		}
		filled[name] = append(filled[name], f)
	}
	return filled
}()

// Text adds a value to a field and those beside it.
func (d *document) Text(name, value string) {
	for _, f := range fieldsFilled[name] {
		d.addText(f, value)
	}
	if name == "metadata.creators.person_or_org.name" && len(value) <= maxKeyword {
		d.made.Keyword(fCreatorFacet, value)
	}
}

func (d *document) addText(f *field, value string) {
	switch f.kind {
	case accentText, standardText:
		d.made.Text(f.id, value, f.analyse())
		d.mark(f.id)
	case keyword, boolean:
		if len(value) <= maxKeyword && (!f.short || utf16Length(value) <= maxShort) {
			d.term(f.id, value)
		}
	case integers:
		if n, ok := readNumber(value); ok && !n.isFraction() {
			d.term(f.id, sortableInt(int64(n.value)))
		}
	case doubles:
		if n, ok := readNumber(value); ok && n.isFinite() {
			d.term(f.id, sortableFloat(n.value))
		}
	case times:
		if at, err := parseBase(value, false); err == nil {
			d.term(f.id, sortableInt(microsOf(at)))
		}
	case date:
		if at, ok := zenodo.Timestamp(value).Time(); ok {
			d.setNumber(f.column, at.UnixMicro())
		}
	case dateRange:
		if from, until, ok := daysOf(value); ok {
			d.setNumber(f.column, from)
			d.setNumber(f.column+1, until)
		}
	}
}

// Number adds a number to a field. Statistics, which move without the record, are
// not kept in documents.
func (d *document) Number(name string, n int64) {
	for _, f := range fieldsFilled[name] {
		switch f.kind {
		case number:
			d.setNumber(f.column, n)
		case integers:
			d.term(f.id, sortableInt(n))
		}
	}
}

func (d *document) setNumber(column int, n int64) {
	if column == cCreated {
		d.made.Created = n
	} else {
		d.made.Numbers[column] = n
	}
}

// maxKeyword is the longest value that the engine keeps whole, in bytes.
const maxKeyword = 32766

// maxShort is the longest value, in units of UTF-16, of the keyword beside a
// text field that Zenodo's mapping bounds.
const maxShort = 256

func utf16Length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// term adds a value in a form that compares as its kind does.
func (d *document) term(f segment.Field, term string) {
	d.made.Keyword(f, term)
	d.mark(f)
}

// presence is the term that notes that a record has a field at all. It is no
// UTF-8, so that no value makes it.
const presence = "\xff"

// isTerm reports whether a key stands for a value, and not for presence.
func isTerm(key []byte) bool { return string(key[1:]) != presence }

func (d *document) mark(f segment.Field) {
	if !d.marked[f] {
		d.marked[f] = true
		d.made.Keyword(f, presence)
	}
}

// sortableInt writes a number so that bytes compare as the numbers do.
func sortableInt(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)^1<<63))
}

// sortableFloat writes a number so that bytes compare as the numbers do.
func sortableFloat(x float64) string {
	bits := math.Float64bits(x)
	if x < 0 || bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	return string(binary.BigEndian.AppendUint64(nil, bits))
}
