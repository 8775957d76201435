package zenodo_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

func md5Of(content []byte) string {
	sum := md5.Sum(content)
	return hex.EncodeToString(sum[:])
}

// bucket is the server of a draft, 5, with its files.
type bucket struct {
	t     *testing.T
	mu    sync.Mutex
	files map[string][]byte
	asked []string
	// spoil, where it is given, may answer the nth request by itself.
	spoil  func(n int, w http.ResponseWriter, r *http.Request) bool
	modern bool // renaming and sorting are not known
}

func newBucket(t *testing.T) (*bucket, *zenodo.Client) {
	b := &bucket{t: t, files: map[string][]byte{}, modern: true}
	// The server is given time to say whether it wants a file: on a machine
	// with much to do a second is short.
	transport := &http.Transport{ExpectContinueTimeout: time.Hour}
	t.Cleanup(transport.CloseIdleConnections)
	return b, serve(t, b.answer, zenodo.WithTransport(transport), zenodo.WithAccessToken(testToken), zenodo.WithMaxAttempts(4))
}

func (b *bucket) answer(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), "/api"))
	if b.spoil != nil && b.spoil(len(b.asked), w, r) {
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/api")
	key, inBucket := strings.CutPrefix(path, "/files/b-5/")
	id, isFile := strings.CutPrefix(path, "/deposit/depositions/5/files/id-")
	if !isFile {
		id = ""
	}
	switch {
	case inBucket && r.Method == http.MethodPut:
		content, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		b.files[key] = content
		reply(w, 201, fmt.Sprintf(`{"version_id":"v","key":%q,"size":%d,"checksum":"md5:%s"}`, key, len(content), md5Of(content)))
	case inBucket && r.Method == http.MethodGet:
		_, _ = w.Write(b.files[key])
	case (inBucket || isFile) && r.Method == http.MethodDelete:
		delete(b.files, cmp.Or(id, key))
		w.WriteHeader(204)
	case path == "/deposit/depositions/5" && r.Method == http.MethodGet:
		reply(w, 200, strings.ReplaceAll(depositionJSON(5, "unsubmitted"), "ORIGIN", "http://"+r.Host))
	case path == "/deposit/depositions/5/files" && r.Method == http.MethodGet:
		reply(w, 200, "["+strings.Join(b.list(), ",")+"]")
	case path == "/deposit/depositions/5/files" && r.Method == http.MethodPost:
		b.form(w, r)
	default:
		b.rest(w, r, path, id)
	}
}

func (b *bucket) list() []string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(b.files)) {
		list = append(list, b.file(key))
	}
	return list
}

func (b *bucket) file(key string) string {
	return fmt.Sprintf(`{"id":%q,"filename":%q,"filesize":%d,"checksum":%q}`, "id-"+key, key, len(b.files[key]), md5Of(b.files[key]))
}

func (b *bucket) form(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength <= 0 {
		b.t.Errorf("a form of %d bytes", r.ContentLength)
	}
	file, header, err := r.FormFile("file")
	if errors.Is(err, io.ErrUnexpectedEOF) { // it was not sent to its end
		return
	}
	if err != nil {
		b.t.Error(err)
		return
	}
	content, _ := io.ReadAll(file)
	if header.Filename != r.FormValue("name") {
		b.t.Errorf("file %q has the name %q", header.Filename, r.FormValue("name"))
	}
	name := strings.ReplaceAll(header.Filename, " ", "_")
	b.files[name] = content
	reply(w, 201, b.file(name))
}

// rest is the renaming and sorting of times past, or that nobody knows it.
func (b *bucket) rest(w http.ResponseWriter, r *http.Request, path, id string) {
	body, _ := io.ReadAll(r.Body)
	switch {
	case b.modern || r.Method != http.MethodPut:
		reply(w, 405, `{"message":"Method Not Allowed"}`)
	case id != "":
		name := strings.Split(string(body), `"`)[3]
		b.files[name] = b.files[id]
		delete(b.files, id)
		reply(w, 200, b.file(name))
	default:
		reply(w, 200, string(body))
	}
}

func (b *bucket) deposition(t *testing.T, c *zenodo.Client) *zenodo.Deposition {
	t.Helper()
	d, err := c.Depositions.Get(t.Context(), "5")
	if err != nil {
		t.Fatal(err)
	}
	b.asked = nil
	return d
}

// uploadOf is a file, counted each time that it is opened.
func uploadOf(key string, content []byte, opened *int) zenodo.Upload {
	return zenodo.Upload{Key: key, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		*opened++
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

func TestUpload(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<17) // 2 MB: the server is asked first
	for _, key := range []string{"a.txt", "with space.txt", "ü%41?#&+;.txt", "…", "-", "a\\b"} {
		b, c := newBucket(t)
		d := b.deposition(t, c)
		b.spoil = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
			if got := r.Header.Get("Content-Type"); got != "application/octet-stream" || r.ContentLength != int64(len(content)) ||
				r.Header.Get("Authorization") != "Bearer "+testToken || r.Header.Get("Expect") != "100-continue" {
				t.Errorf("%d bytes of type %s, headers %v", r.ContentLength, got, r.Header)
			}
			return false
		}
		var opened int
		var reported []int64
		u := uploadOf(key, content, &opened)
		u.Progress = func(done int64) { reported = append(reported, done) }
		f, err := c.Depositions.Upload(t.Context(), d, u)
		if err != nil || f.Key != key || f.Size != int64(len(content)) || f.Checksum != "md5:"+md5Of(content) {
			t.Errorf("%s: got %+v, %v", key, f, err)
		}
		if !bytes.Equal(b.files[key], content) || opened != 1 || len(reported) == 0 || reported[len(reported)-1] != int64(len(content)) {
			t.Errorf("%s: opened %d times, %d bytes arrived, reported %d", key, opened, len(b.files[key]), reported)
		}
	}
}

// A list lacks the bucket; it is asked for.
func TestUploadAsksForTheBucket(t *testing.T) {
	b, c := newBucket(t)
	var opened int
	if _, err := c.Depositions.Upload(t.Context(), &zenodo.Deposition{ID: "5"}, uploadOf("a", []byte("abc"), &opened)); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(b.asked, ", "); got != "GET /deposit/depositions/5, PUT /files/b-5/a" {
		t.Errorf("asked for %s", got)
	}
}

// What breaks is sent again as a whole, from a reopened file.
func TestUploadAgain(t *testing.T) {
	content := bytes.Repeat([]byte("x"), 3<<20)
	for name, fault := range map[string]func(w http.ResponseWriter, r *http.Request){
		"reset in the middle": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.CopyN(io.Discard, r.Body, 1<<20)
			panic(http.ErrAbortHandler)
		},
		"reset at the end": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		},
		"502 in HTML": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(502)
			_, _ = io.WriteString(w, "<html><title>502 Bad Gateway</title></html>")
		},
		"503 at once": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"429":         func(w http.ResponseWriter, _ *http.Request) { reply(w, 429, `{}`) },
		"wrong checksum": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			reply(w, 201, fmt.Sprintf(`{"key":"a","size":%d,"checksum":"md5:%s"}`, len(content), md5Of([]byte("y"))))
		},
		"wrong size": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			reply(w, 201, fmt.Sprintf(`{"key":"a","size":1,"checksum":"md5:%s"}`, md5Of(content)))
		},
		"answer cut": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			reply(w, 201, `{"key":"a",`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, c := newBucket(t)
			d := b.deposition(t, c)
			b.spoil = func(n int, w http.ResponseWriter, r *http.Request) bool {
				if n <= 2 {
					fault(w, r)
				}
				return n <= 2
			}
			var opened int
			f, err := c.Depositions.Upload(t.Context(), d, uploadOf("a", content, &opened))
			if err != nil || f.Size != int64(len(content)) || opened != 3 || !bytes.Equal(b.files["a"], content) {
				t.Errorf("got %+v, %v; opened %d times", f, err, opened)
			}

			b.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool { fault(w, r); return true }
			opened = 0
			once := uploadOf("a", content, &opened)
			once.Once = true
			if _, err := c.Depositions.Upload(t.Context(), d, once); err == nil || opened != 1 || !strings.Contains(err.Error(), "send it from a file") {
				t.Errorf("once: got %v; opened %d times", err, opened)
			}
			opened = 0
			if _, err := c.Depositions.Upload(t.Context(), d, uploadOf("a", content, &opened)); err == nil || opened != 4 {
				t.Errorf("always: got %v; opened %d times", err, opened)
			}
		})
	}
}

func TestUploadChecksumDiffers(t *testing.T) {
	b, c := newBucket(t)
	d := b.deposition(t, c)
	b.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		_, _ = io.Copy(io.Discard, r.Body)
		reply(w, 201, `{"key":"a","size":3,"checksum":"md5:00000000000000000000000000000000"}`)
		return true
	}
	var opened int
	if _, err := c.Depositions.Upload(t.Context(), d, uploadOf("a", []byte("abc"), &opened)); !errors.Is(err, zenodo.ErrChecksum) {
		t.Errorf("got %v, want %v", err, zenodo.ErrChecksum)
	}
}

// What is refused is not sent again.
func TestUploadRefused(t *testing.T) {
	for status, want := range map[int]error{
		400: zenodo.ErrBadRequest, 403: zenodo.ErrForbidden, 404: zenodo.ErrNotFound, 409: zenodo.ErrConflict,
		410: zenodo.ErrGone, 412: zenodo.ErrPrecondition, 415: zenodo.ErrMediaType,
	} {
		b, c := newBucket(t)
		d := b.deposition(t, c)
		b.spoil = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			reply(w, status, `{"message":"x"}`)
			return true
		}
		var opened int
		_, err := c.Depositions.Upload(t.Context(), d, uploadOf("a", bytes.Repeat([]byte("x"), 5<<20), &opened))
		if !errors.Is(err, want) || opened != 1 || len(b.asked) != 1 {
			t.Errorf("%d: got %v after %v", status, err, b.asked)
		}
	}
}

func TestUploadNotSent(t *testing.T) {
	b, c := newBucket(t)
	d := b.deposition(t, c)
	full := *d
	full.Files = make([]zenodo.DepositionFile, zenodo.MaxFiles)
	var opened int
	of := func(key string, size int64) zenodo.Upload {
		u := uploadOf(key, nil, &opened)
		u.Size = size
		return u
	}
	for name, call := range map[string]func() error{
		"slash":        func() error { return second(c.Depositions.Upload(t.Context(), d, of("a/b", 1))) },
		"no name":      func() error { return second(c.Depositions.Upload(t.Context(), d, of("", 1))) },
		"dots":         func() error { return second(c.Depositions.Upload(t.Context(), d, of("..", 1))) },
		"empty":        func() error { return second(c.Depositions.Upload(t.Context(), d, of("a", 0))) },
		"unknown size": func() error { return second(c.Depositions.Upload(t.Context(), d, of("a", -1))) },
		"large":        func() error { return second(c.Depositions.Upload(t.Context(), d, of("a", zenodo.MaxFileSize+1))) },
		"many":         func() error { return second(c.Depositions.Upload(t.Context(), &full, of("a", 1))) },
		"large form":   func() error { return second(c.Depositions.UploadForm(t.Context(), "5", of("a", zenodo.MaxFormSize+1))) },
	} {
		if err := call(); !errors.Is(err, zenodo.ErrUnacceptable) || opened != 0 || len(b.asked) != 0 {
			t.Errorf("%s: got %v after %v", name, err, b.asked)
		}
	}
}

// A file that is not what it was said to be is not passed off as that.
func TestUploadOfChangingFile(t *testing.T) {
	for _, size := range []int64{2, 4} {
		b, c := newBucket(t)
		d := b.deposition(t, c)
		var opened int
		u := uploadOf("a", []byte("abc"), &opened)
		u.Size = size
		if f, err := c.Depositions.Upload(t.Context(), d, u); !errors.Is(err, zenodo.ErrChanged) || opened != 1 {
			t.Errorf("%d: got %+v, %v; opened %d times", size, f, err, opened)
		}
	}
	_, c := newBucket(t)
	gone := zenodo.Upload{Key: "a", Size: 1, Open: func() (io.ReadCloser, error) { return nil, fs.ErrNotExist }}
	if _, err := c.Depositions.Upload(t.Context(), &zenodo.Deposition{ID: "5"}, gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
}

// A file with another checksum than is said never arrives, large or small, in
// the bucket or as a form; one with that checksum does.
func TestUploadOfOtherChecksum(t *testing.T) {
	for _, size := range []int{1, 5 << 20} {
		content := bytes.Repeat([]byte("a"), size)
		for _, form := range []bool{false, true} {
			for want, isOK := range map[string]bool{"md5:" + md5Of(content): true, "md5:" + md5Of(content[1:]): false} {
				b, c := newBucket(t)
				d := b.deposition(t, c)
				var opened int
				u := uploadOf("a", content, &opened)
				u.Checksum = want
				send := func() error { return second(c.Depositions.Upload(t.Context(), d, u)) }
				if form {
					send = func() error { return second(c.Depositions.UploadForm(t.Context(), d.ID, u)) }
				}
				err := send()
				b.mu.Lock()
				arrived := bytes.Equal(b.files["a"], content)
				b.mu.Unlock()
				if (err == nil) != isOK || !isOK && !errors.Is(err, zenodo.ErrChanged) || arrived != isOK || opened != 1 {
					t.Errorf("%d bytes, form %t, right checksum %t: got %v; arrived: %t, opened %d times", size, form, isOK, err, arrived, opened)
				}
			}
		}
	}
}

// The size of standard input is not known.
func TestUploadOfUnknownSize(t *testing.T) {
	b, c := newBucket(t)
	var opened int
	u := uploadOf("a", []byte("abc"), &opened)
	u.Size, u.Once = -1, true
	f, err := c.Depositions.Upload(t.Context(), b.deposition(t, c), u)
	if err != nil || f.Size != 3 || string(b.files["a"]) != "abc" {
		t.Errorf("got %+v, %v", f, err)
	}
}

// A bucket elsewhere gets neither the content nor the token.
func TestUploadElsewhere(t *testing.T) {
	var asked atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer other.Close()
	_, c := newBucket(t)
	var opened int
	for _, bucket := range []string{other.URL + "/api/files/b-5", "http://user@" + strings.TrimPrefix(c.BaseURL(), "http://"), "sbapi/files/b-5", "::"} {
		d := &zenodo.Deposition{ID: "5", BucketURL: bucket}
		if _, err := c.Depositions.Upload(t.Context(), d, uploadOf("a", []byte("abc"), &opened)); err == nil || opened != 0 || asked.Load() != 0 {
			t.Errorf("%s: got %v", bucket, err)
		}
	}
}

func TestUploadCancelled(t *testing.T) {
	b, c := newBucket(t)
	d := b.deposition(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	b.spoil = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		_, _ = io.CopyN(io.Discard, r.Body, 1)
		cancel()
		_, _ = io.Copy(io.Discard, r.Body)
		return true
	}
	var opened int
	if _, err := c.Depositions.Upload(ctx, d, uploadOf("a", make([]byte, 64<<20), &opened)); !errors.Is(err, context.Canceled) || opened != 1 {
		t.Errorf("got %v; opened %d times", err, opened)
	}
}

// stalling is a transport whose first request takes a little of the body
// and then nothing more.
type stalling struct{ asked int }

func (s *stalling) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.asked++; s.asked == 1 {
		_, _ = io.ReadFull(req.Body, make([]byte, 10))
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	content, err := io.ReadAll(req.Body)
	answer := fmt.Sprintf(`{"key":"a","size":%d,"checksum":"md5:%s"}`, len(content), md5Of(content))
	return response(req, 201, http.Header{}, answer), err
}

// A transfer that nothing moves is given up after two minutes, and begun anew.
func TestUploadStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := new(stalling)
		c := newClient(t, zenodo.WithTransport(transport))
		d := &zenodo.Deposition{ID: "5", BucketURL: zenodo.DefaultBaseURL + "/files/b-5"}
		var opened int
		begun := time.Now()
		_, err := c.Depositions.Upload(t.Context(), d, uploadOf("a", make([]byte, 1000), &opened))
		if took := time.Since(begun); err != nil || opened != 2 || took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("got %v after %v; opened %d times", err, took, opened)
		}
	})
}

func TestUploadForm(t *testing.T) {
	b, c := newBucket(t)
	var opened int
	f, err := c.Depositions.UploadForm(t.Context(), "5", uploadOf(`a "b".txt`, []byte("abc"), &opened))
	if err != nil || f.Key != `a_"b".txt` || f.ID == "" || string(b.files[f.Key]) != "abc" {
		t.Errorf("got %+v, %v", f, err)
	}
}

// A form is sent again only if the file is not there.
func TestUploadFormAfterLostAnswer(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		b, c := newBucket(t)
		b.spoil = func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n > 1 {
				return false
			}
			if arrived {
				b.form(httptest.NewRecorder(), r)
			}
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(504)
			return true
		}
		var opened int
		f, err := c.Depositions.UploadForm(t.Context(), "5", uploadOf("a b", []byte("abc"), &opened))
		if err != nil || f.Key != "a_b" || (opened == 1) != arrived || len(b.files) != 1 {
			t.Errorf("arrived %v: got %+v, %v; opened %d times", arrived, f, err, opened)
		}
	}
}
