package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/report"
)

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]report.Format{
		"-": report.HTML, "report": report.HTML, "a.html": report.HTML, "a.HTM": report.HTML,
		"README.md": report.Markdown, "a.markdown": report.Markdown, "a.b.json": report.JSON,
	} {
		if got, err := report.FormatOf(name); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	if got, err := report.FormatOf("a.pdf"); !errors.Is(err, report.ErrUnknownFormat) {
		t.Errorf("a.pdf: got %q, %v, want ErrUnknownFormat", got, err)
	}
}

// full is a disk that takes so many bytes.
type full int

func (f *full) Write(p []byte) (int, error) {
	if *f -= full(len(p)); *f < 0 {
		return 0, syscall.ENOSPC
	}
	return len(p), nil
}

// An error of the writer comes back, whether it is at the beginning or the end.
func TestWriteErrors(t *testing.T) {
	r := build(t, options(), difficult()...)
	for _, f := range report.Formats() {
		size := len(write(t, r, f))
		for _, room := range []int{0, size - 1} {
			disk := full(room)
			if err := r.Write(&disk, f); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s with room for %d of %d bytes: got %v, want ENOSPC", f, room, size, err)
			}
		}
	}
	if err := r.Write(new(bytes.Buffer), "pdf"); !errors.Is(err, report.ErrUnknownFormat) {
		t.Errorf("pdf: got %v, want ErrUnknownFormat", err)
	}
}

// The JSON has all that the report has.
func TestJSON(t *testing.T) {
	want := build(t, options(), difficult()...)
	var got report.Report
	decoder := json.NewDecoder(strings.NewReader(write(t, want, report.JSON)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := write(t, build(t, report.Options{Now: now}), report.JSON); strings.Contains(strings.Replace(text, `"changes": null`, "", 1), "null") {
		t.Errorf("an empty report has null for a list:\n%s", text)
	}
}

// The page's policy allows just the style and the script that are in it.
func TestPolicyOfPage(t *testing.T) {
	page := write(t, build(t, options(), difficult()...), report.HTML)
	hash := func(element string) string {
		parts := regexp.MustCompile("(?s)<"+element+">(.*?)</"+element+">").FindAllStringSubmatch(page, -1)
		if len(parts) != 1 {
			t.Fatalf("%d elements %s, want 1", len(parts), element)
		}
		sum := sha256.Sum256([]byte(parts[0][1]))
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}
	want := fmt.Sprintf(`content="default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'"`, hash("style"), hash("script"))
	got := regexp.MustCompile(`content="default-src.*?"`).FindString(page)
	got = strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(got)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if at := regexp.MustCompile(`<[a-z][^<>]* (style|on[a-z]+)=`).FindString(page); at != "" {
		t.Errorf("the page has an attribute that its policy forbids: %s", at)
	}
}

// FuzzHTML wants a title to stay text: the page has as many elements as that of
// a plain one.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<b>", `"`, "'", "`", "&lt;", "</title>", "{{.}}", "<!--", "\x00", "]]>", "javascript:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		page := func(text string) string {
			r := ordinary()
			r.Metadata.Title, r.Metadata.Creators[0].Name, r.Metadata.AccessRight, r.Metadata.License = "x"+text, "y"+text, "z"+text, "l"+text
			return write(t, build(t, report.Options{Now: now}, r), report.HTML)
		}
		for _, mark := range []string{"<", ">", `"`} {
			if got, want := strings.Count(page(s), mark), strings.Count(page(""), mark); got != want {
				t.Errorf("%q: %d of %s, want %d", s, got, mark, want)
			}
		}
	})
}

// Markdown says of what is not there that it is not, as the page does.
func TestNothingIsSaid(t *testing.T) {
	o := options()
	o.Source.Harvests[0].LastFullAt = ""
	o.Changes.Items = []report.Change{
		{Change: "changed", ID: "1", Title: "A", Field: "license", New: "mit"}, {Change: "changed", ID: "1", Title: "A", Field: "version", Old: "1"},
	}
	text := write(t, build(t, o, ordinary()), report.Markdown)
	for _, want := range []string{"| A | changed | license: nothing → mit |\n", "| A | changed | version: 1 → nothing |\n", " | never |\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
