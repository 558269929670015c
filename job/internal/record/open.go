package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"nayose"
	"nayose/job/internal/record/internal/charset"
)

// NoQuote is the Format.Quote of a file in which quotes are ordinary characters.
const NoQuote = 0xFF

// Usual is the Format.Width that is found out: the number of cells that most of the first records have, where a header is not
// sure to be the first.
const Usual = -1

// sampleSize is how much of a file its encoding is found out by.
const sampleSize = 64 << 10

// Open takes a file apart into its tables: the file itself, also gzipped; the entries of a zip archive that are text (.csv, .tsv,
// .txt); or the sheets of a workbook (.xlsx). What it is, its first bytes tell, and not its name. f is what is declared of every
// table.
//
// The error is of kind Contract where the file is none of these or not what is declared, where it is damaged or unpacks to more
// than any text would. Errors of src come back wrapped.
func Open(src io.ReaderAt, size int64, f Format) Tables {
	return func(yield func(*Table, error) bool) {
		file := &source{ReaderAt: src, size: size}
		head := make([]byte, min(size, 8))
		if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
			yield(nil, err)
			return
		}
		switch {
		case bytes.HasPrefix(head, gzipMagic):
			openGzip(file, f)(yield)
		case bytes.HasPrefix(head, zipMagic):
			openZip(file, f)(yield)
		case bytes.HasPrefix(head, oldOfficeMagic):
			openWorkbook(file, size, f)(yield) // which says what to do about it
		default:
			yield(openText("", file.reader(), f))
		}
	}
}

// The first bytes of files that are no text.
var (
	gzipMagic      = []byte{0x1F, 0x8B}
	zipMagic       = []byte("PK\x03\x04")
	oldOfficeMagic = []byte{0xD0, 0xCF, 0x11, 0xE0}
)

// Container tells by a file's first bytes in what its tables lie: gzip, zip (a workbook, too) or text.
func Container(start []byte) string {
	switch {
	case bytes.HasPrefix(start, gzipMagic):
		return "gzip"
	case bytes.HasPrefix(start, zipMagic):
		return "zip"
	}
	return "text"
}

// source is a file of a known size. It remembers why it could not be read, so that nothing in the file is blamed for it.
type source struct {
	io.ReaderAt
	size int64
	err  error
	most int64 // bytes that may be read for now; 0: any number
}

// ReadAt reads, and takes it for an error if the file ends too early.
func (s *source) ReadAt(b []byte, at int64) (int, error) {
	n, err := s.ReaderAt.ReadAt(b, at)
	if err == io.EOF && at+int64(n) < s.size {
		err = fmt.Errorf("the file ends after %d of %d bytes: %w", at+int64(n), s.size, io.ErrUnexpectedEOF)
	}
	if s.most != 0 {
		if s.most -= int64(n); s.most <= 0 {
			s.most = -1
			err = contract("ask the partner to pack fewer files", "the list of what is in the archive has more than %d MiB", maxDirectory>>20)
		}
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func (s *source) reader() *io.SectionReader { return io.NewSectionReader(s, 0, s.size) }

// text is a CSV text as the rows of a table.
type text struct {
	split  *splitter
	source *counter
	mark   int64
	format *Format
	decode charset.Decoder
	start  []byte // of the text, for LooksLike

	rec   Record
	bytes []byte          // the cells of the record at hand, decoded and laid end to end
	ends  []int           // of each cell in bytes
	texts strings.Builder // the same of several records
	cells []string
}

// chunk is how many bytes of text are allocated at once: a string for each record costs a quarter of the time to read it.
const chunk = 64 << 10

// counter counts the bytes that are read of a file.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// openText finds out a text's encoding and dialect, as far as f leaves them open.
func openText(name string, src io.Reader, f Format) (*Table, error) {
	source := &counter{Reader: src}
	r := bufio.NewReaderSize(source, sampleSize)
	sample, err := r.Peek(sampleSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	found, err := charset.Detect(sample, err == io.EOF, f.Encoding)
	if err != nil {
		return nil, err
	}
	if _, err := r.Discard(found.Mark); err != nil {
		return nil, err
	}
	t := &Table{Name: name, Format: f}
	t.Format.Encoding = found.Encoding
	s := newSplitter(r)
	if found.Encoding == UTF16 {
		s.src, s.transcoded = charset.NewUTF16(r, found.BigEndian), true
	}
	s.fill()
	s.offset = int64(found.Mark)
	t.Format.complete(s.buf, s.eof)
	s.dialect, s.width = newDialect(t.Format), t.Format.Width
	t.rows = &text{
		split: s, source: source, mark: int64(found.Mark), format: &t.Format, decode: charset.NewDecoder(found.Encoding),
		start: bytes.Clone(s.buf[:min(len(s.buf), sampleSize)]),
	}
	return t, nil
}

// complete finds out what is open of the dialect by the start of the text.
func (f *Format) complete(start []byte, whole bool) {
	if f.Delimiter != "" && f.Quote != 0 && f.Width != Usual {
		return
	}
	found := guess(start, whole, *f)
	f.Delimiter, f.Quote, f.Escape = found.Delimiter, found.Quote, found.Escape
	if f.Width == Usual {
		f.Width = found.Width
	}
}

// Bytes say where the bytes of the table went that are no record's: Files is how many were read, Rejected those of lines that were
// given up, behind what their records show. For a sheet all are 0.
func (t *Table) Bytes() nayose.ByteCounts {
	c, ok := t.rows.(*text)
	if !ok {
		return nayose.ByteCounts{}
	}
	return nayose.ByteCounts{Files: c.source.n, Marks: c.mark, Rejected: c.split.lost, Blank: c.split.blank}
}

func (c *text) expect(width int) { c.split.width = width }

func (c *text) next() (*Record, error) {
	p, err := c.split.next()
	if err != nil {
		return nil, err
	}
	c.rec = Record{Offset: p.offset, Line: p.line, Size: p.size, Raw: p.raw, Blank: p.blank, Fault: p.fault}
	if c.rec.Fault == nil {
		c.rec.Fault = c.decodeCells(p)
	}
	if c.rec.Fault == nil {
		c.rec.Cells = c.cells
	}
	return &c.rec, nil
}

// decodeCells decodes a record's cells into c.cells, which share one string with those of other records.
func (c *text) decodeCells(p *piece) *Fault {
	decode := c.decode
	switch e := c.format.Encoding; {
	case (e == CP932 || e == EUCJP) && charset.LooksUTF8(p.raw):
		return &Fault{-1, BadText, "the record is UTF-8, the file " + strings.ToUpper(e)}
	case (e == UTF8 || e == UTF16) && charset.IsWhole(p.raw):
		decode = appendAny // what is cut out of it between characters is whole, too
	}
	c.bytes, c.ends = c.bytes[:0], c.ends[:0]
	for i, cell := range p.cells {
		var err error
		if c.bytes, err = decode(c.bytes, cell); err != nil {
			return &Fault{i, BadText, err.Error()}
		}
		c.ends = append(c.ends, len(c.bytes))
	}
	c.cells = c.cells[:0]
	all, start := c.keep(c.bytes), 0
	for _, end := range c.ends {
		c.cells = append(c.cells, all[start:end])
		start = end
	}
	return nil
}

func appendAny(dst, src []byte) ([]byte, error) { return append(dst, src...), nil }

// keep is b as a string.
func (c *text) keep(b []byte) string {
	if c.texts.Cap()-c.texts.Len() < len(b) {
		c.texts = strings.Builder{}
		c.texts.Grow(max(chunk, len(b)))
	}
	start := c.texts.Len()
	c.texts.Write(b)
	return c.texts.String()[start:]
}

// maxShown is how many bytes of a record are shown: enough to find and mend it. A record of 14 cells with a long
// description has about 1 KiB.
const maxShown = 4 << 10

// Show is a record's raw bytes for a person, cut short where they are many: as text where they decode, quoted as Go does
// where they do not.
func (t *Table) Show(rec *Record) string {
	decode := charset.NewDecoder(UTF8)
	if c, ok := t.rows.(*text); ok {
		decode = c.decode
	}
	raw := rec.Raw
	if len(raw) > maxShown {
		raw = raw[:maxShown] // no text grows shorter when it is decoded
	}
	var decoded []byte
	err := errHalf
	for half := 0; err != nil && half < utf8.UTFMax && half < len(raw); half++ { // the cut may go through a character
		if decoded, err = decode(nil, raw[:len(raw)-half]); len(raw) == len(rec.Raw) {
			break
		}
	}
	s := string(decoded)
	if err != nil && len(raw) > 0 || bytes.IndexByte(decoded, 0) >= 0 {
		s = strconv.Quote(string(raw))
	}
	if len(s) > maxShown {
		s = s[:maxShown]
		for len(s) > 0 && !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	} else if len(raw) == len(rec.Raw) {
		return s
	}
	return fmt.Sprintf("%s… (cut; the record has %d bytes)", s, len(rec.Raw))
}

var errHalf = errors.New("half a character")

func contract(hint, format string, args ...any) error {
	return nayose.Fault(nayose.Contract, fmt.Errorf(format, args...), hint)
}
