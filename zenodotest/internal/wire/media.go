package wire

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
)

var (
	shown  = []string{"audio/mpeg", "image/gif", "image/jpeg", "image/png", "image/tiff", "text/plain"}
	asText = []string{TypeJSON, "application/xml", "image/svg+xml", "text/csv", "text/html"}
)

// Named makes an answer the download of a file with that name: under a type
// that no browser runs, and to be saved where it is not one to be shown.
func (a *Answer) Named(name string, save bool) *Answer {
	a.ContentType = "application/octet-stream"
	switch kind := filenames.MediaType(name); {
	case slices.Contains(shown, kind):
		a.ContentType = kind
	case slices.Contains(asText, kind):
		a.ContentType = "text/plain"
	}
	if a.ContentType == "text/plain" {
		a.ContentType += "; charset=utf-8"
	}
	if !save && a.ContentType != "application/octet-stream" {
		return a.Set("Content-Disposition", "inline")
	}
	return a.Set("Content-Disposition", "attachment; "+dispositionName(name))
}

// dispositionName is a name as the header has it: what ASCII has of it, and then
// the whole.
func dispositionName(name string) string {
	simple := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	header := "filename=" + headerValue(simple)
	if simple != name {
		header += "; filename*=UTF-8''" + quote(name)
	}
	return header
}

// headerValue is a value in quotes where it needs them.
func headerValue(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(tokenMarks, r) && !isAlphanumeric(r) }) < 0 {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(s) + `"`
}

const tokenMarks = "!#$%&'*+-.^_`|~"

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func quote(name string) string {
	var out strings.Builder
	for _, c := range []byte(name) {
		if isAlphanumeric(rune(c)) || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
