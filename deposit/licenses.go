package deposit

import (
	_ "embed"
	"strings"
	"sync"
)

// licensesText is a licence a line: its id, and older ids that mean the same.
//
//go:embed licenses.txt
var licensesText string

// licenses are the ids by all that may be written for them, in small letters,
// and the ids in their order.
var licenses = sync.OnceValues(func() (canonical map[string]string, ids []string) {
	canonical = map[string]string{}
	for line := range strings.Lines(licensesText) {
		names := strings.Fields(line)
		if len(names) == 0 || names[0] == "#" {
			continue
		}
		ids = append(ids, names[0])
		for _, name := range names {
			canonical[name] = names[0]
		}
	}
	return canonical, ids
})

// canonicalLicense is the id of a licence for any of its names; upper and lower
// case are the same.
func canonicalLicense(name string) (id string, known bool) {
	canonical, _ := licenses()
	id, known = canonical[strings.ToLower(strings.TrimSpace(name))]
	return id, known
}

func licenseIDs() []string {
	_, ids := licenses()
	return ids
}
