package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The sandbox and all other hosts never share a token, and the first variable
// that is not empty counts.
func TestFindToken(t *testing.T) {
	all := slices.Concat(tokenVariables, sandboxTokenVariables)
	for _, tt := range []struct{ host, set, want string }{
		{"zenodo.org", "ZENODO_TOKEN=a ZENODO_ACCESS_TOKEN=b ZENODO_API_TOKEN=c", "a $ZENODO_TOKEN"},
		{"zenodo.org", "ZENODO_ACCESS_TOKEN=b ZENODO_API_TOKEN=c", "b $ZENODO_ACCESS_TOKEN"},
		{"zenodo.org", "ZENODO_API_TOKEN=c", "c $ZENODO_API_TOKEN"},
		{"zenodo.org", "ZENODO_SANDBOX_TOKEN=s ZENODO_SANDBOX_ACCESS_TOKEN=s ZENODO_SANDBOX_API_TOKEN=s", " "},
		{"127.0.0.1", "ZENODO_TOKEN=a ZENODO_SANDBOX_TOKEN=s", "a $ZENODO_TOKEN"},
		{"inveniordm.example", "ZENODO_TOKEN=a", "a $ZENODO_TOKEN"},
		{"sandbox.zenodo.org", "ZENODO_TOKEN=a ZENODO_ACCESS_TOKEN=b ZENODO_API_TOKEN=c", " "},
		{"sandbox.zenodo.org", "ZENODO_TOKEN=a ZENODO_SANDBOX_API_TOKEN=u", "u $ZENODO_SANDBOX_API_TOKEN"},
		{"Sandbox.Zenodo.Org", "ZENODO_SANDBOX_TOKEN=s ZENODO_SANDBOX_ACCESS_TOKEN=t", "s $ZENODO_SANDBOX_TOKEN"},
		{"sandbox.zenodo.org.example", "ZENODO_SANDBOX_TOKEN=s", " "},
	} {
		for _, name := range all {
			t.Setenv(name, "")
		}
		for assignment := range strings.FieldsSeq(tt.set) {
			name, value, _ := strings.Cut(assignment, "=")
			t.Setenv(name, value)
		}
		got, err := findToken(tt.host, "")
		if text := string(got.value) + " " + got.source; err != nil || text != tt.want {
			t.Errorf("for %s with %s: got %q, %v; want %q", tt.host, tt.set, text, err, tt.want)
		}
	}
}

func TestFindTokenInFile(t *testing.T) {
	t.Setenv("ZENODO_TOKEN", "variable")
	file := filepath.Join(t.TempDir(), "token")
	for content, want := range map[string]string{
		"abc": "abc", " abc \r\nsecond\n": "abc", "": "", "\nabc\n": "", " \t\n": "",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := findToken("zenodo.org", file)
		if string(got.value) != want || (err == nil) != (want != "") {
			t.Errorf("a file with %q: got %q, %v; want %q", content, string(got.value), err, want)
		}
	}
}

func TestRequestRate(t *testing.T) {
	for text, want := range map[string]requestRate{
		"30/m": 30, "0.5/s": 30, "1800/h": 30, "1e1/m": 10,
		"": 0, "30": 0, "/m": 0, "0/m": 0, "-1/m": 0, "NaN/m": 0, "Inf/m": 0, "1x/m": 0, "1/d": 0, "1/m/m": 0,
	} {
		var got requestRate
		if err := got.UnmarshalText([]byte(text)); got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestShellQuote(t *testing.T) {
	for arg, want := range map[string]string{
		"-keywords:HPC": "-keywords:HPC", `-title:"a b"`: `'-title:"a b"'`, "-it's": `'-it'\''s'`, "-x*": "'-x*'",
	} {
		if got := shellQuote(arg); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", arg, got, want)
		}
	}
}
