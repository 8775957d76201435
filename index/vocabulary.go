package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// HasCommunity reports whether any record of the index is in a community.
func (db *DB) HasCommunity(ctx context.Context, slug zenodo.Slug) (has bool, err error) {
	err = db.view(ctx, func(s *session) error {
		found, err := db.search(ctx, s, Query{Communities: []zenodo.Slug{slug}, AllVersions: true, IncludeGone: true})
		if err != nil {
			return err
		}
		n, err := found.matches.Count(ctx)
		has = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look up community %s: %w", slug, err)
	}
	return has, nil
}

// SlugsOf replaces the UUIDs among the names of communities by their slugs, as
// far as the index knows these.
func (db *DB) SlugsOf(ctx context.Context, names []zenodo.Slug) ([]zenodo.Slug, error) {
	slugs := slices.Clone(names)
	err := db.view(ctx, func(s *session) error {
		for i, name := range names {
			err := s.QueryRowContext(ctx, "SELECT slug FROM communities WHERE uuid = ?", strings.ToLower(string(name))).Scan(&slugs[i])
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look up communities: %w", err)
	}
	return slugs, nil
}

// CommunitySlugs are those of all communities that the index knows, sorted;
// unlike [DB.Communities] it counts nothing.
func (db *DB) CommunitySlugs(ctx context.Context) (slugs []string, err error) {
	err = db.view(ctx, func(s *session) error {
		return eachRow(ctx, s, "SELECT slug FROM communities ORDER BY slug", nil, func(rows *sql.Rows) error {
			var slug string
			err := rows.Scan(&slug)
			slugs = append(slugs, slug)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	return slugs, nil
}

// ResourceTypes are the types that records of the index have, such as
// publication, and their subtypes, such as publication-article, both sorted.
func (db *DB) ResourceTypes(ctx context.Context) (types, subtypes []string, err error) {
	err = db.view(ctx, func(s *session) error {
		snap, err := db.openSnapshot(ctx, s)
		if err != nil {
			return err
		}
		if types, err = snap.Values(ctx, "metadata.resource_type.props.type"); err != nil {
			return err
		}
		subtypes, err = snap.Values(ctx, "metadata.resource_type.props.subtype")
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list types of resources: %w", err)
	}
	return types, subtypes, nil
}
