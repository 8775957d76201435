package zenodo

// Stats counts views and downloads: the plain names over all versions of the
// concept, Version… for this version alone. They count visitors, each once an
// hour, as Zenodo's pages do and as it sorts; …Raw counts every view and every
// download. A count is nil where the server did not send it, which is not 0.
type Stats struct {
	Views               *int64 `json:"views,omitzero"`
	ViewsRaw            *int64 `json:"views_raw,omitzero"`
	Downloads           *int64 `json:"downloads,omitzero"`
	DownloadsRaw        *int64 `json:"downloads_raw,omitzero"`
	VersionViews        *int64 `json:"version_views,omitzero"`
	VersionViewsRaw     *int64 `json:"version_views_raw,omitzero"`
	VersionDownloads    *int64 `json:"version_downloads,omitzero"`
	VersionDownloadsRaw *int64 `json:"version_downloads_raw,omitzero"`
	// DataVolume is the size of all that was downloaded, in bytes. The server
	// counts it in one way alone, over every download. The legacy JSON of today
	// lacks it.
	DataVolume        *int64 `json:"data_volume,omitzero"`
	VersionDataVolume *int64 `json:"version_data_volume,omitzero"`
}

// Equal reports whether both have the same counts, and lack the same ones.
func (s Stats) Equal(o Stats) bool {
	return sameCount(s.Views, o.Views) && sameCount(s.ViewsRaw, o.ViewsRaw) &&
		sameCount(s.Downloads, o.Downloads) && sameCount(s.DownloadsRaw, o.DownloadsRaw) &&
		sameCount(s.VersionViews, o.VersionViews) && sameCount(s.VersionViewsRaw, o.VersionViewsRaw) &&
		sameCount(s.VersionDownloads, o.VersionDownloads) && sameCount(s.VersionDownloadsRaw, o.VersionDownloadsRaw) &&
		sameCount(s.DataVolume, o.DataVolume) && sameCount(s.VersionDataVolume, o.VersionDataVolume)
}

func sameCount(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// setCount reads a count of statistics by its name in the legacy JSON.
func (d *decoder) setCount(s *Stats, name string) {
	switch name {
	case "unique_views":
		s.Views = d.count()
	case "views":
		s.ViewsRaw = d.count()
	case "unique_downloads":
		s.Downloads = d.count()
	case "downloads":
		s.DownloadsRaw = d.count()
	case "version_unique_views":
		s.VersionViews = d.count()
	case "version_views":
		s.VersionViewsRaw = d.count()
	case "version_unique_downloads":
		s.VersionDownloads = d.count()
	case "version_downloads":
		s.VersionDownloadsRaw = d.count()
	case "data_volume", "volume": // the latter before October 2023
		s.DataVolume = d.count()
	case "version_data_volume", "version_volume":
		s.VersionDataVolume = d.count()
	}
}
