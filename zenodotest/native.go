package zenodotest

import (
	"net/http"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/deposits"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// bothTypes are the media types under which Zenodo serves records: in the legacy
// form, but for the last.
var bothTypes = []string{wire.TypeJSON, "application/vnd.zenodo.v1+json", deposits.TypeNative}

// nativeTypes are the media types under which an InvenioRDM that is not Zenodo
// serves records.
var nativeTypes = []string{wire.TypeJSON, deposits.TypeNative}

// form is the media type in which a record or a list of records is answered, and
// whether that is the native form.
func (e *Emulator) form(r *http.Request) (mediaType string, native bool) {
	if e.cfg.isNative() {
		return wire.Negotiate(r, nativeTypes), true
	}
	mediaType = wire.Negotiate(r, bothTypes)
	return mediaType, mediaType == deposits.TypeNative
}

func (c Config) isNative() bool { return c.Dialect == zenodo.DialectRDM }

// nativeRoutes are what such a server has of the routes here: no legacy deposit API,
// and no dumps.
func (e *Emulator) nativeRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records", Get: e.searchRecords, Post: e.deposits.CreateDraft, Accept: nativeTypes},
		{Path: "/api/records/:id", Get: e.getRecord, Put: e.deposits.WriteRecord, Delete: e.deposits.WriteRecord, Accept: nativeTypes},
		{Path: "/api/records/:id/versions", Get: e.listVersions, Post: e.deposits.CreateVersion, Accept: nativeTypes},
		{Path: "/api/records/:id/versions/latest", Get: e.latestVersion},
		{Path: "/api/communities", Get: e.searchCommunities, Accept: nativeTypes},
		{Path: "/api/communities/:id", Get: e.getCommunity, Accept: nativeTypes},
		{Path: "/api/communities/:id/records", Get: e.listCommunityRecords, Delete: e.deposits.RemoveRecords, Accept: nativeTypes},
	}
}
