package querystring_test

import (
	"bufio"
	"crypto/md5"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// shared returns a file of the data that the project shares, or skips the test where there is none.
func shared(t *testing.T, name string) string {
	t.Helper()
	if dir := os.Getenv("ZHARVEST_SHARED"); dir != "" {
		return filepath.Join(dir, "data", name)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "..", "shared", "data", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("no shared data: %s is not there", name)
	return ""
}

// referenceCommunity answers as the reference did: a UUID of version 3 for the slugs that its records have.
func referenceCommunity(slug string) (string, bool) {
	if slug != "ardc" && slug != "eu" && slug != "biosyslit" {
		return "", false
	}
	h := md5.Sum([]byte(slug))
	h[6], h[8] = h[6]&0x0f|0x30, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:]), true
}

// TestExpected compares with what Zenodo's own parser and Lucene made of a list of queries.
func TestExpected(t *testing.T) {
	f, err := os.Open(shared(t, "queries/expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	n := 0
	for ; lines.Scan(); n++ {
		var want struct {
			Q, Via, Sent string
			Error        *string
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		via, sent, refused := reference(want.Q)
		// What a field cannot hold is not for the parser to say.
		wantRefused := want.Error != nil && strings.Contains(*want.Error, "syntax")
		if via != want.Via || sent != want.Sent || refused != wantRefused {
			t.Errorf("%q: got %s, %q, refused %v; want %s, %q, %v", want.Q, via, sent, refused, want.Via, want.Sent, wantRefused)
		}
	}
	if err := lines.Err(); err != nil || n == 0 {
		t.Fatalf("read %d queries: %v", n, err)
	}
}

// reference parses text and reports the result in the terms of the list.
func reference(text string) (via, sent string, refused bool) {
	q, err := querystring.Parser{Community: referenceCommunity}.Parse(text)
	if e, ok := errors.AsType[*querystring.Error](err); ok {
		return "query_string", e.Sent, true
	}
	if q.Loose {
		return "multi_match", q.Text, false
	}
	return "query_string", q.Sent, false
}
