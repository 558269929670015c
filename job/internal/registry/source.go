package registry

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"nayose"
)

// A packed file may unpack to unpackedFree bytes, or to unpackedTimes its size, whichever is more, and never to more than
// unpackedMost: a registry packs to a sixth, and a bomb to a thousandth.
const (
	unpackedFree  = 64 << 20
	unpackedTimes = 100
	unpackedMost  = 64 << 30
	maxDirectory  = 1 << 20 // bytes of the list of an archive's entries, which lies in memory
)

// A source is the bytes of a file, and the CSVs that are in it.
type source struct {
	r       io.ReaderAt
	size    int64
	archive bool  // by zip
	err     error // of reading r, which is not the content's fault
	limit   int64 // how many bytes may still be read of r, while an archive's list is; else 0
	left    int64 // how many bytes may still be unpacked
	parts   []part
}

type part struct {
	name string // in an archive
	open func() (io.Reader, error)
}

var (
	errDirectory = contract(askAgain, "it is no archive of the registry: the list of what is in it is too long")
	errBomb      = contract(askAgain, "it unpacks to far more than a registry (limits: %d times its size, %d GiB)", unpackedTimes, unpackedMost>>30)
)

// newSource looks at a file's first bytes. The source is there also with an error.
func newSource(r io.ReaderAt, size int64) (*source, error) {
	s := &source{r: r, size: size, left: min(max(unpackedFree, unpackedTimes*size), unpackedMost)}
	start := make([]byte, min(size, 4))
	if _, err := s.ReadAt(start, 0); err != nil && err != io.EOF {
		return s, err
	}
	switch {
	case strings.HasPrefix(string(start), "PK"):
		s.archive = true
		return s, s.openZip()
	case strings.HasPrefix(string(start), "\x1f\x8b"):
		s.parts = []part{{open: s.openGzip}}
	default:
		s.parts = []part{{open: func() (io.Reader, error) { return io.NewSectionReader(s, 0, size), nil }}}
	}
	return s, nil
}

// ReadAt reads the file, and remembers why that failed. A damaged archive may name places that the file does not have.
func (s *source) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > s.size {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := s.r.ReadAt(p, at)
	if err != nil && (err != io.EOF || at+int64(n) < s.size) {
		s.err = cmp.Or(s.err, unexpected(err))
	}
	if s.limit > 0 {
		if s.limit -= int64(n); s.limit <= 0 {
			return 0, errDirectory
		}
	}
	return n, err
}

// unexpected is err, of a file that is shorter than it should be.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next is the next CSV, or io.EOF.
func (s *source) next() (*text, error) {
	if len(s.parts) == 0 {
		return nil, io.EOF
	}
	p := s.parts[0]
	s.parts = s.parts[1:]
	r, err := p.open()
	if err != nil {
		return nil, s.damaged(err)
	}
	return newText(p.name, &unpacked{r, s})
}

// unpacked reads what is unpacked of a file, within its limit, and says of what is damaged that it is.
type unpacked struct {
	io.Reader
	src *source
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if u.src.left -= int64(n); u.src.left < 0 {
		return 0, errBomb
	}
	if err == nil || err == io.EOF && u.src.err == nil {
		return n, err
	}
	return n, u.src.damaged(err)
}

// damaged tells content that is damaged from a file that cannot be read.
func (s *source) damaged(err error) error {
	var known *nayose.Error
	switch {
	case s.err != nil:
		return s.err
	case errors.As(err, &known):
		return err
	}
	return contract(askAgain, "it is damaged or cut off: %w", unexpected(err))
}

func (s *source) openGzip() (io.Reader, error) {
	return gzip.NewReader(io.NewSectionReader(s, 0, s.size))
}

// openZip finds the CSVs of an archive, and holds that there is nothing else to be read.
func (s *source) openZip() error {
	s.limit = maxDirectory
	archive, err := zip.NewReader(s, s.size)
	s.limit = 0
	if err != nil {
		return s.damaged(err)
	}
	archive.RegisterDecompressor(zip.Deflate, flate.NewReader)
	var csvs []*zip.File
	for _, entry := range archive.File {
		isCSV, err := checkEntry(entry)
		if err != nil {
			return err
		}
		if isCSV {
			csvs = append(csvs, entry)
		}
	}
	if len(csvs) == 0 {
		return contract(askAgain, "there is no CSV in the archive")
	}
	if csvs, err = inOrder(csvs); err != nil {
		return err
	}
	for _, entry := range csvs {
		s.parts = append(s.parts, part{entry.Name, func() (io.Reader, error) { return entry.Open() }})
	}
	return nil
}

// checkEntry tells whether an archive's entry is a CSV, which is read, or nothing; anything else is an error.
func checkEntry(entry *zip.File) (isCSV bool, err error) {
	name := base(entry.Name)
	switch ext := strings.ToLower(path.Ext(name)); {
	case strings.HasSuffix(entry.Name, "/"), ext == ".asc", strings.HasPrefix(name, "."):
		return false, nil
	case ext == ".xml":
		return false, contract(askAgain, "%s in the archive is XML: of the registry's editions the CSV is read", name)
	case ext != ".csv":
		return false, contract(askAgain, "%s in the archive is nothing that the registry packs", name)
	case entry.Flags&1 != 0:
		return false, contract("pack it without a password", "%s in the archive is encrypted", name)
	}
	return true, nil
}

// inOrder sorts the CSVs of one file by their numbers, none of which may be missing.
func inOrder(csvs []*zip.File) ([]*zip.File, error) {
	if len(csvs) == 1 {
		return csvs, nil
	}
	of, numbers := "", map[*zip.File]int{}
	for i, entry := range csvs {
		m := numbered.FindStringSubmatch(base(entry.Name))
		if m == nil || i > 0 && m[1] != of {
			return nil, contract("import them one after another", "%s and %s in the archive are files of their own",
				base(csvs[0].Name), base(csvs[max(i, 1)].Name))
		}
		of = m[1]
		numbers[entry], _ = strconv.Atoi(m[2])
	}
	slices.SortFunc(csvs, func(a, b *zip.File) int { return cmp.Compare(numbers[a], numbers[b]) })
	for i, entry := range csvs[1:] {
		if before := csvs[i]; numbers[entry] != numbers[before]+1 {
			return nil, contract(askAgain, "%s in the archive does not follow on %s", base(entry.Name), base(before.Name))
		}
	}
	return csvs, nil
}
