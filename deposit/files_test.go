package deposit_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

// Each row is what is named in a folder, and the names and sizes that are sent,
// or why nothing is.
func TestFindFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{
		"a.txt": "one", "data/b.txt": "two", "data/sub/c.txt": "three", "other/a.txt": "xx", "data/sub/d/c.txt": "",
		"empty.txt": "", "journals/.m.yaml.zharvest.json": "{}", "mixed/.m.yaml.zharvest.json": "{}", "mixed/e.txt": "e",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir("void", 0o700), os.Symlink("a.txt", "link.txt"), os.Symlink("nowhere", "dangling.txt")); err != nil {
		t.Fatal(err)
	}
	stdin := strings.NewReader("")
	type o = deposit.FindOptions
	for _, tt := range []struct {
		paths string
		opts  o
		want  string // name size, …
		err   string // nothing is sent
		usage bool
	}{
		{"", o{}, "", "", false},
		{"a.txt link.txt", o{}, "a.txt 3, link.txt 3", "", false},
		{"a.txt", o{Name: "x y.txt"}, "x y.txt 3", "", false},
		{"other", o{Name: "x.txt"}, "x.txt 2", "", false},
		{"-", o{Name: "x.txt", Stdin: stdin}, "x.txt -1", "", false},
		{"mixed", o{}, ".m.yaml.zharvest.json 2, e.txt 1", "", false},
		{"mixed", o{SkipJournals: true}, "e.txt 1", "", false},
		{"", o{SkipJournals: true}, "", "", false},
		{"journals", o{SkipJournals: true}, "", "there are no files but notes", true},
		{"a.txt mixed", o{Name: "x.txt"}, "", "--name is for one file, and these are 3", true},
		{"-", o{Stdin: stdin}, "", "standard input has no name", true},
		{"-", o{}, "", "no such file", false},
		{"nowhere", o{}, "", "no such file", false},
		{"dangling.txt", o{}, "", "no such file", false},
		{"void", o{}, "", "void has no files", true},
		{os.DevNull, o{}, "", os.DevNull + " is no file", true},
		{"a.txt other", o{}, "", "a.txt and other/a.txt would both be named a.txt", true},
		{"data", o{}, "", `"sub/c.txt": a record has no folders`, true},
		{"data", o{Flatten: true}, "", "data/sub/c.txt and data/sub/d/c.txt would both be named c.txt", true},
		{"data/sub/c.txt other", o{Flatten: true}, "c.txt 5, a.txt 2", "", false},
		{"a.txt", o{Name: "x/y"}, "", `"x/y": a record has no folders`, true},
		{"a.txt", o{Name: ".."}, "", `"..": the server takes no such file: a name`, true},
		{"empty.txt", o{}, "", `"empty.txt": the server takes no such file: it is empty`, false},
	} {
		files, err := deposit.FindFiles(strings.Fields(tt.paths), tt.opts)
		var got []string
		for _, f := range files {
			got = append(got, f.Key+" "+strconv.FormatInt(f.Size, 10))
		}
		if strings.Join(got, ", ") != tt.want || (tt.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%q, %+v: got %q, %v; want %q, %q", tt.paths, tt.opts, got, err, tt.want, tt.err)
		}
		e, ok := errors.AsType[*deposit.FileError](err)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && (!ok || e.Usage != tt.usage || e.Hint == "") {
			t.Errorf("%q, %+v: got %#v, want a FileError with a hint, usage: %t", tt.paths, tt.opts, err, tt.usage)
		}
	}
}

// A form has less room than the bucket.
func TestCheckFile(t *testing.T) {
	for _, tt := range []struct {
		name string
		size int64
		form bool
		hint string // empty where it can be sent
	}{
		{"a", 1, true, ""},
		{"a", zenodo.MaxFormSize, true, ""},
		{"a", zenodo.MaxFormSize + 1, true, "leave out --multipart"},
		{"a", zenodo.MaxFormSize + 1, false, ""},
		{"a", zenodo.MaxFileSize, false, ""},
		{"a", zenodo.MaxFileSize + 1, false, "divide it"},
		{"a", 0, false, "write something into it"},
		{"", 1, false, "choose another name"},
		{".", 1, false, "choose another name"},
		{"a/b", zenodo.MaxFileSize + 1, false, "--flatten"},
	} {
		err := deposit.CheckFile(zenodo.Upload{Key: tt.name, Size: tt.size}, tt.form)
		e, ok := errors.AsType[*deposit.FileError](err)
		if (tt.hint == "") != (err == nil) || err != nil && (!ok || !strings.Contains(e.Hint, tt.hint)) {
			t.Errorf("%q, %d bytes, form: %t: got %#v, want %q", tt.name, tt.size, tt.form, err, tt.hint)
		}
	}
}

// Standard input is read when it is sent; without a byte it is refused then.
func TestFindStandardInput(t *testing.T) {
	for content, want := range map[string]error{"one": nil, "": zenodo.ErrUnacceptable} {
		files, err := deposit.FindFiles([]string{"-"}, deposit.FindOptions{Name: "a", Stdin: strings.NewReader(content)})
		if err != nil || len(files) != 1 || !files[0].Once {
			t.Fatalf("got %+v, %v", files, err)
		}
		in, err := files[0].Open()
		if !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", content, err, want)
		}
		if err != nil {
			continue
		}
		if got, err := io.ReadAll(in); err != nil || string(got) != content {
			t.Errorf("got %q, %v", got, err)
		}
	}
}
