package zenodotest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) exporterRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/exporter", Get: e.listExports},
		{Path: "/api/exporter/*", Get: e.getExport},
	}
}

// export is an entry of the exporter's list.
type export struct {
	VersionID string            `json:"version_id"`
	Created   string            `json:"created"`
	IsHead    bool              `json:"is_head"`
	Size      int               `json:"size"`
	Checksum  string            `json:"checksum"`
	Links     map[string]string `json:"links"`
}

// listExports lists all versions of all dumps, in no order that a client might
// rely on.
func (e *Emulator) listExports(r *http.Request, _ []string) *wire.Answer {
	all, err := e.listDumps()
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	list := map[string][]export{}
	for _, d := range all {
		self := wire.Root(r) + "/api/exporter/" + d.key
		item := export{
			VersionID: d.version, Created: d.created.UTC().Format(catalog.TimeLayout), IsHead: len(list[d.key]) == 0,
			Size: len(d.body), Checksum: "md5:" + d.checksum, Links: map[string]string{"self": self + "/" + d.version},
		}
		if item.IsHead {
			item.Links["self_head"] = self
		}
		list[d.key] = append(list[d.key], item)
	}
	for _, versions := range list {
		slices.SortFunc(versions, func(a, b export) int { return cmp.Compare(a.Checksum, b.Checksum) })
	}
	body, err := json.Marshal(list)
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	return &wire.Answer{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: body}
}

// getExport gives out a version of a dump, or the newest where none is named.
// Keys may hold slashes.
func (e *Emulator) getExport(r *http.Request, args []string) *wire.Answer {
	all, err := e.listDumps()
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	for _, d := range all {
		if args[0] == d.key || args[0] == d.key+"/"+d.version {
			return d.part(r.Header.Get("Range"), e.cfg.NoRanges)
		}
	}
	return wire.NoRoute()
}

// part is the dump from where a client asks for it.
func (d dump) part(header string, whole bool) *wire.Answer {
	a := &wire.Answer{Status: http.StatusOK, ContentType: "application/octet-stream", Body: d.body}
	text, ok := strings.CutPrefix(header, "bytes=")
	from, err := strconv.Atoi(strings.TrimSuffix(text, "-"))
	if whole || !ok || err != nil || from < 0 {
		return a
	}
	if from >= len(d.body) {
		return (&wire.Answer{Status: http.StatusRequestedRangeNotSatisfiable, ContentType: wire.TypeHTML}).
			Set("Content-Range", fmt.Sprintf("bytes */%d", len(d.body)))
	}
	a.Status, a.Body = http.StatusPartialContent, d.body[from:]
	return a.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(d.body)-1, len(d.body)))
}
