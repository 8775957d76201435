package deposits

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// input reads the metadata that a client sends, in two ways at once, as Zenodo
// does: the layer that translates it refuses a few shapes, and the record's
// schema behind it drops without a word what it does not like.
type input struct {
	raw      map[string]json.RawMessage
	today    time.Time
	refusals []wire.FieldError
	crashed  bool // the translation fails over what it did not expect
}

// readMetadata reads a metadata object. Its refusals make a status of 400.
func readMetadata(raw json.RawMessage, now time.Time) (metadata, *wire.Answer) {
	in := &input{today: now.UTC()}
	if err := json.Unmarshal(raw, &in.raw); err != nil {
		return metadata{}, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("metadata", "Invalid input type."))
	}
	if !in.usable() {
		return metadata{}, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("metadata._schema", "Metadata must be non-empty"))
	}
	m := in.read()
	switch {
	case in.crashed:
		return metadata{}, wire.InternalError()
	case in.refusals != nil:
		return metadata{}, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, in.refusals...)
	}
	return m, nil
}

// usable reports whether any attribute is one that Zenodo knows.
func (in *input) usable() bool {
	for name := range in.raw {
		if slices.Contains(attributes, name) {
			return true
		}
	}
	return false
}

func (in *input) read() metadata {
	m := metadata{
		Title:           in.atLeast(3, in.strict("title")),
		Description:     in.atLeast(3, in.strict("description")),
		PublicationDate: in.date("publication_date", in.today.Format(time.DateOnly)),
		Version:         in.atMost(191, in.strict("version")),
		Publisher:       in.strict("imprint_publisher"),
		DOI:             in.doi(),
		Creators:        in.people("creators"),
		Contributors:    in.contributors(),
		Keywords:        in.texts("keywords"),
		References:      in.texts("references"),
		Language:        in.language(),
		Notes:           in.text("notes"), Method: in.text("method"),
		JournalTitle: in.text("journal_title"), JournalVolume: in.text("journal_volume"),
		JournalIssue: in.text("journal_issue"), JournalPages: in.text("journal_pages"),
		MeetingTitle: in.text("conference_title"), MeetingAcronym: in.text("conference_acronym"),
		MeetingDates: in.text("conference_dates"), MeetingPlace: in.text("conference_place"), MeetingURL: in.text("conference_url"),
		MeetingSession: in.text("conference_session"), MeetingPart: in.text("conference_session_part"),
		ISBN: in.text("imprint_isbn"), ImprintPlace: in.text("imprint_place"),
		PartOfTitle: in.text("partof_title"), PartOfPages: in.text("partof_pages"), University: in.text("thesis_university"),
	}
	if !in.has("imprint_publisher") {
		m.Publisher = "Zenodo"
	}
	in.readType(&m)
	in.readAccess(&m)
	in.readLicense(&m)
	in.readLists(&m)
	return m
}

func (in *input) has(name string) bool { _, ok := in.raw[name]; return ok }

// blank reports whether an attribute is as good as absent.
func (in *input) blank(name string) bool {
	raw := string(in.raw[name])
	return raw == "" || raw == "null" || raw == `""`
}

func (in *input) refuse(field, message string) {
	in.refusals = append(in.refusals, wire.Invalid(field, message))
}

// decode reads an attribute into a value; null is as good as absent.
func (in *input) decode(name string, into any) bool {
	raw, ok := in.raw[name]
	return ok && !bytes.Equal(raw, []byte("null")) && json.Unmarshal(raw, into) == nil
}

// text reads an attribute that is dropped where it is no text.
func (in *input) text(name string) (s string) {
	in.decode(name, &s)
	return strings.TrimSpace(s)
}

// strict reads one of the texts that the translation checks.
func (in *input) strict(name string) (s string) {
	switch raw, ok := in.raw[name]; {
	case !ok:
	case bytes.Equal(raw, []byte("null")):
		in.refuse("metadata."+name, "Field may not be null.")
	case json.Unmarshal(raw, &s) != nil:
		in.refuse("metadata."+name, "Not a valid string.")
	}
	return strings.TrimSpace(s)
}

func (in *input) atLeast(n int, s string) string {
	if utf8.RuneCountInString(s) < n {
		return ""
	}
	return s
}

func (in *input) atMost(n int, s string) string {
	if utf8.RuneCountInString(s) > n {
		return ""
	}
	return s
}

func (in *input) date(name, fallback string) string {
	if !in.has(name) {
		return fallback
	}
	if s := in.strict(name); isEDTF(s) {
		return s
	}
	return ""
}

// doi keeps what looks like a DOI.
func (in *input) doi() string {
	ref, ok := zenodo.ParseRef(in.text("doi"))
	if !ok {
		return ""
	}
	return string(ref.DOI)
}

func (in *input) texts(name string) (texts []string) {
	var raw []json.RawMessage
	if !in.decode(name, &raw) {
		return nil
	}
	for _, item := range raw {
		var s string
		if json.Unmarshal(item, &s) == nil && strings.TrimSpace(s) != "" {
			texts = append(texts, strings.TrimSpace(s))
		}
	}
	return texts
}

func (in *input) language() string {
	raw, ok := in.raw["language"]
	if !ok || bytes.Equal(raw, []byte("null")) {
		return ""
	}
	var code string
	if err := json.Unmarshal(raw, &code); err != nil || len(code) != 2 && len(code) != 3 {
		in.refuse("metadata.language", "Language must be either ISO-639-1 or 639-2 compatible.")
		return ""
	}
	language, _ := vocab.Languages().Find(code)
	if code != language.ID && code != language.Two {
		return ""
	}
	return language.ID
}

// readType joins the type and its subtype to one of the vocabulary, or drops
// them both.
func (in *input) readType(m *metadata) {
	kind, subtype := in.text("upload_type"), ""
	if kind != "" {
		subtype = in.text(kind + "_type")
	}
	id := strings.TrimSuffix(kind+"-"+subtype, "-")
	types := vocab.ResourceTypes()
	t, _ := types.Find(id)
	if t.ID != id {
		return
	}
	if t.Successor != "" {
		t, _ = types.Find(t.Successor)
	}
	m.UploadType = kind
	switch kind {
	case "publication":
		m.PublicationType = t.Subtype()
	case "image":
		m.ImageType = t.Subtype()
	case "software":
		m.SoftwareType = t.Subtype()
	}
}

// readAccess stores closed as restricted, and drops an embargo that is over.
func (in *input) readAccess(m *metadata) {
	right, until := in.text("access_right"), in.text("embargo_date")
	switch {
	case right == "" && in.blank("access_right"), right == "open":
		m.AccessRight = "open"
	case right == "restricted", right == "closed":
		m.AccessRight = "restricted"
	case right == "embargoed" && until != "":
		m.AccessRight = "restricted"
		if at, err := time.Parse(time.DateOnly, until); err == nil && at.After(in.today) {
			m.AccessRight, m.EmbargoDate = "embargoed", until
		}
	default:
		in.refuse("_schema", "Unknown access type.")
	}
}

// readLicense fills in the licence that depends on type and access.
func (in *input) readLicense(m *metadata) {
	raw, ok := in.raw["license"]
	if !ok {
		if right := in.text("access_right"); right == "" || right == "open" || right == "embargoed" {
			m.License = defaultLicense(in.text("upload_type"))
		}
		return
	}
	id, problem := licenseID(raw)
	if problem != "" {
		in.refuse("metadata.license", problem)
		return
	}
	license, ok := vocab.DepositLicense(id)
	if !ok {
		in.refuse("metadata.license", "Invalid license provided: "+id)
	}
	m.License = license.Legacy
}

func defaultLicense(kind string) string {
	if kind == "dataset" {
		return "cc-zero"
	}
	return "cc-by-4.0"
}

// licenseID is the id of a licence that is given as a text or an object.
func licenseID(raw json.RawMessage) (id, problem string) {
	if json.Unmarshal(raw, &id) == nil && !bytes.Equal(raw, []byte("null")) {
		return id, ""
	}
	var object struct {
		ID *string `json:"id"`
	}
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return "", fmt.Sprintf("Invalid license value provided (expected string, or object with 'id' key): %s", raw)
	}
	if err := json.Unmarshal(raw, &object); err != nil || object.ID == nil {
		return "", fmt.Sprintf("Invalid license object provided (missing 'id' key): %s", raw)
	}
	return *object.ID, ""
}

var errNotList = errors.New("not a list")

// objects reads a list of objects; the error is errNotList, or says which item
// is none.
func (in *input) objects(name string) ([]map[string]json.RawMessage, error) {
	raw, ok := in.raw[name]
	if !ok || bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil, errNotList
	}
	objects := make([]map[string]json.RawMessage, len(items))
	for i, item := range items {
		if json.Unmarshal(item, &objects[i]) != nil || objects[i] == nil {
			return nil, notObject(i)
		}
	}
	return objects, nil
}

// notObject is the number of an item that is no object.
type notObject int

func (n notObject) Error() string { return fmt.Sprintf("item %d is no object", int(n)) }

// field is a text of an object, "" where it is none.
func field(object map[string]json.RawMessage, name string) (s string) {
	json.Unmarshal(object[name], &s) // what is no text is dropped
	return strings.TrimSpace(s)
}
