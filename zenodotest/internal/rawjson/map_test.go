package rawjson_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

func TestMap(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{`{"a": 1, "b" : "x" ,"c":{"d": [1, "]"]}}`, `{"a": <a 1>, "b" : <b "x"> ,"c":<c {"d": [1, "]"]}>}`},
		{` [ 1,[2] , "\"," ] `, ` [ < 1>,< [2]> , < "\","> ] `},
		{`{"\u0061\n": null}`, "{\"\\u0061\\n\": <a\n null>}"},
		{`{}`, `{}`},
		{`[ ]`, `[ ]`},
		{`"text"`, `"text"`},
		{``, ``},
		{`{"a": `, `{"a": `},
		{`{"a"`, `{"a"`},
		{`{a: 1}`, `{a: 1}`},
		{`[1`, `[1`},
		{`{"a": 1`, `{"a": 1`},
	} {
		got := rawjson.Map([]byte(c.raw), func(key string, value []byte) []byte {
			return []byte("<" + key + " " + string(value) + ">")
		})
		if string(got) != c.want {
			t.Errorf("%s: got %s, want %s", c.raw, got, c.want)
		}
	}
}

// FuzzMap makes sure that a map that changes nothing does so, and that the values
// of JSON are those that the standard library sees.
func FuzzMap(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": "\\\""}], "c": -1.5e3, "d": true}`))
	f.Add([]byte(`[[], {}, "", null]`))
	f.Add([]byte(`{"a":1,}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var values []json.RawMessage
		same := rawjson.Map(raw, func(_ string, value []byte) []byte {
			values = append(values, value)
			return value
		})
		if !bytes.Equal(same, raw) {
			t.Fatalf("got %q, want %q", same, raw)
		}
		var list []json.RawMessage
		if !strings.HasPrefix(strings.TrimLeft(string(raw), " \t\r\n"), "[") || json.Unmarshal(raw, &list) != nil {
			return
		}
		if len(values) != len(list) {
			t.Fatalf("%s: got %d values, want %d", raw, len(values), len(list))
		}
		for i := range list {
			if !bytes.Equal(values[i], list[i]) {
				t.Errorf("%s: value %d: got %s, want %s", raw, i, values[i], list[i])
			}
		}
	})
}
