package engine

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// queryNumber is a number as it is written in a query.
type queryNumber struct {
	text  string
	value float64
}

var numberPattern = regexp.MustCompile(`^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+)[fFdD]?$`)

// readNumber reads a number as the engine does, by the rules of Java's doubles:
// blanks around it and the letter of a type behind it are let through. Only
// NaN and Infinity are not, which the engine takes for numbers.
func readNumber(s string) (n queryNumber, ok bool) {
	text := strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if !numberPattern.MatchString(text) {
		return queryNumber{}, false
	}
	text = strings.TrimRight(text, "fFdD")     // of a hexadecimal number that is no digit: it ends in its exponent
	value, err := strconv.ParseFloat(text, 64) // too large a number becomes infinite
	return queryNumber{text: s, value: value}, err == nil || math.IsInf(value, 0)
}

// isFraction reports whether a number is no whole one.
func (n queryNumber) isFraction() bool {
	return math.IsInf(n.value, 0) || n.value != math.Trunc(n.value)
}

// isFinite reports whether a number is not too large for a double.
func (n queryNumber) isFinite() bool { return !math.IsInf(n.value, 0) }

// in is a number without its fraction, as a field holds it, and false where it
// does not fit.
func (n queryNumber) in(f *field) (int64, bool) {
	if !f.long {
		if n.value < math.MinInt32 || n.value > math.MaxInt32 {
			return 0, false
		}
		return int64(n.value), true
	}
	// Unlike the engine's numbers of 32 bits, those of 64 are not read as
	// doubles.
	if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
		return i, true
	}
	isTooLarge := n.value >= 1<<63 || n.value < -1<<63
	if isTooLarge || strings.ContainsAny(n.text, "xX_") {
		return 0, false
	}
	exact, _, err := big.ParseFloat(n.text, 10, 128, big.ToZero)
	if err != nil {
		return 0, false
	}
	whole, _ := exact.Int(nil)
	return whole.Int64(), whole.IsInt64()
}
