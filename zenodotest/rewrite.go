package zenodotest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/filler"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// rewrite makes the links of the records in an answer lead to the emulator, and
// the checksums of their files those of the bytes that it serves. All else in
// them stays as it is, links in descriptions included.
func (e *Emulator) rewrite(r *http.Request, a *wire.Answer) {
	if a.Status == http.StatusOK && strings.Contains(a.ContentType, "json") && a.Content == nil {
		a.Body = rewriter{e, wire.Root(r)}.answer(a.Body)
	}
}

type rewriter struct {
	e    *Emulator
	root string
}

// answer rewrites a record or a page of them.
func (w rewriter) answer(body []byte) []byte {
	isPage := false
	page := rawjson.Map(body, func(key string, value []byte) []byte {
		if key != "hits" {
			return value
		}
		isPage = true
		return rawjson.Map(value, func(key string, hits []byte) []byte {
			if key != "hits" {
				return hits
			}
			return rawjson.Map(hits, func(_ string, record []byte) []byte { return w.record(record) })
		})
	})
	if isPage {
		return page
	}
	return w.record(body)
}

// record rewrites a record; what is none is left as it is.
func (w rewriter) record(raw []byte) []byte {
	var id, self string
	rawjson.Map(raw, func(key string, value []byte) []byte {
		switch key {
		case "id":
			id = strings.Trim(string(value), `"`)
		case "links":
			rawjson.Map(value, func(key string, value []byte) []byte {
				if key == "self" && json.Unmarshal(value, &self) != nil {
					self = ""
				}
				return value
			})
		}
		return value
	})
	home, _, ok := strings.Cut(self, "/api/records/")
	if !ok || id == "" {
		return raw
	}
	makesUp := !w.e.deposits.Holds(id)
	return rawjson.Map(raw, func(key string, value []byte) []byte {
		switch {
		case key == "links":
			return w.links(value, home)
		case key != "files":
			return value
		case bytes.HasPrefix(value, []byte("[")):
			return w.files(value, home, id, makesUp)
		}
		return rawjson.Map(value, func(key string, value []byte) []byte { // InvenioRDM has more than the files there
			switch key {
			case "links":
				return w.links(value, home)
			case "entries":
				return w.files(value, home, id, makesUp)
			}
			return value
		})
	})
}

// links rewrites links that begin with an address, also in objects of links.
func (w rewriter) links(raw []byte, home string) []byte {
	return rawjson.Map(raw, func(_ string, value []byte) []byte {
		var link string
		if json.Unmarshal(value, &link) != nil {
			return w.links(value, home)
		}
		if path, ok := strings.CutPrefix(link, home+"/"); ok {
			return []byte(rawjson.Quote(w.root + "/" + path))
		}
		return value
	})
}

// files rewrites files, be they in a list or in an object.
func (w rewriter) files(raw []byte, home, id string, makesUp bool) []byte {
	return rawjson.Map(raw, func(_ string, file []byte) []byte {
		var f struct {
			Key, Filename, Checksum string
			Size, Filesize          float64
		}
		if json.Unmarshal(file, &f) != nil {
			return file
		}
		key, size := f.Key+f.Filename, int64(f.Size+f.Filesize) // a file has one of each
		return rawjson.Map(file, func(name string, value []byte) []byte {
			switch name {
			case "checksum":
				if makesUp {
					made := filler.New(key, identity(f.Checksum, id, key), size)
					prefix := f.Checksum[:len(f.Checksum)-len(strings.TrimPrefix(f.Checksum, "md5:"))]
					return []byte(rawjson.Quote(prefix + w.e.sums.Of(made)))
				}
			case "links":
				return w.fileLinks(value, home, id, key)
			}
			return value
		})
	})
}

// fileLinks rewrites the links of a file. In the legacy form self is that of the
// bytes; before 2023 it was in a bucket, which nobody has any more.
func (w rewriter) fileLinks(raw []byte, home, id, key string) []byte {
	file := w.root + "/api/records/" + url.PathEscape(id) + "/files/" + filenames.Quote(key)
	self := file + "/content"
	rawjson.Map(raw, func(name string, value []byte) []byte {
		if name == "content" {
			self = file
		}
		return value
	})
	return rawjson.Map(w.links(raw, home), func(name string, value []byte) []byte {
		switch name {
		case "self":
			return []byte(rawjson.Quote(self))
		case "content", "download":
			return []byte(rawjson.Quote(file + "/content"))
		}
		return value
	})
}
