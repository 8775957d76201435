package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// metadataFlags name the metadata of a deposition.
type metadataFlags struct {
	Metadata string   `placeholder:"FILE" help:"File with the metadata, in JSON: as an object, or in one under the key metadata; - is standard input."`
	Set      []string `sep:"none" placeholder:"KEY=VALUE" help:"Set a field of the metadata. A value in JSON stands for itself, others are texts. May be given several times."`
}

func (m metadataFlags) given() bool { return m.Metadata != "" || len(m.Set) > 0 }

// check looks at the values to be set.
func (m metadataFlags) check() error {
	for _, set := range m.Set {
		if key, _, ok := strings.Cut(set, "="); !ok || key == "" {
			return usageError(fmt.Sprintf("--set %q has no key and value", set), "write for example --set 'title=My data'")
		}
	}
	return nil
}

// read reads the metadata: of the file, or of what there is where none is
// named, with what is set on top.
func (m metadataFlags) read(a *app, present json.RawMessage) (json.RawMessage, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	raw := []byte(present)
	if m.Metadata != "" {
		var err error
		if raw, err = a.readMetadata(m.Metadata); err != nil {
			return nil, err
		}
	}
	if len(m.Set) == 0 {
		return raw, nil
	}
	fields := map[string]json.RawMessage{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &fields); err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
	}
	for _, set := range m.Set {
		key, value, _ := strings.Cut(set, "=")
		fields[key] = valueOf(value)
	}
	return json.Marshal(fields)
}

// valueOf is a value as JSON: an object, an array, a truth value or null as it
// is, anything else as a text, since most fields want one, even of digits.
func valueOf(value string) json.RawMessage {
	trimmed := strings.TrimSpace(value)
	if json.Valid([]byte(trimmed)) && strings.ContainsAny(trimmed[:1], `{["tfn`) {
		return json.RawMessage(trimmed)
	}
	text, _ := json.Marshal(value) // a text has no error
	return text
}

// readMetadata reads a file that holds metadata, or an object with metadata.
func (a *app) readMetadata(file string) (json.RawMessage, error) {
	name, in := displayPath(file), a.stdin
	if file == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, &hintedError{fmt.Errorf("%s: %w", name, err), `write an object such as {"title": "My data", "upload_type": "dataset"}`, exitUsage}
	}
	if inner, ok := fields["metadata"]; ok && bytes.HasPrefix(bytes.TrimSpace(inner), []byte("{")) {
		return inner, nil
	}
	return bytes.TrimSpace(raw), nil
}

// warnOfDifferences tells what a server did not store as it was sent: it drops
// in silence what it finds invalid.
func (a *app) warnOfDifferences(sent json.RawMessage, stored *zenodo.Deposition) {
	var before, after map[string]any
	if json.Unmarshal(sent, &before) != nil || json.Unmarshal(stored.Metadata, &after) != nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if key == "prereserve_doi" || isBlank(before[key]) || reflect.DeepEqual(before[key], after[key]) {
			continue
		}
		if isBlank(after[key]) {
			a.warn("%s was not stored: the server dropped %s", key, compact(before[key]))
			continue
		}
		a.warn("%s was stored as %s, not as %s", key, compact(after[key]), compact(before[key]))
	}
}

func isBlank(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// compact is a value as JSON, cut where it is long.
func compact(value any) string {
	text, _ := json.Marshal(value) // it came from JSON
	const most = 200
	if runes := []rune(string(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}
