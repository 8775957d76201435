package deposit_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	plainNative = `{"id": "7", "access": {"record": "public"}, "metadata": {"title": "Title"}}`
	richNative  = `{"id": "7", "access": {"record": "public"}, "metadata": {"title": "Title", "languages": [{"id": "eng"}, {"id": "deu"}]}}`
)

// nativeServer has deposition 7, and gives its native form as the test says.
type nativeServer struct {
	state  zenodo.DepositionState
	status int
	body   string
	asked  []string // paths of native forms
	wrote  []string
}

func newNativeServer(t *testing.T) (*nativeServer, *deposit.Pusher) {
	t.Helper()
	s := &nativeServer{}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	client, err := zenodo.NewClient(zenodo.WithBaseURL(srv.URL+"/api"), zenodo.WithAccessToken("s3cr3t"), zenodo.WithMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	journal, err := deposit.OpenJournal("")
	if err != nil {
		t.Fatal(err)
	}
	return s, &deposit.Pusher{Depositions: client.Depositions, Records: client.Records, Journal: journal}
}

func (s *nativeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	path := strings.TrimPrefix(r.URL.Path, "/api")
	switch {
	case strings.HasSuffix(path, "/actions/newversion"):
		s.wrote = append(s.wrote, r.Method+" "+path)
		_, _ = io.WriteString(w, `{"id": 8, "state": "unsubmitted", "submitted": false, "metadata": {"title": "Title"}, "files": []}`)
	case path == "/records/8/draft":
		s.asked = append(s.asked, path)
		_, _ = io.WriteString(w, richNative)
	case r.Method != http.MethodGet:
		s.wrote = append(s.wrote, r.Method+" "+path)
		fallthrough
	case strings.HasPrefix(path, "/deposit/"):
		_, _ = fmt.Fprint(w, s.deposition())
	default:
		s.asked = append(s.asked, path)
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
	}
}

func (s *nativeServer) deposition() string {
	return fmt.Sprintf(`{"id": 7, "state": %q, "submitted": %t, "metadata": {"title": "Title"}, "files": []}`, s.state, s.state != zenodo.StateUnsubmitted)
}

// Each row is what a server has of a deposition in its native form, and what a
// legacy edit of it would be refused for. What nobody knows is refused, too.
func TestCheckLosses(t *testing.T) {
	const (
		refused = `{"status": 406, "message": "Invalid 'Accept' header."}`
		missing = `{"status": 404, "message": "Not found."}`
		legacy  = `{"id": 7, "metadata": {"title": "Title"}}`
	)
	unknown := zenodo.ErrNotNative
	for _, tt := range []struct {
		name   string
		state  zenodo.DepositionState
		status int
		body   string
		asked  string
		lost   string // path: lost
		want   error
	}{
		{"a record", zenodo.StateDone, 200, plainNative, "/records/7", "", nil},
		{"a rich record", zenodo.StateDone, 200, richNative, "/records/7", "metadata.languages[1]: deu", nil},
		{"an open edit", zenodo.StateInProgress, 200, plainNative, "/records/7/draft", "", nil},
		{"a rich edit", zenodo.StateInProgress, 200, richNative, "/records/7/draft", "metadata.languages[1]: deu", nil},
		{"a draft", zenodo.StateUnsubmitted, 200, plainNative, "/records/7/draft", "", nil},
		{"a rich draft", zenodo.StateUnsubmitted, 200, richNative, "/records/7/draft", "metadata.languages[1]: deu", nil},
		{"a record in no native form", zenodo.StateDone, 406, refused, "/records/7", "", unknown},
		{"a record in the legacy form", zenodo.StateDone, 200, legacy, "/records/7", "", unknown},
		{"an edit in the legacy form", zenodo.StateInProgress, 200, legacy, "/records/7/draft", "", unknown},
		{"an edit without a route", zenodo.StateInProgress, 404, missing, "/records/7/draft", "", unknown},
		{"a draft in no native form", zenodo.StateUnsubmitted, 406, refused, "/records/7/draft", "", nil},
		{"a draft without a route", zenodo.StateUnsubmitted, 404, missing, "/records/7/draft", "", nil},
		{"a record that is withheld", zenodo.StateDone, 403, `{"status": 403, "message": "Permission denied."}`, "/records/7", "", zenodo.ErrForbidden},
		{"a draft that is withheld", zenodo.StateUnsubmitted, 403, `{"status": 403, "message": "Permission denied."}`, "/records/7/draft", "", zenodo.ErrForbidden},
		{"a server that fails", zenodo.StateUnsubmitted, 500, `{"status": 500}`, "/records/7/draft", "", zenodo.ErrServer},
	} {
		s, p := newNativeServer(t)
		s.state, s.status, s.body = tt.state, tt.status, tt.body
		d, err := zenodo.DecodeDeposition([]byte(s.deposition()))
		if err != nil {
			t.Fatal(err)
		}
		err = deposit.CheckLosses(t.Context(), p.Depositions, d, nil)
		e, isLoss := errors.AsType[*deposit.LossError](err)
		switch {
		case strings.Join(s.asked, " ") != tt.asked:
			t.Errorf("%s: asked for %v, want %s", tt.name, s.asked, tt.asked)
		case tt.lost != "":
			if !isLoss || e.ID != "7" || strings.Join(lossLines(e.Losses), "\n") != tt.lost {
				t.Errorf("%s: got %v, want that %s is lost", tt.name, err, tt.lost)
			}
		case isLoss, !errors.Is(err, tt.want), (err == nil) != (tt.want == nil):
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		if err != nil && !strings.Contains(err.Error(), "deposition 7 was left as it is") {
			t.Errorf("%s: %v does not say that it was left as it is", tt.name, err)
		}
	}
}

// A push that would lose something is refused before anything is written, the
// metadata alone being what loses it; it goes ahead where that is wanted.
func TestPlanLosses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		state   zenodo.DepositionState
		title   string
		files   []zenodo.Upload
		lossy   bool
		refused bool
	}{
		{"other metadata", zenodo.StateUnsubmitted, "New", nil, false, true},
		{"other metadata, insisted on", zenodo.StateUnsubmitted, "New", nil, true, false},
		{"other metadata of an edit", zenodo.StateInProgress, "New", nil, false, true},
		{"other files", zenodo.StateUnsubmitted, "Title", []zenodo.Upload{upload("a.txt", "x")}, false, false},
		{"nothing", zenodo.StateUnsubmitted, "Title", nil, false, false},
	} {
		s, p := newNativeServer(t)
		s.state, s.status, s.body = tt.state, 200, richNative
		p.Lossy = tt.lossy
		m := &deposit.Manifest{ID: "7", Metadata: read(t, "m.json", `{"title": "`+tt.title+`"}`), Files: tt.files}
		_, err := p.Plan(t.Context(), m)
		if e, ok := errors.AsType[*deposit.LossError](err); ok != tt.refused || !ok && err != nil || ok && e.ID != "7" {
			t.Errorf("%s: got %v, refused: %t", tt.name, err, tt.refused)
		}
		if len(s.wrote) > 0 {
			t.Errorf("%s: a plan wrote %v", tt.name, s.wrote)
		}
	}
}

// The draft of a new version that someone else has begun may have what the
// record did not: it is looked at before it is changed.
func TestApplyLosses(t *testing.T) {
	s, p := newNativeServer(t)
	s.state, s.status, s.body = zenodo.StateDone, 200, plainNative
	m := &deposit.Manifest{ID: "7", VersionOf: "7", Metadata: read(t, "m.json", `{"title": "New"}`)}
	plan, err := p.Plan(t.Context(), m)
	if err != nil || plan.Action != deposit.ActionNewVersion || strings.Join(s.asked, " ") != "/records/7" {
		t.Fatalf("got %+v, %v after %v", plan, err, s.asked)
	}
	_, err = p.Apply(t.Context(), plan)
	if e, ok := errors.AsType[*deposit.LossError](err); !ok || e.ID != "8" {
		t.Errorf("got %v, want a LossError of the draft", err)
	}
	if want := "POST /deposit/depositions/7/actions/newversion"; strings.Join(s.wrote, ", ") != want {
		t.Errorf("wrote %v, want %s alone", s.wrote, want)
	}
}
