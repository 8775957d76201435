package catalog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
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
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if !strings.HasSuffix(name, ".gz") {
		return c.loadLines(file)
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	return c.loadLines(unpacked)
}

func (c *Catalog) loadLines(r io.Reader) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if raw := bytes.TrimSuffix(line, []byte("\n")); len(bytes.TrimSpace(raw)) > 0 {
			e, err := parseEntry(raw)
			if err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
			c.put(e)
		}
		if err != nil {
			return nil
		}
	}
}
