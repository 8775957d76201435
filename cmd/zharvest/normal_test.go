package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func normalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: normal FILE KEY...")
	}
	var indented bytes.Buffer
	ts.Check(json.Indent(&indented, []byte(ts.ReadFile("stdout")), "", "  "))
	var out strings.Builder
	for line := range strings.Lines(indented.String()) {
		out.WriteString(typeFor(line, args[1:]))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(out.String()), 0o666))
}

var member = regexp.MustCompile(`^(\s*"([^"]+)": )(.+?)(,?\n)$`)

// typeFor replaces the value in a line of indented JSON by its type where the
// key is one of keys.
func typeFor(line string, keys []string) string {
	m := member.FindStringSubmatch(line)
	if m == nil || !slices.Contains(keys, m[2]) {
		return line
	}
	var value any
	if json.Unmarshal([]byte(m[3]), &value) != nil {
		return line
	}
	switch value.(type) {
	case string:
		return m[1] + "string" + m[4]
	case float64:
		return m[1] + "number" + m[4]
	}
	return line
}
