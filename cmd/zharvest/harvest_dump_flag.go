package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"github.com/zharvest/zharvest/harvest"
)

// dumpFlag is --dump, which may name a file: --dump=FILE. A flag whose value
// may be left out takes it only behind an equals sign, or else what follows it
// could mean either; but a dump leaves nothing to query for, so that in
// "--dump FILE" the query is the file.
type dumpFlag struct {
	asked bool
	file  string // empty for the server's newest
}

// IsBool lets kong accept the flag without a value.
func (*dumpFlag) IsBool() bool { return true }

// Decode reads the value, if there is one.
func (f *dumpFlag) Decode(ctx *kong.DecodeContext) error {
	f.asked = true
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	switch value := ctx.Scan.Pop().Value.(type) {
	case bool: // from the configuration file
		f.asked = value
	case string:
		f.file = value
	default:
		return fmt.Errorf("%v is no file", value)
	}
	return nil
}

// source decides what to import: the file, empty for the server's newest
// dump. A selection is a mistake: a dump is of everything.
func (c *harvestRecordsCmd) source() (file string, err error) {
	file = c.Dump.file
	if file == "" {
		file = c.Query
	} else if c.Query != "" {
		return "", usageError("--dump with two files, or with a query", "a dump is of everything; leave the query out, and search the index later")
	}
	selected := c.recordFlags
	selected.AllVersions = false // a dump has all of them in any case
	for _, given := range []bool{
		len(selected.Community) > 0, selected.Type != "", selected.Subtype != "", selected.Since != "", selected.Until != "", c.Limit != 0, c.Via == harvest.ViaOAI,
	} {
		if given {
			return "", usageError("--dump with a selection", "a dump is of everything; leave the other flags out, and select when you search the index")
		}
	}
	return file, nil
}
