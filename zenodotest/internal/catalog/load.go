package catalog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/forms"
)

// fixtures are the records that are served by default. All are made up, but for
// the DOIs and titles of the ten newest in egi-ace.jsonl: that file is the
// community egi-ace as a public tutorial saw it in 2023.
//
//go:embed fixtures/*.jsonl
var fixtures embed.FS

// load reads the records to serve: the named files, or without any and without
// made-up records the fixtures.
func (c *Catalog) load() error {
	for _, name := range c.cfg.Data {
		if err := c.loadFile(name); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	if len(c.cfg.Data) > 0 || c.cfg.Synthetic > 0 {
		return nil
	}
	for _, name := range []string{"records", "egi-ace"} {
		records, err := fixtures.ReadFile("fixtures/" + name + ".jsonl")
		if err != nil {
			return err
		}
		if err := c.loadLines(bytes.NewReader(records)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) loadFile(name string) error {
	return readFile(name, c.loadLines)
}

// readFile has read a file, unpacked where its name says that it is packed.
func readFile(name string, read func(io.Reader) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if !strings.HasSuffix(name, ".gz") {
		return read(file)
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	return read(unpacked)
}

func (c *Catalog) loadLines(r io.Reader) error {
	return eachLine(r, func(raw []byte) error {
		e, err := c.loadEntry(raw)
		if err == nil {
			c.put(e)
		}
		return err
	})
}

// eachLine calls f with each line that is not blank.
func eachLine(r io.Reader, f func(line []byte) error) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if line = bytes.TrimSuffix(line, []byte("\n")); len(bytes.TrimSpace(line)) > 0 {
			if err := f(line); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
		if err != nil {
			return nil
		}
	}
}

// IsElsewhere reports whether the first record of a file is of an InvenioRDM that
// is not Zenodo: its id is no number.
func IsElsewhere(name string) (elsewhere bool, err error) {
	err = readFile(name, func(r io.Reader) error {
		return eachLine(r, func(raw []byte) error {
			var record struct {
				ID json.RawMessage `json:"id"`
			}
			if forms.IsNative(raw) && json.Unmarshal(raw, &record) == nil {
				_, err := strconv.ParseInt(strings.Trim(string(record.ID), `"`), 10, 64)
				elsewhere = err != nil
			}
			return io.EOF
		})
	})
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return elsewhere, err
}

// loadEntry reads a record in either form.
func (c *Catalog) loadEntry(raw []byte) (*entry, error) {
	raw, err := c.own(raw)
	if err != nil {
		return nil, err
	}
	return c.parseEntry(raw)
}
