package zenodo_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestDo(t *testing.T) {
	asked := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.URL.Path == "/api/bad":
			reply(w, 503, `{}`)
		case r.Method == "DELETE":
			w.WriteHeader(204)
		case r.URL.Path == "/api/missing":
			reply(w, 404, `{"message": "no such thing"}`)
		default:
			reply(w, 200, `{"method": "`+r.Method+`", "path": "`+r.URL.EscapedPath()+`", "size": "`+r.FormValue("size")+`", "token": "`+r.Header.Get("Authorization")+`", "sent": `+string(body)+`0}`)
		}
	}, zenodo.WithAccessToken("s3cr3t"), zenodo.WithMaxAttempts(5))
	var got struct {
		Method, Path, Size, Token string
		Sent                      int
	}
	if err := c.Do(t.Context(), "POST", "/user/re%2Fcords?size=10", 42, &got); err != nil {
		t.Fatal(err)
	}
	if got.Method != "POST" || got.Path != "/api/user/re%2Fcords" || got.Size != "10" || !strings.HasPrefix(got.Token, "Bearer ") || got.Sent != 420 {
		t.Errorf("got %+v", got)
	}
	if err := c.Do(t.Context(), "DELETE", "requests/5", nil, nil); err != nil {
		t.Error(err)
	}
	if err := c.Do(t.Context(), "GET", "missing", nil, nil); !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	for method, want := range map[string]int{"POST": 1, "PATCH": 1, "PUT": 5, "GET": 5} {
		asked = 0
		var body any
		if method != "GET" {
			body = map[string]int{}
		}
		if err := c.Do(t.Context(), method, "bad", body, nil); !errors.Is(err, zenodo.ErrServer) || asked != want {
			t.Errorf("%s: got %v after %d requests, want %d", method, err, asked, want)
		}
	}
	asked = 0
	for _, path := range []string{"", "/", "https://example.org/x", "a/../../b", "..", "%"} {
		if err := c.Do(t.Context(), "GET", path, nil, nil); err == nil || asked > 0 {
			t.Errorf("%q: got %v after %d requests, want an error", path, err, asked)
		}
	}
	if err := c.Do(t.Context(), "POST", "a", make(chan int), nil); err == nil || asked > 0 {
		t.Errorf("got %v", err)
	}
}
