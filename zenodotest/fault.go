package zenodotest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// FaultKind is a way in which an answer goes wrong.
type FaultKind string

// The kinds of faults. All but FaultBlock, Fault405 and Fault415 pass when the
// request is repeated. The last seven never come by chance.
const (
	FaultNone     FaultKind = ""
	FaultReset    FaultKind = "reset"    // the connection is reset before any answer
	Fault500      FaultKind = "500"      // JSON with an error_id
	Fault502      FaultKind = "502"      // HTML that calls itself octet-stream
	Fault503      FaultKind = "503"      // HTML with Retry-After, in seconds or as a date
	Fault504      FaultKind = "504"      // HTML
	Fault429      FaultKind = "429"      // JSON with Retry-After
	FaultCut      FaultKind = "cut"      // the body ends before the length that was announced
	FaultGarbled  FaultKind = "garbled"  // some bytes of the body are wrong, so that it is no JSON
	FaultEmpty    FaultKind = "empty"    // status 200 and no body
	FaultHTML     FaultKind = "html"     // status 200 and a page instead of JSON
	FaultDelay    FaultKind = "delay"    // the right answer, late
	FaultBlock    FaultKind = "block"    // 403 with HTML from a filter in front of the server
	Fault405      FaultKind = "405"      // the method is not allowed
	Fault415      FaultKind = "415"      // the content type is not accepted
	FaultUpload   FaultKind = "upload"   // the connection is reset when half of the request's body has come
	FaultChecksum FaultKind = "checksum" // checksums in the answer are wrong
	FaultShards   FaultKind = "shards"   // a search finds but what a part of its engine has, and says nothing of it
	FaultNoIndex  FaultKind = "no-index" // a search finds nothing, as where its index is empty
)

// FaultKinds returns the kinds that [Config.Faults] draws from by default.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultReset, Fault500, Fault502, Fault503, Fault504, Fault429,
		FaultCut, FaultGarbled, FaultEmpty, FaultHTML, FaultDelay,
	}
}

// UnmarshalText reads the name of a kind that there is.
func (k *FaultKind) UnmarshalText(text []byte) error {
	kind := FaultKind(text)
	if !kind.known() {
		return fmt.Errorf("unknown kind of fault %q; the kinds are %s", kind, strings.Trim(fmt.Sprint(allFaults()), "[]"))
	}
	*k = kind
	return nil
}

func allFaults() []FaultKind {
	return append(FaultKinds(), FaultBlock, Fault405, Fault415, FaultUpload, FaultChecksum, FaultShards, FaultNoIndex)
}

func (k FaultKind) known() bool { return slices.Contains(allFaults(), k) }

// Fault is what goes wrong with one answer.
type Fault struct {
	Kind FaultKind
	// RetryAfter is the header of that name of a 429 or 503. Empty means one
	// second for a 429, and for a 503 none, a second or a date a second ahead.
	RetryAfter string
	// Delay is how late a FaultDelay is; zero means a tenth of a second.
	Delay time.Duration
	// After lets the request be carried out before its answer is lost or
	// replaced: a 504 for a deposition that was published. FaultCut and
	// FaultGarbled are always of this sort, FaultUpload never.
	After bool
}

// faultFor decides what goes wrong with the n-th request.
func (e *Emulator) faultFor(r *http.Request, n int) Fault {
	if e.cfg.Fault != nil {
		return e.cfg.Fault(r, n)
	}
	if f := e.script.fault(r); f.Kind != FaultNone {
		return f
	}
	if e.cfg.Faults == 0 || len(e.cfg.FaultKinds) == 0 {
		return Fault{}
	}
	h := synth.Mix(e.cfg.Seed ^ synth.Mix(uint64(n)))
	if float64(h>>11)/(1<<53) >= e.cfg.Faults {
		return Fault{}
	}
	kind := e.cfg.FaultKinds[synth.Mix(h)%uint64(len(e.cfg.FaultKinds))]
	return Fault{Kind: kind, After: !wire.IsRead(r) && synth.Mix(h^1)%2 == 0}
}

type faultKey struct{}

// withFault lets what answers a request know what is to go wrong.
func withFault(r *http.Request, f Fault) *http.Request {
	if f.Kind != FaultShards && f.Kind != FaultNoIndex {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), faultKey{}, f.Kind))
}

// inSearch works the fault of a request into its search.
func inSearch(r *http.Request, s *catalog.Criteria) {
	switch r.Context().Value(faultKey{}) {
	case FaultShards:
		s.Shards = 4
	case FaultNoIndex:
		s.None = true
	}
}

// instead returns the answer that takes the place of the right one, or nil
// for faults that are worked into it.
func (f Fault) instead(n int, now time.Time) *wire.Answer {
	switch f.Kind {
	case Fault500:
		return wire.InternalError()
	case Fault502:
		return gatewayPage(502, "Bad Gateway", "application/octet-stream")
	case Fault503:
		a := gatewayPage(503, "Service Unavailable", wire.TypeHTML)
		retryAfter(a, f.RetryAfter, []string{"0", "1", now.Add(time.Second).UTC().Format(http.TimeFormat)}[n%3])
		return a
	case Fault504:
		return gatewayPage(504, "Gateway Time-out", "text/html")
	case Fault429:
		a := wire.AppError(http.StatusTooManyRequests, "30 per 1 minute")
		retryAfter(a, f.RetryAfter, "1")
		return a
	case FaultEmpty:
		return &wire.Answer{Status: 200, ContentType: wire.TypeJSON}
	case FaultHTML:
		return &wire.Answer{Status: 200, ContentType: wire.TypeHTML, Body: []byte("<!DOCTYPE html>\n<html><head><title>Zenodo</title></head><body><p>We are under maintenance.</p></body></html>\n")}
	case Fault405:
		return wire.AppError(http.StatusMethodNotAllowed, wire.MsgMethod)
	case Fault415:
		return wire.UnsupportedType(wire.TypeJSON)
	case FaultBlock:
		return &wire.Answer{Status: 403, ContentType: wire.TypeHTML, Body: []byte("<html><head><title>403 Forbidden</title></head><body><h1>Access denied</h1>" +
			"<p>Unusual traffic from your network. Reference: 7c1d-0042.</p></body></html>\n")}
	}
	return nil
}

// apply works the fault into the right answer.
func (f Fault) apply(a *wire.Answer, n int) {
	switch {
	case f.Kind == FaultGarbled && a.Content != nil:
		a.Content.ReadCloser = garbledReader{a.Content.ReadCloser, n}
	case f.Kind == FaultGarbled:
		a.Body = slices.Clone(a.Body) // others may share it
		garble(a.Body, n)
	case f.Kind == FaultChecksum:
		a.Body = wrongChecksums(a.Body)
	}
}

var checksum = regexp.MustCompile(`"checksum": "(md5:)?[0-9a-f]{4}`)

// wrongChecksums changes the beginning of each checksum.
func wrongChecksums(body []byte) []byte {
	return checksum.ReplaceAllFunc(body, func(found []byte) []byte {
		wrong := slices.Clone(found)
		for i := len(wrong) - 4; i < len(wrong); i++ {
			wrong[i] = "fedcba9876543210"[strings.IndexByte("0123456789abcdef", wrong[i])]
		}
		return wrong
	})
}

func gatewayPage(status int, text, contentType string) *wire.Answer {
	title := http.StatusText(status)
	return &wire.Answer{Status: status, ContentType: contentType, Body: []byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body><h1>" +
		text + "</h1>\nThe server didn't respond in time.\n</body></html>\n")}
}

func retryAfter(a *wire.Answer, given, usual string) {
	if given == "" {
		given = usual
	}
	a.Set("Retry-After", given)
}

// garbledReader garbles some bytes of each piece.
type garbledReader struct {
	io.ReadCloser
	n int
}

func (g garbledReader) Read(p []byte) (int, error) {
	n, err := g.ReadCloser.Read(p)
	garble(p[:n], g.n)
	return n, err
}

// garble changes about one byte in a thousand, and always a few. Clearing the
// upper bits makes control characters, which neither JSON nor XML may contain,
// and others take the place of the three that XML has: a fault that no client
// could notice would prove nothing.
func garble(body []byte, n int) {
	h := synth.Mix(uint64(n))
	for range 4 + len(body)/1000 {
		if len(body) > 0 {
			at := &body[h%uint64(len(body))]
			if *at &= 0x1f; *at == '\t' || *at == '\n' || *at == '\r' {
				*at = 0x1b
			}
		}
		h = synth.Mix(h)
	}
}

// wait sleeps, but not longer than the request lives.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
