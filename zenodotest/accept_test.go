package zenodotest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestAcceptByRoute: which media types are to be had where, as Zenodo's own code was
// seen to answer: what one route serves another refuses, and some end in an error.
func TestAcceptByRoute(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	first := search(t, s, "/records", "size", "1", "q", "access_right:open AND filecount:[1 TO *]").records(t)[0].text()
	accepts := []string{rdm, "application/json", "application/vnd.zenodo.v1+json", "text/html", "*/*", "text/html, */*;q=0.1"}
	for _, tt := range []struct {
		path string
		want [6]int
	}{
		{"/records", [6]int{200, 200, 200, 406, 200, 200}},
		{"/records/" + first, [6]int{200, 200, 200, 406, 200, 200}},
		{"/records/" + first + "/versions", [6]int{200, 200, 200, 406, 200, 200}},
		{"/communities/fed-sky/records", [6]int{200, 200, 200, 406, 200, 200}},
		{"/user/records", [6]int{200, 200, 200, 406, 200, 200}},
		{"/records/" + first + "/files", [6]int{406, 200, 406, 406, 200, 200}},
		{"/records/" + first + "/files-archive", [6]int{406, 200, 406, 406, 200, 200}},
		{"/deposit/depositions", [6]int{406, 200, 406, 406, 200, 200}},
		{"/communities", [6]int{200, 200, 406, 406, 200, 200}},
		{"/communities/fed-sky", [6]int{200, 200, 406, 406, 200, 200}},
		{"/vocabularies/licenses", [6]int{200, 200, 406, 406, 200, 200}},
		{"/funders", [6]int{200, 200, 406, 406, 200, 200}},
		{"/exporter", [6]int{200, 200, 200, 200, 200, 200}},
	} {
		for i, accept := range accepts {
			got := get(t, s, tt.path, "Accept", accept, "Authorization", "Bearer secret")
			if got.StatusCode != tt.want[i] {
				t.Errorf("%s as %s: got %d, want %d", tt.path, accept, got.StatusCode, tt.want[i])
			}
			if tt.want[i] == http.StatusNotAcceptable && !strings.HasPrefix(got.body, `{"status": 406, "message": "Invalid 'Accept' header. Expected one of: application/json`) {
				t.Errorf("%s as %s: got %s", tt.path, accept, got.body)
			}
		}
	}
	for _, accept := range []string{"application/x-bibtex", "application/vnd.datacite.datacite+json", "application/vnd.datacite.datacite+xml"} {
		if got := get(t, s, "/records?size=1", "Accept", accept); got.StatusCode != http.StatusInternalServerError {
			t.Errorf("a search as %s: got %d, want 500: hits lack what the serializer reads", accept, got.StatusCode)
		}
	}
}
