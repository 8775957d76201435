package zenodotest_test

import (
	"errors"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestScript runs the example of the documentation: of two files the second
// arrives, and its answer is lost.
func TestScript(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Script: `
# uploads
2    PUT   /api/files/*/*           504 after  # carried out
1-2  get   /api/records?size=3      429 retry-after=7
*    GET   /api/records/*/versions  empty
1    *     /oai2d                   reset
`})
	d := create(t, s, complete())
	want[any](t, 201, upload(t, d, "a", "first"))
	if got := upload(t, d, "b", "second"); got.StatusCode != 504 {
		t.Errorf("second upload: got %d %s", got.StatusCode, got.body)
	}
	want[any](t, 201, upload(t, d, "c", "third"))
	if d = want[deposition](t, 200, call(t, "GET", d.link("self"), nil)); len(d.Files) != 3 {
		t.Errorf("files: got %+v, want all three", d.Files)
	}
	for n, status := range []int{429, 429, 200} {
		got := get(t, s, "/records?size=3&page=1")
		if got.StatusCode != status || status == 429 && got.Header.Get("Retry-After") != "7" {
			t.Errorf("search %d: got %d, Retry-After %q, want %d", n+1, got.StatusCode, got.Header.Get("Retry-After"), status)
		}
	}
	if got := get(t, s, "/records?size=30"); got.StatusCode != 400 {
		t.Errorf("another size: got %d, want what it gets without faults", got.StatusCode)
	}
	for range 2 {
		if got := get(t, s, "/records/1798341/versions"); got.StatusCode != 200 || got.body != "" {
			t.Errorf("versions: got %d %s, want nothing", got.StatusCode, got.body)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/oai2d?verb=Identify", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := noRedirects.Do(req); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("OAI-PMH: got %v, want the connection reset", err)
	}
}

// TestScriptRules looks at which of five requests each meet a rule.
func TestScriptRules(t *testing.T) {
	const path = "/records/1798341/files"
	for _, c := range []struct{ rule, want string }{
		{"* GET /api/records/*/files 500", "x x x x x"},
		{"2 GET /api/records/*/files 500", ". x . . ."},
		{"2-3,5 GET /** 500", ". x x . x"},
		{"4- * /api/**/files 500", ". . . x x"},
		{"* GET /api/**/records/**/files/** 500", "x x x x x"},
		{"* GET /api/rec*/[0-9]*/files 500", "x x x x x"},
		{"* GET /api/records/* 500", ". . . . ."},
		{"* GET /api/records/*/files/* 500", ". . . . ."},
		{"* HEAD /** 500", ". . . . ."},
		{"* GET /**?download=1 500", ". . . . ."},
		{"1 GET /** 500\n1-2 GET /** 404wrong", "line 2: unknown kind of fault"},
		{"1 GET /** 502\n1-3 GET /** 500", "y x x . ."},
	} {
		e, err := zenodotest.New(zenodotest.Config{Script: c.rule})
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q: %v", c.rule, err)
			}
			continue
		}
		client := http.Client{Transport: e.Transport()}
		var got []string
		for range 5 {
			resp, err := client.Get("http://zenodo.test/api" + path)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, map[int]string{200: ".", 500: "x", 502: "y"}[resp.StatusCode])
		}
		same(t, c.rule, strings.Join(got, " "), c.want)
	}
}

func TestScriptErrors(t *testing.T) {
	for script, want := range map[string]string{
		"":                                "",
		"# nothing\n\n":                   "",
		"1 GET /api":                      "line 1: want which requests, a method, a path and a kind",
		"\n0 GET /api 500":                `line 2: "0" does not say which requests`,
		"3-2 GET /api 500":                `"3-2" does not say which`,
		"x GET /api 500":                  `"x" does not say which`,
		"1 GET /api 505":                  `unknown kind of fault "505"; the kinds are reset 500`,
		"1 GET api 500":                   `"api" is no path`,
		"1 GET /[ 500":                    `"/[" is no path`,
		"1 GET /api?%zz 500":              `parameters of "/api?%zz"`,
		"1 GET /api delay for=soon":       `"for=soon": time: invalid duration`,
		"1 GET /api 504 after all":        `"all": it is none of after, retry-after=SECONDS and for=TIME`,
		"1 GET /api 504 after # all":      "",
		"* GET /api/records delay for=1s": "",
	} {
		err := zenodotest.CheckScript(script)
		if got := ""; err != nil {
			got = err.Error()
			if want == "" || !strings.Contains(got, want) {
				t.Errorf("%q: got %s, want %s", script, got, want)
			}
		} else if want != "" {
			t.Errorf("%q: got no error, want %s", script, want)
		}
	}
	if _, err := zenodotest.New(zenodotest.Config{Script: "1"}); err == nil || !strings.HasPrefix(err.Error(), "emulator: script of faults: line 1: ") {
		t.Errorf("New: got %v", err)
	}
}
