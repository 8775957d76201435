package export

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/zharvest/zharvest/zenodo"
)

// ErrTemplate means that a template cannot be read, or cannot be carried out
// for a record.
var ErrTemplate = errors.New("template")

// ParseTemplate makes a format of a template in the language of
// [text/template], which is carried out for each record, as for
// {{.DOI}} - {{.Title}}. Where what came of it ends without a line break, one is
// added, except where nothing came of it.
//
// The data are, as text: ID, DOI, ConceptID, ConceptDOI, Title, PublicationDate,
// Type, Subtype, TypeTitle, License, Access, Version, Language, Publisher,
// Description (in HTML), URL (of the page), Link (of the DOI, else of the page),
// Key (to cite by, as in BibTeX), Created, Updated; Year, a number; Views,
// Downloads and Size, which are numbers where they are known and empty texts
// where not; Journal with Title, Volume, Issue, Pages and ISSN;
// and lists: Keywords and Communities of text, Creators of people with Name,
// Family, Given, Affiliation and ORCID, Contributors, who have a Role too,
// Grants with Funder, Code, Title, Acronym and URL, and Files with Name, Size,
// Checksum and URL.
//
// Functions beside those of text/template: join SEPARATOR LIST, truncate LENGTH
// TEXT, year DATE, date LAYOUT DATE (a layout of package time), json VALUE, csv
// TEXT (a cell), latex TEXT, markdown TEXT, plain HTML, line TEXT (without line
// breaks), lower, upper, replace OLD NEW TEXT, and default FALLBACK VALUE.
//
// A template that cannot be read, or that names what is not there, is
// [ErrTemplate], with the line and mostly the column.
func ParseTemplate(text string) (Format, error) {
	t, err := template.New("template").Funcs(templateFuncs).Parse(text)
	if err != nil {
		return Format{}, templateError(err)
	}
	if err := checkNames(t, text); err != nil {
		return Format{}, err
	}
	if err := t.Execute(io.Discard, newView(sample())); err != nil {
		return Format{}, templateError(err)
	}
	write := func(w io.Writer, records iter.Seq2[*zenodo.Record, error], _ Options) error {
		return layout{row: templateRow(t)}.write(w, records)
	}
	return Format{Name: "template", fixed: true, write: write}, nil
}

func templateRow(t *template.Template) func(dst []byte, r *zenodo.Record) ([]byte, error) {
	return func(dst []byte, r *zenodo.Record) ([]byte, error) {
		piece := appender{dst}
		if err := t.Execute(&piece, newView(r)); err != nil {
			return dst, fmt.Errorf("record %s: %w", r.ID, templateError(err))
		}
		if n := len(piece.dst); n > len(dst) && piece.dst[n-1] != '\n' {
			piece.dst = append(piece.dst, '\n')
		}
		return piece.dst, nil
	}
}

// templateError leaves out what text/template says of its own workings.
func templateError(err error) error {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "template: "), "template:")
	return fmt.Errorf("%w:%s", ErrTemplate, strings.Replace(text, `executing "template" at `, "", 1))
}

// checkNames finds names that no data have, also where a template does not come
// by with the record that it is tried on.
func checkNames(t *template.Template, text string) error {
	for _, each := range t.Templates() {
		if each.Tree == nil {
			continue
		}
		for node := range nodesOf(each.Root) {
			if name := unknownName(node); name != "" {
				line, column := position(text, int(node.Position()))
				return fmt.Errorf("%w:%d:%d: there is no .%s; there are %s", ErrTemplate, line, column, name, strings.Join(viewNames(), ", "))
			}
		}
	}
	return nil
}

// position is the line and the column of an offset, from 1, in characters.
func position(text string, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + len([]rune(before[start:]))
}

// unknownName is a name in the node that no data have.
func unknownName(node parse.Node) string {
	var names []string
	switch n := node.(type) {
	case *parse.FieldNode:
		names = n.Ident
	case *parse.VariableNode:
		names = n.Ident[1:]
	case *parse.ChainNode:
		names = n.Field
	}
	for _, name := range names {
		if !knownNames[name] {
			return name
		}
	}
	return ""
}
