package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// searched is one search, in zharvest's words and in those of FTS5.
type searched struct{ name, query, fts string }

var searches = []searched{
	{"a word", "climate", "climate"},
	{"a word of titles", "title:climate", "title:climate"},
	{"a common word", "the", "the"},
	{"a phrase", `description:"of the"`, `description:"of the"`},
	{"two words", "climate AND forest", "climate AND forest"},
	{"a beginning", "title:cli*", "title:cli*"},
}

// ftsFields are the texts that a table of FTS5 has, of some 30 that zharvest
// searches by default.
const ftsFields = "doi,title,creators,affiliations,keywords,description"

// makeFTS imports what was exported, newest first, so that in the full-text
// table the newest has the greatest number.
const makeFTS = `.import --csv '%s' exported
CREATE VIRTUAL TABLE words USING fts5(doi UNINDEXED, title, creators, affiliations, keywords, description);
INSERT INTO words SELECT * FROM exported ORDER BY rowid DESC;
DROP TABLE exported;
INSERT INTO words (words) VALUES ('optimize');
VACUUM;
`

// search compares searches with those of FTS5 in the sqlite3 shell, over the
// same records: the newest 25 hits of each, and how many there are.
func (b *bench) search(ctx context.Context, _ []string) error {
	sqlite3, err := exec.LookPath("sqlite3")
	if err != nil {
		return errors.New("sqlite3 is not installed: there is nothing to compare with")
	}
	db, err := b.index(ctx, b.records)
	if err != nil {
		return err
	}
	fts, err := b.ftsIndex(ctx, sqlite3, db)
	if err != nil {
		return err
	}
	t := newTable("search for", "first 25", "CPU", "memory", "FTS5", "CPU", "memory", "count", "CPU", "FTS5", "CPU")
	for _, s := range searches {
		match := "FROM words WHERE words MATCH '" + strings.ReplaceAll(s.fts, "'", "''") + "'"
		first, theirFirst, err := b.turns(
			func() (cost, error) {
				return b.measure(ctx, discard, b.program, "search", "--db", db, "--limit", "25", s.query)
			},
			func() (cost, error) {
				return b.measure(ctx, discard, sqlite3, "-readonly", fts, "SELECT doi, title "+match+" ORDER BY rowid DESC LIMIT 25")
			})
		if err != nil {
			return err
		}
		count, theirCount, err := b.turns(
			func() (cost, error) {
				return b.measure(ctx, discard, b.program, "search", "--db", db, "--count", s.query)
			},
			func() (cost, error) {
				return b.measure(ctx, discard, sqlite3, "-readonly", fts, "SELECT count(*) "+match)
			})
		if err != nil {
			return err
		}
		t.row(s.name, millis(first.median), millis(first.cpu), megabytes(first.memory), millis(theirFirst.median), millis(theirFirst.cpu), megabytes(theirFirst.memory),
			millis(count.median), millis(count.cpu), millis(theirCount.median), millis(theirCount.cpu))
	}
	return t.end()
}

// turns runs one after the other, so that what else the machine does falls on
// both.
func (b *bench) turns(ours, theirs func() (cost, error)) (our, their summary, err error) {
	var a, z []cost
	for range b.runs {
		c, err := ours()
		if err != nil {
			return our, their, err
		}
		a = append(a, c)
		if c, err = theirs(); err != nil {
			return our, their, err
		}
		z = append(z, c)
	}
	return summarize(a), summarize(z), nil
}

// ftsIndex is a full-text index of the records of db, made where it is missing
// or older.
func (b *bench) ftsIndex(ctx context.Context, sqlite3, db string) (string, error) {
	fts := strings.TrimSuffix(db, ".db") + "-fts5.db"
	made, err := os.Stat(fts)
	if source, missing := os.Stat(db); err == nil && missing == nil && made.ModTime().After(source.ModTime()) {
		return fts, nil
	}
	exported := fts + ".csv"
	if _, err := b.measure(ctx, discard, b.program, "export", "--quiet", "--db", db, "-o", exported, "-f", "csv", "--raw-cells", "--fields", ftsFields); err != nil {
		return "", err
	}
	defer os.Remove(exported)
	if err := remove(fts); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, sqlite3, fts+".new")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(fmt.Sprintf(makeFTS, exported)), os.Stderr, os.Stderr
	if err := errors.Join(remove(fts+".new"), cmd.Run()); err != nil {
		return "", fmt.Errorf("make a table of FTS5: %w", err)
	}
	return fts, os.Rename(fts+".new", fts)
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.0f ms", float64(d)/float64(time.Millisecond))
}
