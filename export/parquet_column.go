package export

import (
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"github.com/zharvest/zharvest/zenodo"
)

// parquetColumn is a column of a Parquet file.
type parquetColumn struct {
	name string
	node parquet.Node
	// append appends the values of the column with that number: one, which may
	// be null, or those of a list.
	append func(row parquet.Row, column int, r *zenodo.Record) parquet.Row
}

// parquetColumns are the columns for fields. Each field is a column of its
// name and type: text, INT64, a list of texts, or JSON. Times are TIMESTAMPs in UTC
// to the microsecond, null where a server's cannot be read. Of
// publication_date there are three: itself as a DATE, null where it does not
// name one day; publication_date_text, as the authors gave it; and
// publication_year.
func parquetColumns(fields []Field) []parquetColumn {
	var columns []parquetColumn
	for i := range fields {
		f := &fields[i]
		switch {
		case f.kind == Number:
			columns = append(columns, optional(f.Name, parquet.Int(64), f.parquetNumber))
		case f.kind == JSON:
			columns = append(columns, optional(f.Name, parquet.JSON(), f.parquetJSON))
		case f.kind == List:
			columns = append(columns, parquetColumn{f.Name, parquet.List(byNumber(textLeaf())), f.appendParquetList})
		case f.meaning() == moment:
			columns = append(columns, optional(f.Name, parquet.Timestamp(parquet.Microsecond), f.parquetTime))
		case f.meaning() == day:
			columns = append(columns,
				optional(f.Name, parquet.Date(), f.parquetDay),
				optional(f.Name+"_text", textLeaf(), f.parquetText),
				optional("publication_year", parquet.Int(32), f.parquetYear))
		case f.always:
			columns = append(columns, parquetColumn{f.Name, textLeaf(), f.appendParquetText})
		default:
			columns = append(columns, optional(f.Name, textNode(f.Name), f.parquetText))
		}
	}
	return columns
}

// repeating are the fields where many records have the same few values.
var repeating = map[string]bool{"type": true, "subtype": true, "license": true, "access": true, "language": true}

func textNode(name string) parquet.Node {
	if repeating[name] {
		return byNumber(textLeaf())
	}
	return textLeaf()
}

// byNumber has each value written once, and then by number. Of lists that are
// written otherwise, fastparquet reads none.
func byNumber(node parquet.Node) parquet.Node { return parquet.Encoded(node, &parquet.RLEDictionary) }

// optional is a column of one value or null.
func optional(name string, node parquet.Node, value func(*zenodo.Record) (parquet.Value, bool)) parquetColumn {
	return parquetColumn{name, parquet.Optional(node), func(row parquet.Row, column int, r *zenodo.Record) parquet.Row {
		v, known := value(r)
		if !known {
			return append(row, parquet.NullValue().Level(0, 0, column))
		}
		return append(row, v.Level(0, 1, column))
	}}
}

func (f *Field) parquetNumber(r *zenodo.Record) (parquet.Value, bool) {
	n, known := f.number(r)
	return parquet.Int64Value(n), known
}

func (f *Field) parquetText(r *zenodo.Record) (parquet.Value, bool) {
	text := f.text(r)
	return textValue(text), text != ""
}

// parquetJSON is null for an empty array or object, too.
func (f *Field) parquetJSON(r *zenodo.Record) (parquet.Value, bool) {
	value := f.json(nil, r)
	return parquet.ByteArrayValue(value), len(value) > len("[]") && string(value) != "null"
}

func (f *Field) parquetTime(r *zenodo.Record) (parquet.Value, bool) {
	at, known := zenodo.Timestamp(f.text(r)).Time()
	return parquet.Int64Value(at.UnixMicro()), known
}

func (f *Field) parquetDay(r *zenodo.Record) (parquet.Value, bool) {
	const secondsOfDay = 24 * 60 * 60
	day, known := wholeDay(f.text(r))
	// Days before 1970 are whole too, so that the division is exact.
	return parquet.Int32Value(int32(day.Unix() / secondsOfDay)), known
}

func (f *Field) parquetYear(r *zenodo.Record) (parquet.Value, bool) {
	year, known := yearOfDate(f.text(r))
	return parquet.Int32Value(int32(year)), known
}

func (f *Field) appendParquetText(row parquet.Row, column int, r *zenodo.Record) parquet.Row {
	return append(row, textValue(f.text(r)).Level(0, 0, column))
}

// appendParquetList appends a list; an empty one has a null of level
// 0 in place of its values.
func (f *Field) appendParquetList(row parquet.Row, column int, r *zenodo.Record) parquet.Row {
	n := f.list.len(r)
	if n == 0 {
		return append(row, parquet.NullValue().Level(0, 0, column))
	}
	for i := range n {
		row = append(row, textValue(f.list.at(r, i)).Level(min(i, 1), 1, column))
	}
	return row
}

// textValue is a text with broken UTF-8 replaced as in JSON: readers refuse a
// file that has any.
func textValue(s string) parquet.Value {
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	return parquet.ByteArrayValue([]byte(s))
}

// parquetRoot is a group whose columns stand in their own order rather than in
// that of the alphabet.
type parquetRoot struct {
	parquet.Group
	fields []parquet.Field
}

func newParquetRoot(columns []parquetColumn) parquetRoot {
	root := parquetRoot{Group: parquet.Group{}}
	for _, c := range columns {
		root.Group[c.name] = c.node
	}
	byName := map[string]parquet.Field{}
	for _, f := range root.Group.Fields() {
		byName[f.Name()] = f
	}
	for _, c := range columns {
		root.fields = append(root.fields, byName[c.name])
	}
	return root
}

// Fields are the columns in their order.
func (r parquetRoot) Fields() []parquet.Field { return r.fields }
