package zenodo

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/htmltext"
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

// parseError makes an error of a status and a body; little of the latter can be
// relied on: proxies answer for the server in HTML, and call it what they will.
func parseError(status int, raw []byte) *Error {
	e := &Error{Status: status}
	trimmed := bytes.TrimSpace(raw)
	isObject := bytes.HasPrefix(trimmed, []byte("{"))
	if isObject && e.decode(trimmed) == nil {
		if status != http.StatusGone {
			e.Tombstone = nil
		}
		return e
	}
	e = &Error{Status: status, Message: shorten(pageText(string(trimmed)))}
	if status == http.StatusForbidden && len(trimmed) > 0 && !isJSON(trimmed) {
		e.Blocked, e.Message = true, blockedMessage(string(trimmed))
	}
	return e
}

// decode reads the body of an error, from the application or a layer of it.
func (e *Error) decode(raw []byte) error {
	d := newDecoder(raw)
	for key := range d.fields {
		switch string(key) {
		case "message":
			e.Message = shorten(d.text())
		case "errors":
			e.Fields = d.fieldErrors()
		case "error_id":
			e.RequestID = shorten(d.text())
		case "tombstone":
			e.Tombstone = d.tombstone()
		}
	}
	return d.end()
}

func (d *decoder) fieldErrors() []FieldError {
	var fields []FieldError
	for range d.objects {
		field, messages := d.fieldError()
		for _, m := range messages[:min(len(messages), maxFields-len(fields))] {
			fields = append(fields, FieldError{Field: shorten(field), Message: shorten(m)})
		}
	}
	return fields
}

// fieldError reads the complaints about one field, in the plural (InvenioRDM)
// or in the singular (Zenodo's documentation).
func (d *decoder) fieldError() (field string, messages []string) {
	var message string
	for key := range d.fields {
		switch string(key) {
		case "field":
			field = d.text()
		case "message":
			message = d.text()
		case "messages":
			messages = d.texts()
		}
	}
	if message != "" {
		messages = append(messages, message)
	}
	return field, messages
}

func (d *decoder) tombstone() *Tombstone {
	if d.peek() != '{' {
		return nil
	}
	t := new(Tombstone)
	for key := range d.fields {
		switch string(key) {
		case "note":
			t.Note = shorten(d.text())
		case "removal_reason":
			t.Reason = shorten(d.id())
		case "removal_date":
			t.Date = Timestamp(d.str())
		case "citation_text":
			t.Citation = shorten(d.text())
		case "is_visible":
			t.Visible, _ = d.truth()
		}
	}
	return t
}

// reference finds the code that a block page asks to be quoted.
var reference = regexp.MustCompile(`(?i)\breference(?:\s+(?:code|id|number))?\s*(?:is)?\s*[:#]?\s*([0-9a-z][0-9a-z._-]*[0-9][0-9a-z._-]*)`)

// pageText is what an HTML page says, on one line: its title, else its text.
func pageText(page string) string {
	return cmp.Or(htmltext.Title(page), htmltext.OneLine(htmltext.Text(page)))
}

func blockedMessage(page string) string {
	message := "the network or the User-Agent is blocked"
	if m := reference.FindStringSubmatch(htmltext.OneLine(htmltext.Text(page))); m != nil {
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
