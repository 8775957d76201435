package rawjson_test

import (
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

func TestReplace(t *testing.T) {
	raw := []byte(`{ "a" : [ {"x":1, "y": "é"} ],"b":{"c" :null}, "c":2}`)
	for _, c := range []struct {
		path, want string
	}{
		{"a/x", `{ "a" : [ {"x":NEW, "y": "é"} ],"b":{"c" :null}, "c":2}`},
		{"b/c", `{ "a" : [ {"x":1, "y": "é"} ],"b":{"c" :NEW}, "c":2}`},
		{"c", `{ "a" : [ {"x":1, "y": "é"} ],"b":{"c" :null}, "c":NEW}`},
		{"a", `{ "a" : NEW,"b":{"c" :null}, "c":2}`},
		{"d", string(raw)},
		{"c/d", string(raw)},
	} {
		if got := string(rawjson.Replace(raw, "NEW", strings.Split(c.path, "/")...)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.path, got, c.want)
		}
	}
	if got := string(rawjson.ReplaceNumber([]byte(`12 123 x12y 012 "12"`), 12, 7)); got != `7 123 x7y 012 "7"` {
		t.Errorf("replaceNumber: got %s", got)
	}
	if got := rawjson.Quote("a\"é𝒪\n<"); got != `"a\"\u00e9\ud835\udcaa\n<"` {
		t.Errorf("quote: got %s", got)
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ raw, path, want string }{
		{`{"a": {"b": 1}}`, "a/b", `{"a": {"b": NEW}}`},
		{`{"a": {"b": 1} }`, "a/c", `{"a": {"b": 1, "c": NEW} }`},
		{`{"a": { }}`, "a/c", `{"a": { "c": NEW}}`},
		{`{"a": 1}`, "b", `{"a": 1, "b": NEW}`},
		{`{}`, "b", `{"b": NEW}`},
		{`{"a": 1}`, "a/b", `{"a": 1}`},
		{`{"a": 1}`, "b/c", `{"a": 1}`},
		{`[]`, "a", `[]`},
	} {
		if got := string(rawjson.Set([]byte(c.raw), "NEW", strings.Split(c.path, "/")...)); got != c.want {
			t.Errorf("%s of %s: got %s, want %s", c.path, c.raw, got, c.want)
		}
	}
}

func FuzzReplace(f *testing.F) {
	for _, raw := range []string{`{"a":1}`, `{"a":[{"b":2}]}`, `[]`, ``, `{"a"`, `{"a":{}}`, `1`} {
		f.Add(raw, "a", "b")
	}
	f.Fuzz(func(t *testing.T, raw, first, second string) {
		rawjson.Replace([]byte(raw), "0", first, second)
	})
}
