package record

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"nayose/job/internal/record/internal/charset"
)

// A packed file may unpack to unpackedFree bytes, or to unpackedTimes its size, whichever is more, and never to more than
// unpackedMost: text packs to a fifth, postings full of repeated phrases to a thirtieth, and a bomb to a thousandth.
const (
	unpackedFree  = 64 << 20
	unpackedTimes = 100
	unpackedMost  = 64 << 30
)

// maxDirectory is how many bytes the list of an archive's entries may have: it lies in memory, as about eight times as much.
const maxDirectory = 4 << 20

// limited reads what is unpacked of a file, within its limit, and says of what is damaged that it is.
type limited struct {
	io.Reader
	src  *source
	left int64
}

func newLimit(packed int64) int64 { return min(max(unpackedFree, unpackedTimes*packed), unpackedMost) }

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, contract("ask the partner what this is; text of this size is to be sent in several files",
			"it unpacks to far more than text does (limits: %d times its size, %d GiB)", unpackedTimes, unpackedMost>>30)
	}
	return n, l.src.damaged(err)
}

// damaged says of an error of unpacking that the archive is to be sent again; errors of the store stay what they are.
func (s *source) damaged(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case err == nil || err == io.EOF:
		return err
	case s.err != nil:
		return s.err
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum),
		errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &corrupt):
		return contract("ask the partner to pack and send it again", "the archive is damaged or cut off: %v", err)
	}
	return err
}

func openGzip(file *source, f Format) Tables {
	return func(yield func(*Table, error) bool) {
		unpacked, err := gzip.NewReader(file.reader())
		if err != nil {
			yield(nil, file.damaged(err))
			return
		}
		yield(openText("", &limited{unpacked, file, newLimit(file.size)}, f))
	}
}

// readDirectory reads the list of a zip archive's entries, within its limit.
func readDirectory(file *source) (*zip.Reader, error) {
	file.most = maxDirectory
	defer func() { file.most = 0 }()
	return zip.NewReader(file, file.size)
}

// openZip reads a workbook, or the entries of an archive that are tables, in the archive's order.
func openZip(file *source, f Format) Tables {
	return func(yield func(*Table, error) bool) {
		archive, err := readDirectory(file)
		if err != nil {
			yield(nil, file.damaged(err))
			return
		}
		for _, entry := range archive.File {
			if entry.Name == "[Content_Types].xml" {
				openWorkbook(file, file.size, f)(yield)
				return
			}
		}
		names := map[string]bool{}
		left := newLimit(file.size) // for all entries together
		for _, entry := range archive.File {
			name := entryName(entry)
			if isLeaving(name) {
				continue
			}
			isText, err := checkEntry(name, entry, names)
			if err != nil {
				yield(nil, err)
				return
			}
			if names[name] = true; !isText {
				continue
			}
			content, err := entry.Open()
			if err != nil {
				yield(nil, file.damaged(err))
				return
			}
			unpacked := &limited{content, file, left}
			t, err := openText(name, unpacked, f)
			goOn := yield(t, err)
			content.Close() // it has no state but its buffer
			if !goOn || err != nil {
				return
			}
			left = unpacked.left
		}
	}
}

// entryName is an entry's name: UTF-8, or CP932 as Windows in Japan writes it without saying so. It is never used as a path.
func entryName(entry *zip.File) string {
	name := entry.Name
	if !utf8.ValidString(name) {
		if decoded, err := charset.NewDecoder(CP932)(nil, []byte(name)); err == nil {
			name = string(decoded)
		}
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsGraphic(r) {
			return '?'
		}
		return r
	}, strings.ReplaceAll(name, `\`, "/"))
}

// isLeaving tells by an entry's name whether it is a directory, or what macOS and Windows leave in archives.
func isLeaving(name string) bool {
	return strings.HasSuffix(name, "/") || strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, "__MACOSX/")
}

// tableNames and otherNames are what the names of entries end in: of those with records, and of those that partners or their systems pack
// along. What may hold records and cannot be read is neither.
var (
	tableNames = []string{".csv", ".tsv", ".txt", ".tab"}
	otherNames = []string{
		".pdf", ".doc", ".docx", ".rtf", ".md", ".htm", ".html", ".url", ".jpg", ".jpeg", ".png", ".gif",
		".ini", ".db", ".log", ".xml", ".json", ".md5", ".sha1", ".sha256", ".sig", ".asc",
	}
)

// checkEntry tells by an entry's name whether it is a table. What may be one is not passed over: it is an error.
func checkEntry(name string, entry *zip.File, names map[string]bool) (isText bool, err error) {
	switch ext := strings.ToLower(path.Ext(name)); {
	case slices.Contains(otherNames, ext), entry.UncompressedSize64 == 0 && !slices.Contains(tableNames, ext):
		return false, nil
	case !slices.Contains(tableNames, ext):
		return false, contract("ask the partner to pack tables as .csv, .tsv or .txt, and archives and workbooks not at all, or one by one",
			"%s in the archive is nothing that is read here", name)
	}
	switch encrypted := entry.Flags&1 != 0; {
	case names[name]: // one of them may be out of date, and their records would have the same lineage
		return false, contract("ask the partner to pack it again", "%s stands in the archive twice", name)
	case encrypted:
		return false, contract("ask the partner to send it without a password", "%s in the archive is encrypted", name)
	case entry.Method != zip.Store && entry.Method != zip.Deflate:
		return false, contract("ask the partner to pack it as everybody does, by deflate",
			"%s in the archive is packed by method %d, which is not read here", name, entry.Method)
	}
	return true, nil
}
