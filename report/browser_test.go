package report_test

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// dump opens a page in a browser and returns the document that its scripts have
// made of it. The test is skipped where there is no browser that runs.
func dump(t *testing.T, page string, more ...string) string {
	t.Helper()
	return browse(t, page, append(more, "--dump-dom")...)
}

// browse opens a page in a browser and returns what the browser prints.
func browse(t *testing.T, page string, more ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: nothing was opened in a browser")
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	flags := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + profile(t),
	}, more...)
	// The bound is for a browser that hangs, which says nothing about the page.
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, append(flags, "file://"+file)...).Output()
	if err != nil {
		t.Skipf("chromium does not run on this machine: %v", err)
	}
	return string(out)
}

// withoutPolicy lets a page run what a test puts into it.
func withoutPolicy(page string) string {
	return regexp.MustCompile(`<meta http-equiv="Content-Security-Policy".*?>`).ReplaceAllString(page, "")
}

// profile is a folder for a browser's own files. It is not t.TempDir, which
// would fail the test where a process of the browser still writes to it.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "zharvest-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// listener counts who connects to it.
type listener struct {
	url   string
	calls atomic.Int64
}

func listen(t *testing.T) *listener {
	t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	l := &listener{url: "http://" + socket.Addr().String()}
	go func() {
		for {
			conn, err := socket.Accept()
			if err != nil {
				return // it was closed
			}
			l.calls.Add(1)
			conn.Close()
		}
	}()
	return l
}

// markup is what a record may say to be run or to have something fetched.
func markup(server string) string {
	return `</title></style></script><script>document.title="run"</script><img src="` + server + `/i" onerror="document.title='run'">` +
		`<link rel=stylesheet href="` + server + `/c"><svg onload="document.title='run'"></svg><base href="` + server + `">`
}

// Markup and scripts of records do nothing, no request leaves the page, and its
// own script runs.
func TestNothingRuns(t *testing.T) {
	l := listen(t)
	bad := markup(l.url)
	hostile := &zenodo.Record{
		ID: "1", DOI: zenodo.DOI("10.1/" + bad), Communities: []zenodo.Slug{zenodo.Slug(bad)},
		Metadata: zenodo.Metadata{
			Title: bad, Description: bad, Type: bad, Subtype: bad, AccessRight: bad, License: bad, Version: bad, PublicationDate: "2024-01-01" + bad,
			Creators: []zenodo.Creator{{Name: bad, Affiliations: []zenodo.Affiliation{{Name: bad}}, ORCID: bad}}, Keywords: []string{bad, `" onmouseover="x`},
		},
		Stats: zenodo.Stats{Views: new(int64(1)), Downloads: new(int64(1))},
	}
	script := &zenodo.Record{ID: "2", URL: "javascript:document.title='run'", Metadata: zenodo.Metadata{Title: "A page that is a script"}}
	o := options()
	o.Selection.Query = bad
	o.Source.Server, o.Source.Harvests[0].Name = bad, bad
	o.Changes.Items[1].Old, o.Changes.Items[2].Reason = bad, bad
	page := write(t, build(t, o, hostile, script), report.HTML)
	dom := dump(t, page)
	if n := l.calls.Load(); n != 0 {
		t.Errorf("%d requests left the page, want none", n)
	}
	if !strings.Contains(dom, "<title>Records of the community egi-ace</title>") {
		t.Errorf("the title is another: %s", regexp.MustCompile(`<title>.*?</title>`).FindString(dom))
	}
	if !strings.Contains(dom, `class="scroll rows paged"`) {
		t.Error("the page's own script did not run")
	}
	for _, element := range []string{"<img", "<link", "<base", "<iframe", "javascript:"} {
		if strings.Contains(dom, element) {
			t.Errorf("the page has %s", element)
		}
	}
	if n := strings.Count(dom, "<script"); n != 1 {
		t.Errorf("the page has %d scripts, want its own alone", n)
	}
}

// Even where something were not escaped, the page's policy would stop it. A page
// without the policy shows that the listener would have heard of it.
func TestPolicy(t *testing.T) {
	l := listen(t)
	page := write(t, build(t, options(), ordinary()), report.HTML)
	broken := strings.Replace(page, "<body>", "<body>"+markup(l.url), 1)
	dom := dump(t, broken)
	if n := l.calls.Load(); n != 0 || strings.Contains(dom, "<title>run</title>") {
		t.Errorf("with the policy: %d requests, want none, and no script", n)
	}
	dom = dump(t, withoutPolicy(broken))
	if n := l.calls.Load(); n == 0 || !strings.Contains(dom, "<title>run</title>") {
		t.Errorf("without the policy: %d requests, want some, and the script", n)
	}
}

// The page has no barriers that axe-core finds, in light and dark, with all
// that can be opened open. $AXE_CORE names its axe.min.js.
func TestAccessibility(t *testing.T) {
	path := os.Getenv("AXE_CORE")
	if path == "" {
		t.Skip("$AXE_CORE names no axe.min.js: the page was not checked for accessibility")
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := write(t, build(t, options(), difficult()...), report.HTML)
	page = withoutPolicy(page)
	page = strings.ReplaceAll(page, "<details", "<details open")
	page = strings.Replace(page, "</body>", "<script>"+string(axe)+"</script><script>"+
		"axe.run().then(r => { const e = document.createElement('pre'); e.id = 'axe'; e.textContent = btoa(JSON.stringify(r.violations.map(v => [v.impact, v.id, v.help, unescape(encodeURIComponent(v.nodes[0].html))]))); document.body.append(e) })"+
		"</script></body>", 1)
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			if scheme == "dark" {
				page = strings.Replace(page, "@media (prefers-color-scheme: dark)", "@media all", 1)
			}
			dom := dump(t, page, "--virtual-time-budget=60000", "--window-size=1280,900")
			found := regexp.MustCompile(`(?s)<pre id="axe">(.*?)</pre>`).FindStringSubmatch(dom)
			if found == nil {
				t.Fatal("axe-core did not end")
			}
			var raw []byte
			if err := json.Unmarshal([]byte(`"`+found[1]+`"`), &raw); err != nil {
				t.Fatal(err)
			}
			var violations [][]string
			if err := json.Unmarshal(raw, &violations); err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Errorf("%s", strings.Join(v, ": "))
			}
		})
	}
}
