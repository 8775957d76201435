package zenodo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

const (
	find5    = "GET /deposit/depositions/5"
	publish5 = "POST /deposit/depositions/5/actions/publish"
	discard5 = "POST /deposit/depositions/5/actions/discard"
	version5 = "POST /deposit/depositions/5/actions/newversion"
	drafts4  = "GET /deposit/depositions?all_versions=true&page=1&q=conceptrecid%3A4&size=100"
)

// A publication is not repeated before the deposition was read and shows that
// nothing was done.
func TestPublishAfterLostAnswer(t *testing.T) {
	draft, done, edited := depositionJSON(5, "unsubmitted"), depositionJSON(5, "done"), depositionJSON(5, "inprogress")
	for _, tc := range []struct {
		name  string
		steps []step
		want  error
	}{
		{"published by the reset", []step{{publish5, reset, ""}, {find5, 200, done}}, nil},
		{"published by the 504", []step{{publish5, 504, "<html>"}, {find5, 200, done}}, nil},
		{"published by the 500", []step{{publish5, 500, ""}, {find5, 200, done}}, nil},
		{"answer cut", []step{{publish5, 202, `{"id"`}, {find5, 200, done}}, nil},
		{"reading fails at first", []step{{publish5, 504, ""}, {find5, 502, ""}, {find5, 200, done}}, nil},
		{"not published", []step{{publish5, 503, ""}, {find5, 200, draft}, {publish5, 202, done}}, nil},
		{"an edit not published", []step{{publish5, 503, ""}, {find5, 200, edited}, {publish5, 202, done}}, nil},
		{"published late", []step{{publish5, 504, ""}, {find5, 200, draft}, {publish5, 404, `{}`}, {find5, 200, done}}, nil},
		{"published after a second loss", []step{{publish5, 504, ""}, {find5, 200, draft}, {publish5, reset, ""}, {find5, 200, done}}, nil},
		{"deleted", []step{{publish5, 504, ""}, {find5, 404, `{}`}}, zenodo.ErrLost},
		{"refused afterwards", []step{{publish5, 504, ""}, {find5, 200, draft}, {publish5, 400, `{}`}, {find5, 200, draft}}, zenodo.ErrBadRequest},
		{"too many requests", []step{{publish5, 429, `{}`}, {publish5, 202, done}}, nil},
		{"refused", []step{{publish5, 400, `{}`}}, zenodo.ErrBadRequest},
		{"published before", []step{{publish5, 404, `{}`}}, zenodo.ErrNotFound},
		{"never", []step{
			{publish5, 504, ""},
			{find5, 200, draft},
			{publish5, 504, ""},
			{find5, 200, draft},
			{publish5, 504, ""},
			{find5, 200, draft},
			{publish5, 504, ""},
			{find5, 200, draft},
		}, zenodo.ErrServer},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := play(t, tc.steps...).Depositions.Publish(t.Context(), "5")
			if tc.want == nil && (err != nil || !d.Published()) {
				t.Errorf("got %+v, %v", d, err)
			}
			if tc.want != nil && (!errors.Is(err, tc.want) || d != nil) {
				t.Errorf("got %v, %v; want %v", d, err, tc.want)
			}
		})
	}
}

func TestDiscardAfterLostAnswer(t *testing.T) {
	edited := depositionJSON(5, "inprogress")
	for name, steps := range map[string][]step{
		"edit dropped":  {{discard5, reset, ""}, {find5, 200, depositionJSON(5, "done")}},
		"draft deleted": {{discard5, reset, ""}, {find5, 404, `{}`}},
		"not done":      {{discard5, 503, ""}, {find5, 200, edited}, {discard5, 204, ""}},
		"done late":     {{discard5, 504, ""}, {find5, 200, edited}, {discard5, 404, `{}`}, {find5, 404, `{}`}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := play(t, steps...).Depositions.Discard(t.Context(), "5"); err != nil {
				t.Error(err)
			}
		})
	}
}

// A draft of a new version is found when it exists, whatever the server says
// to making another.
func TestNewVersion(t *testing.T) {
	done := depositionJSON(5, "done")
	draft := strings.Replace(depositionJSON(9, "unsubmitted"), `"conceptrecid": "8"`, `"conceptrecid": "4"`, 1)
	none := step{drafts4, 200, "[" + done + "]"}
	listed := step{drafts4, 200, "[" + depositionJSON(7, "unsubmitted") + "," + draft + "," + done + "]"}
	find9 := step{"GET /deposit/depositions/9", 200, draft}
	refused := step{version5, 400, `{"message":"A validation error occurred.","errors":[{"field":"files.enabled","messages":["Please remove all files first."]}]}`}
	native := step{"POST /records/5/versions", 201, `{"id": "9", "is_draft": true, "metadata": {}, "parent": {"id": "4"}}`}
	old := strings.Replace(done, `"bucket"`, `"latest_draft": "ORIGIN/api/deposit/depositions/9", "bucket"`, 1)
	for name, steps := range map[string][]step{
		"made":                  {none, {version5, 201, draft}},
		"exists":                {listed, find9},
		"deleted, still listed": {listed, {find9.want, 404, `{}`}, {version5, 201, draft}},
		"exists, listed late":   {none, refused, listed, find9},
		"exists, not listed":    {none, refused, none, native, find9},
		"answer lost":           {none, {version5, reset, ""}, {version5, 201, draft}},
		"answer lost, made":     {none, {version5, 504, ""}, refused, listed, find9},
		"old answer":            {none, {version5, 201, old}, find9},
	} {
		t.Run(name, func(t *testing.T) {
			p := play(t, append([]step{{find5, 200, done}}, steps...)...)
			d, err := p.Depositions.NewVersion(t.Context(), "5")
			if err != nil || d.ID != "9" {
				t.Errorf("got %+v, %v", d, err)
			}
		})
	}
	t.Run("of what was never published", func(t *testing.T) {
		p := play(t, step{find5, 200, depositionJSON(5, "unsubmitted")}, step{version5, 404, `{}`})
		if _, err := p.Depositions.NewVersion(t.Context(), "5"); !errors.Is(err, zenodo.ErrNotFound) {
			t.Errorf("got %v, want %v", err, zenodo.ErrNotFound)
		}
	})
	t.Run("refused for another reason", func(t *testing.T) {
		p := play(t, step{find5, 200, done}, none, step{version5, 400, `{"message":"You are blocked."}`})
		if _, err := p.Depositions.NewVersion(t.Context(), "5"); !errors.Is(err, zenodo.ErrBadRequest) {
			t.Errorf("got %v, want %v", err, zenodo.ErrBadRequest)
		}
	})
}

// Zenodo has no such action; the deposition exists all the same.
func TestRegisterWhereItIsUnknown(t *testing.T) {
	p := play(t, step{"POST /deposit/depositions/5/actions/registerconceptdoi", 404, `{}`}, step{find5, 200, depositionJSON(5, "done")})
	if _, err := p.Depositions.RegisterConceptDOI(t.Context(), "5"); !errors.Is(err, zenodo.ErrUnsupported) {
		t.Errorf("got %v, want %v", err, zenodo.ErrUnsupported)
	}
}

// Cancelled while its answer is awaited, a call says so, and sends nothing
// more.
func TestDepositionCancelled(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			asked := 0
			c := newClient(t, zenodo.WithTransport(handler(func(w http.ResponseWriter, _ *http.Request) {
				asked++
				cancel()
				reply(w, 504, "")
			})))
			if err := op.call(ctx, c.Depositions); !errors.Is(err, context.Canceled) || asked != 1 {
				t.Errorf("got %v after %d requests", err, asked)
			}
		})
	}
}

func ExampleDepositionsService_Publish() {
	client, err := zenodo.NewClient(zenodo.WithBaseURL("https://sandbox.zenodo.org/api"), zenodo.WithAccessToken("…"))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	draft, err := client.Depositions.Create(ctx, []byte(`{"title": "My data", "upload_type": "dataset"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	record, err := client.Depositions.Publish(ctx, draft.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(record.DOI)
}
