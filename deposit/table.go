package deposit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/atomicfile"
	"github.com/zharvest/zharvest/internal/spelling"
	"github.com/zharvest/zharvest/zenodo"
)

// Table is a CSV file with a deposition a row. The header names keys of the
// metadata, as [Metadata.Set] takes them, and the columns files, id and doi.
// Other columns, and the order of all, are kept.
type Table struct {
	path   string
	data   []byte // what is in the file
	bom    bool
	comma  rune
	header []string
	lines  []*tableLine // all of them, the header too
	rows   []*tableLine
	rest   string // what follows the last line
}

// Columns of a table that mean more than their metadata.
const (
	columnTitle = "title"
	columnFiles = "files" // paths, with ; between
	columnID    = "id"    // of the deposition, written back
	columnDOI   = "doi"   // written back; one that is not Zenodo's is metadata, too
)

const (
	tableHint    = "the first line names columns such as title, creators, files, upload_type, keywords; see zharvest deposit push --help"
	encodingHint = "save it again as CSV in UTF-8"
	quotesHint   = "fix the line, or save the table again as CSV in UTF-8: a cell with quotation marks stands in quotation marks"
)

// ReadTable reads a table. Lines without anything in them are no rows. The
// error is a [*FormatError].
func ReadTable(path string, data []byte) (*Table, error) {
	if !utf8.Valid(data) {
		return nil, &FormatError{path, errors.New("is not in UTF-8"), encodingHint}
	}
	t := &Table{path: path, data: data}
	data, t.bom = bytes.CutPrefix(data, []byte("\ufeff"))
	t.comma = commaOf(data)
	var err error
	if t.lines, t.rest, err = readTableLines(data, t.comma); err != nil {
		return nil, &FormatError{path, err, quotesHint}
	}
	if err := t.readHeader(); err != nil {
		return nil, &FormatError{path, err, tableHint}
	}
	for _, l := range t.lines[1:] {
		if !l.isBlank() {
			t.rows = append(t.rows, l)
		}
	}
	for _, name := range []string{columnID, columnDOI} {
		t.addColumn(name)
	}
	return t, nil
}

func (t *Table) readHeader() error {
	if len(t.lines) == 0 {
		return errors.New("is empty")
	}
	for _, name := range t.lines[0].cells {
		name = strings.TrimSpace(name)
		if name != "" && slices.Contains(t.header, name) {
			return fmt.Errorf("has two columns %s", name)
		}
		t.header = append(t.header, name)
	}
	if slices.Contains(t.header, columnTitle) {
		return nil
	}
	for _, name := range t.header {
		if _, near := spelling.Nearest(name, []string{columnTitle}); near {
			return fmt.Errorf("has no column title; did you mean it by %s?", name)
		}
	}
	return errors.New("has no column title")
}

// Misspelt are columns that are no names of the metadata, by the names that
// were probably meant. What is in them is not sent.
func (t *Table) Misspelt() map[string]string {
	known := slices.Sorted(maps.Keys(attributes))
	known = append(known, columnFiles, columnID)
	misspelt := map[string]string{}
	for _, column := range t.header {
		name, _, _ := strings.Cut(column, ".")
		if near, ok := spelling.Nearest(name, known); ok {
			misspelt[column] = near
		}
	}
	return misspelt
}

func (t *Table) addColumn(name string) {
	if slices.Contains(t.header, name) {
		return
	}
	t.header = append(t.header, name)
	for i, l := range t.lines {
		cell := ""
		if i == 0 {
			cell = name
		}
		l.set(len(l.cells), cell, t.comma)
	}
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Line is the number of a row as spreadsheets count it, the header being 1.
func (t *Table) Line(row int) int { return t.rows[row].number }

func (t *Table) cell(row int, column string) string {
	i := slices.Index(t.header, column)
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(t.rows[row].cells[i])
}

// ID is the deposition that a row was given by an earlier run, or by somebody
// who may have written a DOI or an address, or empty.
func (t *Table) ID(row int) zenodo.RecordID {
	cell := t.cell(row, columnID)
	ref, ok := zenodo.ParseRef(cell)
	if !ok {
		return zenodo.RecordID(cell)
	}
	if id, ours := ref.DOI.RecordID(); ours {
		return id
	}
	return cmp.Or(ref.ID, zenodo.RecordID(cell))
}

// Paths are the files of a row, from the folder of the table on.
func (t *Table) Paths(row int) []string {
	var paths []string
	for _, path := range divided(t.cell(row, columnFiles)) {
		path = filepath.FromSlash(path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(t.path), path)
		}
		paths = append(paths, path)
	}
	return paths
}

// Key is what the journal knows a row by: its title and files, which identify it
// wherever it stands.
func (t *Table) Key(row int) string {
	sum := sha256.Sum256([]byte(t.cell(row, columnTitle) + "\x00" + t.cell(row, columnFiles)))
	return hex.EncodeToString(sum[:8])
}

// CheckRows reports rows that look the same.
func (t *Table) CheckRows() error {
	seen := map[string]int{}
	for row := range t.rows {
		key, what, hint := t.Key(row), "title and files", "give one of them another title, or delete it"
		if id := t.ID(row); id != "" {
			key, what, hint = "id "+string(id), "id", "empty the cell of the one that is another deposition"
		}
		if other, ok := seen[key]; ok {
			err := fmt.Errorf("lines %d and %d have the same %s", t.Line(other), t.Line(row), what)
			return &FormatError{t.path, err, hint}
		}
		seen[key] = row
	}
	return nil
}

// Metadata is that of a row: base with the cells that are not empty on top.
// Several values stand in a cell with ; between; a creator may have an ORCID
// in parentheses behind the name. The error is a [*FormatError].
func (t *Table) Metadata(row int, base *Metadata) (*Metadata, error) {
	m := &Metadata{fields: deepCopy(base.fields).(*object)}
	for _, column := range t.header {
		cell := t.cell(row, column)
		if cell == "" || column == "" || column == columnFiles || column == columnID {
			continue
		}
		if _, ours := zenodo.DOI(cell).RecordID(); column == columnDOI && ours {
			continue
		}
		if err := m.setCell(column, cell); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// setCell sets what a cell says. A column that is no name of the metadata is
// somebody's own.
func (m *Metadata) setCell(column, cell string) error {
	name, _, isPath := strings.Cut(column, ".")
	known, ok := attributes[name]
	switch {
	case !ok:
		return nil
	case isPath, strings.HasPrefix(cell, "["), strings.HasPrefix(cell, "{"):
		return m.Set(column + "=" + cell)
	case known.text, name == "license":
		m.fields.set(name, cell)
		return nil
	}
	items := []any{}
	for _, part := range divided(cell) {
		items = append(items, cellItem(name, part))
	}
	m.fields.set(name, items)
	return nil
}

// cellItem is one of several values of a cell.
func cellItem(name, part string) any {
	item := newObject()
	switch name {
	case "creators", "contributors", "thesis_supervisors":
		who, rest, _ := strings.Cut(part, "(")
		item.set("name", strings.TrimSpace(who))
		if orcid := strings.TrimSpace(strings.TrimSuffix(rest, ")")); orcid != "" {
			item.set("orcid", bareORCID(orcid))
		}
	case "communities":
		item.set("identifier", part)
	case "grants":
		item.set("id", part)
	default:
		return part
	}
	return item
}

// divided are the parts of a cell, without blanks around them.
func divided(cell string) []string {
	var parts []string
	for part := range strings.SplitSeq(cell, ";") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Write puts the id and the DOI of a row's deposition into the table and
// writes the file, which is there as a whole or as it was. A file that somebody
// else has changed since it was read is left alone; the error is then a
// [*FormatError].
func (t *Table) Write(row int, d *zenodo.Deposition) error {
	doi := string(d.DOI)
	if !d.Published() {
		doi = ""
	}
	changed := false
	for _, set := range [][2]string{{columnID, string(d.ID)}, {columnDOI, doi}} {
		i := slices.Index(t.header, set[0])
		if set[1] != "" && t.rows[row].cells[i] != set[1] {
			t.rows[row].set(i, set[1], t.comma)
			changed = true
		}
	}
	if !changed {
		return nil
	}
	now, err := os.ReadFile(t.path)
	if err == nil && !bytes.Equal(now, t.data) {
		return &FormatError{t.path, errors.New("was changed meanwhile, and is left as it is"), "run the command again: it writes ids and DOIs into the table as it is then"}
	}
	data := t.encode()
	if err := atomicfile.WriteFile(t.path, data); err != nil {
		return err
	}
	t.data = data
	return nil
}

func (t *Table) encode() []byte {
	var b bytes.Buffer
	if t.bom {
		b.WriteString("\ufeff")
	}
	for _, l := range t.lines {
		b.WriteString(l.before + strings.Join(l.written, string(t.comma)) + l.end)
	}
	b.WriteString(t.rest)
	return b.Bytes()
}

// OpenTable reads a table from its file.
func OpenTable(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ReadTable(path, data)
}
