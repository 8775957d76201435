package zenodo_test

import (
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestFileType(t *testing.T) {
	for key, want := range map[string]string{
		"map.tiff":          "tiff",
		"map.TIF":           "tiff",
		"photo.jpeg":        "jpg",
		"page.htm":          "html",
		"data.csv":          "csv",
		"code.tar.gz":       "gz",
		"folder/a.csv/data": "bin",
		"README":            "bin",
		".gitignore":        "bin",
		"macro.xlsm":        "", // its media type has no ending
	} {
		if got := (&zenodo.File{Key: key}).Type(); got != want {
			t.Errorf("type of %s: got %q, want %q", key, got, want)
		}
	}
}
