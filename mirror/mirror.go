// Package mirror keeps a local index up to date with a server: it runs a
// harvest into the index, resumes it where an earlier run was stopped, fetches
// what changed since, finds out what was deleted, and notes how complete the
// harvest is.
//
//   - [Mirror.Harvest] fetches a selection, and from the second run on what changed.
//   - [Mirror.Update] does that for a harvest that is saved in the index.
//   - [Mirror.Import] begins an index of everything from the monthly dump.
//   - [Mirror.Fill] fetches what the dump lacks of its records.
//
// Each says what it did, and resumes what an earlier call has left unfinished.
//
//	m := mirror.Mirror{Index: db, Client: client}
//	res, err := m.Harvest(ctx, harvest.Selection{Communities: []zenodo.Slug{"egi-ace"}}, mirror.Options{})
package mirror

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// Mirror is an index and the server that it mirrors. Index and Client are
// needed. Its methods must not be called at the same time.
type Mirror struct {
	Index  *index.DB
	Client *zenodo.Client
	// Differences returns what was edited of a record, to be noted in the index;
	// export.Differences does. Nil notes nothing.
	Differences func(before, after *zenodo.Record) []store.Difference
	// Progress is called, by one goroutine, as a run advances. It may be nil.
	Progress func(Progress)
	// Warn is called with what failed and did not end a run. It may be nil.
	Warn func(error)

	dialect zenodo.Dialect // of the server, as the index knows it
}

// Options are of one run. The zero value is what most runs want.
type Options struct {
	// Name is that of the saved harvest; empty is made from the selection.
	Name string
	// Full fetches everything again and finds out what is gone. Without it, what
	// changed since the last complete run is fetched, where that can be asked for.
	Full bool
	// Quick compares only the totals of what is held and what the server counts.
	Quick bool
	// Limit ends a run after so many records; 0 is no limit.
	Limit int
}

// Progress says how far a run has come.
type Progress struct {
	Task string // name of the harvest, or of the file that is downloaded
	harvest.Progress
}

func (m *Mirror) progress(task string) func(harvest.Progress) {
	return func(p harvest.Progress) {
		if m.Progress != nil {
			m.Progress(Progress{task, p})
		}
	}
}

func (m *Mirror) warn(format string, args ...any) {
	if m.Warn != nil {
		m.Warn(fmt.Errorf(format, args...))
	}
}

// HostError means that the index holds records of another repository, whose
// ids are the same numbers.
type HostError struct {
	Path        string // of the index
	Held, Asked string // the hosts
}

func (e *HostError) Error() string {
	return fmt.Sprintf("%s holds records of %s, not of %s", e.Path, e.Held, e.Asked)
}

// bind makes sure that the index is for the server, and recalls what the server
// is, as an earlier run found out.
func (m *Mirror) bind(ctx context.Context) error {
	if err := m.bindHost(ctx); err != nil {
		return err
	}
	dialect, err := m.Index.Dialect(ctx, m.Client.BaseURL())
	if err == nil && m.Client.KnownDialect() == "" {
		m.Client.AssumeDialect(dialect)
	}
	m.dialect = dialect
	return err
}

// noteDialect has the index know what the server is, where a run has found that
// out.
func (m *Mirror) noteDialect(ctx context.Context) error {
	found := m.Client.KnownDialect()
	if found == "" || found == m.dialect {
		return nil
	}
	m.dialect = found
	return m.Index.NoteDialect(context.WithoutCancel(ctx), m.Client.BaseURL(), found)
}

// bindHost keeps the records of two repositories from getting into one index.
// Addresses of this machine are servers for tests, which may follow each other,
// but not a repository.
func (m *Mirror) bindHost(ctx context.Context) error {
	root, err := url.Parse(m.Client.BaseURL())
	if err != nil {
		return err
	}
	host := root.Host
	if isLoopback(root.Hostname()) {
		host = "a server on this machine"
	}
	other, err := m.Index.BindHost(ctx, host)
	if err == nil && other != "" {
		err = &HostError{Path: m.Index.Path(), Held: other, Asked: host}
	}
	return err
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
