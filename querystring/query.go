package querystring

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrLoose means that Zenodo would not take a text for a query, but search its words loosely.
var ErrLoose = errors.New("not a query that Zenodo can parse")

// Query is what Zenodo makes of a text.
type Query struct {
	// Text is the query as typed.
	Text string
	// Sent is what the engine gets after Zenodo's rewriting. It is "" if Loose, and for the empty text.
	Sent string
	// Loose reports whether the gate refused the text. It is no error: Zenodo then searches the default fields for any of
	// the words of the text, its colons, brackets and operators included. Reason and Pos say why and where.
	Loose  bool
	Reason string
	Pos    int
	// Root is the tree of Sent. It is nil if Loose, and for the empty text, which finds everything.
	Root Node
	// Translated are the names before a colon that Zenodo translates into those of index fields, as typed, each once. No
	// other InvenioRDM repository has fields of these names; [IndexField] gives the name that all of them have.
	Translated []string
	// Warnings are about what surely means something else than it looks; see [Warning].
	Warnings []Warning
}

// Error is a query that Zenodo refuses.
type Error struct {
	// Pos is the byte offset in Text of what is wrong.
	Pos int
	Msg string
	// Hint says how to write what was meant, where that is plain; else it is "".
	Hint string
	// Status is what Zenodo answers: 400 if the engine refuses the query, 500 if Zenodo crashes over it.
	Status int
	// Text is the query as typed, Sent what the engine got; that is "" with status 500.
	Text, Sent string
}

// Error says what is wrong and where, counted in characters from 1, and what was sent if that is not what was typed.
func (e *Error) Error() string {
	s := "query, " + at(e.Text, e.Pos) + e.Msg
	if e.Sent != "" && e.Sent != e.Text {
		s += fmt.Sprintf(" (sent as %s)", e.Sent)
	}
	return s
}

// at names the place of the byte pos of text.
func at(text string, pos int) string {
	return fmt.Sprintf("character %d: ", utf8.RuneCountInString(text[:min(pos, len(text))])+1)
}

// Parser parses queries. The zero value is ready to use, by several goroutines at once.
type Parser struct {
	// Community returns the id under which the engine knows the community with a slug, and false if there is none.
	// If it is nil, the slug itself stands for the id.
	Community func(slug string) (id string, ok bool)
	// Native leaves names and values as they are, as an InvenioRDM does that is not Zenodo: only the names of index fields
	// mean anything there.
	Native bool
}

// Parse reads a query as Zenodo does, with the slugs of communities in place of their ids. The error is an [*Error].
func Parse(text string) (*Query, error) { return Parser{}.Parse(text) }

// Parse reads a query as Zenodo does. The error is an [*Error]. Bytes that are not UTF-8 are replaced, as in the address
// of a search.
func (p Parser) Parse(text string) (*Query, error) {
	text = strings.ToValidUTF8(text, "\ufffd")
	q := &Query{Text: text}
	if text == "" {
		return q, nil
	}
	out, err := runGate(text, p)
	if loose, ok := errors.AsType[*looseError](err); ok {
		q.Loose, q.Reason, q.Pos = true, loose.reason, loose.pos
		q.Warnings = looseWarnings(q)
		return q, nil
	}
	if err != nil {
		return nil, err
	}
	q.Sent = out.String()
	if q.Root, err = parseSent(out); err != nil {
		return nil, refused(err, out)
	}
	if !p.Native {
		q.Translated = out.translated()
	}
	q.Warnings = warnings(q, out)
	return q, nil
}

// refused turns an error about what was sent into one about what was typed.
func refused(err error, out *output) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	at := e.Pos
	e.Pos, e.Status, e.Text, e.Sent = out.origin(at), 400, out.src, out.String()
	e.Hint = hint(out, at)
	return e
}
