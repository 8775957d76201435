package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

// TestMain lets the test binary be zharvest, for scripts and for tests that
// need a process of their own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zharvest": main})
}

// TestScript runs testdata/script. Each script has a home of its own and
// commands beside those of testscript:
//
//	server [key=value...]    begin another server; without it there is the
//	                         one with the built-in records
//	exits CODE COMMAND...    run a command and compare its exit code
//	requests N               the server has had so many requests
//	emulate ARG...           use the server that zharvest emulate begins; it is
//	                         interrupted at the end of the script
//	record FILE              publish the record in a file
//	native FILE [FILE...]    make a draft of InvenioRDM's own JSON in a file;
//	                         with files it is published; its id is $NEW
//	sent METHOD [PART]       since then such a request was sent, with that part
//	                         in its path
//	delete ID REASON NOTE    delete a record
//	retitle ID TITLE         edit a record
//	move ID FROM TO          edit a record of one community to be of another
//	newversion ID            publish a new version of a record; its id is $NEW
//	dump FILE                make new dumps, and write that of all records to a
//	                         file: in JSON, or in XML where its name ends so
//	xml FILE N               the file is well-formed XML and holds so many
//	                         records of OAI-PMH
//	keep VAR NAME            the line "NAME: value" of stdout sets the variable
//	normal FILE KEY...       write the JSON on stdout to a file, indented, with
//	                         the types of the named keys for their values
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), RequireExplicitExec: true, RequireUniqueNames: true, UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}] = &scriptServer{tb: env.T().(testing.TB)}
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("ZENODO_API_URL", env.Values[serverKey{}].(*scriptServer).begin(zenodotest.Config{}))
			return os.Mkdir(home, 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": serverCommand, "exits": exitsCommand, "requests": requestsCommand,
			"record": recordCommand, "delete": deleteCommand, "retitle": retitleCommand, "move": moveCommand, "newversion": newVersionCommand, "normal": normalCommand, "emulate": emulateCommand, "dump": dumpCommand,
			"xml": xmlCommand, "keep": keepCommand, "native": nativeCommand, "sent": sentCommand,
		},
	})
}

type serverKey struct{}

// scriptServer is the server that a script talks to.
type scriptServer struct {
	tb testing.TB
	*zenodotest.Server
	seen int // requests that native has made, and those before
}

func (s *scriptServer) begin(cfg zenodotest.Config) (api string) {
	s.Server = zenodotest.NewServer(s.tb, cfg)
	return s.API()
}

func theServer(ts *testscript.TestScript) *scriptServer { return ts.Value(serverKey{}).(*scriptServer) }

func serverCommand(ts *testscript.TestScript, neg bool, args []string) {
	var cfg zenodotest.Config
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		ts.Check(configure(&cfg, key, value, ts.MkAbs))
	}
	ts.Setenv("ZENODO_API_URL", theServer(ts).begin(cfg))
}

func configure(cfg *zenodotest.Config, key, value string, file func(string) string) (err error) {
	switch key {
	case "dialect":
		cfg.Dialect = zenodo.Dialect(value)
	case "token":
		cfg.Token = value
	case "xml": // there is no dump in JSON
		cfg.XMLDumps = true
	case "data":
		cfg.Data = append(cfg.Data, file(value))
	case "synthetic":
		cfg.Synthetic, err = strconv.Atoi(value)
	case "window":
		cfg.Window, err = strconv.Atoi(value)
	case "latency":
		cfg.Latency, err = time.ParseDuration(value)
	case "limit": // N/m
		cfg.Limit, err = zenodotest.ParseRate(value)
		cfg.SearchLimit = cfg.Limit
	case "faults":
		cfg.Faults, err = strconv.ParseFloat(value, 64)
	case "cut": // N: the answer to that request is cut
		var number int
		number, err = strconv.Atoi(value)
		cfg.Fault = func(_ *http.Request, n int) zenodotest.Fault {
			if n != number {
				return zenodotest.Fault{}
			}
			return zenodotest.Fault{Kind: zenodotest.FaultCut}
		}
	case "fault": // METHOD,END OF PATH,KIND,TIMES: the first such requests go wrong, carried out or (-KIND) not
		cfg.Fault, err = parseFault(value)
	case "fail": // FROM,KIND: requests from that number on fail
		number, kind, _ := strings.Cut(value, ",")
		var from int
		from, err = strconv.Atoi(number)
		cfg.Fault = func(_ *http.Request, n int) zenodotest.Fault {
			if n < from {
				return zenodotest.Fault{}
			}
			return zenodotest.Fault{Kind: zenodotest.FaultKind(kind)}
		}
	default:
		err = fmt.Errorf("unknown setting %q", key)
	}
	return err
}

func parseFault(value string) (func(*http.Request, int) zenodotest.Fault, error) {
	parts := strings.Split(value, ",")
	if len(parts) != 4 {
		return nil, fmt.Errorf("fault=%s: has four parts", value)
	}
	kind, before := strings.CutPrefix(parts[2], "-")
	times, err := strconv.ParseInt(parts[3], 10, 64)
	var seen atomic.Int64
	return func(r *http.Request, _ int) zenodotest.Fault {
		if r.Method != parts[0] || !strings.HasSuffix(r.URL.Path, parts[1]) || seen.Add(1) > times {
			return zenodotest.Fault{}
		}
		return zenodotest.Fault{Kind: zenodotest.FaultKind(kind), After: !before}
	}, err
}

func keepCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep VAR NAME")
	}
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if value, ok := strings.CutPrefix(line, args[1]+": "); ok {
			ts.Setenv(args[0], strings.TrimSpace(value))
			return
		}
	}
	ts.Fatalf("stdout has no line %s: value", args[1])
}

func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		status, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = status.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if twice := saidTwice(ts.ReadFile("stderr")); twice != "" {
		ts.Fatalf("%q is said twice", twice)
	}
}

// saidTwice finds what a line of messages says twice in a row, as where two
// layers name the same thing: "sort the files of 7: sort the files of 7: ".
func saidTwice(messages string) string {
	for line := range strings.Lines(messages) {
		parts := strings.Split(strings.TrimPrefix(line, "zharvest: "), ": ")
		for i := range len(parts) - 1 {
			if next := parts[i+1]; parts[i] == next || len(next) > 3 && strings.HasSuffix(parts[i], " "+next) {
				return next
			}
		}
	}
	return ""
}

func requestsCommand(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := theServer(ts).RequestCount(); (got == want) == neg {
		ts.Fatalf("%d requests, want %d (negated: %t): %v", got, want, neg, theServer(ts).Requests())
	}
}

func recordCommand(ts *testscript.TestScript, neg bool, args []string) {
	_, err := theServer(ts).PublishRaw([]byte(strings.TrimSpace(ts.ReadFile(args[0]))))
	ts.Check(err)
}

func dumpCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := theServer(ts)
	ts.Check(s.MakeDumps())
	c, err := zenodo.NewClient(zenodo.WithBaseURL(s.API()))
	ts.Check(err)
	key := zenodo.DumpRecords
	if strings.HasSuffix(args[0], "xml.tar.gz") {
		key = zenodo.DumpRecordsXML
	}
	d, err := c.Exporter.GetNewest(s.tb.Context(), key)
	ts.Check(err)
	ts.Check(c.Exporter.Download(s.tb.Context(), d, ts.MkAbs(args[0]), nil))
}

func deleteCommand(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(theServer(ts).Delete(args[0], zenodotest.Tombstone{Reason: args[1], Note: args[2]}))
}

func retitleCommand(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(theServer(ts).Edit(args[0], zenodotest.SetTitle(args[1])))
}

func moveCommand(ts *testscript.TestScript, neg bool, args []string) {
	from, to := `{"id": "`+args[1]+`"}`, `{"id": "`+args[2]+`"}`
	moved := false
	ts.Check(theServer(ts).Edit(args[0], func(raw []byte) []byte {
		moved = strings.Contains(string(raw), from)
		return []byte(strings.ReplaceAll(string(raw), from, to))
	}))
	if !moved {
		ts.Fatalf("record %s is not of %s", args[0], args[1])
	}
}

func newVersionCommand(ts *testscript.TestScript, neg bool, args []string) {
	id, err := theServer(ts).NewVersion(args[0])
	ts.Check(err)
	ts.Setenv("NEW", id)
}

func nativeCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := theServer(ts)
	send := func(method, path, body string) []byte {
		req, err := http.NewRequestWithContext(s.tb.Context(), method, s.API()+path, strings.NewReader(body))
		ts.Check(err)
		req.Header.Set("Authorization", "Bearer "+ts.Getenv("ZENODO_TOKEN"))
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/json")
		}
		resp, err := s.Client().Do(req)
		ts.Check(err)
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		ts.Check(err)
		if resp.StatusCode >= 300 {
			ts.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, answer)
		}
		return answer
	}
	var made struct{ ID json.Number }
	ts.Check(json.Unmarshal(send("POST", "/records", ts.ReadFile(args[0])), &made))
	draft := "/records/" + made.ID.String() + "/draft"
	for _, file := range args[1:] {
		send("POST", draft+"/files", `[{"key": "`+file+`"}]`)
		send("PUT", draft+"/files/"+file+"/content", ts.ReadFile(file))
		send("POST", draft+"/files/"+file+"/commit", "")
	}
	if len(args) > 1 {
		send("POST", draft+"/actions/publish", "")
	}
	ts.Setenv("NEW", made.ID.String())
	s.seen = s.RequestCount()
}

func sentCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := theServer(ts)
	sent := slices.ContainsFunc(s.Requests(), func(r zenodotest.Request) bool {
		return r.N > s.seen && r.Method == args[0] && strings.Contains(r.Path, strings.Join(args[1:], ""))
	})
	if sent == neg {
		ts.Fatalf("%v sent: %t", args, sent)
	}
}

func xmlCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: xml FILE N")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	dec, got := xml.NewDecoder(strings.NewReader(ts.ReadFile(args[0]))), 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		start, ok := tok.(xml.StartElement)
		if ok && start.Name.Local == "record" && start.Name.Space == "http://www.openarchives.org/OAI/2.0/" {
			got++
		}
		for _, a := range start.Attr {
			if a.Name.Space == "xsi" { // what encoding/xml makes of a prefix that nobody declared
				ts.Fatalf("the prefix xsi is not declared in %s", args[0])
			}
		}
	}
	if got != want {
		ts.Fatalf("%d records in %s, want %d", got, args[0], want)
	}
}
