package zenodo

import (
	"io"
	"net/http"
	"net/url"
	"strings"
)

// leastSecret is the length of the shortest token that is looked for in texts,
// in bytes. A shorter one protects nothing and is part of too many words.
const leastSecret = 6

// Redact returns text with "[redacted]" in the place of the token, as it is and
// as URLs and JSON write it. A token of fewer than six bytes is not looked
// for.
func (t AccessToken) Redact(text string) string { return redactor(t)(text) }

// redactor returns a function that takes the token out of texts.
func redactor(t AccessToken) func(string) string {
	if len(t) < leastSecret {
		return func(text string) string { return text }
	}
	value := string(t)
	return strings.NewReplacer(
		value, redacted,
		url.QueryEscape(value), redacted,
		url.PathEscape(value), redacted,
		strings.ReplaceAll(value, "/", `\/`), redacted,
	).Replace
}

// withoutToken takes out of an answer what the server repeats of the token:
// from all of its header, so that the token is not sent on with a redirect
// either, and from a body that is made into messages.
func withoutToken(resp *http.Response, redact func(string) string) {
	for _, values := range resp.Header {
		for i := range values {
			values[i] = redact(values[i])
		}
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		resp.Body = &redactedBody{body: resp.Body, redact: redact}
	}
	resp.Status = redact(resp.Status)
}

// redactedBody is the body of an answer that says no, as much of it as is read
// of such, without the token.
type redactedBody struct {
	body   io.ReadCloser
	redact func(string) string
	text   *strings.Reader // nil before the first Read
	err    error           // what ended the reading of body, if anything did
}

// Read reads all of the body the first time: a token may come in pieces.
func (b *redactedBody) Read(p []byte) (int, error) {
	if b.text == nil {
		raw, err := io.ReadAll(io.LimitReader(b.body, maxErrorBody))
		b.text, b.err = strings.NewReader(b.redact(string(raw))), err
	}
	n, err := b.text.Read(p)
	if err == io.EOF && b.err != nil {
		err = b.err
	}
	return n, err
}

// Close closes the body.
func (b *redactedBody) Close() error { return b.body.Close() }

// redactedError is an error whose text held the token.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.err }

// errorWithoutToken is err without the token in its text.
func errorWithoutToken(err error, redact func(string) string) error {
	text := err.Error()
	if clean := redact(text); clean != text {
		return &redactedError{clean, err}
	}
	return err
}
