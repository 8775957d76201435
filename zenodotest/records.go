package zenodotest

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// legacyTypes are the media types under which records are served as they are.
var legacyTypes = []string{"application/json", "application/vnd.zenodo.v1+json"}

var recordRoutes = []route{
	{path: "/api/records", get: searchRecords, post: createDraft, accept: legacyTypes},
	{path: "/api/records/", get: withoutSlash},
	{path: "/api/records/:id", get: getRecord, accept: append([]string{typeNative}, legacyTypes...)},
	{path: "/api/records/:id/versions", get: listVersions, post: newDraftVersion, accept: legacyTypes},
	{path: "/api/records/:id/versions/latest", get: latestVersion},
}

// withoutSlash redirects, and loses all but the first of repeated parameters.
func withoutSlash(_ *Emulator, r *http.Request, _ []string) *answer {
	query := r.URL.Query()
	for key, values := range query {
		query[key] = values[:1]
	}
	location := "/api/records"
	if len(query) > 0 {
		location += "?" + query.Encode()
	}
	return redirect(http.StatusMovedPermanently, location)
}

func getRecord(e *Emulator, r *http.Request, args []string) *answer {
	found := e.world.Find(args[0])
	switch found.State {
	case catalog.IsRecord:
	case catalog.IsConcept:
		return redirect(http.StatusFound, "/api/records/"+found.Latest)
	default:
		return refusalOf(found)
	}
	if wantsNative(r) {
		return e.nativeRecord(r, args[0])
	}
	buffer := buffers.Get().(*[]byte)
	*buffer = found.Append((*buffer)[:0])
	a := &answer{status: http.StatusOK, contentType: typeJSON, body: *buffer, pooled: buffer}
	self := root(r) + "/api/records/" + args[0]
	a.set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
	return a.set("Link", fmt.Sprintf(`<%s> ; rel="linkset" ; type="application/linkset+json"`, self))
}

// nativeRecord answers with a record in InvenioRDM's own form, which is there of
// what was deposited here, and not of what was loaded or made up.
func (e *Emulator) nativeRecord(r *http.Request, id string) *answer {
	s := &e.deposits
	s.mu.Lock()
	defer s.mu.Unlock()
	number, _ := strconv.ParseInt(id, 10, 64) // 0 is none
	d := s.byID[number]
	if d == nil || d.released == nil {
		return notAcceptable(legacyTypes)
	}
	return &answer{status: http.StatusOK, contentType: typeNative, body: rawjson.Spaced(e.native(d, d.released, root(r)))}
}

// refusalOf is the answer for what is not a published record: there are three
// ways of not being there, and two of having been.
func refusalOf(f catalog.Found) *answer {
	switch f.State {
	case catalog.IsGone:
		return gone(f.Tombstone)
	case catalog.IsDraft:
		return resourceError(http.StatusNotFound, msgUnregistered)
	case catalog.IsConcept:
		return resourceError(http.StatusNotFound, msgNotFound)
	}
	return resourceError(http.StatusNotFound, msgNoPID)
}

// latestVersion redirects with JSON to an absolute address.
func latestVersion(e *Emulator, r *http.Request, args []string) *answer {
	found := e.world.Find(args[0])
	if found.State != catalog.IsRecord {
		return refusalOf(found)
	}
	location := root(r) + "/api/records/" + found.Latest
	body := struct {
		Status   int    `json:"status"`
		Message  string `json:"message"`
		Location string `json:"location"`
	}{http.StatusMovedPermanently, "Redirecting...", location}
	return (&answer{status: http.StatusMovedPermanently, contentType: typeJSON, body: rawjson.Spaced(body)}).set("Location", location)
}

// listVersions lists the versions of a record, the newest first. Those of a
// deleted record are none.
func listVersions(e *Emulator, r *http.Request, args []string) *answer {
	found := e.world.Find(args[0])
	if found.State != catalog.IsRecord && found.State != catalog.IsGone {
		return refusalOf(found)
	}
	s, refusal := e.parseSearch(r, "version")
	if refusal != nil {
		return refusal
	}
	s.path = "/api/records/" + args[0] + "/versions"
	s.Concept = found.Concept
	s.None = found.State == catalog.IsGone
	s.AllVersions = true
	s.Facets = false
	return e.answerSearch(r, s)
}

// gone is the answer for a deleted record.
func gone(t *catalog.Tombstone) *answer {
	if t.Hidden {
		return resourceError(http.StatusNotFound, "Record not found")
	}
	body := `{"status": 410, "message": "Record deleted", "tombstone": {"note": ` + rawjson.Quote(t.Note) +
		`, "removed_by": {"user": "system"}, "removal_date": ` + rawjson.Quote(t.At.UTC().Format(catalog.TimeLayout)) +
		`, "citation_text": ` + rawjson.Quote(t.Citation()) +
		`, "is_visible": true`
	if t.Reason != "" {
		body += `, "removal_reason": {"id": ` + rawjson.Quote(t.Reason) + `}`
	}
	return &answer{status: http.StatusGone, contentType: typeJSON, body: []byte(body + "}}")}
}
