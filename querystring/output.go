package querystring

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// output is the string that Zenodo prints, with where each piece of it comes from.
type output struct {
	strings.Builder
	src    string
	last   int  // end of the last token written, in src
	drop   bool // leave out the white space before the next token
	sep    bool // there must be white space before the next token
	blank  bool // Zenodo puts one blank more before the next token
	owned  bool // the white space before the next token belongs to the operand before it
	pieces []piece
}

// piece says that sent[at:at+size] was written for src[pos:end].
type piece struct{ at, size, pos, end int }

// put writes s, which stands for src[pos:end], after the white space typed before it.
func (o *output) put(pos, end int, s string) {
	space := o.src[o.last:pos]
	if o.drop {
		space = ""
	}
	if o.Len() > 0 && (o.blank && !endsInSpace(space) || o.sep && space == "") {
		space += " "
	}
	o.WriteString(space)
	o.pieces = append(o.pieces, piece{o.Len(), len(s), pos, end})
	o.WriteString(s)
	o.last, o.drop, o.sep, o.blank, o.owned = end, false, false, false, false
}

// endsInSpace reports whether the engine takes the end of s for white space, so that a blank more changes nothing.
func endsInSpace(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && isSpace(r)
}

// putLead puts the white space before the first token in front, unless the engine skips all of it.
func (o *output) putLead() {
	lead := o.src[:o.pieces[0].pos]
	if strings.TrimFunc(lead, isSpace) == "" {
		return
	}
	text := lead + o.String()
	o.Reset()
	o.WriteString(text)
	for i := range o.pieces {
		o.pieces[i].at += len(lead)
	}
}

// putTrail writes the white space behind the last token, unless the engine skips all of it.
func (o *output) putTrail() {
	if trail := o.src[o.last:]; !o.drop && strings.TrimFunc(trail, isSpace) != "" {
		o.WriteString(trail)
	}
}

// index returns the number of the piece that holds the byte at of what is sent, or of the last one before it.
func (o *output) index(at int) int {
	i, found := slices.BinarySearchFunc(o.pieces, at, func(p piece, at int) int { return p.at - at })
	if !found {
		i--
	}
	return max(i, 0)
}

// typed returns what piece i was written for.
func (o *output) typed(i int) string { return o.src[o.pieces[i].pos:o.pieces[i].end] }

// translated returns the names of fields that were translated, as typed, each once.
func (o *output) translated() (names []string) {
	for i := range o.pieces[:max(0, len(o.pieces)-1)] {
		if name := o.typed(i); o.typed(i+1) == ":" && translated(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// origin returns the offset in src of the byte at of what is sent, or where the piece begins that was rewritten.
func (o *output) origin(at int) int {
	p := o.pieces[o.index(at)]
	if at-p.at < p.size && p.size != p.end-p.pos {
		return p.pos
	}
	return o.offset(at)
}

// originEnd is origin for the end of something, or where the piece ends that was rewritten.
func (o *output) originEnd(at int) int {
	last := at - 1
	p := o.pieces[o.index(last)]
	if last-p.at < p.size && p.size != p.end-p.pos {
		return p.end
	}
	return min(o.offset(last)+1, len(o.src))
}

// offset maps a byte that was not rewritten, or white space, which may be shorter or longer in src.
func (o *output) offset(at int) int {
	i := o.index(at)
	p := o.pieces[i]
	if delta := at - p.at; delta < p.size {
		return p.pos + delta
	}
	next := p.end
	if i+1 < len(o.pieces) {
		next = o.pieces[i+1].pos
	}
	return min(p.end+at-p.at-p.size, next)
}
