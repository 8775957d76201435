package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// ErrUnknownFormat means that no format has this name, or none is written to
// files with this ending.
var ErrUnknownFormat = errors.New("unknown format")

// Format is a way of writing a report.
type Format string

// The formats.
const (
	HTML     Format = "html"
	Markdown Format = "markdown"
	JSON     Format = "json"
)

// Formats lists the formats.
func Formats() []Format { return []Format{HTML, Markdown, JSON} }

// FormatOf is the format that a file's ending asks for, in whatever case: HTML
// where there is none, and [ErrUnknownFormat] where it is that of none.
func FormatOf(filename string) (Format, error) {
	switch ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(filename), ".")); ending {
	case "", "html", "htm":
		return HTML, nil
	case "md", "markdown":
		return Markdown, nil
	case "json":
		return JSON, nil
	default:
		return "", fmt.Errorf("%w: no report is written to files in .%s (but to html, md, json)", ErrUnknownFormat, ending)
	}
}

// Write writes the report. An error of w is wrapped at most, so that a broken
// pipe still matches [syscall.EPIPE].
func (r *Report) Write(w io.Writer, f Format) error {
	switch f {
	case HTML:
		return writeHTML(w, r)
	case Markdown:
		return writeMarkdown(w, r)
	case JSON:
		return writeJSON(w, r)
	}
	return fmt.Errorf("%w %q", ErrUnknownFormat, f)
}

func writeJSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}
