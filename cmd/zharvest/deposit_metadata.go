package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

// metadataFlags name the metadata of a deposition.
type metadataFlags struct {
	Metadata string   `placeholder:"FILE" help:"File with the metadata: JSON or YAML, such as .zenodo.json, or CITATION.cff; - is standard input."`
	Set      []string `sep:"none" placeholder:"KEY=VALUE" help:"Set a value of the metadata, such as title='My data', creators.0.name='Doe, Jane' or, in JSON, keywords='[\"a\"]'. May be given several times."`
}

func (m metadataFlags) given() bool { return m.Metadata != "" || len(m.Set) > 0 }

// read reads the metadata from the file, if one is named, with what is set on
// top.
func (m metadataFlags) read(a *app) (*deposit.Metadata, error) {
	metadata := deposit.NewMetadata()
	if m.Metadata != "" {
		var err error
		if metadata, err = a.readMetadata(m.Metadata); err != nil {
			return nil, err
		}
	}
	return metadata, m.apply(metadata)
}

// apply sets what is to be set.
func (m metadataFlags) apply(metadata *deposit.Metadata) error {
	for _, assignment := range m.Set {
		if err := metadata.Set(assignment); err != nil {
			return metadataError(err)
		}
	}
	return nil
}

func (a *app) readMetadata(file string) (*deposit.Metadata, error) {
	name, raw, err := a.readInput(file)
	if err != nil {
		return nil, err
	}
	metadata, err := deposit.ReadMetadata(name, raw)
	if err != nil {
		return nil, metadataError(err)
	}
	for _, note := range metadata.Notes {
		a.note("%s: %s", name, note)
	}
	return metadata, nil
}

// readInput reads a file, or standard input for -.
func (a *app) readInput(file string) (name string, raw []byte, err error) {
	if file == "-" {
		raw, err = io.ReadAll(a.stdin)
		return "standard input", raw, err
	}
	raw, err = os.ReadFile(file)
	return displayPath(file), raw, err
}

// metadataError is what is wrong with what somebody wrote, and what to write.
func metadataError(err error) error {
	if e, ok := errors.AsType[*deposit.FormatError](err); ok {
		return &hintedError{err, e.Hint, exitUsage}
	}
	return err
}

// refusedMetadata says what to do about metadata that the server refuses. Of a
// date that has a start or an end alone it tells neither, and refuses it so.
func refusedMetadata(err error) error {
	e, ok := errors.AsType[*zenodo.Error](err)
	if !ok || !errors.Is(err, zenodo.ErrBadRequest) {
		return err
	}
	hint := "fix the metadata and run the command again"
	if slices.ContainsFunc(e.Fields, func(f zenodo.FieldError) bool { return strings.Contains(f.Field, "dates") }) {
		hint = "write start and end of each of the dates again: of those that have only one, the server tells neither"
	}
	return &hintedError{err, hint, exitRefused}
}

// warnOfCommunities warns that what was published is not in all communities
// that were asked for: the server says nothing of that.
func (a *app) warnOfCommunities(wanted *deposit.Metadata, published *zenodo.Deposition) error {
	stored, err := deposit.Stored(published)
	if err != nil {
		return err
	}
	for _, d := range deposit.Differences(wanted, stored) {
		if name, _, _ := strings.Cut(d.Path, "."); name == "communities" {
			a.warn("deposition %s is not in all communities that were asked for: one that does not exist is dropped, and curators of others may have to accept it first", published.ID)
			return nil
		}
	}
	return nil
}

// warnOfDifferences tells what a server did not store as it was sent: it drops
// in silence what it finds invalid.
func (a *app) warnOfDifferences(sent *deposit.Metadata, dep *zenodo.Deposition) error {
	stored, err := deposit.Stored(dep)
	if err != nil {
		return fmt.Errorf("compare what was stored with what was sent: %w", err)
	}
	a.warnOf(deposit.Differences(sent, stored))
	return nil
}

// warnOf tells what was sent and not stored so.
func (a *app) warnOf(differences []deposit.Difference) {
	for _, d := range differences {
		if d.To == "" {
			a.warn("%s was not stored: the server dropped %s", d.Path, d.From)
			continue
		}
		a.warn("%s was stored as %s, not as %s", d.Path, d.To, d.From)
	}
}
