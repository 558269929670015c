package review

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"nayose"
)

// What a file may cost. A round of 2,000 questions, the most there are, has 1.2 MB and unpacks to 20, saved by LibreOffice to 17; read
// through, what is let in takes a second.
const (
	mostFile      = 32 << 20 // bytes, packed
	mostUnpacked  = 48 << 20 // bytes
	unpackedFree  = 8 << 20  // bytes that may be packed in any way
	unpackedTimes = 50
	mostDirectory = 1 << 20 // bytes of the list of what is in the archive
)

// look refuses a file that is none of ours before anything of it is unpacked.
func look(file io.ReaderAt, size int64, name string) error {
	start := make([]byte, 4)
	n, err := file.ReadAt(start, 0)
	switch {
	case err != nil && err != io.EOF:
		return err
	case size > mostFile:
		return refuse("send back the workbook that nayose review export wrote", "it has %d MiB; the limit is %d", size>>20, mostFile>>20)
	case slices.Contains([]string{".xlsm", ".xltm", ".xlsb", ".xlam"}, strings.ToLower(path.Ext(name))):
		return errMacros
	case bytes.HasPrefix(start[:n], []byte{0x1F, 0x8B}):
		return errPacked
	case !bytes.HasPrefix(start[:n], []byte("PK\x03\x04")):
		return nil
	}
	archive, err := zip.NewReader(&directory{file, mostDirectory}, size)
	switch {
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF):
		return refuse("save it again as .xlsx in Excel or LibreOffice, and send that", "the workbook is damaged or cut off")
	case err != nil:
		return err
	}
	return lookInside(archive, size)
}

var (
	errMacros = refuse("save it as .xlsx in Excel or LibreOffice, and send that", "this is a workbook with macros")
	errPacked = refuse("unpack it and send the workbook that is in it", "this is a packed file, and no workbook")
)

// lookInside refuses an archive by the list of what is in it. What an entry unpacks to beyond what the list says of it is never read.
func lookInside(archive *zip.Reader, size int64) error {
	isBook, left := false, min(max(unpackedFree, unpackedTimes*uint64(size)), mostUnpacked)
	for _, entry := range archive.File {
		entryName := strings.ToLower(strings.ReplaceAll(entry.Name, `\`, "/"))
		switch {
		case path.Base(entryName) == "vbaproject.bin", strings.Contains(entryName, "macrosheets/"):
			return errMacros
		case entry.UncompressedSize64 > left:
			return refuse("send back the workbook that nayose review export wrote", "it unpacks to far more than such a workbook does")
		}
		left -= entry.UncompressedSize64
		isBook = isBook || entryName == "[content_types].xml"
	}
	if !isBook {
		return errPacked
	}
	return nil
}

// directory is a file of which only so much is read.
type directory struct {
	io.ReaderAt
	left int
}

func (d *directory) ReadAt(b []byte, at int64) (n int, err error) {
	if d.left -= len(b); d.left < 0 {
		return 0, refuse("send back the workbook that nayose review export wrote", "it has far more parts than such a workbook")
	}
	return d.ReaderAt.ReadAt(b, at)
}

// blame says of a file that cannot be read what a reviewer can do: the record's own hints are for partners.
func blame(err error) error {
	var fault *nayose.Error
	if errors.As(err, &fault) && (fault.Kind == nayose.Contract || fault.Kind == nayose.TooBig) {
		return refuse("save it again in Excel or LibreOffice as .xlsx, without a password, or as .csv", "%w", err)
	}
	return err
}

func refuse(hint, format string, args ...any) error {
	return nayose.Fault(nayose.Contract, fmt.Errorf(format, args...), hint+"; nothing of this one was taken")
}
