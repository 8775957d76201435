package deposit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// Loss is a value of a record that would not survive an edit by Zenodo's
// legacy deposit API.
type Loss struct {
	// Path is where the value stands in InvenioRDM's own JSON, as in
	// metadata.creators[0].affiliations[1].
	Path string `json:"path"`
	// Lost is the value in short, with an arrow and what it would become where
	// it would become something else.
	Lost string `json:"lost"`
}

// LossError says what a legacy edit of a deposition would lose.
type LossError struct {
	ID     zenodo.RecordID
	Losses []Loss
}

func (e *LossError) Error() string {
	return fmt.Sprintf("deposition %s was left as it is: an edit by Zenodo's legacy deposit API would lose what that cannot hold", e.ID)
}

// CheckLosses reads a deposition in InvenioRDM's own JSON, the record where it
// is published and else the draft, and compares that with what would be left
// of it if its metadata were replaced by the legacy API. wanted is as for
// [Losses]. The error is a [*LossError] where something would be lost, and
// matches [zenodo.ErrNotNative] where the server does not serve that JSON of
// something that was published, so that nobody knows.
func CheckLosses(ctx context.Context, service *zenodo.DepositionsService, d *zenodo.Deposition, wanted *Metadata) error {
	read := service.GetNativeDraft
	if d.Published() {
		read = service.GetNative
	}
	native, err := read(ctx, d.ID)
	if errors.Is(err, zenodo.ErrNotNative) && !d.Submitted {
		return nil // such a server has nothing of it but what the legacy API gave
	}
	return checkLosses(d.ID, native, err, wanted)
}

func checkLosses(id zenodo.RecordID, native []byte, err error, wanted *Metadata) error {
	var found []Loss
	if err == nil {
		found, err = Losses(native, wanted)
	}
	switch {
	case err != nil:
		return fmt.Errorf("deposition %s was left as it is: what an edit would lose is not known: %w", id, err)
	case len(found) > 0:
		return &LossError{id, found}
	}
	return nil
}

// Losses compares a record or draft, in InvenioRDM's own JSON, with what would
// be left of it if its metadata were read and written back by the legacy API.
// What is replaced on purpose is lost all the same. wanted is the metadata that
// will be written, or nil where they are not known yet: some values can be
// written by the legacy API but are not given out by it (dates of one day, some
// licences), and count as lost only where wanted lacks them.
func Losses(native []byte, wanted *Metadata) ([]Loss, error) {
	value, err := decodeJSON(native)
	if err != nil {
		return nil, err
	}
	record, ok := value.(*object)
	if !ok {
		return nil, zenodo.ErrInvalidBody
	}
	var found []Loss
	edit := legacyEdit{wanted}
	after := edit.record(record)
	for _, name := range []string{"metadata", "custom_fields", "access", "files"} {
		found = lost(found, name, record.get(name), after.get(name))
	}
	if license := edit.addedLicense(record); license != "" {
		found = append(found, Loss{"metadata.rights", "none → " + license})
	}
	return found, nil
}

// lost finds what was there before and is not there, or is something else,
// after.
func lost(found []Loss, path string, before, after any) []Loss {
	switch b := before.(type) {
	case *object:
		a, ok := after.(*object)
		switch {
		case !ok:
		case textIn(b, "id") != "": // the server fills in the rest
			return lost(found, path+".id", b.get("id"), a.get("id"))
		default:
			for _, name := range b.keys {
				found = lost(found, path+"."+name, b.get(name), a.get(name))
			}
			return found
		}
	case []any:
		a, _ := after.([]any)
		for i := range b {
			var item any
			if i < len(a) {
				item = a[i]
			}
			found = lost(found, fmt.Sprintf("%s[%d]", path, i), b[i], item)
		}
		return found
	}
	was, is := brief(before), brief(after)
	switch {
	case isBlank(before), textOf(before) == textOf(after):
		return found
	case is != "":
		was += " → " + is
	}
	return append(found, Loss{path, was})
}

// maxBrief is the longest text of a value, in characters.
const maxBrief = 80

// brief is a value in a few words: its texts, of translations the English one,
// and of what is in a vocabulary the name or id.
func brief(value any) string {
	text := strings.Join(texts(value), ", ")
	if runes := []rune(text); len(runes) > maxBrief {
		return string(runes[:maxBrief-1]) + "…"
	}
	return text
}

func texts(value any) []string {
	var all []string
	switch v := value.(type) {
	case nil:
	case []any:
		for _, item := range v {
			all = append(all, texts(item)...)
		}
	case *object:
		for _, name := range []string{"name", "subject", "id"} {
			if text := textIn(v, name); text != "" && v.has("id") {
				return []string{text}
			}
		}
		if english := textIn(v, "en"); english != "" {
			return []string{english}
		}
		for _, name := range v.keys {
			all = append(all, texts(v.get(name))...)
		}
	default:
		all = append(all, words(htmltext.Text(textOf(v))))
	}
	return all
}
