package catalog

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/forms"
	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// own is a record as the catalog keeps it: on Zenodo in the form in which it came,
// elsewhere in that of InvenioRDM, with an id of letters.
func (c *Catalog) own(raw []byte) ([]byte, error) {
	if !c.cfg.Native || forms.IsNative(raw) {
		return raw, nil
	}
	r, err := c.elsewhere(raw)
	if err != nil {
		return nil, err
	}
	return r.JSON(), nil
}

// appendMade appends a made-up record in the native form, or on Zenodo in the
// legacy one where that is asked for.
func (c *Catalog) appendMade(b []byte, i int, native bool) []byte {
	switch {
	case c.cfg.Native:
		r, err := c.elsewhere(c.made.AppendRecord(nil, i))
		if err != nil {
			panic(err) // it was made here
		}
		return append(b, r.JSON()...)
	case native:
		return c.made.AppendNative(b, i)
	}
	return c.made.AppendRecord(b, i)
}

// elsewhere reads a record of Zenodo's as another InvenioRDM has it.
func (c *Catalog) elsewhere(raw []byte) (*forms.Record, error) {
	r, err := forms.NativeOf(raw)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseInt(r.ID, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("id %q is not a number", r.ID)
	}
	id, concept := letters(number), letters(-number)
	if n, err := strconv.ParseInt(r.Parent.ID, 10, 64); err == nil {
		concept = letters(n)
	}
	r.ID, r.Parent.ID = id, concept
	r.Links = map[string]any{
		"self": "https://repository.example/api/records/" + id, "self_html": "https://repository.example/records/" + id,
		"parent": "https://repository.example/api/records/" + concept,
	}
	r.PIDs = map[string]any{
		"doi": map[string]string{"identifier": doiOf(id), "provider": "datacite", "client": "datacite"},
		"oai": map[string]string{"identifier": oai.NativePrefix + id, "provider": "oai"},
	}
	r.Parent.PIDs = map[string]any{"doi": map[string]string{"identifier": doiOf(concept), "provider": "datacite", "client": "datacite"}}
	return r, nil
}

func doiOf(id string) string { return "10.5072/repository." + id }

// Ids of InvenioRDM are ten characters of Crockford's base 32, with a hyphen in
// the middle, in no order. Each stands for a number below idNumbers, and the
// other way round.
const (
	idCharacters = "0123456789abcdefghjkmnpqrstvwxyz"
	idLength     = 10
	idNumbers    = 1 << (5 * idLength)
	// scatter and gather are odd numbers whose product is 1 modulo idNumbers.
	scatter = 0x1d3c5a7b96f85
)

var gather = inverse(scatter)

// inverse is the inverse of an odd number modulo idNumbers, by Newton's method.
func inverse(odd uint64) uint64 {
	x := odd
	for range 6 {
		x *= 2 - odd*x
	}
	return x % idNumbers
}

// letters writes a number as an id of InvenioRDM.
func letters(n int64) string {
	scattered := uint64(n) * scatter % idNumbers
	var text [idLength + 1]byte
	for i := idLength; i >= 0; i-- {
		if i == idLength/2 {
			text[i] = '-'
			continue
		}
		text[i] = idCharacters[scattered%32]
		scattered /= 32
	}
	return string(text[:])
}

// numberOf is the number that an id of InvenioRDM stands for.
func numberOf(id string) (int64, bool) {
	if len(id) != idLength+1 || id[idLength/2] != '-' {
		return 0, false
	}
	var scattered uint64
	for i := range id {
		if i == idLength/2 {
			continue
		}
		at := strings.IndexByte(idCharacters, id[i])
		if at < 0 {
			return 0, false
		}
		scattered = scattered*32 + uint64(at)
	}
	return int64(scattered * gather % idNumbers), true
}

// idText is an id as it is served.
func (c *Catalog) idText(n int64) string {
	if c.cfg.Native {
		return letters(n)
	}
	return strconv.FormatInt(n, 10)
}

// idNumber is the number of an id as it is served.
func (c *Catalog) idNumber(text string) (int64, bool) {
	if c.cfg.Native {
		return numberOf(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// shape says where the parts of a record are that change.
type shape struct {
	isLatest, index, revision, communities []string
	changed                                [][]string // times of the last change
	first                                  int        // index of the first version
}

var (
	legacyShape = shape{
		isLatest: []string{"metadata", "relations", "version", "is_last"}, index: []string{"metadata", "relations", "version", "index"},
		revision: []string{"revision"}, communities: []string{"metadata", "communities"},
		changed: [][]string{{"updated"}, {"modified"}},
	}
	nativeShape = shape{
		isLatest: []string{"versions", "is_latest"}, index: []string{"versions", "index"},
		revision: []string{"revision_id"}, communities: []string{"parent", "communities"},
		changed: [][]string{{"updated"}}, first: 1,
	}
)

// shape is where the parts of a record are.
func (e *entry) shape() shape {
	if e.native {
		return nativeShape
	}
	return legacyShape
}

// membershipJSON is which communities a record is in, in the form in which it is
// kept.
func (e *entry) membershipJSON(slugs []string) string {
	switch {
	case e.native:
		return string(rawjson.Spaced(forms.Membership(slugs)))
	case len(slugs) == 0:
		return "[]"
	}
	return `[{"id": ` + rawjson.QuoteAll(slugs, `}, {"id": `) + `}]`
}

// renumber puts another id in the place of that of a record, wherever it stands.
func (c *Catalog) renumber(raw []byte, before, after int64) []byte {
	if c.cfg.Native {
		return bytes.ReplaceAll(raw, []byte(letters(before)), []byte(letters(after)))
	}
	return rawjson.ReplaceNumber(raw, before, after)
}
