package querystring_test

import (
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// Boosts are sent as Python's Decimal(number).normalize() prints them: to 28
// digits; the last is rounded to the even one where it lies between two.
func TestBoostsSent(t *testing.T) {
	for number, want := range map[string]string{
		"":                                 "1",
		"0":                                "0",
		"0.00":                             "0",
		".5":                               "0.5",
		"5.":                               "5",
		"00.50":                            "0.5",
		"12.340":                           "12.34",
		"10":                               "1E+1",
		"1200":                             "1.2E+3",
		"0.000001":                         "0.000001",
		"0.0000001":                        "1E-7",
		"0.00000123":                       "0.00000123",
		"1234567890123456789012345678":     "1234567890123456789012345678",
		"123456789012345678901234567.8":    "123456789012345678901234567.8",
		"123456789012345678901234567.85":   "123456789012345678901234567.8",
		"12345678901234567890123456785":    "1.234567890123456789012345678E+28",
		"12345678901234567890123456795":    "1.23456789012345678901234568E+28",
		"12345678901234567890123456785001": "1.234567890123456789012345679E+31",
		"12345678901234567890123456784999": "1.234567890123456789012345678E+31",
		"99999999999999999999999999995":    "1E+29",
		"1000000000000000000000000000001":  "1E+30",
		"0.12345678901234567890123456785":  "0.1234567890123456789012345678",
		"1.0000000000000000000000000000":   "1",
	} {
		q, err := querystring.Parse("a^" + number)
		if err != nil || q.Sent != "a^"+want {
			t.Errorf("a^%s: got %+v, %v; want it sent as a^%s", number, q, err, want)
		}
	}
}

// Distances are whole numbers behind phrases, of at most as many digits as Python
// reads, and edits behind words; the engine knows 0, 1 and 2.
func TestDistances(t *testing.T) {
	for typed, want := range map[string]string{
		`"a"~`:                             `phrase( "a" 1)`,
		`"a"~0`:                            `phrase( "a" 0)`,
		`"a"~0003`:                         `phrase( "a" 3)`,
		`"a"~2147483648`:                   `phrase( "a" 2147483647)`,
		`"a"~` + strings.Repeat("9", 4300): `phrase( "a" 2147483647)`,
		"a~0.99":                           `fuzzy( "a" 0)`,
		"a~1.0":                            `fuzzy( "a" 1)`,
		"a~2.1":                            `fuzzy( "a" 2)`,
		"a~" + strings.Repeat("9", 40):     `fuzzy( "a" 2)`,
		"((a)^2)^":                         `bool(text( "a")^2)^1`,
		"(a)^ b":                           `bool(text( "a")^1 text( "b"))`,
	} {
		q, err := querystring.Parse(typed)
		if err != nil || show(q.Root) != want {
			t.Errorf("%.60s: got %+v, %v; want %s", typed, q, err, want)
		}
	}
	for typed, pos := range map[string]int{`"a"~` + strings.Repeat("9", 4301): 3, `"a"~1.`: 3, "(a b)^^": 6, "((a)^2^3)": 6, "(a)^1.2.3": 3} {
		if q, err := querystring.Parse(typed); err == nil || err.(*querystring.Error).Pos != pos {
			t.Errorf("%.60s: got %+v, %v; want an error at %d", typed, q, err, pos)
		}
	}
}
