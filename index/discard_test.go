package index_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/zharvest/zharvest/index"
)

// An index that was made for nothing goes; one that holds something, or that
// somebody else has open, stays.
func TestCloseEmpty(t *testing.T) {
	for name, tt := range map[string]struct {
		use  func(t *testing.T, db *index.DB)
		left bool
	}{
		"empty": {func(*testing.T, *index.DB) {}, false},
		"with records": {func(t *testing.T, db *index.DB) {
			store(t, db, record(2))
		}, true},
		"with a harvest": {func(t *testing.T, db *index.DB) {
			harvest(t, db, "a")
		}, true},
		"open elsewhere": {func(t *testing.T, db *index.DB) {
			other, err := index.OpenExisting(t.Context(), db.Path())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { other.Close() })
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db, err := index.Open(t.Context(), filepath.Join(dir, "index.db"))
			if err != nil {
				t.Fatal(err)
			}
			tt.use(t, db)
			if err := db.CloseEmpty(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err = os.Stat(db.Path())
			if tt.left && err != nil || !tt.left && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("left: %t, want %t", err == nil, tt.left)
			}
			if left, err := os.ReadDir(dir); !tt.left && len(left) > 0 {
				t.Errorf("left are %v, %v", left, err)
			}
		})
	}
}
