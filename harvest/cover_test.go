package harvest_test

import (
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

func TestCoversAndTouches(t *testing.T) {
	in := func(slugs ...zenodo.Slug) harvest.Selection { return harvest.Selection{Communities: slugs} }
	all := harvest.Selection{}
	datasets := harvest.Selection{Type: "dataset"}
	articles := harvest.Selection{Type: "publication", Subtype: "article"}
	bats := harvest.Selection{Query: "bats"}
	y2020 := harvest.Selection{Since: "2020-01-01T00:00:00Z", Until: "2021-01-01T00:00:00Z"}
	since2020 := harvest.Selection{Since: "2020-01-01T00:00:00Z"}
	since2021 := harvest.Selection{Since: "2021-01-01T00:00:00Z"}
	communities := harvest.Selection{Kind: harvest.KindCommunities}
	for _, tt := range []struct {
		name            string
		a, b            harvest.Selection
		covers, covered bool // a covers b, b covers a
		touch           bool
	}{
		{"the same", in("egi"), in("egi"), true, true, true},
		{"everything and a community", all, in("egi"), true, false, true},
		{"more communities", in("egi", "eu"), in("egi"), true, false, true},
		{"a common community", in("egi", "eu"), in("eu", "x"), false, false, true},
		{"two communities", in("egi"), in("eu"), false, false, false},
		{"slugs by case", in("egi"), in("EGI"), false, false, false},
		{"a type", all, datasets, true, false, true},
		{"types by case", datasets, harvest.Selection{Type: "Dataset"}, true, true, true},
		{"two types", datasets, articles, false, false, false},
		{"a subtype", harvest.Selection{Type: "publication"}, articles, true, false, true},
		{"two subtypes", articles, harvest.Selection{Type: "publication", Subtype: "book"}, false, false, false},
		{"a query", all, bats, true, false, true},
		{"the same query", bats, bats, true, true, true},
		{"two queries", bats, harvest.Selection{Query: "caves"}, false, false, true},
		{"versions", harvest.Selection{AllVersions: true}, all, true, false, true},
		{"a time", all, y2020, true, false, true},
		{"an open end", since2020, y2020, true, false, true},
		{"one after the other", y2020, since2021, false, false, false},
		{"overlapping", since2020, since2021, true, false, true},
		{"communities", all, communities, false, false, false},
		{"another way, which lists all versions", all, harvest.Selection{Via: harvest.ViaOAI}, false, true, true},
		{"both with all versions", harvest.Selection{AllVersions: true}, harvest.Selection{Via: harvest.ViaOAI}, true, true, true},
		{"a community by another way", harvest.Selection{Via: harvest.ViaOAI}, in("egi"), true, false, true},
		{"a time of change and one of creation", harvest.Selection{Via: harvest.ViaOAI, Since: since2020.Since}, since2021, false, false, true},
		{"times of change", harvest.Selection{Via: harvest.ViaOAI, Since: since2020.Since}, harvest.Selection{Via: harvest.ViaOAI, Since: since2021.Since}, true, false, true},
	} {
		if got := tt.a.Covers(tt.b); got != tt.covers {
			t.Errorf("%s: %s covers %s: %t", tt.name, tt.a.JSON(), tt.b.JSON(), got)
		}
		if got := tt.b.Covers(tt.a); got != tt.covered {
			t.Errorf("%s: %s covers %s: %t", tt.name, tt.b.JSON(), tt.a.JSON(), got)
		}
		if got, back := tt.a.Touches(tt.b), tt.b.Touches(tt.a); got != tt.touch || back != tt.touch {
			t.Errorf("%s: %s touches %s: %t, and the other way round %t", tt.name, tt.a.JSON(), tt.b.JSON(), got, back)
		}
	}
}
