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

func FuzzReplace(f *testing.F) {
	for _, raw := range []string{`{"a":1}`, `{"a":[{"b":2}]}`, `[]`, ``, `{"a"`, `{"a":{}}`, `1`} {
		f.Add(raw, "a", "b")
	}
	f.Fuzz(func(t *testing.T, raw, first, second string) {
		rawjson.Replace([]byte(raw), "0", first, second)
	})
}
