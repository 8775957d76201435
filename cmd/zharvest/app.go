package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/alecthomas/kong"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// app is what commands share.
type app struct {
	flags  grammar
	args   []string
	stdin  io.Reader
	stdout *term.Stream
	stderr *term.Stream
	client *zenodo.Client
	token  hostToken

	clients []*zenodo.Client // all that were made
	// anonymous keeps the token from a host that nobody has named.
	anonymous bool

	made        bool        // the index was not there before
	locked      sync.Once   // that another program keeps the index locked was said
	tokenWarned atomic.Bool // that the token was not accepted

	clockWarned bool // that the server's clock is wrong was said

	wait  atomic.Pointer[zenodo.Wait] // the last that was reported
	drawn atomic.Bool                 // a bar of a harvest is shown
}

// The hosts of Zenodo and of its sandbox, which have records, accounts and
// tokens of their own.
const (
	zenodoHost  = "zenodo.org"
	sandboxHost = "sandbox.zenodo.org"
	sandboxAPI  = "https://" + sandboxHost + "/api"
)

// prepare works out what the flags mean together.
func (a *app) prepare(kctx *kong.Context) error {
	g := &a.flags.globals
	a.stdout.UseColor(g.Color)
	a.stderr.UseColor(g.Color)
	if g.DB == "" && typed(kctx, "db") {
		return usageError("--db names no file", "leave it out for "+displayPath(defaultDB()))
	}
	g.DB = cmp.Or(g.DB, defaultDB())
	g.API = cmp.Or(g.API, zenodo.DefaultBaseURL) // the variable may be set to nothing
	if g.Sandbox {
		if typed(kctx, "api") {
			return usageError("--api and --sandbox can't be used together", "leave one of them out")
		}
		g.API = sandboxAPI
	}
	return nil
}

// typed reports whether a flag stands on the command line, and not only in the
// environment or the configuration file.
func typed(kctx *kong.Context, name string) bool {
	for _, p := range kctx.Path {
		if p.Flag != nil && p.Flag.Name == name && !p.Resolved {
			return true
		}
	}
	return false
}

// newClient makes the client for the API, with the token that belongs to its
// host, and notes it for reports.
func (a *app) newClient(more ...zenodo.Option) (*zenodo.Client, error) {
	g := &a.flags.globals
	root, err := url.Parse(g.API)
	if err != nil || root.Host == "" || root.Scheme != "https" && root.Scheme != "http" {
		return nil, usageError(fmt.Sprintf("%q is no API root", g.API), "write for example https://zenodo.org/api")
	}
	a.token = hostToken{}
	if !a.anonymous {
		if a.token, err = findToken(root.Hostname(), g.TokenFile); err != nil {
			return nil, err
		}
	}
	a.stderr.Hide(a.token.value)
	opts := []zenodo.Option{zenodo.WithBaseURL(g.API), zenodo.WithLogger(term.NewLogger(a.stderr, a.flags.Verbose, a.note)), zenodo.WithOnWait(a.noteWait), zenodo.WithRateState(keptRates()[strings.TrimRight(g.API, "/")])}
	if a.token.value != "" {
		opts = append(opts, zenodo.WithAccessToken(a.token.value), zenodo.WithTokenRefused(a.warnAboutToken))
	}
	if g.Rate > 0 {
		opts = append(opts, zenodo.WithRate(float64(g.Rate)))
	}
	a.client, err = zenodo.NewClient(append(opts, more...)...)
	if err != nil && !errors.Is(err, zenodo.ErrInsecureToken) {
		err = &hintedError{err, "zharvest --help explains --api, --token-file and --rate", exitUsage}
	}
	if err == nil {
		a.clients = append(a.clients, a.client)
	}
	return a.client, err
}

// note prints a line for people, unless they want quiet. Several goroutines
// may do so.
func (a *app) note(format string, args ...any) {
	if !a.flags.Quiet {
		a.stderr.Note(fmt.Sprintf(format, args...))
	}
}

// warn prints what people should know even though the command goes on.
func (a *app) warn(format string, args ...any) {
	a.note("zharvest: warning: "+format, args...)
}

// openIndex opens the index for a command that reads it.
func (a *app) openIndex(ctx context.Context) (*index.DB, error) {
	db, err := index.Opener{Waiting: a.noteLocked}.OpenExisting(ctx, a.flags.DB)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &hintedError{
			err:  fmt.Errorf("no index at %s", displayPath(a.flags.DB)),
			hint: `make one with "zharvest harvest", for example "zharvest harvest -c egi-ace", or name another with --db`,
			code: exitNotFound,
		}
	}
	return db, err
}

// writerMemory is near what a command that writes the index should stay with
// its heap, in bytes. It needs two thirds of that for the largest of segments.
const writerMemory = 56 << 20

// makeIndex opens the index for a command that writes it.
func (a *app) makeIndex(ctx context.Context) (*index.DB, error) {
	limitMemory()
	_, err := os.Stat(a.flags.DB)
	a.made = errors.Is(err, fs.ErrNotExist)
	return index.Opener{Waiting: a.noteLocked}.Open(ctx, a.flags.DB)
}

// closingMade closes what makeIndex has opened. Where there was no network, or
// no patience, before anything was stored, it leaves no index that was not there
// before.
func (a *app) closingMade(ctx context.Context, db *index.DB, err *error) {
	_, offline := errors.AsType[net.Error](*err)
	if !a.made || !offline && !errors.Is(*err, context.Canceled) {
		closing(db, err)
		return
	}
	*err = errors.Join(*err, db.CloseEmpty(context.WithoutCancel(ctx)))
}

// noteLocked says once why a command does nothing for some time.
func (a *app) noteLocked() {
	a.locked.Do(func() {
		a.note("another program has locked the index %s; waiting for it, for a minute at most", displayPath(a.flags.DB))
	})
}

// limitMemory has garbage collected more often near what a writer should need.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(writerMemory)
	}
}

// closing closes the index at the end of a command and keeps the error.
func closing(db io.Closer, err *error) { *err = errors.Join(*err, db.Close()) }

func defaultDB() string {
	return filepath.Join(xdg("XDG_DATA_HOME", ".local/share"), "zharvest", "zharvest.db")
}

func configFile() string {
	return filepath.Join(xdg("XDG_CONFIG_HOME", ".config"), "zharvest", "config.json")
}

// xdg is a folder of the XDG specification, which wants absolute paths.
func xdg(variable, fallback string) string {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return filepath.Join(home, filepath.FromSlash(fallback))
}

// displayPath writes a path below the home folder the way people do.
func displayPath(path string) string {
	home, err := os.UserHomeDir()
	if err != nil || home == "" || home == "/" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok {
		return "~/" + filepath.ToSlash(rest)
	}
	return path
}
