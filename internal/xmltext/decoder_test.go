package xmltext

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

var seeds = []string{
	`<a/>`, `<a></a>`, `<a>b<c d="e"/>f</a>`, `<?xml version="1.0" encoding="UTF-8"?><!-- c --><a><![CDATA[<&]]>&lt;&#65;&#x42;</a><!-- d -->`,
	"\ufeff<x:a xmlns:x='y'>\r\n<x:b>&amp;</x:b>\r</x:a>\n", `<a b='"' c = ">"/>`, `<a><b></a></b>`, `<a`, `<a>`, `<a b>`, `<a b=c/>`, `<a b="<"/>`, `<a>&nope;</a>`,
	`<a>&#0;</a>`, `<a>&#xD800;</a>`, "<a>\x00</a>", "<a>\xff</a>", `<a>]]></a>`, `<!DOCTYPE a><a/>`, `<a/><b/>`, `x<a/>`, `<a/>x`, `<a><!-- -- --></a>`,
	`<a><?b?></a>`, `<a><?xml version="1.0"?></a>`, `<?xml version="1.1"?><a/>`, `<?xml version="1.0" encoding="latin1"?><a/>`, `<:a/>`, `<a:/>`, `<a:b:c/>`, `<1a/>`,
	`<a b="1"c="2"/>`, `</a>`, `<a></a >`, `<a></b>`, `<é/>`, ``, ` `, `<`, `<a>&lt</a>`, `<a><![CDATA[</a>`, `<a:1/>`, `<a>&#10;&#13;</a>`,
}

// textOfRoot is the text of a document's root, with that in no other element.
func textOfRoot(raw []byte) (string, error) {
	if !IsText(raw) {
		return "", errors.New("characters that XML does not have")
	}
	d := NewDecoder(raw)
	d.Root()
	text := d.Text()
	return text, d.End()
}

// What the decoder accepts, encoding/xml does as well, and reads the same in it.
func FuzzDecoder(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := textOfRoot(raw)
		if err != nil {
			return
		}
		dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
		dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
		var want struct {
			Text string `xml:",chardata"`
		}
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("%q is accepted, but: %v", raw, err)
		}
		if got != strings.TrimFunc(want.Text, func(c rune) bool { return c < 0x80 && isSpace(byte(c)) }) && got != strings.TrimSpace(want.Text) {
			t.Errorf("%q has the text %q, not %q", raw, got, want.Text)
		}
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if _, begun := tok.(xml.StartElement); err != nil || begun {
				t.Fatalf("%q continues with %v, %v", raw, tok, err)
			}
		}
	})
}

func TestDecoder(t *testing.T) {
	for raw, want := range map[string]string{
		`<a/>`: "", `<a>b<c>d</c>e<f/> g </a>`: "be g", "<a>\r\n1\r2&#13;3\r\n</a>": "1\n2\r3", `<a><![CDATA[<&]]>&lt;&#65;&#x42;&quot;</a>`: `<&<AB"`,
		`<?xml version='1.0' encoding='utf-8'?><?b c?><x:a>1</x:a >`: "1", `<!DOCTYPE a [<!ENTITY b ">">]><a>1</a>`: "1",
		"\n<?xml version = \"1.0\"\n encoding= 'us-ascii' standalone=\"yes\" ?><a>1</a>": "1",
	} {
		got, err := textOfRoot([]byte(raw))
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{
		``, `x`, `<a`, `<a>`, `<a><b></a></b>`, `<a/><b/>`, `<a/>x`, `<a b>`, `<a b="<"/>`, `<a>&b;</a>`, `<a>&#0;</a>`, "<a>\xff</a>", "<a>\x01</a>", `<a>]]></a>`,
		`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<a/><!DOCTYPE a>`, `<!DOCTYPE a`, `<a><!-- -- --></a>`, `<?xml version="1.0" encoding="latin1"?><a/>`, `<a b="1"c="2"/>`, `<a></b>`, `<a>&lt</a>`, `<a><![CDATA[</a>`, "<a>\ufffe</a>",
		"<a" + strings.Repeat(" b=''", maxAttributes+1) + "/>",
		strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</a>", maxDepth+1),
	} {
		if text, err := textOfRoot([]byte(raw)); err == nil {
			t.Errorf("%.60q is accepted, and has %q", raw, text)
		}
	}
	if _, err := textOfRoot([]byte(strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth))); err != nil {
		t.Errorf("as deep as allowed: %v", err)
	}
}

// A loop may leave, or not read, what it goes through: the rest is checked
// nonetheless.
func TestDecoderLeavesNothingUnchecked(t *testing.T) {
	for raw, ok := range map[string]bool{
		`<a><b/><c><d/></c></a>`:  true,
		`<a><b/><c><d></c></a>`:   false,
		`<a><b/><c>&no;</c></a>`:  false,
		`<a><b/><c/></a><!-- -->`: true,
	} {
		d := NewDecoder([]byte(raw))
		d.Root()
		for range d.Children {
			break
		}
		if err := d.End(); (err == nil) != ok {
			t.Errorf("%s: children left early: %v", raw, err)
		}
	}
}

// What is escaped is read as what it was, without the characters that XML forbids.
func TestEscape(t *testing.T) {
	const text = "x]]>\r\n\t \"<&é\U0001F600 'y"
	raw := append(AppendEscapedAttribute([]byte(`<a b="`), text+"\x01\ufffe"), `">`...)
	raw = append(AppendEscaped(raw, text+"\x01\ufffe"), "</a>"...)
	d := NewDecoder(raw)
	d.Root()
	attribute := d.Attribute("b")
	if got := d.Text(); got != text || attribute != text || d.End() != nil {
		t.Errorf("%s is read as %q and %q", raw, attribute, got)
	}
}
