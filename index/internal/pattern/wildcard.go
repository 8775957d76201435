package pattern

import (
	"bytes"
	"unicode/utf8"
)

// Piece is a part of a wildcard pattern: literal text, or a wildcard.
type Piece struct {
	Literal string
	Wild    byte // '*' for any characters, '?' for one, 0 for a literal
}

// Wildcard matches whole terms.
type Wildcard struct{ pieces []Piece }

// NewWildcard joins pieces to a pattern. Literals must be as analysis leaves
// them.
func NewWildcard(pieces []Piece) Wildcard {
	var kept []Piece
	for _, p := range pieces {
		last := len(kept) - 1
		switch {
		case p.Wild == 0 && p.Literal == "":
		case p.Wild == '*' && last >= 0 && kept[last].Wild == '*': // two are as good as one
		case p.Wild == 0 && last >= 0 && kept[last].Wild == 0:
			kept[last].Literal += p.Literal
		default:
			kept = append(kept, p)
		}
	}
	return Wildcard{kept}
}

// Prefix is what all terms begin with that match.
func (w Wildcard) Prefix() string {
	if len(w.pieces) > 0 && w.pieces[0].Wild == 0 {
		return w.pieces[0].Literal
	}
	return ""
}

// Match reports whether a term matches. It goes back to the last star only, so
// that its time is at most the length of the term times that of the pattern.
func (w Wildcard) Match(term []byte) bool {
	piece, star, from := 0, -1, 0 // from is where what follows the star was tried
	for at := 0; ; {
		if piece < len(w.pieces) && w.pieces[piece].Wild == '*' {
			piece++
			star, from = piece, at
			continue
		}
		if n, ok := w.step(piece, term[at:]); ok {
			piece++
			at += n
			continue
		}
		if piece == len(w.pieces) && at == len(term) {
			return true
		}
		if star < 0 || from == len(term) {
			return false
		}
		from += w.skip(star, term[from:])
		piece, at = star, from
	}
}

// skip is how far the star before a piece moves when what follows it did not
// match at the beginning of rest: to the next place with the literal, if it is
// one, or else by one character.
func (w Wildcard) skip(piece int, rest []byte) int {
	_, n := utf8.DecodeRune(rest)
	if piece == len(w.pieces) || w.pieces[piece].Wild != 0 {
		return n
	}
	next := bytes.Index(rest[n:], []byte(w.pieces[piece].Literal))
	if next < 0 {
		return len(rest)
	}
	return n + next
}

// step matches one piece, other than a star, at the beginning of rest.
func (w Wildcard) step(piece int, rest []byte) (n int, ok bool) {
	switch {
	case piece == len(w.pieces):
		return 0, false
	case w.pieces[piece].Wild == '?':
		_, n = utf8.DecodeRune(rest)
		return n, n > 0
	}
	literal := w.pieces[piece].Literal
	return len(literal), bytes.HasPrefix(rest, []byte(literal))
}
