package naive

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var numberPattern = regexp.MustCompile(`^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|0[xX][\da-fA-F]*\.?[\da-fA-F]*[pP][+-]?\d+)[fFdD]?$`)

// parseNumber reads a number as Java does, which lets the letter of a type stand
// behind it.
func parseNumber(s string) (n float64, ok bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if !numberPattern.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.TrimRight(s, "fFdD"), 64)
	return n, err == nil || math.IsInf(n, 0)
}

// isFraction reports whether a number is no whole one, as the engine sees it.
func isFraction(n float64) bool { return math.IsInf(n, 0) || n != math.Trunc(n) }

// fits reports whether a number, as it is written, is one that a field can hold.
// Those of 64 bits are read as decimals, the others as doubles.
func (f *field) fits(n float64, value string) bool {
	switch f.kind {
	case integer:
		return n >= math.MinInt32 && n <= math.MaxInt32
	case long:
		if n < -1<<63 || n > 1<<63 {
			return false
		}
		exact, _, err := big.ParseFloat(value, 10, 128, big.ToZero)
		if err != nil || strings.ContainsAny(value, "xX") {
			return false
		}
		whole, _ := exact.Int(nil)
		return whole.IsInt64()
	}
	return !math.IsInf(n, 0)
}
