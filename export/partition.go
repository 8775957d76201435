package export

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/zharvest/zharvest/internal/atomicfile"
	"github.com/zharvest/zharvest/zenodo"
)

// ErrNotPartitioned means that a folder holds something else than what
// [WriteByYear] writes, which is not replaced.
var ErrNotPartitioned = errors.New("the folder holds other files")

// partName is the name of a file of a partition.
const partName = "part-%d.parquet"

// unknownPartition is how Hive, and all that read its folders, write null.
const unknownPartition = "year=__HIVE_DEFAULT_PARTITION__"

// WriteByYear writes records as Parquet into a folder with one folder for each
// year of publication, as Hive names them:
//
//	dir/year=2023/part-0.parquet
//
// where a year is not known, dir/year=__HIVE_DEFAULT_PARTITION__. Records
// should come year by year: one that comes again begins a further file,
// part-1.parquet.
//
// The folder appears when it is complete. It may be there before only if it is
// empty, or holds nothing but such files, which are replaced: everything else
// is [ErrNotPartitioned]. Where writing fails, what was there before stays.
func WriteByYear(dir string, records iter.Seq2[*zenodo.Record, error], o Options) error {
	out, err := atomicfile.CreateFolder(dir, checkReplaceable)
	if err != nil {
		return err
	}
	defer out.Close()
	p := &partitions{dir: out.Name(), options: o, parts: map[string]int{}}
	defer p.abandon()
	for r, err := range records {
		if err != nil {
			return err
		}
		if err := p.add(r); err != nil {
			return out.Failed(err)
		}
	}
	if err := p.finish(); err != nil {
		return out.Failed(err)
	}
	return out.Commit()
}

// checkReplaceable finds files in a folder that are not of a data set.
func checkReplaceable(dir string) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		partition, file, inside := strings.Cut(path, "/")
		ours := strings.HasPrefix(partition, "year=") && entry.IsDir()
		if inside {
			var n int
			_, err := fmt.Sscanf(file, partName, &n)
			ours = err == nil && file == fmt.Sprintf(partName, n) && entry.Type().IsRegular()
		}
		if !ours {
			return fmt.Errorf("%w: %s", ErrNotPartitioned, path)
		}
		return nil
	})
}

// partitions are the folders of years; one file is open at a time.
type partitions struct {
	dir     string
	options Options
	parts   map[string]int // files begun so far, by partition

	open string // the partition of the open file; "" for none
	file *os.File
	out  *parquetFile
}

// partitionOf names the folder of a record.
func partitionOf(r *zenodo.Record) string {
	year, ok := yearOfDate(r.Metadata.PublicationDate)
	if !ok {
		return unknownPartition
	}
	return fmt.Sprintf("year=%d", year)
}

func (p *partitions) add(r *zenodo.Record) error {
	if name := partitionOf(r); name != p.open {
		if err := p.end(); err != nil {
			return err
		}
		if err := p.begin(name); err != nil {
			return err
		}
	}
	return p.out.add(r)
}

// begin opens the next file of a partition.
func (p *partitions) begin(name string) (err error) {
	folder := filepath.Join(p.dir, name)
	if p.parts[name] == 0 {
		if err := os.Mkdir(folder, 0o777); err != nil {
			return err
		}
	}
	p.file, err = os.OpenFile(filepath.Join(folder, fmt.Sprintf(partName, p.parts[name])), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	p.open = name
	p.parts[name]++
	p.out = newParquetFile(p.file, p.options, groupBytes)
	return nil
}

// end makes the open file whole, if there is one, and brings it to the disk.
func (p *partitions) end() error {
	if p.open == "" {
		return nil
	}
	if err := p.out.close(); err != nil {
		return err
	}
	if err := p.file.Sync(); err != nil {
		return err
	}
	p.open = ""
	return p.file.Close()
}

// finish ends the last file. Where there was no record, that is an empty one,
// since readers want to see at least the columns.
func (p *partitions) finish() error {
	if len(p.parts) == 0 {
		if err := p.begin(unknownPartition); err != nil {
			return err
		}
	}
	return p.end()
}

// abandon closes a file that was not ended; it will be removed.
func (p *partitions) abandon() {
	if p.open != "" {
		_ = p.file.Close()
	}
}
