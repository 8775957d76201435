package zenodotest

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
)

// answer is a whole response, held back so that faults can be worked into it.
type answer struct {
	status      int
	contentType string
	header      http.Header // beside the usual ones
	body        []byte
	pooled      *[]byte  // the buffer behind body, to be given back
	content     *content // what is sent in the place of body; nil for most answers
}

func (a *answer) set(key, value string) *answer {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(key, value)
	return a
}

// resourceError is an error as the resource layer words it.
func resourceError(status int, message string, fields ...fieldError) *answer {
	body := struct {
		Status  int          `json:"status"`
		Message string       `json:"message"`
		Errors  []fieldError `json:"errors,omitempty"`
	}{status, message, fields}
	return &answer{status: status, contentType: typeJSON, body: rawjson.Spaced(body)}
}

// appError is an error as the application around it does: its keys come in
// another order, since clients must not compare bytes.
func appError(status int, message string) *answer {
	body := struct {
		Message string `json:"message"`
		Status  int    `json:"status"`
	}{message, status}
	return &answer{status: status, contentType: typeJSON, body: rawjson.Spaced(body)}
}

type fieldError struct {
	Field    string   `json:"field"`
	Messages []string `json:"messages"`
}

func invalid(field, message string) fieldError {
	return fieldError{Field: field, Messages: []string{message}}
}

const (
	msgValidation   = "A validation error occurred."
	msgQuerystring  = "Invalid querystring parameters."
	msgSyntax       = "Invalid query string syntax."
	msgNoPID        = "The persistent identifier does not exist."
	msgUnregistered = "The persistent identifier is not registered."
	msgNotFound     = "Not found."
	msgDenied       = "Permission denied."
	msgNoRoute      = "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."
	msgBadJSON      = "Unable to decode JSON data in request body."
	msgMethod       = "The method is not allowed for the requested URL."
)

func noRoute() *answer { return appError(http.StatusNotFound, msgNoRoute) }

// redirect answers as the framework does: with a small page.
func redirect(status int, location string) *answer {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&#34;").Replace(location)
	body := fmt.Sprintf("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"+
		"<p>You should be redirected automatically to the target URL: <a href=\"%s\">%s</a>. If not, click the link.\n", text, text)
	return (&answer{status: status, contentType: typeHTML, body: []byte(body)}).set("Location", location)
}

// send writes the answer, compressed where the client takes that, and cut
// short where the fault says so.
func (a *answer) send(w http.ResponseWriter, r *http.Request, f Fault) {
	h := w.Header()
	maps.Copy(h, a.header)
	h.Set("Content-Type", a.contentType)
	if a.content != nil {
		a.content.send(w, r, a.status, f)
		return
	}
	body := a.body
	if len(body) >= 256 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		packed := pack(body)
		defer buffers.Put(packed)
		body = *packed
		h.Set("Content-Encoding", "gzip")
		h.Set("Vary", "Accept-Encoding")
		if etag := h.Get("ETag"); etag != "" {
			h.Set("ETag", "W/"+etag)
		}
	}
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return
	}
	if f.Kind == FaultCut {
		w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler) // how a handler ends a connection in the middle of a body
	}
	w.Write(body) // an error here means that the client has gone
}

var (
	buffers = sync.Pool{New: func() any { return new([]byte) }}
	packers = sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
		return w
	}}
)

// pack compresses a body into a buffer of the pool.
func pack(body []byte) *[]byte {
	buffer := buffers.Get().(*[]byte)
	out := sliceWriter((*buffer)[:0])
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	w.Write(body) // into memory: neither this nor Close can fail
	w.Close()
	*buffer = out
	return buffer
}

type sliceWriter []byte

func (s *sliceWriter) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}

// free gives back what the answer holds.
func (a *answer) free() {
	if a.pooled != nil {
		buffers.Put(a.pooled)
	}
	if a.content != nil {
		a.content.close()
	}
}

func unsupportedType(accepted string) *answer {
	return resourceError(http.StatusUnsupportedMediaType, "Invalid 'Content-Type' header. Expected one of: "+accepted)
}

// nothing is the answer of what was deleted.
func nothing() *answer { return &answer{status: http.StatusNoContent, contentType: typeHTML} }
