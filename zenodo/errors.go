package zenodo

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// What an [Error] matches by [errors.Is].
var (
	ErrBadRequest   = errors.New("refused as invalid")              // 400
	ErrUnauthorized = errors.New("access token missing or refused") // 401, and 400 with a CSRF message
	ErrForbidden    = errors.New("not allowed")                     // 403 with JSON
	ErrBlocked      = errors.New("blocked")                         // 403 without JSON: a filter in front of the server
	ErrNotFound     = errors.New("not found")                       // 404
	ErrConflict     = errors.New("conflict with the present state") // 409
	ErrGone         = errors.New("deleted")                         // 410
	ErrUnsupported  = errors.New("not supported by the server")     // 405
	ErrPrecondition = errors.New("changed meanwhile")               // 412
	ErrMediaType    = errors.New("media type refused")              // 415
	ErrRateLimited  = errors.New("too many requests")               // 429
	ErrServer       = errors.New("server error")                    // 5xx
	// ErrWindow is matched, next to ErrBadRequest, by the refusal of a page
	// that lies beyond the server's result window (10 000 hits on Zenodo).
	ErrWindow = errors.New("beyond the result window")
	// ErrQuery is matched, in place of ErrServer, by the failure of a server
	// that answers the same search without its query.
	ErrQuery = errors.New("the server fails on the query")
	// ErrNoDepositAPI is matched, next to ErrNotFound, by the answer of a server
	// that does not know the address of a deposition, whichever it is.
	ErrNoDepositAPI = errors.New("the server has no deposit API as Zenodo has")
)

var (
	// ErrInsecureToken is why [NewClient] refuses an access token for an API
	// root that is plain http and not on this machine.
	ErrInsecureToken = errors.New("access token refused over plain http")
	// ErrInvalidBody says that an answer with status 200 was cut, empty or
	// not the JSON that was due, every time it was asked for.
	ErrInvalidBody = errors.New("answer is not the JSON that was due")
	// ErrLost says that what was sent may have been done all the same: its
	// answer was lost, and it may not be sent twice.
	ErrLost = errors.New("the answer was lost")
)

// Error is an answer that says no. It matches one of the errors above.
type Error struct {
	Method string
	URL    string // without query and user
	Status int
	// Message is the server's, shortened where it is long. It may hold
	// control characters: escape it before it goes to a terminal.
	Message string
	// Fields are the parts of the request that the server found wrong.
	Fields []FieldError
	// RetryAfter is the delay that the server named, zero if it did not.
	RetryAfter time.Duration
	// Tombstone is set when the record was deleted and the server says why.
	Tombstone *Tombstone
	// RequestID names the request in the server's logs, or is empty.
	RequestID string
	// Blocked means that a filter in front of the server answered: the
	// network or the User-Agent is blocked.
	Blocked bool

	window bool // the page lies beyond the result window
	query  bool // the server answers without the query
}

// depositionPath finds the addresses of depositions, and noRoute begins what the
// framework says to an address that it does not know.
var depositionPath = regexp.MustCompile(`/deposit/depositions(/[^/]+(/actions/[a-z]+)?)?$`)

const noRoute = "The requested URL was not found on the server"

// FieldError is one complaint about a field of a request.
type FieldError struct {
	Field   string // dotted: metadata.title, size
	Message string
}

// Tombstone is what is left of a deleted record.
type Tombstone struct {
	Note     string
	Reason   string // the id: spam, duplicate, retracted, …
	Date     Timestamp
	Citation string
	Visible  bool
}

// Error says what was asked and what the server said to it.
func (e *Error) Error() string {
	message := cmp.Or(e.Message, http.StatusText(e.Status))
	if e.Is(ErrNoDepositAPI) {
		message = ErrNoDepositAPI.Error() // the server speaks of spelling
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", e.Method, e.URL, message)
	for i, f := range e.Fields {
		b.WriteString(map[bool]string{true: " (", false: "; "}[i == 0])
		fmt.Fprintf(&b, "%s: %s", f.Field, f.Message)
	}
	if len(e.Fields) > 0 {
		b.WriteString(")")
	}
	fmt.Fprintf(&b, " [status %d]", e.Status)
	if e.query {
		b.WriteString("; it answers searches without this query")
	}
	return b.String()
}

// Is reports whether target is the error of this package that stands for the
// answer's status.
func (e *Error) Is(target error) bool {
	switch target {
	case nil:
		return false
	case ErrWindow:
		return e.window
	case ErrNoDepositAPI:
		return e.Status == http.StatusNotFound && depositionPath.MatchString(e.URL) && strings.HasPrefix(e.Message, noRoute)
	}
	return target == e.sentinel()
}

func (e *Error) sentinel() error {
	switch {
	case e.Blocked:
		return ErrBlocked
	case e.query:
		return ErrQuery
	case e.Status == http.StatusBadRequest && isCSRF(e.Message):
		return ErrUnauthorized
	case e.Status >= 500:
		return ErrServer
	}
	return map[int]error{
		http.StatusBadRequest:      ErrBadRequest,
		http.StatusUnauthorized:    ErrUnauthorized,
		http.StatusForbidden:       ErrForbidden,
		http.StatusNotFound:        ErrNotFound,
		http.StatusConflict:        ErrConflict,
		http.StatusGone:            ErrGone,
		http.StatusTooManyRequests: ErrRateLimited,

		http.StatusMethodNotAllowed:     ErrUnsupported,
		http.StatusPreconditionFailed:   ErrPrecondition,
		http.StatusUnsupportedMediaType: ErrMediaType,
	}[e.Status]
}

// isCSRF recognises how Zenodo refuses an unknown access token on a write.
func isCSRF(message string) bool {
	return strings.HasPrefix(message, "CSRF ") || strings.HasPrefix(message, "Referer checking failed")
}

// PageSizeError says that a page after the first was asked for in a size that
// the server refuses. A smaller size gives the page's number another meaning,
// so the choice is the caller's.
type PageSizeError struct {
	Size int // what was asked for
	Max  int // what the server allows
	err  error
}

func (e *PageSizeError) Error() string {
	return fmt.Sprintf("page size %d refused: at most %d", e.Size, e.Max)
}

// Unwrap returns the server's answer, if it was asked.
func (e *PageSizeError) Unwrap() error { return e.err }
