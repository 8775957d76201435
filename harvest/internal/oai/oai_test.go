package oai

import (
	"testing"
	"time"
)

func TestParseCheckpointRefuses(t *testing.T) {
	for _, text := range []string{
		``, `null`, `{}`, `[]`,
		`{"v":101,"selection":"egi","parts":[]}`,
		`{"v":101,"selection":"egi","parts":[null]}`,
		`{"v":2,"selection":"egi","parts":[{}]}`,
		`{"v":101,"selection":"egi","parts":[{"half":-1}]}`,
		`{"v":101,"selection":"egi","parts":[{"from":"noon"}]}`,
		`{"v":101,"selection":"egi","parts":[{"end":"2026-01-01T00:00:00Z"}]}`,
		`{"v":101,"selection":"egi","parts":[{"from":"2026-01-02T00:00:00Z","end":"2026-01-01T00:00:00Z"}]}`,
	} {
		if cp, err := parseCheckpoint([]byte(text)); err == nil {
			t.Errorf("%s: got %+v, want an error", text, cp)
		}
	}
}

// FuzzSpans: whatever a checkpoint says and spans turn out to hold, the next
// span is within bounds, and walking them comes to an end.
func FuzzSpans(f *testing.F) {
	f.Add([]byte(`{"v":101,"parts":[{"from":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z","known":[{"until":"2026-01-02T00:00:00Z","count":9000}]}]}`), uint(7))
	f.Add([]byte(`{"v":101,"parts":[{"end":"2026-01-02T00:00:00Z","known":[{"until":"2025-01-02T00:00:00Z","count":-5}],"sparse":true}]}`), uint(0))
	f.Add([]byte(`{"v":101,"parts":[{"from":"0001-01-02T00:00:00Z","end":"9999-01-02T00:00:00Z","known":[{"until":"9999-01-02T00:00:00Z"}],"half":9223372036854775807}]}`), uint(1<<31))
	f.Fuzz(func(t *testing.T, data []byte, holds uint) {
		cp, err := parseCheckpoint(data)
		if err != nil {
			return
		}
		o := &Strategy{wanted: 1000}
		p := cp.Parts[0]
		if p.End.IsZero() {
			return
		}
		p.Ends = maxEnds + 1
		for i := 0; !p.Done; i++ {
			span := o.next(p)
			if !span.Until.After(p.From) && p.From.Before(p.End) || span.Until.After(p.End) && p.From.Before(p.End) {
				t.Fatalf("span %v of %s", span, data)
			}
			found := int((holds * uint(i+1)) % 5000)
			if found > mostTimes*o.wanted && span.Until.Sub(p.From) > shortest && i < 1000 {
				if err := o.divide(p, span.Until, &largeError{total: found, date: p.End, failed: found%2 == 0}); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if i > 1000 { // enough of dividing: what is left is walked
				p.Known, p.Half = []Known{{Until: p.End}}, 0
			}
			if i > 2000 {
				t.Fatalf("no end of %s: %+v", data, p)
			}
			before := p.From
			o.pass(p, span.Until, found)
			if !p.Done && !p.From.After(before) {
				t.Fatalf("from %v to %v by %v", before, p.From, span)
			}
		}
	})
}

func TestIDOf(t *testing.T) {
	for identifier, want := range map[string]string{"oai:zenodo.org:12": "12", "12": "12", "": "", "oai:repo.example:a/b": "a/b"} {
		if got := idOf(identifier); got != want {
			t.Errorf("%q: got %q, want %q", identifier, got, want)
		}
	}
}

// TestUnknownTime: a server whose clock cannot be read gives no bound.
func TestUnknownTime(t *testing.T) {
	o := &Strategy{wanted: 1000}
	if err := o.divide(&Part{From: time.Unix(0, 0)}, time.Time{}, &largeError{total: 9000}); err != errNoDate {
		t.Errorf("got %v, want %v", err, errNoDate)
	}
}
