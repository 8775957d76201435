package zenodo

import (
	_ "embed"
	"path"
	"strings"
	"sync"
)

//go:embed filetypes.txt
var fileTypesTable string

// fileTypes are the types of files by their endings.
var fileTypes = sync.OnceValue(func() map[string]string {
	types := map[string]string{}
	for line := range strings.Lines(fileTypesTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if own, ok := strings.CutPrefix(line, "= "); ok {
			for ending := range strings.FieldsSeq(own) {
				types[ending] = ending
			}
			continue
		}
		name, endings, _ := strings.Cut(line, ":")
		for ending := range strings.FieldsSeq(endings) {
			types[ending] = name
		}
	}
	return types
})

// unknownType is the type of files whose ending says nothing.
const unknownType = "bin"

// Type is what the platform calls the file by its ending: jpg for jpeg, gz for
// tgz, bin for an ending that it does not know, and "" for a few that it knows,
// but has no name for.
func (f *File) Type() string {
	name := strings.TrimLeft(path.Base(f.Key), ".")
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	known, ok := fileTypes()[ending]
	if !ok {
		return unknownType
	}
	return known
}
