package wire

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// Media types.
const (
	TypeJSON = "application/json"
	TypeHTML = "text/html; charset=utf-8"
)

// Answer is a whole response, held back so that faults can be worked into it.
type Answer struct {
	Status      int
	ContentType string
	Header      http.Header // beside the usual ones
	Body        []byte
	Pooled      *[]byte  // the [Buffer] behind Body, to be given back
	Content     *Content // what is sent in the place of Body; nil for most answers
	Cut         bool     // whether the connection ends in the middle of what is sent
}

// Set sets a header.
func (a *Answer) Set(key, value string) *Answer {
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set(key, value)
	return a
}

// JSON is a value as Zenodo writes it.
func JSON(status int, value any) *Answer {
	return &Answer{Status: status, ContentType: TypeJSON, Body: rawjson.Spaced(value)}
}

// ResourceError is an error as the resource layer words it.
func ResourceError(status int, message string, fields ...FieldError) *Answer {
	body := struct {
		Status  int          `json:"status"`
		Message string       `json:"message"`
		Errors  []FieldError `json:"errors,omitempty"`
	}{status, message, fields}
	return JSON(status, body)
}

// AppError is an error as the application around it does: its keys come in
// another order, since clients must not compare bytes.
func AppError(status int, message string) *Answer {
	body := struct {
		Message string `json:"message"`
		Status  int    `json:"status"`
	}{message, status}
	return JSON(status, body)
}

// FieldError is what is wrong with a field of what was sent.
type FieldError struct {
	Field    string   `json:"field"`
	Messages []string `json:"messages"`
}

// Invalid is one thing that is wrong with a field.
func Invalid(field, message string) FieldError {
	return FieldError{Field: field, Messages: []string{message}}
}

// Messages of errors.
const (
	MsgValidation   = "A validation error occurred."
	MsgQuerystring  = "Invalid querystring parameters."
	MsgSyntax       = "Invalid query string syntax."
	MsgNoPID        = "The persistent identifier does not exist."
	MsgUnregistered = "The persistent identifier is not registered."
	MsgNotFound     = "Not found."
	MsgDenied       = "Permission denied."
	MsgNoRoute      = "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."
	MsgBadJSON      = "Unable to decode JSON data in request body."
	MsgMethod       = "The method is not allowed for the requested URL."
)

// NoRoute is the answer where no route fits.
func NoRoute() *Answer { return AppError(http.StatusNotFound, MsgNoRoute) }

// Page is a page for people, with nothing but its title.
func Page(status int, title string) *Answer {
	body := fmt.Appendf(nil, "<!DOCTYPE html>\n<html lang=\"en\">\n<title>%s | Zenodo</title>\n<h1>%[1]s</h1>\n", html.EscapeString(title))
	return &Answer{Status: status, ContentType: TypeHTML, Body: body}
}

// Redirect answers as the framework does: with a small page.
func Redirect(status int, location string) *Answer {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&#34;").Replace(location)
	body := fmt.Sprintf("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"+
		"<p>You should be redirected automatically to the target URL: <a href=\"%s\">%s</a>. If not, click the link.\n", text, text)
	return (&Answer{Status: status, ContentType: TypeHTML, Body: []byte(body)}).Set("Location", location)
}

// InternalError is the answer of a program that failed.
func InternalError() *Answer {
	return &Answer{Status: http.StatusInternalServerError, ContentType: TypeJSON, Body: []byte(`{"message": "The server encountered an internal error and was unable to complete your request. ` +
		`Either the server is overloaded or there is an error in the application.", "status": 500, "error_id": "5f2b8c0d9e3a4f7180c6d1e2b3a49586"}`)}
}

// Send writes the answer, compressed where the client takes that.
func (a *Answer) Send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	maps.Copy(h, a.Header)
	h.Set("Content-Type", a.ContentType)
	if a.Content != nil {
		a.Content.send(w, r, a.Status, a.Cut)
		return
	}
	body := a.Body
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
	if a.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.Status)
	if r.Method == http.MethodHead {
		return
	}
	if a.Cut {
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

// Buffer is an empty buffer of the pool, for [Answer.Pooled].
func Buffer() *[]byte {
	buffer := buffers.Get().(*[]byte)
	*buffer = (*buffer)[:0]
	return buffer
}

// pack compresses a body into a buffer of the pool.
func pack(body []byte) *[]byte {
	buffer := Buffer()
	out := sliceWriter(*buffer)
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

// Free gives back what the answer holds.
func (a *Answer) Free() {
	if a.Pooled != nil {
		buffers.Put(a.Pooled)
	}
	if a.Content != nil {
		a.Content.Close() // it was only read
	}
}

// UnsupportedType refuses a body of another media type than the accepted one.
func UnsupportedType(accepted string) *Answer {
	return ResourceError(http.StatusUnsupportedMediaType, "Invalid 'Content-Type' header. Expected one of: "+accepted)
}

// Nothing is the answer of what was deleted.
func Nothing() *Answer { return &Answer{Status: http.StatusNoContent, ContentType: TypeHTML} }
