package zenodotest

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/deposits"
	"github.com/zharvest/zharvest/zenodotest/internal/files"
	"github.com/zharvest/zharvest/zenodotest/internal/filler"
	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Emulator is a Zenodo in memory. It answers requests below /api, those
// of OAI-PMH at /oai2d, and the pages of records, and is safe for concurrent use.
type Emulator struct {
	cfg      Config
	world    *catalog.Catalog
	searches limiter // and requests of OAI-PMH
	others   limiter
	lists    oai.Server
	journal  journal
	dumps    dumps
	deposits *deposits.Server
	files    *files.Server
	sums     *filler.Sums
	routes   wire.Routes
	access   wire.Access
	script   script
	control  wire.Routes
	count    atomic.Int64

	successor atomic.Pointer[Emulator] // nil until the first reset
}

// New makes an emulator. It fails where the data cannot be read or the
// configuration contradicts itself.
func New(cfg Config) (*Emulator, error) {
	rules, err := parseScript(cfg.Script)
	if err != nil {
		return nil, fmt.Errorf("emulator: script of faults: %w", err)
	}
	dialect, err := cfg.findDialect()
	if err != nil {
		return nil, fmt.Errorf("emulator: read %s: %w", cfg.Data[0], err)
	}
	cfg.Dialect = dialect
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	world, err := catalog.New(catalog.Config{
		Data: cfg.Data, Synthetic: cfg.Synthetic, Seed: cfg.Seed, Bursts: cfg.Bursts, Communities: cfg.Communities,
		VerifiedOneIn: cfg.VerifiedOneIn, Lag: cfg.SearchLag, Now: cfg.Now, Native: cfg.isNative(),
	})
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	if _, ok := cfg.Log.(*sharedWriter); !ok && cfg.Log != nil {
		cfg.Log = &sharedWriter{out: cfg.Log}
	}
	e := &Emulator{
		cfg: cfg, world: world, sums: &filler.Sums{},
		searches: limiter{rate: cfg.SearchLimit},
		others:   limiter{rate: cfg.Limit},
		journal:  journal{out: cfg.Log},
		lists:    oai.Server{Repository: world, Native: cfg.isNative()},
		access: wire.Access{
			Native: cfg.isNative(), Token: cfg.Token, Window: cfg.Window, GuestPageSize: cfg.GuestPageSize, TokenPageSize: cfg.TokenPageSize,
			Curators: cfg.Curators, Owner: cfg.Owner,
		},
	}
	e.deposits = deposits.New(deposits.Config{
		Catalog: world, Access: e.access, Files: e.madeFiles, NoRanges: cfg.NoRanges, Now: cfg.Now,
	})
	e.files = &files.Server{Find: e.findFiles, Ranges: !cfg.NoRanges, Native: cfg.isNative()}
	shared := slices.Concat(e.vocabularyRoutes(), e.files.Routes(), e.oaiRoutes(), e.pageRoutes(), e.files.PageRoutes())
	if cfg.isNative() {
		e.routes = slices.Concat(e.nativeRoutes(), e.deposits.Routes(), shared)
	} else {
		e.routes = slices.Concat(e.recordRoutes(), e.communityRoutes(), e.exporterRoutes(), withTypes(e.deposits.Routes()), shared)
	}
	e.script.set(rules)
	e.control = e.controlRoutes()
	return e, nil
}

// Close removes the files that were uploaded. An emulator that is not closed
// leaves a temporary directory behind.
func (e *Emulator) Close() error {
	return e.current().deposits.Close()
}

// ServeHTTP answers one request.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPath) {
		e.control.Answer(r).Send(w, r)
		return
	}
	e = e.current()
	n := int(e.count.Add(1))
	r = wire.WithRoot(wire.BelowAPI(r), e.cfg.PublicURL)
	uploaded := e.deposits.Begin(r)
	defer uploaded()
	if e.cfg.OnRequest != nil {
		e.cfg.OnRequest(n, r)
	}
	fault := e.faultFor(r, n)
	wait(r.Context(), e.cfg.Latency)
	if fault.Kind == FaultDelay {
		wait(r.Context(), cmp.Or(fault.Delay, 100*time.Millisecond))
	}
	if fault.Kind == FaultUpload {
		io.CopyN(io.Discard, r.Body, r.ContentLength/2) // an error means that the client gave up first
	}
	if fault.Kind == FaultUpload || fault.Kind == FaultReset && !fault.After {
		uploaded()
		e.journal.add(e.cfg.Now(), n, r, 0, fault)
		reset(w)
	}
	a := e.answer(w.Header(), r, n, fault)
	defer a.Free()
	uploaded() // before the answer, behind which the next one may come
	if fault.Kind == FaultReset {
		e.journal.add(e.cfg.Now(), n, r, 0, fault)
		reset(w)
	}
	e.journal.add(e.cfg.Now(), n, r, a.Status, fault)
	a.Cut = fault.Kind == FaultCut
	a.Send(w, r)
}

func (e *Emulator) answer(h http.Header, r *http.Request, n int, fault Fault) *wire.Answer {
	now := e.cfg.Now()
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set("Server", "nginx")
	instead := fault.instead(n, now)
	if instead != nil && !fault.After {
		return instead
	}
	e.allowOrigins(h, r)
	h.Set("X-Content-Type-Options", "nosniff")
	if a := e.limit(r, h); a != nil {
		return a
	}
	if user := e.access.User(r); e.cfg.isNative() && user > 0 {
		h.Set("X-User-ID", strconv.FormatInt(user, 10))
	}
	a := cmp.Or(e.preflight(r), wire.CheckQuery(r), e.access.CheckCSRF(r))
	if a == nil {
		a = e.routes.Answer(withFault(r, fault))
	}
	if e.cfg.RewriteLinks {
		e.rewrite(r, a)
	}
	if instead != nil { // the request was carried out, and its answer is lost
		a.Free()
		return instead
	}
	fault.apply(a, n)
	return a
}

// reset ends the connection without an answer. Not lingering makes the
// operating system send a reset instead of an orderly end.
func reset(w http.ResponseWriter) {
	if inProcess, ok := w.(interface{ resetConnection() }); ok {
		inProcess.resetConnection()
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 knows no hijacking: the stream is reset
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
	panic(http.ErrAbortHandler)
}
