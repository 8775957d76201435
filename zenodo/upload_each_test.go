package zenodo_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// New files are sent as many at a time as are allowed, and those that replace
// others one by one, after them. Zenodo refuses replacements that run at once.
func TestUploadEach(t *testing.T) {
	d := &zenodo.Deposition{Files: []zenodo.DepositionFile{{Key: "old1"}, {Key: "old2"}, {Key: "old3"}}}
	var uploads []zenodo.Upload
	for _, key := range []string{"old1", "new1", "old2", "new2", "old3"} {
		uploads = append(uploads, zenodo.Upload{Key: key})
	}
	var together sync.WaitGroup // both new ones are on their way
	together.Add(2)
	var mu sync.Mutex
	var running, order []string
	errs := zenodo.UploadEach(d, uploads, 2, func(i int) error {
		key := uploads[i].Key
		mu.Lock()
		if running = append(running, key); len(running) > 1 && slices.Contains([]string{"old1", "old2", "old3"}, key) {
			t.Errorf("at once: %v", running)
		}
		order = append(order, key)
		mu.Unlock()
		if key == "new1" || key == "new2" {
			together.Done()
			together.Wait()
		}
		mu.Lock()
		defer mu.Unlock()
		running = slices.DeleteFunc(running, func(other string) bool { return other == key })
		return nil
	})
	slices.Sort(order[:2])
	if err := errors.Join(errs...); err != nil || !slices.Equal(order, []string{"new1", "new2", "old1", "old2", "old3"}) {
		t.Errorf("sent %v, %v", order, err)
	}
}

// What is refused as invalid, as by a race, is sent once more, after all
// others, unless it cannot be read again. Other errors stand.
func TestUploadEachAgain(t *testing.T) {
	invalid, denied := fmt.Errorf("upload: %w", &zenodo.Error{Status: 400}), &zenodo.Error{Status: 403}
	uploads := []zenodo.Upload{{Key: "raced"}, {Key: "denied"}, {Key: "bad"}, {Key: "stdin", Once: true}, {Key: "fine"}}
	answers := map[string][]error{"raced": {invalid, nil}, "denied": {denied}, "bad": {invalid, invalid}, "stdin": {invalid}, "fine": {nil}}
	var order []string
	errs := zenodo.UploadEach(&zenodo.Deposition{}, uploads, 1, func(i int) error {
		key := uploads[i].Key
		order = append(order, key)
		answer := answers[key][0]
		answers[key] = answers[key][1:]
		return answer
	})
	if want := []string{"raced", "denied", "bad", "stdin", "fine", "raced", "bad"}; !slices.Equal(order, want) {
		t.Errorf("sent %v, want %v", order, want)
	}
	for i, want := range []error{nil, zenodo.ErrForbidden, zenodo.ErrBadRequest, zenodo.ErrBadRequest, nil} {
		if !errors.Is(errs[i], want) {
			t.Errorf("%s: %v, want %v", uploads[i].Key, errs[i], want)
		}
	}
}
