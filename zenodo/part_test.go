package zenodo_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

// What others put where a download grows is neither followed nor written to.
func TestDownloadForeignPart(t *testing.T) {
	put := map[string]func(part, victim string) error{
		"link":         func(part, victim string) error { return os.Symlink(victim, part) },
		"link to none": func(part, _ string) error { return os.Symlink(part+"-none", part) },
		"hard link":    func(part, victim string) error { return os.Link(victim, part) },
		"folder":       func(part, _ string) error { return os.Mkdir(part, 0o755) },
		"other user's": func(part, _ string) error {
			if err := os.WriteFile(part, nil, 0o666); err != nil {
				return err
			}
			return os.Chown(part, 65534, -1)
		},
	}
	for name, put := range put {
		t.Run(name, func(t *testing.T) {
			s := &dumpServer{content: []byte("0123456789"), ranges: true}
			c := serve(t, s.ServeHTTP)
			dir := t.TempDir()
			victim := filepath.Join(dir, "victim")
			if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "dump")
			if err := put(file+".part", victim); err != nil {
				if errors.Is(err, syscall.EPERM) {
					t.Skip("only the superuser may give files away")
				}
				t.Fatal(err)
			}
			err := c.Exporter.Download(t.Context(), s.dump(), file, nil)
			if !errors.Is(err, zenodo.ErrForeignPart) || !strings.Contains(err.Error(), file+".part") {
				t.Errorf("got %v, want ErrForeignPart with the name", err)
			}
			if raw, err := os.ReadFile(victim); err != nil || string(raw) != "mine" {
				t.Errorf("the victim holds %q, %v", raw, err)
			}
			for _, none := range []string{file, file + ".part-none"} {
				if _, err := os.Lstat(none); err == nil {
					t.Errorf("%s was made", none)
				}
			}
			if len(s.asked) > 0 {
				t.Errorf("asked for %v, want nothing", s.asked)
			}
		})
	}
}

// Without an MD5 nobody could tell whether what is there fits what comes.
func TestDownloadWithoutChecksum(t *testing.T) {
	s := &dumpServer{content: []byte("0123456789"), ranges: true}
	c := serve(t, s.ServeHTTP)
	for _, checksum := range []string{"", "sha256:00"} {
		s.asked = nil
		d := s.dump()
		d.Checksum = checksum
		file := filepath.Join(t.TempDir(), "dump")
		if err := os.WriteFile(file+".part", []byte("abcde"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := c.Exporter.Download(t.Context(), d, file, nil); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != "0123456789" {
			t.Errorf("%q: got %q, %v", checksum, got, err)
		}
		if diff := cmp.Diff([]string{"/api/exporter/a%20b/records-xml.tar.gz/v1"}, s.asked); diff != "" {
			t.Errorf("%q: requests (-want +got):\n%s", checksum, diff)
		}
	}
}

// A name may be as long as the file system allows, which leaves no room for an
// ending.
func TestDownloadLongName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{strings.Repeat("n", 250), strings.Repeat("n", 251), strings.Repeat("n", 255), strings.Repeat("ü", 127)} {
		s := &dumpServer{content: bytes.Repeat([]byte("0123456789"), 500), ranges: true}
		s.spoil = s.cut(1)
		c := serve(t, s.ServeHTTP)
		if err := c.Exporter.Download(t.Context(), s.dump(), filepath.Join(dir, name), nil); err != nil {
			t.Errorf("a name of %d bytes: %v", len(name), err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, s.content) {
			t.Errorf("a name of %d bytes: got %d bytes, %v", len(name), len(got), err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.part")); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
