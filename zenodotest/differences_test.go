package zenodotest_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// difference is a row of testdata/differences.md.
type difference struct {
	exchange, text *regexp.Regexp
	row            string
	seen           bool
}

// differences are those between the emulator and a real server that are meant.
type differences []*difference

// readDifferences reads the tables of testdata/differences.md, in whose first two
// columns * stands for anything.
func readDifferences(t *testing.T) differences {
	text, err := os.ReadFile("testdata/differences.md")
	if err != nil {
		t.Fatal(err)
	}
	var all differences
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 5 || strings.Trim(cells[1], " -") == "" || strings.TrimSpace(cells[1]) == "exchange" {
			continue
		}
		if strings.TrimSpace(cells[3]) == "" {
			t.Errorf("differences.md: no reason is given: %s", line)
		}
		all = append(all, &difference{pattern(cells[1]), pattern(cells[2]), strings.TrimSpace(line), false})
	}
	return all
}

func pattern(cell string) *regexp.Regexp {
	cell = strings.ReplaceAll(regexp.QuoteMeta(strings.Trim(cell, " `")), `\*`, `.*`)
	return regexp.MustCompile("^(?s:" + cell + ")$")
}

// allow reports whether a difference is meant, and notes that it was seen.
func (all differences) allow(exchange, text string) (ok bool) {
	for _, d := range all {
		if d.exchange.MatchString(exchange) && d.text.MatchString(text) {
			d.seen, ok = true, true
		}
	}
	return ok
}

// checkSeen fails for the rows on a server's exchanges that were not seen. Rows on
// several exchanges need all recordings.
func (all differences) checkSeen(t *testing.T, server string, exchanges map[string]recording, complete bool) {
	for _, d := range all {
		if d.seen || !complete && strings.Contains(d.exchange.String(), ".*") {
			continue
		}
		for name := range exchanges {
			if d.exchange.MatchString(server + "/" + name) {
				t.Errorf("differences.md: no longer so: %s", d.row)
				break
			}
		}
	}
}
