package deposit

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// Table is a CSV file with a deposition a row. The header names keys of the
// metadata, as [Metadata.Set] takes them, and the columns files, id and doi.
// Other columns, and the order of all, are kept.
type Table struct {
	path   string
	bom    bool
	crlf   bool
	comma  rune
	header []string
	rows   [][]string
}

// Columns of a table that are no metadata.
const (
	columnFiles = "files" // paths, with ; between
	columnID    = "id"    // of the deposition, written back
	columnDOI   = "doi"   // written back; one that is not Zenodo's is metadata, too
)

const tableHint = "the first line names columns such as title, creators, files, upload_type, keywords; see zharvest deposit push --help"

// ReadTable reads a table. The error is a [*FormatError].
func ReadTable(path string, data []byte) (*Table, error) {
	t := &Table{path: path, comma: ','}
	data, t.bom = bytes.CutPrefix(data, []byte("\ufeff"))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	t.crlf = bytes.HasSuffix(first, []byte("\r"))
	if !bytes.ContainsRune(first, ',') && bytes.ContainsRune(first, ';') {
		t.comma = ';'
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = t.comma
	rows, err := r.ReadAll()
	if err == nil && len(rows) == 0 {
		err = errors.New("is empty")
	}
	if err == nil {
		t.header, t.rows = rows[0], rows[1:]
		err = t.checkHeader()
	}
	if err != nil {
		return nil, &FormatError{path, err, tableHint}
	}
	for _, name := range []string{columnID, columnDOI} {
		t.addColumn(name)
	}
	return t, nil
}

func (t *Table) checkHeader() error {
	for i, name := range t.header {
		t.header[i] = strings.TrimSpace(name)
		if t.header[i] != "" && slices.Contains(t.header[:i], t.header[i]) {
			return fmt.Errorf("has two columns %s", t.header[i])
		}
	}
	if !slices.Contains(t.header, "title") {
		return errors.New("has no column title")
	}
	return nil
}

func (t *Table) addColumn(name string) {
	if slices.Contains(t.header, name) {
		return
	}
	t.header = append(t.header, name)
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], "")
	}
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Line is the number of a row as spreadsheets count it, the header being 1.
func (t *Table) Line(row int) int { return row + 2 }

func (t *Table) cell(row int, column string) string {
	i := slices.Index(t.header, column)
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(t.rows[row][i])
}

// ID is the deposition that a row was given by an earlier run, or empty.
func (t *Table) ID(row int) zenodo.RecordID { return zenodo.RecordID(t.cell(row, columnID)) }

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

// Key is what the journal knows a row by: its title and files, which tell rows
// apart wherever they stand.
func (t *Table) Key(row int) string {
	sum := sha256.Sum256([]byte(t.cell(row, "title") + "\x00" + t.cell(row, columnFiles)))
	return hex.EncodeToString(sum[:8])
}

// CheckRows tells of rows that cannot be told apart.
func (t *Table) CheckRows() error {
	seen := map[string]int{}
	for row := range t.rows {
		if t.ID(row) != "" {
			continue
		}
		if other, ok := seen[t.Key(row)]; ok {
			err := fmt.Errorf("lines %d and %d have the same title and files", t.Line(other), t.Line(row))
			return &FormatError{t.path, err, "give one of them another title, or delete it"}
		}
		seen[t.Key(row)] = row
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
// writes the file, which is there as a whole or as it was.
func (t *Table) Write(row int, d *zenodo.Deposition) error {
	changed := false
	doi := string(d.DOI)
	if !d.Published() {
		doi = ""
	}
	for _, set := range [][2]string{{columnID, string(d.ID)}, {columnDOI, doi}} {
		i := slices.Index(t.header, set[0])
		if set[1] != "" && t.rows[row][i] != set[1] {
			t.rows[row][i], changed = set[1], true
		}
	}
	if !changed {
		return nil
	}
	var b bytes.Buffer
	if err := t.encode(&b); err != nil {
		return err
	}
	return replaceFile(t.path, b.Bytes())
}

func (t *Table) encode(w io.Writer) error {
	if t.bom {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = t.comma, t.crlf
	if err := out.Write(t.header); err != nil {
		return err
	}
	return out.WriteAll(t.rows)
}

// OpenTable reads a table from its file.
func OpenTable(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ReadTable(path, data)
}
