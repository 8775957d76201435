package index

import (
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// Numbers and times are between these; [segment.None] is below.
const (
	minNumber = segment.None + 1
	maxNumber = math.MaxInt64
)

// equals matches one number. A fraction equals no whole one.
func (e *evaluator) equals(n querystring.Node, f *field, value string) (segment.Bitset, error) {
	same := querystring.Bound{Value: value, Inclusive: true}
	return e.numbersBetween(n, f, same, same)
}

// numbersBetween matches numbers from one bound to another.
func (e *evaluator) numbersBetween(n querystring.Node, f *field, lo, hi querystring.Bound) (segment.Bitset, error) {
	from, err := e.integer(n, f, lo, minNumber, +1)
	if err != nil {
		return nil, err
	}
	until, err := e.integer(n, f, hi, maxNumber, -1)
	if err != nil {
		return nil, err
	}
	if from > until {
		return e.segment.empty(), nil
	}
	switch f.kind {
	case integers:
		return e.terms(segment.Key(f.id, sortableInt(from)), append(segment.Key(f.id, sortableInt(until)), 0), func([]byte) bool { return true })
	case statistic:
		return e.statistics(f, from, until)
	}
	return e.inColumn(f, from, until)
}

// integer reads a bound. inward is the step into the range: a bound that is
// not included, or lies between two whole numbers, is moved by it.
func (e *evaluator) integer(n querystring.Node, f *field, b querystring.Bound, open, inward int64) (int64, error) {
	if b.Open {
		return open, nil
	}
	i, err := strconv.ParseInt(b.Value, 10, 64)
	exact := err == nil
	if !exact {
		if i, exact, err = wholePart(b.Value, inward); err != nil {
			return 0, refused(e.text, n.At(), "%s holds numbers, and %q is none", f.name, b.Value)
		}
	}
	if i > maxBound || i < -maxBound {
		return 0, refused(e.text, n.At(), "%s is no number that %s can hold", b.Value, f.name)
	}
	if exact && !b.Inclusive {
		i += inward
	}
	return i, nil
}

// maxBound is the largest number that a query may name.
const maxBound = 1 << 62

// wholePart reads a number that is not written as a whole one, and gives the
// next whole one in the direction of inward.
func wholePart(s string, inward int64) (i int64, exact bool, err error) {
	number, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false, err
	}
	if strings.Trim(s, "0123456789+-.eE") != "" || math.Abs(number) > maxBound {
		return 0, false, strconv.ErrSyntax // to Go, words such as NaN are numbers
	}
	whole := math.Floor(number)
	if inward > 0 {
		whole = math.Ceil(number)
	}
	return int64(whole), whole == number, nil
}

// inColumn returns the documents with a number from one to another, both
// included.
func (e *evaluator) inColumn(f *field, from, until int64) (segment.Bitset, error) {
	name := columnCreated
	if f.column != cCreated {
		name = numberColumn(f.column)
	}
	return e.documentsBetween(name, from, until)
}

func (e *evaluator) documentsBetween(column string, from, until int64) (segment.Bitset, error) {
	set := e.segment.empty()
	for chunk := 0; chunk*chunkDocs < e.segment.docs; chunk++ {
		values, err := e.segment.columnChunk(column, chunk)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if v >= from && v <= until {
				set.Add(uint32(chunk*chunkDocs + i))
			}
		}
	}
	return set, nil
}

// statisticsSQL finds the records of which the last statistics are in a range;
// what the server did not send is null, and in none. Most rows have none after
// them, so that looking for one is quicker than grouping all rows.
const statisticsSQL = `SELECT record_id FROM statistics s WHERE s.%s BETWEEN ? AND ?
	AND NOT EXISTS (SELECT 1 FROM statistics n WHERE n.record_id = s.record_id AND n.seen_at > s.seen_at)`

// statisticSQL is the statement for a condition on a statistic. Those that
// people ask for stand in the table of records, too, and have indexes there.
func statisticSQL(f *field) string {
	if f.sql == "views" || f.sql == "downloads" {
		return fmt.Sprintf("SELECT record_id FROM records WHERE %s BETWEEN ? AND ?", f.sql)
	}
	return fmt.Sprintf(statisticsSQL, f.sql)
}

// statistics returns the documents of records that came with statistics, if the
// last of these are from one number to another, both included.
func (e *evaluator) statistics(f *field, from, until int64) (segment.Bitset, error) {
	if e.segment.docs == 0 {
		return e.segment.empty(), nil
	}
	key := fmt.Sprint(f.sql, " ", from, " ", until)
	records, ok := e.byStatistic[key]
	if !ok {
		records = keySet{}
		err := eachRow(e.ctx, e.session, statisticSQL(f), []any{from, until}, func(rows *sql.Rows) error {
			var record int64
			err := rows.Scan(&record)
			records.add(record)
			return err
		})
		if err != nil {
			return nil, err
		}
		e.byStatistic[key] = records
	}
	return e.withRecords(records)
}

// withRecords returns the documents of records.
func (e *evaluator) withRecords(records keySet) (segment.Bitset, error) {
	set := e.segment.empty()
	for chunk := 0; chunk*chunkDocs < e.segment.docs; chunk++ {
		keys, err := e.segment.columnChunk(columnRecords, chunk)
		if err != nil {
			return nil, err
		}
		for i, key := range keys {
			if records.has(key) {
				set.Add(uint32(chunk*chunkDocs + i))
			}
		}
	}
	return set, nil
}
