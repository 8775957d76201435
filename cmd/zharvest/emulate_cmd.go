package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

type emulateCmd struct {
	Addr         string          `placeholder:"HOST:PORT" default:"127.0.0.1:0" help:"Address to listen on; port 0 is any that is free."`
	Dialect      string          `placeholder:"DIALECT" help:"What the server is: zenodo, or rdm for another InvenioRDM. Default: as the data are, else zenodo."`
	Data         []string        `sep:"none" placeholder:"FILE" help:"Serve the records of this file, one JSON object a line (.jsonl, .jsonl.gz). May be given several times."`
	Synthetic    int             `placeholder:"N" help:"Serve N made-up records."`
	Seed         uint64          `default:"1" placeholder:"S" help:"Seed of made-up records and of faults."`
	Community    []string        `sep:"none" placeholder:"SLUG[=TITLE]" help:"A community that is there though no record is in it, or the title of one. May be given several times."`
	Now          string          `placeholder:"TIME" help:"What time it is, such as 2026-11-28T12:00:00Z, and stays. With it, the same requests get the same answers each time."`
	PublicURL    string          `name:"public-url" placeholder:"URL" help:"Address under which clients reach the server, where it is another one: links begin with it."`
	RewriteLinks *bool           `negatable:"" help:"Make the links of records lead here and the checksums of their files those of the bytes that come. Default with --data; --no-rewrite-links serves these byte for byte."`
	NoRanges     bool            `help:"Begin each download at the beginning, as an InvenioRDM with files on a disk does."`
	Token        string          `placeholder:"T" help:"The only access token that is accepted. Without it any is."`
	Window       int             `default:"10000" placeholder:"N" help:"Results of a search that can be paged."`
	SearchLimit  zenodotest.Rate `placeholder:"N/m" help:"Searches of records and requests of OAI-PMH allowed, counted together. Zenodo: 30/m."`
	Limit        zenodotest.Rate `placeholder:"N/m" help:"Other requests allowed."`
	SearchLag    time.Duration   `placeholder:"D" help:"Time until searches see that a record was published, changed or deleted, such as 2s."`
	Latency      time.Duration   `placeholder:"D" help:"Time that each answer takes, such as 300ms."`
	Faults       float64         `placeholder:"P" help:"Share of requests that fail, from 0 to 1."`
	FaultKinds   string          `placeholder:"A,B" help:"How they fail: reset, 500, 502, 503, 504, 429, cut, garbled, empty, html, delay, which are the default, or shards, no-index, block, 405, 415, upload, checksum."`
	Script       string          `placeholder:"FILE" help:"Which requests fail, and how: a rule on each line, such as: 2 PUT /api/files/*/* 504 after."`
	Log          string          `placeholder:"FILE" help:"Write a line of JSON for each request."`
}

// Help is shown below the flags.
func (*emulateCmd) Help() string {
	return "Prints its API root, as it is on this machine, on the first line. A rule of --script names which of the requests that fit (2, 1-3, 4-, or * for all), their " +
		"method (or *), their path (* is one part of it, ** any number of parts; ?page=2 a parameter) and a kind of fault; behind it may stand " +
		"after (the request is carried out all the same), retry-after=SECONDS and for=TIME, of a delay. # begins a comment. " +
		"Example: zharvest emulate --synthetic 100000 --search-limit 30/m"
}

func (c *emulateCmd) Run(ctx context.Context, a *app) (err error) {
	config, err := c.config()
	if err != nil {
		return err
	}
	if c.Log != "" {
		log, err := os.OpenFile(c.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		defer closing(log, &err)
		config.Log = log
	}
	return serve(ctx, c.Addr, config, func(api string) error {
		_, err := fmt.Fprintln(a.stdout, api)
		if err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	})
}

func (c *emulateCmd) config() (zenodotest.Config, error) {
	config := zenodotest.Config{
		Dialect: zenodo.Dialect(c.Dialect), Data: c.Data, Synthetic: c.Synthetic, Seed: c.Seed, Token: c.Token, Window: c.Window,
		SearchLimit: c.SearchLimit, Limit: c.Limit, SearchLag: c.SearchLag, Latency: c.Latency, Faults: c.Faults,
		RewriteLinks: len(c.Data) > 0, NoRanges: c.NoRanges, Communities: c.Community, PublicURL: c.PublicURL,
	}
	if c.RewriteLinks != nil {
		config.RewriteLinks = *c.RewriteLinks
	}
	switch config.Dialect {
	case "", zenodo.DialectZenodo, zenodo.DialectRDM:
	default:
		return config, usageError(fmt.Sprintf("unknown dialect %q", c.Dialect), "the dialects are zenodo and rdm")
	}
	if c.Faults < 0 || c.Faults > 1 {
		return config, usageError("--faults is a share from 0 to 1", "write for example --faults 0.3")
	}
	if c.Synthetic < 0 || c.Window < 1 {
		return config, usageError("--synthetic and --window are numbers of records", "write for example --synthetic 1000")
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "") {
		return config, usageError(fmt.Sprintf("--public-url %s is no address of a server", c.PublicURL), "write for example --public-url https://zenodo.test, without a path")
	}
	if c.Now != "" {
		now, err := time.Parse(time.RFC3339, c.Now)
		if err != nil {
			return config, usageError(fmt.Sprintf("--now %s is no time", c.Now), "write for example --now 2026-11-28T12:00:00Z")
		}
		if c.SearchLimit.Count > 0 || c.Limit.Count > 0 {
			return config, usageError("--now goes with no limit of requests", "a limit needs a clock that goes on: leave out --now, or --search-limit and --limit")
		}
		config.Now = func() time.Time { return now }
	}
	if c.Script != "" {
		text, err := os.ReadFile(c.Script)
		if err != nil {
			return config, err
		}
		config.Script = string(text)
		if err := zenodotest.CheckScript(config.Script); err != nil {
			return config, usageError(c.Script+": "+err.Error(), "zharvest help emulate shows how rules are written")
		}
	}
	for name := range strings.SplitSeq(c.FaultKinds, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		var kind zenodotest.FaultKind
		if err := kind.UnmarshalText([]byte(name)); err != nil {
			return config, usageError(err.Error(), "write for example --fault-kinds 500,cut")
		}
		config.FaultKinds = append(config.FaultKinds, kind)
	}
	return config, nil
}

// serve serves an emulated Zenodo while use runs.
func serve(ctx context.Context, addr string, config zenodotest.Config, use func(api string) error) (err error) {
	emulator, err := zenodotest.New(config)
	if err != nil {
		return err
	}
	defer closing(emulator, &err)
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return &hintedError{err, "name another address with --addr; port 0 is any that is free", exitFailure}
	}
	server := &http.Server{Handler: emulator, ReadHeaderTimeout: 10 * time.Second, ErrorLog: nil}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	err = use("http://" + listener.Addr().String() + "/api")
	err = errors.Join(err, server.Close())
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
