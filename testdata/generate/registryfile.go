package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"nayose"
)

// A registryFile writes rows as the registry publishes them: 30 columns, texts in quotes, no header, LF. Its edition in CP932 writes ＿ for
// what is not in JIS levels 1 and 2, and an image's number beside it.
type registryFile struct {
	encoding cp932 // nil in the Unicode edition
	days     map[nayose.Date]string
	rows     int
	line     []byte
}

func newRegistryFile(encoding cp932) *registryFile {
	return &registryFile{encoding: encoding, days: map[nayose.Date]string{}}
}

// csv is a whole file of few rows, sorted by company.
func (f *registryFile) csv(rows []nayose.Registration) []byte {
	slices.SortStableFunc(rows, func(a, b nayose.Registration) int { return strings.Compare(a.CompanyID, b.CompanyID) })
	var b bytes.Buffer
	for i := range rows {
		b.Write(f.numbered(f.row(&rows[i])))
	}
	return b.Bytes()
}

// numbered is a row with its sequence number in front; it holds until the next one.
func (f *registryFile) numbered(row []byte) []byte {
	f.rows++
	f.line = strconv.AppendInt(f.line[:0], int64(f.rows), 10)
	return append(f.line, row...)
}

// row is a line without its sequence number.
func (f *registryFile) row(r *nayose.Registration) []byte {
	name, nameImage := f.image(r.Name)
	street, streetImage := f.image(r.Street)
	outside, outsideImage := f.image(r.Overseas)
	prefectureCode, cityCode := codes(r)
	row := make([]byte, 0, 512)
	plain := func(cells ...string) {
		for _, cell := range cells {
			row = append(append(row, ','), cell...)
		}
	}
	text := func(cells ...string) {
		for _, cell := range cells {
			if row = append(row, ','); cell != "" {
				row = append(row, quoted(cell)...)
			}
		}
	}
	plain(r.CompanyID, r.Process, bit(r.Correct), f.day(r.UpdatedOn), f.day(r.ChangedOn))
	text(name)
	plain(nameImage, strconv.Itoa(int(r.Kind)))
	text(r.Prefecture, r.City, street)
	plain(streetImage, prefectureCode, cityCode, r.PostalCode)
	text(outside)
	plain(outsideImage, f.day(r.ClosedOn), r.ClosedFor, r.SuccessorID)
	text(r.Cause)
	plain(f.day(r.AssignedOn), bit(r.Latest))
	text(r.NameEnglish, "", "", "", r.NameKana)
	plain(bit(r.Unlisted))
	return f.encode(append(row, '\n'))
}

// image is a text as the edition can write it, and the number of its image if that lacks a character.
func (f *registryFile) image(s string) (text, id string) {
	if f.encoding == nil {
		return s, ""
	}
	text = strings.Map(func(r rune) rune {
		if b := f.encoding.letter(r); len(b) == 2 && (b[0] <= 0x84 || b[0] >= 0x88 && b[0] <= 0xEA) {
			return r
		}
		return '＿'
	}, s)
	if text == s {
		return s, ""
	}
	h := fnv.New32a()
	_, _ = io.WriteString(h, s) // a hash never fails
	return text, fmt.Sprintf("%08d", h.Sum32()%100_000_000)
}

func (f *registryFile) encode(row []byte) []byte {
	if f.encoding == nil {
		return row
	}
	var encoded []byte
	for _, r := range string(row) {
		encoded = append(encoded, f.encoding.letter(r)...)
	}
	return encoded
}

func (f *registryFile) day(d nayose.Date) string {
	s, ok := f.days[d]
	if !ok {
		s = d.String()
		f.days[d] = s
	}
	return s
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// codes are those of a company's prefecture and city. The prefecture's is right.
func codes(r *nayose.Registration) (prefecture, city string) {
	for i := range regions {
		cities := regions[i].cities
		if cities[0].prefecture != r.Prefecture {
			continue
		}
		at := slices.IndexFunc(cities, func(p place) bool { return p.city == r.City })
		return fmt.Sprintf("%02d", i+1), strconv.Itoa(201 + at)
	}
	return "", ""
}

// signature stands beside a CSV in the registry's archives; this one signs nothing.
const signature = "-----BEGIN PGP SIGNATURE-----\n\ninvented\n-----END PGP SIGNATURE-----\n"

// writeArchive writes a zip archive as the registry does: a CSV and its signature. The same content gives the same bytes.
func writeArchive(w io.Writer, name string, method uint16, on nayose.Date, write func(io.Writer) error) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	sign := func(w io.Writer) error {
		_, err := io.WriteString(w, signature)
		return err
	}
	for _, entry := range []struct {
		name  string
		write func(io.Writer) error
	}{{name + ".csv.asc", sign}, {name + ".csv", write}} {
		content, err := archive.CreateHeader(&zip.FileHeader{Name: entry.name, Method: method, Modified: on.Time()})
		if err != nil {
			return err
		}
		if err := entry.write(content); err != nil {
			return err
		}
	}
	return archive.Close()
}
