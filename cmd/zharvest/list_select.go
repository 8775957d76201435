package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// recordFlags select records, on the server or in the index.
type recordFlags struct {
	Community   []string `short:"c" sep:"none" placeholder:"SLUG" help:"Records of this community, by its slug or UUID. May be given several times."`
	Type        string   `short:"t" placeholder:"TYPE" help:"Records of this type, such as publication, dataset or software, or of a subtype, such as publication-article."`
	Subtype     string   `placeholder:"SUBTYPE" help:"Records of this subtype, such as article. Needs --type."`
	AllVersions bool     `help:"All versions of records, not only the latest."`
	Since       string   `placeholder:"DATE" help:"Records created since: 2024, 2024-05, 2024-05-31, a time in RFC 3339, or an age such as 7d."`
	Until       string   `placeholder:"DATE" help:"Records created up to and including DATE: the whole year, month, day, second or millisecond that it names."`
}

// selection is what the flags and a query select on a server.
func (f *recordFlags) selection(query string) (harvest.Selection, error) {
	s := harvest.Selection{Query: query, Type: f.Type, Subtype: f.Subtype, AllVersions: f.AllVersions}
	if f.Subtype == "" { // the id of a type has both, such as publication-article
		s.Type, s.Subtype, _ = strings.Cut(f.Type, "-")
	}
	if strings.Contains(f.Type, ":") {
		return s, notAValue("--type", f.Type)
	}
	for _, slug := range f.Community {
		if slug = strings.TrimSpace(slug); slug == "" {
			return s, usageError("--community without a slug", "the slug is the last part of a community's address")
		}
		if strings.Contains(slug, ":") {
			return s, notAValue("--community", slug)
		}
		s.Communities = append(s.Communities, zenodo.Slug(slug))
	}
	since, until, err := f.times()
	if err != nil {
		return s, err
	}
	if !since.IsZero() {
		s.Since = since.Format(time.RFC3339Nano)
	}
	if !until.IsZero() {
		s.Until = until.Format(time.RFC3339Nano)
	}
	return s, s.Validate()
}

// notAValue is the mistake of a query such as -creators.name:Smith, which
// reads like the flag -c.
func notAValue(flag, value string) error {
	return usageError(fmt.Sprintf("%q is no value for %s", value, flag), "a query that begins with - comes last, after --")
}

func (f *recordFlags) times() (since, until time.Time, err error) {
	now, err := fixedNow()
	if err != nil {
		return since, until, err
	}
	if now.IsZero() {
		now = time.Now()
	}
	if f.Since != "" {
		if since, err = harvest.ParseSince(f.Since, now); err != nil {
			return since, until, err
		}
	}
	if f.Until != "" {
		until, err = harvest.ParseUntil(f.Until, now)
	}
	return since, until, err
}

// selectFlags select records of the index, in an order.
type selectFlags struct {
	recordFlags
	IncludeGone bool   `help:"Records that the server no longer has, too."`
	FromHarvest string `name:"harvest" placeholder:"NAME" help:"Records of this saved harvest."`
	Sort        string `enum:"bestmatch,newest,oldest,updated,title,views,downloads" default:"newest" help:"Order: ${enum}."`
	Limit       int    `placeholder:"N" help:"So many records at most. Search shows 25 on a terminal by default."`
}

// query is what the flags select in the index.
func (f *selectFlags) query() (index.Query, error) {
	sel, err := f.selection("")
	if err != nil {
		return index.Query{}, err
	}
	if f.Limit < 0 {
		return index.Query{}, usageError("--limit is negative", "leave it out for no limit")
	}
	since, until, err := f.times()
	if err != nil {
		return index.Query{}, err
	}
	now, err := fixedNow()
	return index.Query{
		Communities: sel.Communities, Type: strings.ToLower(sel.Type), Subtype: strings.ToLower(sel.Subtype), Since: since, Until: until,
		Harvest: f.FromHarvest, AllVersions: f.AllVersions, IncludeGone: f.IncludeGone, Sort: index.Sort(f.Sort), Limit: f.Limit, Now: now,
	}, err
}

// selected opens the index for what the flags and a text select, warns of what
// the list may lack, and closes the index after use. For loose see readQuery.
func (f *selectFlags) selected(ctx context.Context, a *app, text string, loose bool, use func(*index.DB, index.Query) error) (err error) {
	q, err := f.query()
	if err != nil {
		return err
	}
	if q.Parsed, err = a.readQuery(text, loose); err != nil {
		return err
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	if q.Communities, err = db.SlugsOf(ctx, q.Communities); err != nil {
		return err
	}
	if err := a.warnAboutSelection(ctx, db, q); err != nil {
		return err
	}
	return use(db, q)
}

// fixedNow is the moment that $ZHARVEST_NOW makes the present for the dates of
// queries, so that tests know it; zero where it is not set.
func fixedNow() (time.Time, error) {
	text := os.Getenv("ZHARVEST_NOW")
	if text == "" {
		return time.Time{}, nil
	}
	now, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, usageError(fmt.Sprintf("ZHARVEST_NOW=%q is no time in RFC 3339", text), "unset it, or write for example 2026-01-01T00:00:00Z")
	}
	return now, nil
}

// onlineSorts are the server's names of the orders that it has.
var onlineSorts = map[index.Sort]string{
	index.Newest: "newest", index.Oldest: "oldest", index.Updated: "updated-desc",
	index.Views: "mostviewed", index.Downloads: "mostdownloaded", index.BestMatch: "bestmatch",
}

// onlineOptions are the flags for a search on the server.
func (f *selectFlags) onlineOptions(query string) (zenodo.SearchOptions, error) {
	if f.IncludeGone || f.FromHarvest != "" {
		return zenodo.SearchOptions{}, usageError("--include-gone and --harvest are of the index alone", "leave them out with --online")
	}
	sort, ok := onlineSorts[index.Sort(f.Sort)]
	if !ok {
		return zenodo.SearchOptions{}, usageError("the server has no order by "+f.Sort, "leave out --sort or --online")
	}
	sel, err := f.selection(query)
	if err != nil {
		return zenodo.SearchOptions{}, err
	}
	if sel.Since != "" || sel.Until != "" {
		if query, err = querystring.And(query, querystring.Between("created", sel.Since, sel.Until)); err != nil {
			if errors.Is(err, querystring.ErrLoose) {
				return zenodo.SearchOptions{}, usageError(err.Error(), "a query that Zenodo cannot parse cannot be combined with --since or --until")
			}
			return zenodo.SearchOptions{}, err
		}
	}
	return zenodo.SearchOptions{
		Query: query, Sort: sort, AllVersions: f.AllVersions, Communities: slices.Clone(sel.Communities),
		Type: strings.ToLower(sel.Type), Subtype: strings.ToLower(sel.Subtype), // as Zenodo writes them
	}, nil
}
