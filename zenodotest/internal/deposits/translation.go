package deposits

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// translation writes the metadata of the legacy API as InvenioRDM has them. It
// refuses a few shapes; the others are for the schema, which drops without a word
// what it does not like.
type translation struct {
	in, metadata, custom object
	today                time.Time
	refusals             []wire.FieldError
	crashed              bool // the translation fails over what it did not expect
}

// attributes are the names that Zenodo reads in the metadata of a deposition.
var attributes = strings.Fields(`
	upload_type publication_type image_type software_type title creators description publication_date access_right license embargo_date
	access_conditions doi prereserve_doi keywords notes method related_identifiers contributors references communities grants
	journal_title journal_volume journal_issue journal_pages conference_title conference_acronym conference_dates conference_place
	conference_url conference_session conference_session_part imprint_publisher imprint_isbn imprint_place partof_title partof_pages
	thesis_supervisors thesis_university subjects version language locations dates custom`)

// translate returns what a client of the native API would have sent. Its refusals
// make a status of 400.
func (s *Server) translate(value any) (object, *wire.Answer) {
	in, ok := value.(object)
	if !ok {
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("metadata", "Invalid input type."))
	}
	isKnown := false
	for name := range in {
		isKnown = isKnown || slices.Contains(attributes, name)
	}
	if !isKnown {
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("metadata._schema", "Metadata must be non-empty"))
	}
	t := &translation{in: in, metadata: object{}, custom: object{}, today: s.cfg.Now().UTC()}
	access := t.access()
	t.describe()
	t.classify()
	t.people()
	t.fund()
	t.license()
	t.list()
	t.customise()
	switch {
	case t.crashed:
		return nil, wire.InternalError()
	case t.refusals != nil:
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, t.refusals...)
	}
	out := object{"metadata": t.metadata, "custom_fields": t.custom, "access": access}
	if doi := textOf(in["doi"]); doi != "" {
		out["pids"] = object{"doi": s.pid(doi)}
	}
	return out, nil
}

// pid is a DOI that a client states.
func (s *Server) pid(doi string) object {
	if strings.HasPrefix(doi, s.prefix()+"/") {
		return object{"identifier": doi, "provider": "datacite", "client": "datacite"}
	}
	if _, bare := schema.Recognise(doi); bare != "" {
		doi = bare
	}
	return object{"identifier": doi, "provider": "external"}
}

func (t *translation) refuse(field, message string) {
	t.refusals = append(t.refusals, wire.Invalid(field, message))
}

// set sets a field, unless there is nothing to set.
func set(into object, name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []any:
		if v == nil {
			return
		}
	}
	into[name] = value
}

// strict reads one of the texts that the translation checks.
func (t *translation) strict(name, field string) {
	switch value, given := t.in[name]; {
	case !given:
	case value == nil:
		t.refuse("metadata."+name, "Field may not be null.")
	default:
		if _, isText := value.(string); !isText {
			t.refuse("metadata."+name, "Not a valid string.")
		}
		t.metadata[field] = value
	}
}

func (t *translation) describe() {
	t.metadata["publication_date"], t.metadata["publisher"] = t.today.Format(time.DateOnly), "Zenodo"
	for _, name := range []string{"title", "description", "publication_date", "version"} {
		t.strict(name, name)
	}
	t.strict("imprint_publisher", "publisher")
	var descriptions []any
	for _, d := range [][2]string{{"notes", "notes"}, {"method", "methods"}} {
		if value := t.in[d[0]]; value != nil && value != "" {
			descriptions = append(descriptions, object{"description": value, "type": object{"id": d[1]}})
		}
	}
	set(t.metadata, "additional_descriptions", descriptions)
}

// classify joins the type and its subtype.
func (t *translation) classify() {
	kind := textOf(t.in["upload_type"])
	if kind == "" {
		return
	}
	id := strings.TrimSuffix(kind+"-"+textOf(t.in[kind+"_type"]), "-")
	if found, _ := vocab.ResourceTypes().Find(id); found.ID == id {
		id = cmp.Or(found.Successor, id)
	}
	t.metadata["resource_type"] = object{"id": id}
}

// access has closed records restricted.
func (t *translation) access() object {
	right, until := textOf(t.in["access_right"]), textOf(t.in["embargo_date"])
	access := object{"record": "public", "files": "restricted"}
	switch {
	case right == "" && (t.in["access_right"] == nil || t.in["access_right"] == ""), right == "open":
		access["files"] = "public"
	case right == "restricted", right == "closed":
	case right == "embargoed" && until != "":
		access["embargo"] = object{"active": true, "until": until}
	default:
		t.refuse("_schema", "Unknown access type.")
	}
	return access
}

// license fills in the licence that depends on type and access.
func (t *translation) license() {
	value, given := t.in["license"]
	if !given {
		right := textOf(t.in["access_right"])
		if right != "" && right != "open" && right != "embargoed" {
			return
		}
		value = "CC-BY-4.0"
		if t.in["upload_type"] == "dataset" {
			value = "CC0-1.0"
		}
	}
	id, isText := value.(string)
	if o, isObject := value.(object); isObject {
		if id, isText = o["id"].(string); !isText {
			t.refuse("metadata.license", "Invalid license object provided (missing 'id' key): "+compact(value))
			return
		}
	}
	if !isText {
		t.refuse("metadata.license", "Invalid license value provided (expected string, or object with 'id' key): "+compact(value))
		return
	}
	license, ok := vocab.DepositLicense(id)
	if !ok {
		t.refuse("metadata.license", "Invalid license provided: "+id)
		return
	}
	if license.ID == "" { // one that InvenioRDM does not have
		t.metadata["rights"] = []any{object{"title": object{"en": id}}}
		return
	}
	t.metadata["rights"] = []any{object{"id": license.ID}}
}

func compact(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// people are the creators, and the supervisors of a thesis before the other
// contributors.
func (t *translation) people() {
	var creators, contributors []any
	all, err := items(t.in["creators"])
	if at, ok := errors.AsType[notObject](err); ok {
		t.refuse(fmt.Sprintf("metadata.creators.%d", at), "Invalid input type.")
	} else if err != nil {
		t.refuse("metadata.creators", "Not a valid list.")
	}
	for _, o := range all {
		creators = append(creators, nativePerson(o))
	}
	if _, given := t.in["creators"]; given {
		t.metadata["creators"] = append([]any{}, creators...)
	}
	add := func(o object, role string) {
		c := nativePerson(o)
		if role != "" {
			c["role"] = object{"id": strings.ToLower(role)}
		}
		contributors = append(contributors, c)
	}
	for _, o := range t.lenient("thesis_supervisors") {
		add(o, "supervisor")
	}
	for _, o := range t.lenient("contributors") {
		add(o, textOf(o["type"]))
	}
	set(t.metadata, "contributors", contributors)
}

// nativePerson is a person, also where the name is that of an organisation. A
// name with one comma has a given name behind it.
func nativePerson(o object) object {
	person := object{"type": "personal"}
	name := textOf(o["name"])
	if family, given, _ := strings.Cut(name, ","); strings.Count(name, ",") == 1 {
		person["family_name"], person["given_name"] = strings.TrimSpace(family), strings.TrimSpace(given)
	} else {
		set(person, "family_name", name)
	}
	var identifiers []any
	for _, scheme := range []string{"orcid", "gnd"} {
		if id := textOf(o[scheme]); id != "" {
			identifiers = append(identifiers, object{"scheme": scheme, "identifier": id})
		}
	}
	set(person, "identifiers", identifiers)
	out := object{"person_or_org": person}
	if affiliation := textOf(o["affiliation"]); affiliation != "" {
		out["affiliations"] = []any{object{"name": affiliation}}
	}
	return out
}

// The European Commission, whose projects may be named by their numbers alone.
const commissionDOI, commissionROR = "10.13039/501100000780", "00k4n6c32"

func (t *translation) fund() {
	var funding []any
	for _, o := range t.lenient("grants") {
		id := textOf(o["id"])
		if id == "" {
			t.crashed = true
			continue
		}
		funder, number, ok := strings.Cut(id, "::")
		if !ok {
			funder, number = commissionDOI, id
		}
		if funder == commissionDOI {
			funder = commissionROR
		}
		funding = append(funding, object{"funder": object{"id": funder}, "award": object{"id": funder + "::" + number}})
	}
	set(t.metadata, "funding", funding)
}

// customAttributes are the attributes that make a custom field, by its name.
var customAttributes = map[string][]string{
	"journal:journal": {"journal_title", "journal_volume", "journal_issue", "journal_pages"},
	"meeting:meeting": {
		"conference_title", "conference_acronym", "conference_dates", "conference_place", "conference_url", "conference_session",
		"conference_session_part",
	},
	"imprint:imprint": {"partof_title", "partof_pages", "imprint_isbn", "imprint_place"},
	"thesis:thesis":   {"thesis_university"},
}

// customise has the attributes of journals and the like, and of what the native
// form has no place for.
func (t *translation) customise() {
	for name, members := range customAttributes {
		field := object{}
		for _, name := range members {
			_, short, _ := strings.Cut(name, "_")
			if value := t.in[name]; value != nil && value != "" {
				field[short] = value
			}
		}
		if len(field) > 0 {
			t.custom[name] = field
		}
	}
	custom, isObject := t.in["custom"].(object)
	if t.in["custom"] != nil && !isObject {
		t.crashed = true
	}
	maps.Copy(t.custom, custom)
	var slugs, subjects []any
	communities, err := items(t.in["communities"])
	for _, o := range communities {
		slug, isText := o["identifier"].(string)
		if !isText {
			err = errNotList
		}
		slugs = append(slugs, slug)
	}
	if err != nil {
		t.refuse("communities", "Communities must be an array of objects with an 'identifier' key.")
	}
	set(t.custom, "legacy:communities", slugs)
	for _, o := range t.lenient("subjects") {
		subjects = append(subjects, object{"term": o["term"], "identifier": o["identifier"], "scheme": o["scheme"]})
	}
	set(t.custom, "legacy:subjects", subjects)
}
