package querystring

import "strings"

// fullWidthColon is what word processors, and keyboards for Chinese and Japanese, put in place of a colon.
const fullWidthColon = "："

// straighten replaces quotation marks by straight ones.
var straighten = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "＂", `"`)

// pasted warns of curly quotes, and of a full-width colon behind the name of a field, outside of straight quotes. It
// reports whether there are any: then nothing else is worth a warning yet.
func (t *traps) pasted(out *output) bool {
	first, last, quotes := -1, -1, 0
	var b strings.Builder // from the first such word to the last
	for i := range out.pieces {
		p, typed := out.pieces[i], out.typed(i)
		plain := plainMarks(typed)
		if plain == typed {
			continue
		}
		quotes += strings.Count(plain, `"`)
		if first < 0 {
			first, last = p.pos, p.pos
		}
		b.WriteString(t.text[last:p.pos] + plain)
		last = p.end
	}
	if first < 0 || !isAccepted(t.text[:first]+b.String()+t.text[last:]) {
		return false // such as the inches of a 12” disk
	}
	what := "quotation marks that are not straight are letters to Zenodo"
	if quotes == 0 {
		what = "a full-width colon is a letter to Zenodo"
	}
	t.add(first, last, b.String(), "%s", what)
	return true
}

// plainMarks returns a word with the marks that were meant, and a phrase or a pattern as it is.
func plainMarks(typed string) string {
	if strings.HasPrefix(typed, `"`) || strings.HasPrefix(typed, "/") {
		return typed
	}
	plain := straighten.Replace(typed)
	if name, rest, ok := strings.Cut(plain, fullWidthColon); ok && isKnownName(strings.TrimLeft(name, "!")) {
		plain = name + ":" + rest
	}
	return plain
}

// isKnownName reports whether a name is one that Zenodo translates, or of the engine.
func isKnownName(name string) bool {
	_, listed := fields[name]
	return listed || isField(name)
}

// isAccepted reports whether the gate and the engine take a text.
func isAccepted(text string) bool {
	out, err := runGate(text, Parser{})
	if err != nil {
		return false
	}
	_, err = parseSent(out)
	return err == nil
}
