package querystring

import (
	"strconv"
	"strings"
)

// decimalDigits is the precision of Python's decimal numbers.
const decimalDigits = 28

// maxIntegerDigits is how many digits Python reads as an integer before it raises an error.
const maxIntegerDigits = 4300

// normalDecimal prints a number of digits and dots as Python's Decimal does after normalize: without trailing
// zeros, so that 10 becomes 1E+1. It reports false for what is no number.
func normalDecimal(s string) (string, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole+fraction == "" || strings.Contains(fraction, ".") {
		return "", false
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent := -len(fraction)
	if len(digits) > decimalDigits {
		exponent += len(digits) - decimalDigits
		digits = roundHalfEven(digits, decimalDigits)
		exponent += len(digits) - decimalDigits // 999… may have grown a digit
		digits = digits[:decimalDigits]
	}
	trimmed := strings.TrimRight(digits, "0")
	if trimmed == "" {
		return "0", true
	}
	return formatDecimal(trimmed, exponent+len(digits)-len(trimmed)), true
}

// roundHalfEven rounds a string of digits to its first n. The result has n digits, or n+1 when it carries over.
func roundHalfEven(digits string, n int) string {
	head, tail := []byte(digits[:n]), digits[n:]
	half := "5" + strings.Repeat("0", len(tail)-1)
	odd := (head[n-1]-'0')%2 == 1
	if tail < half || tail == half && !odd {
		return string(head)
	}
	for i := n - 1; i >= 0; i-- {
		if head[i] != '9' {
			head[i]++
			return string(head)
		}
		head[i] = '0'
	}
	return "1" + string(head)
}

// formatDecimal prints digits × 10^exponent as Python does, with an E where the exponent is positive or very small.
func formatDecimal(digits string, exponent int) string {
	point := len(digits) + exponent // digits before the decimal point
	if exponent > 0 || point < -5 {
		mantissa := digits[:1]
		if len(digits) > 1 {
			mantissa += "." + digits[1:]
		}
		sign := ""
		if point > 0 {
			sign = "+"
		}
		return mantissa + "E" + sign + strconv.Itoa(point-1)
	}
	switch {
	case exponent == 0:
		return digits
	case point <= 0:
		return "0." + strings.Repeat("0", -point) + digits
	}
	return digits[:point] + "." + digits[point:]
}

// normalInteger prints a run of digits without leading zeros; it reports false for what Python's int refuses.
func normalInteger(s string) (string, bool) {
	if s == "" || strings.Contains(s, ".") || len(s) > maxIntegerDigits {
		return "", false
	}
	if s = strings.TrimLeft(s, "0"); s == "" {
		s = "0"
	}
	return s, true
}
