package zenodo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxMessage = 1000 // bytes
	maxFields  = 100
)

// newError reads an answer that says no.
func newError(resp *http.Response) *Error {
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // a part is better than nothing
	e := parseError(resp.StatusCode, raw)
	e.Method, e.URL = resp.Request.Method, cleanURL(resp.Request.URL)
	e.RetryAfter = retryAfter(resp, time.Now())
	e.RequestID = cmp.Or(shorten(resp.Header.Get("X-Request-ID")), e.RequestID)
	return e
}

// wireError is the body of an error, from the application or a layer of it.
type wireError struct {
	Message   text            `json:"message"`
	Errors    list[wireField] `json:"errors"`
	ErrorID   text            `json:"error_id"`
	Tombstone *wireTombstone  `json:"tombstone"`
}

// wireField names its complaints in the plural (InvenioRDM) or in the
// singular (Zenodo's documentation).
type wireField struct {
	Field    text       `json:"field"`
	Message  text       `json:"message"`
	Messages list[text] `json:"messages"`
}

type wireTombstone struct {
	Note     text      `json:"note"`
	Reason   idOnly    `json:"removal_reason"`
	Date     Timestamp `json:"removal_date"`
	Citation text      `json:"citation_text"`
	Visible  bool      `json:"is_visible"`
}

// parseError makes an error of a status and a body, of which little can be
// relied on: proxies answer for the server in HTML, and call it what they will.
func parseError(status int, raw []byte) *Error {
	e := &Error{Status: status}
	var w wireError
	trimmed := bytes.TrimSpace(raw)
	if !bytes.HasPrefix(trimmed, []byte("{")) || decodeLeniently(trimmed, &w) != nil {
		e.Message = shorten(pageText(trimmed))
		if status == http.StatusForbidden && len(trimmed) > 0 && !json.Valid(trimmed) {
			e.Blocked, e.Message = true, blockedMessage(string(trimmed))
		}
		return e
	}
	e.Message = shorten(string(w.Message))
	e.RequestID = shorten(string(w.ErrorID))
	e.Fields = w.fields()
	if w.Tombstone != nil && status == http.StatusGone {
		e.Tombstone = w.Tombstone.tombstone()
	}
	return e
}

func (w *wireError) fields() []FieldError {
	var fields []FieldError
	for _, f := range w.Errors {
		messages := f.Messages
		if f.Message != "" {
			messages = append(messages, f.Message)
		}
		for _, m := range messages {
			if len(fields) == maxFields {
				return fields
			}
			fields = append(fields, FieldError{Field: shorten(string(f.Field)), Message: shorten(string(m))})
		}
	}
	return fields
}

func (w *wireTombstone) tombstone() *Tombstone {
	return &Tombstone{
		Note:     shorten(string(w.Note)),
		Reason:   shorten(w.Reason.first()),
		Date:     w.Date,
		Citation: shorten(string(w.Citation)),
		Visible:  w.Visible,
	}
}

var (
	pageTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	pageUnseen = regexp.MustCompile(`(?is)<(script|style|head)\b.*?</(script|style|head)>`)
	pageTag    = regexp.MustCompile(`(?s)<[^>]*>`)
	// reference finds the code that a block page asks to be quoted.
	reference = regexp.MustCompile(`(?i)\breference(?:\s+(?:code|id|number))?\s*(?:is)?\s*[:#]?\s*([0-9a-z][0-9a-z._-]*[0-9][0-9a-z._-]*)`)
)

// pageText is what an HTML page says: its title, else its text.
func pageText(page []byte) string {
	s := string(page)
	if m := pageTitle.FindStringSubmatch(s); m != nil && strings.TrimSpace(m[1]) != "" {
		return plain(m[1])
	}
	return plain(pageUnseen.ReplaceAllString(s, " "))
}

// plain takes the tags out of HTML and puts it on one line.
func plain(s string) string {
	s = html.UnescapeString(pageTag.ReplaceAllString(s, " "))
	return strings.Join(strings.Fields(s), " ")
}

func blockedMessage(page string) string {
	message := "the network or the User-Agent is blocked"
	if m := reference.FindStringSubmatch(plain(page)); m != nil {
		message += " (reference " + shorten(m[1]) + ")"
	}
	return message
}

// shorten bounds a text, and keeps its characters whole.
func shorten(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	s = s[:maxMessage]
	for len(s) > 0 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
		s = s[:len(s)-1]
	}
	return s + "…"
}
