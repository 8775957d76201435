package zenodo_test

import (
	"errors"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// What is not InvenioRDM's own JSON is said to be something else, whether the
// server refuses the form or serves another, and is asked for once.
func TestNative(t *testing.T) {
	const record, draft = "GET /records/5", "GET /records/5/draft"
	native := `{"id": "5", "access": {"record": "public"}, "metadata": {"title": "T"}}`
	for _, tc := range []struct {
		name, what string
		steps      []step
		want       error
	}{
		{"record", record, []step{{record, 200, native}}, nil},
		{"draft", draft, []step{{draft, 200, native}}, nil},
		{"after a cut answer", record, []step{{record, 200, `{"id"`}, {record, 200, native}}, nil},
		{"refused form", record, []step{{record, 406, `{}`}}, zenodo.ErrNotNative},
		{"legacy form", record, []step{{record, 200, `{"id": 5, "metadata": {"title": "T", "access_right": "open"}}`}}, zenodo.ErrNotNative},
		{"no record at all", record, []step{{record, 200, `[]`}}, zenodo.ErrNotNative},
		{"no route for drafts", draft, []step{{draft, 404, `{}`}}, zenodo.ErrNotNative},
		{"deleted", record, []step{{record, 410, `{}`}}, zenodo.ErrGone},
		{"not there", record, []step{{record, 404, `{}`}}, zenodo.ErrNotFound},
		{"not allowed", draft, []step{{draft, 403, `{}`}}, zenodo.ErrForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			service := play(t, tc.steps...).Depositions
			read := service.GetNative
			if tc.what == draft {
				read = service.GetNativeDraft
			}
			raw, err := read(t.Context(), "5")
			if tc.want == nil && (err != nil || string(raw) != native) || tc.want != nil && !errors.Is(err, tc.want) {
				t.Errorf("got %q, %v, want %v", raw, err, tc.want)
			}
			if tc.want == zenodo.ErrNotFound && errors.Is(err, zenodo.ErrNotNative) {
				t.Errorf("got %v: a record that is not there has no form", err)
			}
		})
	}
}
