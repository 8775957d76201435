package report

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// conceptKey is what versions of a record share; a record that names no concept
// is one by itself.
func conceptKey(r *zenodo.Record) string {
	if r.ConceptID == "" {
		return "record " + string(r.ID)
	}
	return string(r.ConceptID)
}

// countConcept counts what versions share once. Of several versions the first
// that comes stands for all.
func (b *builder) countConcept(r *zenodo.Record, key string) {
	c := b.concepts[key]
	c.listed++
	c.highest = max(c.highest, r.VersionIndex)
	if r.Stats.Views == nil || r.Stats.Downloads == nil {
		b.counts.WithoutStatistics++
	}
	if n := r.Stats.Views; n != nil && !c.hasViews {
		c.hasViews = true
		b.counts.Views += *n
		b.viewed.offer(r, *n)
	}
	if n := r.Stats.Downloads; n != nil && !c.hasDownloads {
		c.hasDownloads = true
		b.counts.Downloads += *n
		b.downloaded.offer(r, *n)
	}
	b.concepts[key] = c
}

func (b *builder) countFiles(r *zenodo.Record) {
	n, known := r.FileCount()
	size, _ := r.Size()
	b.counts.Files += n
	b.counts.Bytes += size
	switch {
	case known:
	case r.AccessStatus() == "metadata-only":
		b.counts.MetadataOnly++
	default:
		b.counts.WithoutFiles++
	}
	if r.HidesFiles() {
		b.counts.HiddenFiles++
	}
}

func (b *builder) countDates(r *zenodo.Record) {
	year, month := published(r.Metadata.PublicationDate)
	kind := strings.ToLower(clean(r.Metadata.Type))
	countPeriod(b.years, year, kind)
	countPeriod(b.months, month, kind)
	if year == "" {
		b.counts.WithoutDate++
	}
	if created, ok := createdMonth(r.CreatedAt); ok {
		b.growth[created]++
	} else {
		b.counts.WithoutCreation++
	}
}

func countPeriod(periods map[string]*Period, name, kind string) {
	if name == "" {
		return
	}
	p, ok := periods[name]
	if !ok {
		p = &Period{Period: name, Types: map[string]int{}}
		periods[name] = p
	}
	p.Records++
	p.Types[kind]++
}

func (b *builder) countValues(r *zenodo.Record) {
	n, m := b.counts.Records, &r.Metadata
	b.types.countAll(n, m.Type)
	b.access.countAll(n, m.AccessRight)
	b.licenses.countAll(n, m.LicenseName())
	b.keywords.countAll(n, m.Keywords...)
	b.countCreators(n, m.Creators)
	var shared []string
	for _, slug := range r.Communities {
		if !b.selected[string(slug)] {
			shared = append(shared, string(slug))
		}
	}
	b.communities.countAll(n, shared...)
}

// countCreators distinguishes creators by ORCID or, of organisations, by ROR, else
// by name, and affiliations likewise.
func (b *builder) countCreators(record int, creators []zenodo.Creator) {
	none, noAffiliation := true, true
	for i := range creators {
		c := &creators[i]
		for _, a := range c.Affiliations {
			noAffiliation = !b.affiliations.countOrganization(record, a.ROR(), a.Name) && noAffiliation
		}
		name := clean(c.Name)
		if name == "" {
			continue
		}
		none = false
		if orcid := clean(c.ORCID); orcid != "" {
			b.creators.countAs(record, "orcid "+orcid, Frequency{Name: name, ORCID: orcid})
			continue
		}
		b.creators.countOrganization(record, c.ROR, name)
	}
	if none {
		b.creators.without++
	}
	if noAffiliation {
		b.affiliations.without++
	}
}
