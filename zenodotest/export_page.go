package zenodotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/exports"
	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// oldExports are names of formats from before 2023, and those of today. The last
// leads nowhere, as on the server.
var oldExports = map[string]string{"hx": "bibtex", "dcite4": "datacite-xml", "xd": "dublincore", "xm": "marcxml", "dcat": "DCAT-AP"}

// exportPage answers with a record in a format that its page offers.
func (e *Emulator) exportPage(r *http.Request, args []string) *wire.Answer {
	id, name := args[0], args[1]
	page := wire.Root(r) + "/records/" + id
	if today := oldExports[name]; today != "" {
		return wire.Redirect(http.StatusMovedPermanently, page+"/export/"+today)
	}
	found := e.world.Find(id)
	if found.State != catalog.IsRecord {
		return noPage(found)
	}
	a := e.export(found, name, wire.Root(r))
	if a == nil {
		return wire.Page(http.StatusNotFound, "Page not found")
	}
	a.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%s.%s", id, a.Header.Get("Content-Disposition")))
	return a.Set("Link", fmt.Sprintf(`<%s> ; rel="describes" ; type="text/html" , <%s/api/records/%s> ; rel="linkset" ; type="application/linkset+json"`,
		page, wire.Root(r), id))
}

// export writes a record in a format; nil is none of that name. The disposition
// is the ending of the file's name.
func (e *Emulator) export(found catalog.Found, name, root string) *wire.Answer {
	native := rewriter{e, root}.record(found.Append(nil, true))
	if name == "json" {
		var o map[string]any
		if json.Unmarshal(native, &o) != nil {
			return wire.InternalError()
		}
		delete(o, "ui")
		return (&wire.Answer{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: rawjson.Indented(o)}).Set("Content-Disposition", "json")
	}
	at := slices.IndexFunc(exports.Formats, func(f exports.Format) bool { return f.Name == name })
	if at < 0 {
		return nil
	}
	record, err := zenodo.DecodeRecord(native)
	if err != nil {
		return wire.InternalError()
	}
	f := exports.Formats[at]
	body := f.Write(record, root)
	if e.cfg.isNative() {
		body = bytes.ReplaceAll(body, []byte("oai:zenodo.org:"), []byte(oai.NativePrefix))
	}
	return (&wire.Answer{Status: http.StatusOK, ContentType: f.MediaType, Body: body}).Set("Content-Disposition", f.Ending)
}
