package querystring_test

import (
	"errors"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

func TestQuote(t *testing.T) {
	for _, value := range []string{"", "a b", `"`, `\`, `a\" OR *:*`, "a*", "é\n😀", "10.5281/zenodo.1", "(", "AND"} {
		q, err := querystring.Parse(querystring.Term("metadata.version", value))
		if err != nil || q.Loose {
			t.Errorf("Term of %q: %+v, %v", value, q, err)
			continue
		}
		if p, ok := q.Root.(*querystring.Phrase); !ok || p.Value != value || p.Field != "metadata.version" {
			t.Errorf("Term of %q: got %s", value, show(q.Root))
		}
	}
}

func TestTerm(t *testing.T) {
	for _, tt := range []struct{ field, value, want string }{
		{"doi", "10.5281/zenodo.1", `doi:"10.5281/zenodo.1"`},
		{"communities", "eu", `communities:"eu"`},
		{"custom_fields.journal:journal.title", "x", `custom_fields.journal\:journal.title:"x"`},
	} {
		if got := querystring.Term(tt.field, tt.value); got != tt.want {
			t.Errorf("Term(%q, %q) = %s, want %s", tt.field, tt.value, got, tt.want)
		}
	}
}

func TestBetween(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{"2024-01-01T00:00:00Z", "2024-02-01T00:00:00.5Z", "created:[2024-01-01T00:00:00Z TO 2024-02-01T00:00:00.5Z}"},
		{"", "2024", "created:[* TO 2024}"},
		{"2024", "", "created:[2024 TO *]"},
		{"a b", `"\`, `created:["a b" TO "\u0022\u005c"}`},
		{"TO", "-1", `created:["TO" TO "-1"}`},
		{"2024-01-01T00:00:00+00:00", "]", `created:["2024-01-01T00:00:00+00:00" TO "]"}`},
	} {
		got := querystring.Between("created", tt.from, tt.to)
		if got != tt.want {
			t.Errorf("Between(%q, %q) = %s, want %s", tt.from, tt.to, got, tt.want)
		}
		q, err := querystring.Parse(got)
		if err != nil || q.Loose {
			t.Errorf("%s: %+v, %v", got, q, err)
			continue
		}
		if r := q.Root.(*querystring.Range); r.Lo.Value != tt.from || r.Hi.Value != tt.to || r.Hi.Inclusive {
			t.Errorf("%s: got %s", got, show(r))
		}
	}
}

func TestAnd(t *testing.T) {
	for _, tt := range []struct{ query, condition, want string }{
		{"a OR b", "c", "(a OR b) AND c"},
		{"-a", "c", "(-a) AND c"},
		{"", "c", "c"},
		{"a OR b", "", "a OR b"},
		{"", "", ""},
	} {
		if got, err := querystring.And(tt.query, tt.condition); got != tt.want || err != nil {
			t.Errorf("And(%q, %q) = %q, %v; want %q", tt.query, tt.condition, got, err, tt.want)
		}
	}
	if _, err := querystring.And("(a", "b"); !errors.Is(err, querystring.ErrLoose) {
		t.Errorf("And of a loose text: got %v, want ErrLoose", err)
	}
	if err := querystring.Combinable("a/b"); err == nil || errors.Is(err, querystring.ErrLoose) {
		t.Errorf("Combinable of a refused query: got %v, want an *Error", err)
	}
}
