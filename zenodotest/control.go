package zenodotest

import (
	"cmp"
	"errors"
	"io"
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// controlPath begins the addresses under which tests that are no Go programs
// change the world. They are no part of what is emulated: nothing there is
// counted, limited or goes wrong.
const controlPath = "/_emulator/"

func (e *Emulator) controlRoutes() wire.Routes {
	return wire.Routes{
		{Path: controlPath + "reset", Post: e.postReset},
		{Path: controlPath + "delete", Post: e.postDelete},
		{Path: controlPath + "community", Post: e.postCommunity},
		{Path: controlPath + "fault", Get: e.getFaults, Post: e.postFaults, Delete: e.deleteFaults},
	}
}

// postReset makes the world what it was in the beginning.
func (e *Emulator) postReset(*http.Request, []string) *wire.Answer {
	if err := e.Reset(); err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	return wire.Nothing()
}

// postDelete deletes the record id, with what its tombstone says.
func (e *Emulator) postDelete(r *http.Request, _ []string) *wire.Answer {
	query := r.URL.Query()
	hidden := cmp.Or(query.Get("hidden"), "0") != "0"
	err := e.Delete(query.Get("id"), Tombstone{Note: query.Get("note"), Reason: query.Get("reason"), Hidden: hidden})
	switch {
	case errors.Is(err, ErrNoRecord):
		return wire.AppError(http.StatusNotFound, err.Error())
	case err != nil:
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	return wire.Nothing()
}

// postCommunity makes a community, or gives one another title.
func (e *Emulator) postCommunity(r *http.Request, _ []string) *wire.Answer {
	query := r.URL.Query()
	slug := query.Get("slug")
	if slug == "" {
		return wire.AppError(http.StatusBadRequest, "slug is missing")
	}
	e.current().world.AddCommunity(slug, query.Get("title"))
	return wire.Nothing()
}

// getFaults lists the rules of the script, with how many requests each has met.
func (e *Emulator) getFaults(*http.Request, []string) *wire.Answer {
	return &wire.Answer{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Body: []byte(e.current().script.String())}
}

// maxScript is how long a script may be.
const maxScript = 1 << 20

// postFaults adds rules to the script.
func (e *Emulator) postFaults(r *http.Request, _ []string) *wire.Answer {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxScript))
	if err != nil {
		return wire.AppError(http.StatusBadRequest, err.Error())
	}
	rules, err := parseScript(string(text))
	if err != nil {
		return wire.AppError(http.StatusBadRequest, err.Error())
	}
	e.current().script.add(rules)
	return wire.Nothing()
}

// deleteFaults drops all rules of the script.
func (e *Emulator) deleteFaults(*http.Request, []string) *wire.Answer {
	e.current().script.set(nil)
	return wire.Nothing()
}
