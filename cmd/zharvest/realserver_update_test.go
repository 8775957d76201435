//go:build realserver

package main

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// forgetOverlap has the runs so far lie so far back that the next ones do not
// ask for the changes of this test again, as they do within an hour.
func (s *realServer) forgetOverlap(t *testing.T) {
	t.Helper()
	db, err := sql.Open("sqlite", s.db)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "UPDATE harvests SET watermark = ?", time.Now().UTC().Add(time.Hour).Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
}

func TestRealUpdate(t *testing.T) {
	s := newRealServer(t)
	every := s.with(t)
	s.zharvest(t, "harvest")
	every.zharvest(t, "harvest", "--all-versions")
	compare := func(after string) {
		t.Helper()
		s.zharvest(t, "update")
		every.zharvest(t, "update")
		public := s.records(t).public()
		same(t, "latest versions after "+after, s.held(t, "export"), public.latest().ids())
		same(t, "all versions after "+after, every.held(t, "export", "--all-versions"), public.ids())
		same(t, "the latest of all versions after "+after, every.held(t, "export"), public.latest().ids())
	}

	id := s.publish(t, t.Name()+" published")
	compare("a publication")

	edited := t.Name() + " edited " + id
	s.edit(t, id, realDraft(edited))
	compare("an edit")
	for _, index := range []*realServer{s, every} {
		same(t, "the edited title", index.held(t, "search", fmt.Sprintf("metadata.title:%q", edited)), []string{id})
	}

	next := s.newVersion(t, id, t.Name()+" second version")
	compare("a new version")
	if got := s.zharvest(t, "show", next); !strings.Contains(got, "second version") {
		t.Errorf("the new version is shown as %s", got)
	}

	other := s.publish(t, t.Name()+" taken back")
	s.zharvest(t, "update")
	every.zharvest(t, "update")
	s.remove(t, other)
	compare("a deletion")
	if code, _, stderr := s.attempt(t, "show", other); code != exitNotFound {
		t.Errorf("show of a record that is gone: exit code %d, %s", code, stderr)
	}
	if got, want := s.changes(t), other+" gone retracted: Taken back."; !slices.Contains(got, want) {
		t.Errorf("changes are %q, want %q", got, want)
	}

	// A newest version that is deleted makes the one before it the latest again.
	s.remove(t, next)
	s.eventually(t, "that the earlier version is the latest again", func() bool { return s.isLatest(t, id) })
	compare("a deleted version")
}

func TestRealUpdateCommunity(t *testing.T) {
	s := newRealServer(t)
	const community = "tide-gauges"
	everything := s.with(t)
	s.zharvest(t, "harvest", "-c", community)
	id, other := s.publish(t, t.Name()), s.publish(t, t.Name()+" second")
	everything.zharvest(t, "harvest")
	compare := func(after string) {
		t.Helper()
		s.zharvest(t, "update")
		want := s.records(t).latest().public().in(community).ids()
		same(t, "export after "+after, s.held(t, "export", "-c", community), want)
		same(t, "search after "+after, s.held(t, "search", "-c", community), want)
	}
	compare("the harvest")
	s.join(t, id, community)
	compare("a record joined")

	// As many join as leave, so that the server counts no other number.
	s.join(t, other, community)
	s.leave(t, id, community)
	s.forgetOverlap(t)
	compare("one joined and one left")

	// A record that joins a community is not changed by that, and a harvest of
	// everything sees it all the same.
	everything.forgetOverlap(t)
	everything.zharvest(t, "update")
	same(t, "the community, of everything", everything.held(t, "export", "-c", community), s.records(t).latest().public().in(community).ids())
}

// changes are those that the last run found: what happened to which record, and
// the names of fields.
func (s *realServer) changes(t *testing.T) (lines []string) {
	t.Helper()
	var rows []struct{ Change, ID, Field, Reason string }
	s.printed(t, &rows, "changes", "--json")
	for _, row := range rows {
		lines = append(lines, strings.TrimSpace(row.ID+" "+row.Change+" "+row.Field+row.Reason))
	}
	slices.Sort(lines)
	return lines
}

// What is shown to the owner and not to guests is no change, nor what a list
// does not say and the record alone does.
func TestRealUpdateOtherReader(t *testing.T) {
	s := newRealServer(t)
	const community = "soil-maps"
	s.zharvest(t, "harvest", "-c", community)
	as := func(token string) string {
		t.Setenv("ZENODO_TOKEN", token)
		return s.zharvest(t, "update", "--full")
	}
	for _, token := range []string{s.People["owner"].Token, "", s.People["owner"].Token, ""} {
		if got := as(token); !strings.Contains(got, " 0 new, 0 updated, ") {
			t.Errorf("got %s%s", got, s.zharvest(t, "changes"))
		}
	}
}

// A record that is made restricted is gone, and that is why.
func TestRealUpdateRestricted(t *testing.T) {
	s := newRealServer(t)
	id := s.publish(t, t.Name())
	s.join(t, id, "soil-maps")
	s.zharvest(t, "harvest", "-c", "soil-maps")
	document := realDraft(t.Name())
	document["access"] = map[string]any{"record": "restricted", "files": "restricted"}
	s.edit(t, id, document)
	s.eventually(t, "that the record is restricted", func() bool { return !s.lists(t, "soil-maps", id) })
	s.zharvest(t, "update")
	same(t, "the community", s.held(t, "export", "-c", "soil-maps"), s.records(t).latest().public().in("soil-maps").ids())
	if slices.Contains(s.held(t, "export", "--all-versions"), id) || !slices.Contains(s.held(t, "export", "--include-gone"), id) {
		t.Error("a record that is not public any more is listed, or is not gone")
	}
	if got, want := s.changes(t), id+" gone no longer public"; !slices.Contains(got, want) {
		t.Errorf("changes are %q, want %q", got, want)
	}
}

// What changes of a record is what people changed.
func TestRealChanges(t *testing.T) {
	s := newRealServer(t)
	id, leaving := s.publish(t, t.Name()), s.publish(t, t.Name()+" that leaves")
	s.join(t, id, "soil-maps")
	s.join(t, leaving, "soil-maps")
	s.zharvest(t, "harvest", "-c", "soil-maps")
	compare := func(want ...string) {
		t.Helper()
		s.zharvest(t, "update")
		got := s.changes(t)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q; %s", got, want, s.zharvest(t, "changes"))
		}
	}
	s.leave(t, leaving, "soil-maps")
	compare(leaving+" changed communities", leaving+" left")

	document := realDraft(t.Name() + " edited")
	document["access"] = map[string]any{"record": "public", "files": "restricted", "embargo": map[string]any{"active": true, "until": "2099-12-31", "reason": "thesis"}}
	s.edit(t, id, document)
	compare(id+" changed access", id+" changed title")

	next := s.newVersion(t, id, t.Name()+" second version")
	compare(next+" added", id+" left") // of a harvest of latest versions
}
