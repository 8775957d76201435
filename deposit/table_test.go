package deposit_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// published is a deposition that is out.
func published(t testing.TB) *zenodo.Deposition {
	t.Helper()
	d, err := zenodo.DecodeDeposition([]byte(`{"id": 7, "doi": "10.5281/zenodo.7", "state": "done", "submitted": true}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTableMetadata(t *testing.T) {
	base := read(t, "m.json", `{"upload_type": "dataset", "creators": [{"name": "Base"}]}`)
	for _, tt := range []struct{ header, row, want string }{
		{"title,creators", `A,"Doe, J (0000-0002-1825-0097); Roe"`, `{"upload_type":"dataset","creators":[{"name":"Doe, J","orcid":"0000-0002-1825-0097"},{"name":"Roe"}],"title":"A"}`},
		{"title,keywords,communities,grants", "A,a;b; ,egi-ace,283595", `{"upload_type":"dataset","creators":[{"name":"Base"}],"title":"A","keywords":["a","b"],"communities":[{"identifier":"egi-ace"}],"grants":[{"id":"283595"}]}`},
		{"title,creators.0.affiliation,version,mine", "A,X,1.10,note", `{"upload_type":"dataset","creators":[{"name":"Base","affiliation":"X"}],"title":"A","version":"1.10"}`},
		{"title,creators", `A,"[{""name"":""J""}]"`, `{"upload_type":"dataset","creators":[{"name":"J"}],"title":"A"}`},
		{"title,upload_type,id,doi", "2024,poster,,10.1/x", `{"upload_type":"poster","creators":[{"name":"Base"}],"title":"2024","doi":"10.1/x"}`},
		{"title,upload_type,id,doi", "A,,5,10.1/x", `{"upload_type":"dataset","creators":[{"name":"Base"}],"title":"A","doi":"10.1/x"}`},
		{"title,upload_type,id,doi", "A,,5,10.5281/zenodo.5", `{"upload_type":"dataset","creators":[{"name":"Base"}],"title":"A"}`},
	} {
		table, err := deposit.ReadTable("t.csv", []byte(tt.header+"\n"+tt.row+"\n"))
		if err != nil {
			t.Errorf("%s: %v", tt.header, err)
			continue
		}
		m, err := table.Metadata(0, base)
		if err != nil || string(m.JSON()) != tt.want {
			t.Errorf("%s: got %s, %v; want %s", tt.row, m.JSON(), err, tt.want)
		}
	}
	if got := string(base.JSON()); strings.Contains(got, "affiliation") {
		t.Errorf("a row changed what is for all: %s", got)
	}
}

// What was read is written as it was: columns, order, and the way of lines.
func TestTableWrite(t *testing.T) {
	for _, tt := range []struct{ name, before, after string }{
		{"columns are added", "title,x\nA,1\nB,2\n", "title,x,id,doi\nA,1,,\nB,2,7,10.5281/zenodo.7\n"},
		{"columns are there", "doi,title,id\n,A,\n,\"B, b\",\n", "doi,title,id\n,A,\n10.5281/zenodo.7,\"B, b\",7\n"},
		{"of a spreadsheet", "\ufefftitle;x\r\nA;1\r\nB;\"2\n3\"\r\n", "\ufefftitle;x;id;doi\r\nA;1;;\r\nB;\"2\n3\";7;10.5281/zenodo.7\r\n"},
		{"quoted without need", "\"title\",\"x\"\n\n\"A\",\" \"\"1\"\"\"\n\"B\",ü\n\n", "\"title\",\"x\",id,doi\n\n\"A\",\" \"\"1\"\"\",,\n\"B\",ü,7,10.5281/zenodo.7\n\n"},
		{"with blank rows, and no end", "x\ttitle\n1\tA\n\t\n2\tB", "x\ttitle\tid\tdoi\n1\tA\t\t\n\t\t\t\n2\tB\t7\t10.5281/zenodo.7"},
		{"with a comma in a name", "title;\"x, y\"\nA;1\nB;2\n", "title;\"x, y\";id;doi\nA;1;;\nB;2;7;10.5281/zenodo.7\n"},
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(tt.before), 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := deposit.OpenTable(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Write(1, published(t)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != tt.after {
			t.Errorf("%s: got %q, %v; want %q", tt.name, got, err, tt.after)
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
			t.Errorf("%s: the folder has %v, want the table alone", tt.name, entries)
		}
	}
}

// A table that somebody has changed since is left as it is, and so is a link.
func TestTableWriteMeanwhile(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "t.csv"), filepath.Join(folder, "link.csv")
	if err := errors.Join(os.WriteFile(path, []byte("title\nA\nB\n"), 0o600), os.Symlink("t.csv", link)); err != nil {
		t.Skipf("no links here: %v", err)
	}
	table, err := deposit.OpenTable(link)
	if err == nil {
		err = table.Write(0, published(t))
	}
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("the link has become a file: %v", err)
	}
	changed := "title,id,doi\nA,7,10.5281/zenodo.7\nB,,\nC,,\n"
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := table.Write(1, published(t)); err == nil {
		t.Error("a table that was changed was written over")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != changed {
		t.Errorf("got %q, %v; want what somebody else wrote", got, err)
	}
}

func TestTableMisspelt(t *testing.T) {
	table, err := deposit.ReadTable("t.csv", []byte("title,Creators,file,uplaod_type,my remark,creator.0.name\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Creators": "creators", "file": "files", "uplaod_type": "upload_type", "creator.0.name": "creators"}
	if got := table.Misspelt(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Each row is the cells of one, and the deposition and files that it means.
func TestTableCells(t *testing.T) {
	folder := t.TempDir()
	abs := filepath.Join(folder, "abs.txt")
	for _, tt := range []struct {
		id, files string
		wantID    zenodo.RecordID
		paths     []string
	}{
		{"", "", "", nil},
		{" 7 ", "a.txt", "7", []string{"in/a.txt"}},
		{"10.5281/zenodo.7", " a.txt ; ;sub/b c.txt;", "7", []string{"in/a.txt", "in/sub/b c.txt"}},
		{"https://zenodo.org/records/7", "../a.txt", "7", []string{"a.txt"}},
		{"10.1234/theirs", abs, "10.1234/theirs", []string{abs}},
		{"seven", ".", "seven", []string{"in"}},
	} {
		for i := range tt.paths {
			tt.paths[i] = filepath.FromSlash(tt.paths[i])
		}
		table, err := deposit.ReadTable(filepath.Join("in", "t.csv"), []byte("title,id,files\n\nA,"+tt.id+","+tt.files+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if id, paths := table.ID(0), table.Paths(0); id != tt.wantID || !slices.Equal(paths, tt.paths) || table.Len() != 1 || table.Line(0) != 3 {
			t.Errorf("%+v: got %q, %q in line %d", tt, id, paths, table.Line(0))
		}
	}
}

// A table is pushed row by row, and a row with an id brings that up to date. One
// whose ids were lost finds its depositions again, by the journal or without.
func TestTablePush(t *testing.T) {
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	folder := t.TempDir()
	path := filepath.Join(folder, "t.csv")
	const text = "title,creators,files\nFirst,\"Doe, Jane\",a.txt\nSecond,\"Doe, Jane; Roe\",a.txt; b.txt\n"
	for name, content := range map[string]string{"t.csv": text, "a.txt": "one", "b.txt": "two"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pushAll := func() (ids []zenodo.RecordID) {
		table, err := deposit.OpenTable(path)
		if err != nil {
			t.Fatal(err)
		}
		p := pusherTo(t, srv, deposit.JournalPath(path))
		for row := range table.Len() {
			m := &deposit.Manifest{Key: table.Key(row), ID: table.ID(row)}
			if m.Metadata, err = table.Metadata(row, read(t, "m.json", `{"upload_type": "dataset", "description": "Text"}`)); err != nil {
				t.Fatal(err)
			}
			if m.Files, err = deposit.FindFiles(table.Paths(row), deposit.FindOptions{}); err != nil {
				t.Fatal(err)
			}
			result, err := push(t, p, m)
			if err != nil {
				t.Fatal(err)
			}
			if err := table.Write(row, result.Deposition); err != nil {
				t.Fatal(err)
			}
			if d := result.Deposition; d.Title != []string{"First", "Second"}[row] || len(d.Files) != row+1 {
				t.Errorf("row %d: got %s with %d files", row, d.Title, len(d.Files))
			}
			ids = append(ids, result.Deposition.ID)
		}
		if all := depositions(t, p); len(all) != 2 {
			t.Errorf("got %d depositions, want 2", len(all))
		}
		return ids
	}
	first := pushAll()
	written, err := os.ReadFile(path)
	if err != nil || strings.Count(string(written), string(first[0])) != 1 || strings.Count(string(written), string(first[1])) != 1 {
		t.Errorf("got the table %s, %v", written, err)
	}
	for _, lost := range [][]string{nil, {"t.csv"}, {filepath.Base(deposit.JournalPath(path))}, {"t.csv", filepath.Base(deposit.JournalPath(path))}} {
		for _, name := range lost {
			if name == "t.csv" {
				err = os.WriteFile(path, []byte(text), 0o600)
			} else {
				err = os.Remove(filepath.Join(folder, name))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if again := pushAll(); !slices.Equal(again, first) {
			t.Errorf("without %v: got %v, want %v", lost, again, first)
		}
	}
}

// Rows that are the same deposition, or look the same.
func TestTableCheckRows(t *testing.T) {
	for text, want := range map[string]string{
		"title,files\nA,x\n,\nB,x\nA,y\n":                     "",
		"title,files\n\nA,x\n,\nB,x\nA,x\n":                   "lines 3 and 6 have the same title and files",
		"title,id\nA,7\nB,7\n":                                "lines 2 and 3 have the same id",
		"title,id\nA,7\nB,https://doi.org/10.5281/zenodo.7\n": "lines 2 and 3 have the same id",
		"title,id\nA,https://zenodo.org/records/7\nB,7\n":     "lines 2 and 3 have the same id",
		"title,id\nA,7\nA,8\nA,\n":                            "",
	} {
		table, err := deposit.ReadTable("t.csv", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := table.CheckRows(); (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestReadTableErrors(t *testing.T) {
	for _, text := range []string{"", "x\n1\n", "title,title\na,b\n", "title,x\na\n", "title\n\"a\n", "Title\na\n", "title\nM\xfcll\n", "\xff\xfet\x00"} {
		_, err := deposit.ReadTable("t.csv", []byte(text))
		if e, ok := errors.AsType[*deposit.FormatError](err); !ok || e.Hint == "" {
			t.Errorf("%q: got %v, want a FormatError with a hint", text, err)
		}
	}
}

func TestJournal(t *testing.T) {
	path := deposit.JournalPath(filepath.Join(t.TempDir(), "m.yaml"))
	if filepath.Base(path) != ".m.yaml.zharvest.json" || !deposit.IsJournal(filepath.Base(path)) || !deposit.IsJournal(".zharvest-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp") || deposit.IsJournal("m.yaml") {
		t.Errorf("the journal is at %s", path)
	}
	entry := deposit.Entry{ID: "7", DOI: "10.5281/zenodo.7", Digest: "sha256:x"}
	for _, key := range []string{"https://zenodo.org/api", "https://sandbox.zenodo.org/api"} {
		j, err := deposit.OpenJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := j.Entry(key); got != (deposit.Entry{}) {
			t.Errorf("%s: got %v before anything was noted", key, got)
		}
		if err := j.Note(key, entry); err != nil {
			t.Fatal(err)
		}
	}
	j, err := deposit.OpenJournal(path)
	if err != nil || j.Entry("https://zenodo.org/api") != entry || j.Entry("https://sandbox.zenodo.org/api") != entry {
		t.Errorf("got %v, %v; want both entries", j, err)
	}
	other, err := deposit.OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.Note("a", entry), j.Note("b", entry)); err != nil {
		t.Fatal(err)
	}
	if err := other.Note("a", entry); !errors.Is(err, deposit.ErrBusy) {
		t.Errorf("the notes of two at a time: got %v, want ErrBusy", err)
	}
	for _, text := range []string{"", "{", `{"version": 2}`, `[]`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := deposit.OpenJournal(path); err == nil {
			t.Errorf("%q was taken for a journal", text)
		}
	}
}

// Of many pushes that begin at the same time one makes a note of its draft, and
// the others leave it alone.
func TestJournalOfMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.zharvest.json")
	var journals []*deposit.Journal
	for range 8 {
		j, err := deposit.OpenJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		journals = append(journals, j)
	}
	var noted atomic.Int64
	var group errgroup.Group
	for i, j := range journals {
		group.Go(func() error {
			err := j.Note("key", deposit.Entry{Marker: strconv.Itoa(i)})
			if err == nil {
				noted.Add(1)
			}
			if errors.Is(err, deposit.ErrBusy) {
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil || noted.Load() != 1 {
		t.Errorf("%d notes were made, %v; want 1", noted.Load(), err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v; want the journal alone", entries, err)
	}
}

func FuzzTable(f *testing.F) {
	for _, seed := range []string{"title,creators\nA,B; C (0000-0002-1825-0097)\n", "\ufefftitle;files\r\nA;x;\r\n", "title,creators.0.name,creators\nA,B,[]\n", "title,keywords.9\n\"a\"\"b\",x\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "t.csv")
		table, err := deposit.ReadTable(path, []byte(text))
		if err != nil {
			return
		}
		_ = table.CheckRows()
		for row := range table.Len() {
			if m, err := table.Metadata(row, deposit.NewMetadata()); err == nil {
				deposit.Check(m, today)
			}
			table.Paths(row)
		}
		if table.Len() == 0 {
			return
		}
		if err := table.Write(0, published(t)); err != nil {
			t.Fatal(err)
		}
		again, err := deposit.OpenTable(path)
		if err != nil || again.Len() != table.Len() || again.ID(0) != table.ID(0) {
			t.Errorf("%q was written so that it is read otherwise: %v", text, err)
		}
	})
}
