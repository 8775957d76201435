package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"reflect"
)

//go:embed page/page.html
var pageHTML string

//go:embed page/page.css
var pageCSS string

//go:embed page/page.js
var pageJS string

// policy allows the page's own style and script and nothing else: no network,
// no other script, no frame, no form that is sent.
var policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
	contentHash(pageCSS), contentHash(pageJS))

// contentHash is how a content security policy names a text.
func contentHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"number": func(n any) string { return grouped(reflect.Indirect(reflect.ValueOf(n)).Int()) },
	"bytes":  func(n *int64) string { return bytesText(*n) },
	"moment": moment,
	"caption": func(s split, caption string) any {
		return struct {
			split
			Caption string
		}{s, caption}
	},
}).Parse(pageHTML))

// page is what the template is filled with.
type page struct {
	*view
	Policy string
	Style  template.CSS
	Script template.JS
}

func (p page) HarvestedText() string { return moment(p.Source.HarvestedAt) }

// FewYears reports whether the table of years may be open from the start.
func (p page) FewYears() bool { return len(p.YearTable.Rows) <= 12 }

func (p page) CompletenessText() string {
	if p.Source.Completeness == CountsAgree {
		return "counts agree"
	}
	return string(p.Source.Completeness)
}

func writeHTML(w io.Writer, r *Report) error {
	out := bufio.NewWriterSize(w, 64<<10)
	p := page{view: newView(r), Policy: policy, Style: template.CSS(pageCSS), Script: template.JS(pageJS)}
	if err := pageTemplate.Execute(out, p); err != nil {
		return err
	}
	return out.Flush()
}
