package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// exported is one way to export an index.
type exported struct {
	name string
	args []string // of zharvest export
	sql  string   // the same for sqlite3; empty where SQL does not have it in columns
	// file is what is written, where that has no lines to be counted.
	file string
}

const (
	latest  = " FROM records WHERE is_latest AND gone_at IS NULL ORDER BY created_at DESC"
	all     = " FROM records WHERE gone_at IS NULL ORDER BY created_at DESC"
	several = "id,doi,title,publication_date,type,license"
	plain   = several + ",concept_id,concept_doi,subtype,access,version,language,journal,url"
	every   = "id,doi,concept_id,concept_doi,title,publication_date,type,subtype,creators,affiliations,orcids,keywords,communities," +
		"license,access,version,language,description,grants,journal,url,views,downloads,files,size,created,updated"
)

var exports = []exported{
	{"doi,title", nil, "SELECT doi, title" + latest, ""},
	{"doi,title of all versions", []string{"--all-versions"}, "SELECT doi, title" + all, ""},
	{"6 columns", []string{"--fields", several}, "SELECT " + several + latest, ""},
	{"14 columns", []string{"--fields", plain}, "SELECT " + plain + latest, ""},
	{"27 fields as jsonl", []string{"-f", "jsonl", "--fields", every}, "", ""},
	{"as received, jsonl", []string{"-f", "jsonl", "--raw"}, "", ""},
	{"doi,title as parquet", []string{"-f", "parquet"}, "", "ours.parquet"},
	{"14 columns as parquet", []string{"-f", "parquet", "--fields", plain}, "", "ours.parquet"},
	{"27 fields as parquet", []string{"-f", "parquet", "--fields", every}, "", "ours.parquet"},
	{"27 fields by year", []string{"-f", "parquet", "--partition-by", "year", "--fields", every}, "", "ours-by-year"},
	{"doi,title as xlsx", []string{"-f", "xlsx"}, "", "ours.xlsx"},
	{"27 fields as xlsx", []string{"-f", "xlsx", "--fields", every}, "", "ours.xlsx"},
	{"datasets as sqlite", []string{"-f", "sqlite", "-t", "dataset"}, "", "ours.db"},
}

// export compares exports with the sqlite3 shell on the same file, and the
// memory that they take with that for a tenth of the records.
func (b *bench) export(ctx context.Context, _ []string) error {
	large, err := b.index(ctx, b.records)
	if err != nil {
		return err
	}
	small, err := b.index(ctx, max(b.records/10, 1))
	if err != nil {
		return err
	}
	sqlite3, err := exec.LookPath("sqlite3")
	if err != nil {
		fmt.Println("sqlite3 is not installed: there is nothing to compare with.")
	}
	t := newTable("export of", "records", "median", "best", "CPU", "records/s", "memory", "of a tenth", "sqlite3", "best", "CPU", "memory", "speed")
	for _, e := range exports {
		if err := b.compareExport(ctx, t, e, large, small, sqlite3); err != nil {
			return err
		}
	}
	return t.end()
}

// compareExport takes turns between the programs, so that what else the
// machine does falls on both.
func (b *bench) compareExport(ctx context.Context, t *table, e exported, large, small, sqlite3 string) error {
	var ours, theirs []cost
	out, other := filepath.Join(b.cache, cmp.Or(e.file, "ours.csv")), filepath.Join(b.cache, "theirs.csv")
	for range b.runs {
		c, err := b.zharvestExport(ctx, e, large, out)
		if err != nil {
			return err
		}
		ours = append(ours, c)
		if sqlite3 == "" || e.sql == "" {
			continue
		}
		if c, err = b.measure(ctx, other, sqlite3, "-readonly", "-header", "-csv", large, e.sql); err != nil {
			return err
		}
		theirs = append(theirs, c)
	}
	records, err := b.checkExport(ctx, e, large, out, other, len(theirs) > 0)
	if err != nil {
		return err
	}
	tenth, err := b.zharvestExport(ctx, e, small, out)
	if err != nil {
		return err
	}
	s := summarize(ours)
	row := []string{e.name, fmt.Sprint(records), seconds(s.median), seconds(s.best), seconds(s.cpu), rate(records, s.median), megabytes(s.memory), megabytes(tenth.Memory)}
	if len(theirs) > 0 {
		o := summarize(theirs)
		speed := fmt.Sprintf("%.0f %%", 100*o.median.Seconds()/s.median.Seconds())
		row = append(row, seconds(o.median), seconds(o.best), seconds(o.cpu), megabytes(o.memory), speed)
	}
	t.row(row...)
	return nil
}

func (b *bench) zharvestExport(ctx context.Context, e exported, db, out string) (cost, error) {
	args := append([]string{"export", "--quiet", "--db", db, "-o", out, "-f", "csv"}, e.args...)
	return b.measure(ctx, discard, b.program, args...)
}

// checkExport counts the records, and sees to it that both programs wrote the
// same.
func (b *bench) checkExport(ctx context.Context, e exported, db, ours, theirs string, compare bool) (int, error) {
	if e.file != "" {
		return b.count(ctx, e, db)
	}
	if !compare {
		return countLines(ours)
	}
	rows, sum, err := digest(ours)
	if err != nil {
		return 0, err
	}
	others, otherSum, err := digest(theirs)
	if err != nil {
		return 0, err
	}
	if rows != others || sum != otherSum {
		return 0, fmt.Errorf("export of %s: zharvest wrote %d rows, sqlite3 %d, and they differ", e.name, rows, others)
	}
	return rows - 1, nil // without the heading
}

// count is how many records an export has, by a search for the same.
func (b *bench) count(ctx context.Context, e exported, db string) (n int, err error) {
	args := []string{"search", "--count", "--db", db}
	if at := slices.Index(e.args, "-t"); at >= 0 {
		args = append(args, e.args[at:at+2]...)
	}
	out := filepath.Join(b.cache, "count")
	if _, err := b.measure(ctx, out, b.program, args...); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// digest counts the rows of a file and adds up their hashes, so that rows of
// the same moment may be in any order.
func digest(name string) (rows int, sum uint64, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	in := csv.NewReader(file)
	in.ReuseRecord = true
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, sum, nil
		}
		if err != nil {
			return rows, sum, err
		}
		h := fnv.New64a()
		for _, c := range cells {
			io.WriteString(h, unguarded(c)+"\x1f")
		}
		rows++
		sum += h.Sum64()
	}
}

// unguarded takes off the guard against formulas.
func unguarded(cell string) string {
	inner, ok := strings.CutPrefix(cell, "'")
	if ok && strings.ContainsAny(inner[:min(1, len(inner))], "=+-@\t\r") {
		return inner
	}
	return cell
}
