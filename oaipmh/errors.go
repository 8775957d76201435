package oaipmh

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/xmltext"
)

// Code is what kind of error a repository reports. It is an error itself, to
// be tested for with [errors.Is].
type Code string

// The codes of the protocol.
const (
	ErrBadVerb                 Code = "badVerb"
	ErrBadArgument             Code = "badArgument"             // also what Zenodo says to an unknown metadata prefix
	ErrBadResumptionToken      Code = "badResumptionToken"      // unknown or expired: start the list again
	ErrCannotDisseminateFormat Code = "cannotDisseminateFormat" // no such metadata prefix
	ErrIDDoesNotExist          Code = "idDoesNotExist"
	ErrNoRecordsMatch          Code = "noRecordsMatch" // an empty list; the iterators take it for that
	ErrNoMetadataFormats       Code = "noMetadataFormats"
	ErrNoSetHierarchy          Code = "noSetHierarchy" // the repository has no sets
)

// Error returns the code.
func (c Code) Error() string { return string(c) }

func (c Code) isKnown() bool {
	switch c {
	case ErrBadVerb, ErrBadArgument, ErrBadResumptionToken, ErrCannotDisseminateFormat,
		ErrIDDoesNotExist, ErrNoRecordsMatch, ErrNoMetadataFormats, ErrNoSetHierarchy:
		return true
	}
	return false
}

// Error is an error that the repository reports by the protocol, whatever the
// HTTP status: Invenio, which Zenodo runs on, sends 422. It matches its [Code]
// and those of Also.
type Error struct {
	Code Code
	// Message is the repository's text, shortened where it is long.
	Message string
	// Also holds further errors of the same answer.
	Also []*Error
}

// Error gives code and message.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(cmp.Or(string(e.Code), "error without a code"))
	if e.Message != "" {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	for _, also := range e.Also {
		fmt.Fprintf(&b, "; %s", also)
	}
	return b.String()
}

// Unwrap returns the code and the further errors.
func (e *Error) Unwrap() []error {
	errs := []error{e.Code}
	for _, also := range e.Also {
		errs = append(errs, also)
	}
	return errs
}

// isNoMatch reports whether all that is wrong is that nothing was found.
func isNoMatch(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == ErrNoRecordsMatch && len(e.Also) == 0
}

// HTTPError is an answer with an HTTP status that is no success and without an
// error of the protocol in it.
type HTTPError struct {
	Status int
	// RetryAfter is the delay that the server asks for, zero if it does not.
	RetryAfter time.Duration
	// HTML says that a web page was sent: often a gateway, a filter or a login
	// page in front of the repository.
	HTML bool
	// Message is the beginning of the body, or the title of a web page.
	Message string
}

// Error gives the status and what else is known.
func (e *HTTPError) Error() string {
	s := strings.TrimSpace(fmt.Sprintf("status %d %s", e.Status, http.StatusText(e.Status)))
	if e.HTML {
		s += " with a web page"
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.RetryAfter > 0 {
		s += fmt.Sprintf(" (retry after %s)", e.RetryAfter)
	}
	return s
}

var (
	// ErrInvalidArgument is why a request was not sent.
	ErrInvalidArgument = errors.New("invalid argument")
	// ErrInvalidBody is matched by every [BodyError].
	ErrInvalidBody = errors.New("answer is not the OAI-PMH document that was due")
	// ErrInvalidCharacter is matched by a [BodyError] for a character that XML
	// forbids or a byte that is not UTF-8; [WithLenientCharacters] reads over
	// them.
	ErrInvalidCharacter = errors.New("character not allowed in XML")
	// ErrCharset is matched by a [BodyError] for an encoding other than UTF-8.
	ErrCharset = xmltext.ErrCharset
	// ErrTooLarge is matched by a [BodyError] for an answer beyond the limit of
	// [WithMaxBytes], or one that is nested too deeply.
	ErrTooLarge = errors.New("answer too large")
	// ErrTokenRepeated ends a list whose resumption token came before: the list
	// would go on forever.
	ErrTokenRepeated = errors.New("resumption token was given before in this list")
	// ErrEmptyPages ends a list of empty pages that has no end.
	ErrEmptyPages = errors.New("too many empty pages in succession")
)

// BodyError is an answer that was cut, or is not XML or not OAI-PMH. It
// matches [ErrInvalidBody], and what the connection said if that broke.
type BodyError struct {
	Offset int64 // bytes into the body, uncompressed, up to about where it went wrong
	Line   int   // from 1
	Err    error

	lost bool // the connection broke or ended
}

// Error tells place and reason.
func (e *BodyError) Error() string {
	return fmt.Sprintf("%v: line %d, byte %d: %v", ErrInvalidBody, e.Line, e.Offset, e.Err)
}

// Is reports whether target is [ErrInvalidBody].
func (e *BodyError) Is(target error) bool { return target == ErrInvalidBody }

// Unwrap returns the reason.
func (e *BodyError) Unwrap() error { return e.Err }
