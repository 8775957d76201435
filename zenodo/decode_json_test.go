package zenodo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var jsonSeeds = []string{
	``, ` `, `null`, `true`, `fals`, `nul`, `[]`, `{}`, `[1,]`, `{"a":1,}`, `[1 2]`, `{"a" 1}`, `{1:2}`, `]`, `1 2`, "[\x00]",
	`0`, `-0`, `-`, `01`, `1.`, `.5`, `1.5e+3`, `1e`, `1E-`, `-1e400`, `+1`, `Infinity`,
	`"a`, `"a\"`, `"\q"`, `"\u12"`, `"\u12G4"`, "\"a\nb\"", "\"\x1f\"", "\"\x7f\"", `"12345678\n"`, "\"1234567\t\"",
	`"é\u00e9\ud83d\ude00\ud83d\ud83d\ude00x"`, `"\ude00\ud83d"`, `"\u0000\/\b\f\r\t\\"`, "\"\xff\xc3(\xed\xa0\x80\\n\xff\"",
	` { "a" : [ 1 , { "b" : null } ] , "\u0063" : "d" } `,
	"\ufeff{}", `{"a":1,"a":2}`, "{\"a\xff\":1,\"a\xff\":\"\xff\"}", `{"a":1}{"b":2}`, `{]`, `[}`,
}

// What the decoder accepts is what encoding/json does.
func TestIsJSON(t *testing.T) {
	seeds := append(jsonSeeds, nested(10_000), nested(10_001), strings.Repeat("[", 100000))
	for _, s := range seeds {
		if got, want := isJSON([]byte(s)), json.Valid([]byte(s)); got != want {
			t.Errorf("isJSON(%.40q) = %v, want %v", s, got, want)
		}
	}
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

func FuzzIsJSON(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := isJSON(data), json.Valid(data); got != want {
			t.Fatalf("isJSON(%q) = %v, want %v", data, got, want)
		}
		var want string
		if json.Unmarshal(data, &want) != nil {
			return
		}
		d := newDecoder(data)
		if got := d.str(); got != want || d.end() != nil {
			t.Errorf("%q is read as %q, want %q (%v)", data, got, want, d.end())
		}
	})
}

// A loop may leave, or not read, what it goes through: the rest is checked
// nonetheless.
func TestDecoderLeavesNothingUnchecked(t *testing.T) {
	for raw, ok := range map[string]bool{
		`{"a":1,"b":[1,2]}`:   true,
		`{"a":1,"b":[1,2}`:    false,
		`{"a":1,"b":[1,2]}}`:  false,
		`[{"a":1},{"b":tru}]`: false,
		`{"a":{"b":1}`:        false,
	} {
		d := newDecoder([]byte(raw))
		for range d.fields {
			break
		}
		if err := d.end(); (err == nil) != ok {
			t.Errorf("%s: fields left early: %v", raw, err)
		}
		d = newDecoder([]byte(raw))
		for range d.values {
			break
		}
		if err := d.end(); (err == nil) != ok {
			t.Errorf("%s: values left early: %v", raw, err)
		}
	}
}

func TestDecoderLastKeyCounts(t *testing.T) {
	raw := `{"id":1,"\u0069d":2,"metadata":{"keywords":["a"],"title":"T"},"metadata":{"keywords":["b"]},"ID":3}`
	r, err := DecodeRecord([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	m := r.Metadata
	if r.ID != "2" || m.Title != "T" || len(m.Keywords) != 1 || m.Keywords[0] != "b" {
		t.Errorf("%s\nis read as %+v", raw, r)
	}
}

// What is read after a document that was broken is not touched by it.
func TestDecoderStartsAfresh(t *testing.T) {
	for _, broken := range []string{`{"id":1,"a":[[{"b":`, `{"id":1}}`, `{"id" 1}`, ``} {
		if r, err := DecodeRecord([]byte(broken)); err == nil {
			t.Errorf("%s is accepted as %+v", broken, r)
		}
		r, err := DecodeRecord([]byte(`{"id":"2","metadata":{"title":"caf\u00e9 ` + "\xff" + `"}}`))
		if err != nil || r.ID != "2" || r.Metadata.Title != "café \ufffd" {
			t.Errorf("after %s: %+v, %v", broken, r, err)
		}
	}
}

func TestDecodeEnvelope(t *testing.T) {
	for _, tc := range []struct {
		raw         string
		hits, total int
		counted, ok bool
	}{
		{`{"hits":{"hits":[{"id":1},{}],"total":7},"links":{}}`, 2, 7, true, true},
		{`{"hits":{"hits":[],"total":0}}`, 0, 0, true, true},
		{`{"hits":{"hits":[],"total":{"value":3,"relation":"eq"}}}`, 0, 3, true, true},
		{`{"hits":{"hits":[],"total":{"value":3,"relation":"gte"}}}`, 0, 3, false, true},
		{`{"hits":{"hits":[{}]}}`, 1, 0, false, true},
		{`{"hits":{"hits":null,"total":null}}`, 0, 0, false, true},
		{`{"hits":{"hits":[],"total":9223372036854775808}}`, 0, 0, false, true},
		{`{"hits":{"hits":[],"total":1e30}}`, 0, 0, false, true},
		{`{"hits":{"hits":[],"total":-1}}`, 0, 0, false, true},
		{`{"hits":{"hits":"many","total":3}}`, 0, 0, false, false},
		{`{"hits":{"hits":[],"total":"three"}}`, 0, 0, false, false},
		{`{"hits":[]}`, 0, 0, false, false},
		{`{"hits":{"hits":[1],"total":1}`, 0, 0, false, false},
		{`[]`, 0, 0, false, false},
	} {
		e, err := decodeEnvelope([]byte(tc.raw))
		if (err == nil) != tc.ok {
			t.Errorf("%s: %v", tc.raw, err)
			continue
		}
		if tc.ok && (len(e.hits) != tc.hits || e.total != tc.total || e.counted != tc.counted) {
			t.Errorf("%s: %d hits of %d (counted: %t)", tc.raw, len(e.hits), e.total, e.counted)
		}
	}
}

// BenchmarkDecodePage decodes a hundred records as a harvest does.
func BenchmarkDecodePage(b *testing.B) {
	for _, name := range []string{"legacy.json", "synthetic.json", "rdm.json"} {
		b.Run(name, func(b *testing.B) {
			raw, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				b.Fatal(err)
			}
			page := fmt.Appendf(nil, `{"hits":{"hits":[%s%s],"total":100}}`, strings.Repeat(string(raw)+",", 99), raw)
			b.SetBytes(int64(len(page)))
			b.ReportAllocs()
			for b.Loop() {
				found, err := decodeEnvelope(page)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := decodeHits(found.hits, DecodeRecord); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkIsJSON(b *testing.B) {
	raw := []byte(`{"hits":[` + strings.Repeat(`{"links":{"self":"https://zenodo.org/api/records/1"},"n":[1,2.5,true]},`, 100) + `null]}`)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if !isJSON(raw) {
			b.Fatal("no JSON")
		}
	}
}
