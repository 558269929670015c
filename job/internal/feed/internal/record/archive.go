package record

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"
)

// A packed file may unpack to unpackedFree bytes, or to unpackedTimes its size, whichever is more, and never to more than
// unpackedMost: text packs to a fifth, postings full of repeated phrases to a thirtieth, and a bomb to a thousandth.
const (
	unpackedFree  = 64 << 20
	unpackedTimes = 100
	unpackedMost  = 64 << 30
)

// limited reads what is unpacked of a file, within its limit, and says of what is damaged that it is.
type limited struct {
	io.Reader
	left int64
}

func newLimit(packed int64) int64 { return min(max(unpackedFree, unpackedTimes*packed), unpackedMost) }

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, contract("ask the partner what this is; text of this size is to be sent in several files",
			"it unpacks to far more than text does (limits: %d times its size, %d GiB)", unpackedTimes, unpackedMost>>30)
	}
	return n, damaged(err)
}

// damaged says of an error of unpacking that the archive is to be sent again; errors of the store stay what they are.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case err == nil || err == io.EOF:
		return err
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum),
		errors.Is(err, zip.ErrAlgorithm), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &corrupt):
		return contract("ask the partner to pack and send it again", "the archive is damaged or cut off: %v", err)
	}
	return err
}

func openGzip(file *io.SectionReader, f Format) Tables {
	return func(yield func(*Table, error) bool) {
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			yield(nil, damaged(err))
			return
		}
		yield(openText("", &limited{unpacked, newLimit(file.Size())}, f))
	}
}

// openZip reads a workbook, or the entries of an archive that are text, in the archive's order. Others are passed over: partners
// pack a note or what their system leaves along.
func openZip(file *io.SectionReader, f Format) Tables {
	return func(yield func(*Table, error) bool) {
		archive, err := zip.NewReader(file, file.Size())
		if err != nil {
			yield(nil, damaged(err))
			return
		}
		for _, entry := range archive.File {
			if entry.Name == "[Content_Types].xml" {
				openWorkbook(file, file.Size())(yield)
				return
			}
		}
		for t, err := range entries(archive, newLimit(file.Size()), f) {
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// entries are the tables of an archive, which together may unpack to so many bytes.
func entries(archive *zip.Reader, left int64, f Format) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		for _, entry := range archive.File {
			name := entryName(entry)
			if !isText(name) {
				continue
			}
			if encrypted := entry.Flags&1 != 0; encrypted {
				yield(nil, contract("ask the partner to send it without a password", "%s in the archive is encrypted", name))
				return
			}
			content, err := entry.Open()
			if err != nil {
				yield(nil, damaged(err))
				return
			}
			unpacked := &limited{content, left}
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
	if utf8.ValidString(entry.Name) {
		return entry.Name
	}
	name, err := newDecoder(CP932)(nil, []byte(entry.Name))
	if err != nil {
		return strings.ToValidUTF8(entry.Name, "?")
	}
	return string(name)
}

// isText tells by an entry's name whether it is a table: not a directory, and not what macOS and Windows leave in archives.
func isText(name string) bool {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if strings.HasSuffix(name, "/") || strings.HasPrefix(base, ".") || strings.HasPrefix(name, "__MACOSX/") {
		return false
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".csv", ".tsv", ".txt", ".tab":
		return true
	}
	return false
}
