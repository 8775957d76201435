package export_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// parquetNames are the columns for all fields, in their order.
var parquetNames = strings.Split(strings.Replace(strings.Join(documented, ","),
	"publication_date", "publication_date,publication_date_text,publication_year", 1), ",")

// parquetValues are what the documentation promises for a record in Parquet: as
// in JSON, but with dates, years and times in UTC to the microsecond.
func parquetValues(r *zenodo.Record) []any {
	var all []any
	for i, v := range validValues(r) {
		switch documented[i] {
		case "publication_date":
			all = append(all, wantDay(v), v, wantYear(v))
		case "created", "updated":
			all = append(all, wantTime(v))
		case "contributors":
			all = append(all, wantNested(v.(nested)))
		default:
			all = append(all, v)
		}
	}
	return all
}

// wantNested is null for no object.
func wantNested(n nested) any {
	if n.json == "[]" {
		return nil
	}
	return n.json
}

func wantDay(v any) any {
	if s, ok := v.(string); ok && len(s) == len("2023-03-09") {
		return s
	}
	return nil
}

func wantYear(v any) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	var year int64
	if _, err := fmt.Sscanf(s, "%4d", &year); err != nil {
		return nil
	}
	return year
}

func wantTime(v any) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil
	}
	return at.UTC().Format(microseconds)
}

const microseconds = "2006-01-02 15:04:05.000000"

// readParquet reads all rows with what they are made of, values in the order
// of the columns.
func readParquet(t *testing.T, data []byte) (names []string, rows [][]any) {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	columns := file.Root().Columns()
	for _, c := range columns {
		names = append(names, c.Name())
	}
	for _, group := range file.RowGroups() {
		reader := group.Rows()
		buffer := make([]parquet.Row, 10)
		for {
			n, err := reader.ReadRows(buffer)
			for _, row := range buffer[:n] {
				rows = append(rows, readRow(columns, row))
			}
			if err != nil {
				if err != io.EOF {
					t.Fatal(err)
				}
				break
			}
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return names, rows
}

func readRow(columns []*parquet.Column, row parquet.Row) []any {
	values := make([]any, len(columns))
	for i, c := range columns {
		if !c.Leaf() {
			values[i] = []string{}
		}
	}
	for _, v := range row {
		i := v.Column()
		list, isList := values[i].([]string)
		switch {
		case v.IsNull():
		case isList:
			values[i] = append(list, string(v.ByteArray()))
		case v.Kind() == parquet.ByteArray:
			values[i] = string(v.ByteArray())
		case v.Kind() == parquet.Int32 && columns[i].Type().LogicalType().String() == "DATE":
			values[i] = time.Unix(int64(v.Int32())*24*60*60, 0).UTC().Format(time.DateOnly)
		case v.Kind() == parquet.Int32:
			values[i] = int64(v.Int32())
		case strings.HasPrefix(columns[i].Type().LogicalType().String(), "TIMESTAMP"):
			values[i] = time.UnixMicro(v.Int64()).UTC().Format(microseconds)
		default:
			values[i] = v.Int64()
		}
	}
	return values
}

func TestReadBackParquet(t *testing.T) {
	records := append(difficult(), crowded(), dated())
	names, rows := readParquet(t, []byte(write(t, "parquet", export.Options{Fields: fieldList(t, strings.Join(documented, ","))}, records...)))
	if !slices.Equal(names, parquetNames) {
		t.Errorf("the columns are %v", names)
	}
	if len(rows) != len(records) {
		t.Fatalf("got %d rows for %d records", len(rows), len(records))
	}
	for i, r := range records {
		if diff := cmp.Diff(parquetValues(r), rows[i]); diff != "" {
			t.Errorf("record %q (-want +got):\n%.4000s", r.ID, diff)
		}
	}
}

// dated has dates at the ends of what there is, and times in other forms.
func dated() *zenodo.Record {
	return &zenodo.Record{
		ID: "50", CreatedAt: "1969-12-31T23:59:59.999999+00:00", UpdatedAt: "no time at all",
		Metadata: zenodo.Metadata{Title: "Old", PublicationDate: "0079-08-24"},
	}
}

// TestParquetDates has no day made up of a date that names none.
func TestParquetDates(t *testing.T) {
	tests := []struct {
		date string
		want []any // the day, the text, and the year
	}{
		{"2023-03-09", []any{"2023-03-09", "2023-03-09", int64(2023)}},
		{"1582-10-04", []any{"1582-10-04", "1582-10-04", int64(1582)}},
		{"1969-12-31", []any{"1969-12-31", "1969-12-31", int64(1969)}},
		{"2023-02-30", []any{nil, "2023-02-30", int64(2023)}},
		{"2023-03", []any{nil, "2023-03", int64(2023)}},
		{"2023", []any{nil, "2023", int64(2023)}},
		{"2020-01-01/2021-12-31", []any{nil, "2020-01-01/2021-12-31", int64(2020)}},
		{"2020/2021", []any{nil, "2020/2021", int64(2020)}},
		{"20230309", []any{nil, "20230309", int64(2023)}},
		{"spring", []any{nil, "spring", nil}},
		{"12", []any{nil, "12", nil}},
		{"", []any{nil, nil, nil}},
	}
	for _, tt := range tests {
		r := &zenodo.Record{Metadata: zenodo.Metadata{PublicationDate: tt.date}}
		_, rows := readParquet(t, []byte(write(t, "parquet", export.Options{Fields: fieldList(t, "publication_date")}, r)))
		if diff := cmp.Diff([][]any{tt.want}, rows); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.date, diff)
		}
	}
}

// TestParquetGroups has a large file in several row groups, each with what was
// asked for.
func TestParquetGroups(t *testing.T) {
	large := titled("1", "large", strings.Repeat("words and numbers ", 100_000))
	records := slices.Repeat([]*zenodo.Record{large}, 12)
	var b bytes.Buffer
	if err := export.WriteGroups(&b, seq(nil, records...), export.Options{Fields: fieldList(t, "id,description")}, 16<<20); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(file.RowGroups()); n != 2 {
		t.Errorf("22 MB are %d row groups, want 2", n)
	}
	for _, g := range file.RowGroups() {
		if g.NumRows() == 0 {
			t.Error("a row group is empty")
		}
	}
	_, rows := readParquet(t, data)
	if want := []any{"1", large.Metadata.Description}; len(rows) != 12 || !slices.EqualFunc(rows[11], want, func(a, b any) bool { return cmp.Equal(a, b) }) {
		t.Errorf("got %d rows, and the last one is not as it was", len(rows))
	}
}

// TestParquetFooter has a file say what wrote it, of what, and the bounds of each
// column.
func TestParquetFooter(t *testing.T) {
	about := map[string]string{"zharvest:query": "bats", "zharvest:state": "complete"}
	data := write(t, "parquet", export.Options{Fields: fieldList(t, strings.Join(documented, ",")), Version: "v1.2.3", About: about}, difficult()...)
	file, err := parquet.OpenFile(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	footer := file.Metadata()
	if want := "zharvest version v1.2.3"; !strings.HasPrefix(footer.CreatedBy, want) {
		t.Errorf("created by %q, want %q", footer.CreatedBy, want)
	}
	noted := map[string]string{}
	for _, pair := range footer.KeyValueMetadata {
		noted[pair.Key] = pair.Value
	}
	if diff := cmp.Diff(about, noted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, column := range footer.RowGroups[0].Columns {
		if len(column.MetaData.Statistics.MaxValue) == 0 {
			t.Errorf("%v has no bounds", column.MetaData.PathInSchema)
		}
	}
}

// createdAt has a record for each time, of a day in 2024.
func createdAt(times ...string) []*zenodo.Record {
	var records []*zenodo.Record
	for i, at := range times {
		r := titled(zenodo.RecordID(fmt.Sprint(i+1)), "bats", strings.Repeat("words ", 1000))
		if r.CreatedAt = zenodo.Timestamp("2024-05-06T" + at + "+00:00"); at == "" {
			r.CreatedAt = ""
		}
		records = append(records, r)
	}
	return records
}

// parquetOrders are the orders that the footer of a file declares, by row group;
// each is to have two rows or fewer.
func parquetOrders(t *testing.T, fields string, records ...*zenodo.Record) []string {
	t.Helper()
	var b bytes.Buffer
	if err := export.WriteGroups(&b, seq(nil, records...), export.Options{Fields: fieldList(t, fields)}, 10_000); err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	orders := []string{}
	for _, group := range file.RowGroups() {
		orders = append(orders, strings.Trim(fmt.Sprint(group.SortingColumns()), "[]"))
	}
	if _, rows := readParquet(t, b.Bytes()); len(rows) != len(records) {
		t.Errorf("got %d rows for %d records", len(rows), len(records))
	}
	return orders
}

// TestParquetSorted has each row group declare the order of its rows.
func TestParquetSorted(t *testing.T) {
	const newest, oldest = "descending(created)", "ascending(created)"
	tests := []struct {
		times []string
		want  []string
	}{
		{[]string{"07:00:00.000003", "07:00:00.000002"}, []string{newest}},
		{[]string{"07:00:00.000002", "07:00:00.000003"}, []string{oldest}},
		{[]string{"07:00:00", "07:00:00"}, []string{newest}},
		{[]string{"07:00:00"}, []string{newest}},
		{[]string{"05:00:00", "04:00:00", "07:00:00", "08:00:00", "06:00:00"}, []string{newest, oldest, newest}},
		{nil, []string{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, parquetOrders(t, "id,creators,created,description", createdAt(tt.times...)...)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.times, diff)
		}
	}
}

// TestParquetUnsorted has no order declared that a row is out of, and keeps that
// of the other row groups.
func TestParquetUnsorted(t *testing.T) {
	small := createdAt("07:00:00.000002", "07:00:00.000001", "07:00:00.000003", "06:00:00")
	for _, r := range small {
		r.Metadata.Description = "" // so that all are in one row group
	}
	if got := parquetOrders(t, "id,created", small...); !slices.Equal(got, []string{""}) {
		t.Errorf("rows out of order by a microsecond declare %q", got)
	}
	small[2].CreatedAt = "no time at all"
	if got := parquetOrders(t, "id,created", small...); !slices.Equal(got, []string{""}) {
		t.Errorf("rows, one without a time, declare %q", got)
	}
	if got := parquetOrders(t, "id,description", createdAt("08:00:00", "07:00:00")...); !slices.Equal(got, []string{""}) {
		t.Errorf("rows without the column declare %q", got)
	}
	if got := parquetOrders(t, "id,created,description", createdAt("08:00:00", "", "07:00:00", "06:00:00")...); !slices.Equal(got, []string{"", "descending(created)"}) {
		t.Errorf("a row group with a row without a time, and another, declare %q", got)
	}
}

// TestParquetIncomplete has a file that ended early not read as a whole one.
func TestParquetIncomplete(t *testing.T) {
	var b bytes.Buffer
	if err := lookup(t, "parquet").Write(&b, seq(io.ErrUnexpectedEOF, difficult()...), export.Options{}); err != io.ErrUnexpectedEOF {
		t.Fatalf("got %v, want the error of the records", err)
	}
	if _, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Errorf("the %d bytes written pass for a file", b.Len())
	}
}

// dumpParquet writes what a file holds as text: its schema, and its values a
// line each. The bytes are the business of the library.
func dumpParquet(t *testing.T, data string) string {
	t.Helper()
	file, err := parquet.OpenFile(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintln(&b, file.Schema())
	names, rows := readParquet(t, []byte(data))
	for i, row := range rows {
		fmt.Fprintf(&b, "row %d\n", i+1)
		for c, v := range row {
			if v != nil {
				fmt.Fprintf(&b, "  %s: %#v\n", names[c], v)
			}
		}
	}
	return b.String()
}
